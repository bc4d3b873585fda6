import { once } from 'node:events';
import * as http from 'node:http';
import * as net from 'node:net';
import type { Disposable } from '../common/disposable';
import { hasEnded } from './scheduler';
import { isBackend, type SwarmState } from './swarmState';
import type { DemoNode, DemoPort, DemoService, DemoTask } from './swarmTypes';

/** Ports whose programs speak something else than HTTP: they get a bare TCP listener. */
const DATABASE_PORTS: ReadonlySet<number> = new Set([
  1433, 1521, 1883, 2181, 3306, 4222, 5432, 5672, 6379, 7687, 9042, 9092, 11211, 26257, 27017,
]);
const MAX_CONNECTIONS = 64;
const IDLE_MS = 5_000;

/** One published port of one node. */
interface Entry {
  readonly node: DemoNode;
  readonly service: DemoService;
  readonly port: DemoPort;
}

/** Real listeners on loopback for every published port of every node, kept in step with the state. */
export class Listeners implements Disposable {
  private readonly doors = new Map<string, Door>();
  private work: Promise<void> = Promise.resolve();
  private queued = false;
  private disposed = false;

  /** At most `limit` listeners; ports beyond it are refused. */
  constructor(
    private readonly state: SwarmState,
    private readonly limit: number,
    private readonly onDidChangeAddresses: () => void,
  ) {
    state.onDidChange(() => this.sync());
  }

  /** Addresses by `<host name>:<published port>`, and by host name where nothing ever listens. */
  addresses(): Record<string, string> {
    return Object.fromEntries([
      // Without an entry of its own a port must not be looked for outside this machine.
      ...[...this.state.nodes.values()].map((node) => [node.hostname, '127.0.0.1:1'] as const),
      ...[...this.doors].flatMap(([key, door]) =>
        door.port === undefined ? [] : [[key, `127.0.0.1:${door.port}`] as const],
      ),
    ]);
  }

  /** Resolves when listeners match the state. */
  async settled(): Promise<void> {
    this.sync();
    await this.work;
  }

  dispose(): void {
    this.disposed = true;
    for (const door of this.doors.values()) {
      void door.close();
    }
    this.doors.clear();
  }

  private sync(): void {
    if (this.queued || this.disposed) {
      return;
    }
    this.queued = true;
    this.work = this.work.then(async () => {
      await new Promise(setImmediate);
      this.queued = false;
      await this.apply();
    });
  }

  private async apply(): Promise<void> {
    const before = JSON.stringify(this.addresses());
    const wanted = this.entries();
    for (const [key, door] of this.doors) {
      if (!wanted.has(key)) {
        this.doors.delete(key);
        await door.close();
      }
    }
    for (const [key, entry] of wanted) {
      if (this.disposed) {
        return;
      }
      const door = this.doors.get(key) ?? new Door();
      this.doors.set(key, door);
      await door.update(this.state, entry);
    }
    if (JSON.stringify(this.addresses()) !== before) {
      this.onDidChangeAddresses();
    }
  }

  private entries(): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const service of this.state.services.values()) {
      for (const port of service.ports) {
        if (port.Protocol !== 'tcp' || port.PublishedPort === undefined) {
          continue;
        }
        for (const node of this.state.nodes.values()) {
          if (entries.size < this.limit) {
            entries.set(`${node.hostname}:${port.PublishedPort}`, { node, service, port });
          }
        }
      }
    }
    return entries;
  }
}

/** One loopback port: open while a task is there to answer, else closed, so that it is refused. */
class Door {
  /** Stays the same for the door's life. */
  port: number | undefined;
  private server: net.Server | undefined;
  private readonly sockets = new Set<net.Socket>();
  private backends: readonly {
    readonly task: DemoTask;
    readonly name: string;
    readonly host: string;
  }[] = [];
  private turn = 0;
  private serviceName = '';

  async update(state: SwarmState, entry: Entry): Promise<void> {
    this.serviceName = entry.service.spec.Name;
    this.backends = state.tasks
      .ofService(entry.service.id)
      .filter((task) => isBackend(state, task) && !hasEnded(task))
      .filter((task) => entry.port.PublishMode === 'ingress' || task.nodeId === entry.node.id)
      .map((task) => ({
        task,
        name: state.taskName(task),
        host: state.nodes.get(task.nodeId ?? '')?.hostname ?? '',
      }));
    const open = this.backends.length > 0 && entry.node.state === 'ready';
    if (open && this.server === undefined) {
      await this.open(entry.port);
    } else if (!open) {
      // Bound once at first, so that a closed door has a number to be refused at.
      if (this.port === undefined) {
        await this.open(entry.port);
      }
      await this.close();
    }
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) {
      socket.destroy();
    }
    if (server?.listening === true) {
      server.close();
      await once(server, 'close');
    }
  }

  private async open(port: DemoPort): Promise<void> {
    const isDatabase =
      DATABASE_PORTS.has(port.TargetPort ?? 0) || DATABASE_PORTS.has(port.PublishedPort ?? 0);
    const server = isDatabase ? net.createServer() : http.createServer(this.answer);
    server.maxConnections = MAX_CONNECTIONS;
    server.on('connection', (socket: net.Socket) => {
      this.sockets.add(socket);
      socket.setTimeout(IDLE_MS, () => socket.destroy());
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.sockets.delete(socket));
      if (isDatabase) {
        socket.resume();
      }
    });
    try {
      await listen(server, this.port ?? 0);
    } catch {
      // Somebody else has taken the number meanwhile.
      await listen(server, 0);
    }
    this.port = (server.address() as net.AddressInfo).port;
    this.server = server;
  }

  private readonly answer: http.RequestListener = (request, response) => {
    request.resume();
    const backend = this.backends[this.turn % Math.max(1, this.backends.length)];
    this.turn += 1;
    if (backend === undefined) {
      response.destroy();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
    const first = backend.task.containerId.slice(0, 12);
    response.end(
      `${first}\n${this.serviceName}: task ${backend.name} on ${backend.host} (simulated by Swarmscope)\n`,
    );
  };
}

async function listen(server: net.Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
