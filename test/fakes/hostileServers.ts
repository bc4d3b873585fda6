import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as net from 'node:net';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ConnectionTarget } from '../../src/docker/target';
import { json, type EngineServer } from './engineServer';

/** What a hostile endpoint does with a connection once the first bytes of a request came. */
export type Behaviour = (socket: net.Socket) => void;

/** Sends `text` and nothing more; the connection stays open. */
export function says(text: string): Behaviour {
  return (socket) => void socket.write(text);
}

/** Sends `text` and closes. */
export function saysAndCloses(text: string): Behaviour {
  return (socket) => void socket.end(text);
}

/** Sends `start`, then one byte of `drop` every `everyMs` milliseconds, for ever. */
export function drips(start: string, drop: string, everyMs: number): Behaviour {
  return (socket) => {
    socket.write(start);
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(drop.charAt(sent % drop.length));
      sent += 1;
    }, everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}

/** Sends `start`, then `chunk` again and again as fast as it is read. */
export function floods(start: string, chunk: string): Behaviour {
  return (socket) => {
    socket.write(start);
    const pump = (): void => {
      while (!socket.destroyed && socket.write(chunk)) {
        // Until the other side's buffers are full.
      }
    };
    socket.on('drain', pump);
    pump();
  };
}

/** A whole HTTP answer. */
export function page(status: string, type: string, body: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** A TCP server on loopback that answers whatever comes by one behaviour. */
export class HostileServer {
  /** Connections open now. */
  readonly sockets = new Set<net.Socket>();
  /** Connections ever made. */
  connections = 0;
  private readonly server: net.Server;

  constructor(behave: Behaviour) {
    this.server = net.createServer((socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.sockets.delete(socket));
      socket.once('data', () => {
        behave(socket);
        socket.resume();
      });
    });
  }

  async listen(): Promise<ConnectionTarget> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return {
      kind: 'tcp',
      host: '127.0.0.1',
      port: (this.server.address() as net.AddressInfo).port,
    };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) {
      socket.destroy();
    }
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Most connections that a full listener may still take, whatever the kernel adds to its backlog. */
const MOST_QUEUED = 16;
/** A loopback connection that is not there by then will not come. */
const UNANSWERED_MS = 250;

/**
 * An address whose connections are never answered, neither accepted nor refused, as behind a firewall
 * that drops: a listener on loopback that accepts nothing and whose backlog is full (Linux).
 */
export class BlackHole {
  private constructor(
    readonly target: ConnectionTarget,
    private readonly listener: Worker,
    private readonly queued: readonly net.Socket[],
  ) {}

  static async open(): Promise<BlackHole> {
    // Its thread stands still, so that nothing is ever accepted.
    const listener = new Worker(
      `const { parentPort } = require('node:worker_threads');
       const server = require('node:net').createServer();
       server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
         parentPort.postMessage(server.address().port);
         setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
       });`,
      { eval: true },
    );
    const [port] = (await once(listener, 'message')) as [number];
    const queued: net.Socket[] = [];
    while (queued.length < MOST_QUEUED) {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('error', () => {});
      queued.push(socket);
      const answered = await isConnected(socket);
      if (!answered) {
        return new BlackHole({ kind: 'tcp', host: '127.0.0.1', port }, listener, queued);
      }
    }
    throw new Error('The listener goes on taking connections');
  }

  async close(): Promise<void> {
    for (const socket of this.queued) {
      socket.destroy();
    }
    await this.listener.terminate();
  }
}

async function isConnected(socket: net.Socket): Promise<boolean> {
  const deadline = AbortSignal.timeout(UNANSWERED_MS);
  return await once(socket, 'connect', { signal: deadline }).then(
    () => true,
    () => false,
  );
}

/** What a manager is asked for one whole look, by the recording that answers it. */
const LISTS = {
  info: 'GET /info',
  nodes: 'GET /nodes',
  networks: 'GET /networks',
  services: 'GET /services',
  tasks: 'GET /tasks',
} as const;

/** Lets `server` answer as a manager did that was recorded; its event stream stays open and silent. */
export function playManager(server: EngineServer, recording = '20.10-manager'): void {
  const folder = path.join(import.meta.dirname, '../fixtures/engine', recording);
  const read = (name: string): { status: number; body: unknown } =>
    JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as {
      status: number;
      body: unknown;
    };
  for (const [name, request] of Object.entries(LISTS)) {
    const { status, body } = read(name);
    server.on(request, json(body, status));
  }
  const networks = read('networks').body as readonly { readonly Id: string }[];
  for (const network of networks) {
    server.on(`GET /networks/${network.Id}`, json(network));
  }
  server.on('GET /events', (response) => response.writeHead(200).flushHeaders());
}
