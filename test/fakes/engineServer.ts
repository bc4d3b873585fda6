import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConnectionTarget } from '../../src/docker/target';

/** One request as it reached the server. */
export interface ServedRequest {
  readonly method: string;
  /** Path with version prefix, without query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Plays one answer. */
export type Play = (response: http.ServerResponse, request: ServedRequest) => void;

/** Answers with JSON. */
export function json(body: unknown, status = 200): Play {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

/** Closes the connection without an answer. */
export const hangUp: Play = (response) => {
  response.socket?.destroy();
};

/** Never answers. */
export const staySilent: Play = () => {};

/** An HTTP server on a real unix socket or loopback port that plays engine answers. */
export class EngineServer {
  readonly requests: ServedRequest[] = [];
  /** Connections open now. */
  readonly sockets = new Set<Socket>();
  /** Connections ever made. */
  connections = 0;
  private readonly server = http.createServer((request, response) => {
    void this.serve(request, response);
  });
  private readonly plays = new Map<string, Play[]>();
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-engine-'));

  constructor() {
    this.server.on('connection', (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.on('GET /_ping', (response) => {
      response.writeHead(200, { 'Api-Version': '1.41', 'Content-Type': 'text/plain' });
      response.end('OK');
    });
  }

  /** Plays `plays` for `METHOD /path` (unversioned) in turn; the last one stays. */
  on(request: string, ...plays: Play[]): void {
    this.plays.set(request, plays);
  }

  /** Puts what `wrap` makes of it in place of everything that is played. */
  wrap(wrap: (play: Play) => Play): void {
    for (const [request, plays] of this.plays) {
      this.plays.set(request, plays.map(wrap));
    }
  }

  /** Starts on a unix socket. */
  async listenUnix(): Promise<ConnectionTarget> {
    const file = path.join(this.folder, 'engine.sock');
    this.server.listen(file);
    await once(this.server, 'listening');
    return { kind: 'unix', path: file };
  }

  /** Starts on a free port of a loopback address. */
  async listenTcp(host = '127.0.0.1'): Promise<ConnectionTarget> {
    this.server.listen(0, host);
    await once(this.server, 'listening');
    return { kind: 'tcp', host, port: this.port };
  }

  /** The port it listens on. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `METHOD /path` of every request so far. */
  get log(): string[] {
    return this.requests.map((request) => `${request.method} ${request.path}`);
  }

  /** Resolves once every connection is closed. */
  async drained(): Promise<void> {
    while (this.sockets.size > 0) {
      const [socket] = this.sockets;
      await new Promise<void>((resolve) => {
        socket?.once('close', () => resolve());
      });
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) {
      this.server.close();
      await once(this.server, 'close');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async serve(message: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) {
      chunks.push(chunk as Buffer);
    }
    const url = new URL(message.url ?? '/', 'http://engine');
    const request: ServedRequest = {
      method: message.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: message.headers,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(request);
    const key = `${request.method} ${request.path.replace(/^\/v1\.\d+/, '')}`;
    const plays = this.plays.get(key) ?? [json({ message: 'page not found' }, 404)];
    const play = plays.length > 1 ? plays.shift() : plays[0];
    play?.(response, request);
  }
}
