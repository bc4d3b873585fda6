import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';

/** Where a relay leads to. */
export interface RelayTarget {
  readonly host: string;
  /** 1-65535 */
  readonly port: number;
}

/** Connections that a relay carries at once; more are closed at once. */
export const CONNECTION_CAP = 64;
/** A relay without connections closes after so long, in milliseconds. */
export const IDLE_MS = 10 * 60_000;
/** Relays that are open at once; the oldest makes room. */
const RELAY_CAP = 16;

/**
 * Carries TCP from a port of this machine's loopback to one address: for windows whose extension host
 * is elsewhere, since VS Code tunnels nothing but loopback.
 */
export class LoopbackRelay implements Disposable {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private connections = 0;
  private idle: Disposable | undefined;
  private isClosed = false;
  /** Connections to swarms that it was opened for. */
  private readonly owners = new Set<string>();

  private constructor(
    readonly target: RelayTarget,
    private readonly clock: Clock,
    private readonly onClose: () => void,
  ) {
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.accept(socket));
  }

  /**
   * Opens a relay to `target`; nothing connects there before somebody connects here.
   * @throws Error of Node's when no port of the loopback is to be had.
   */
  static async open(
    target: RelayTarget,
    clock: Clock,
    onClose: () => void = () => {},
  ): Promise<LoopbackRelay> {
    const relay = new LoopbackRelay(target, clock, onClose);
    await new Promise<void>((resolve, reject) => {
      relay.server.once('error', reject);
      relay.server.listen(0, '127.0.0.1', () => resolve());
    });
    relay.server.on('error', () => relay.dispose());
    relay.rest();
    return relay;
  }

  /** The port on 127.0.0.1; 0 once closed. */
  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Connections that are carried now. */
  get size(): number {
    return this.connections;
  }

  /** Notes that a swarm's connection needs it. */
  own(owner: string): void {
    this.owners.add(owner);
  }

  /** A swarm's connection needs it no more; closes when no other one does. */
  disown(owner: string): void {
    if (this.owners.delete(owner) && this.owners.size === 0) {
      this.dispose();
    }
  }

  dispose(): void {
    if (!this.isClosed) {
      this.isClosed = true;
      this.idle?.dispose();
      this.server.close();
      for (const socket of this.sockets) {
        socket.destroy();
      }
      this.onClose();
    }
  }

  private accept(near: Socket): void {
    if (this.isClosed || this.connections >= CONNECTION_CAP) {
      near.destroy();
      return;
    }
    this.connections += 1;
    this.idle?.dispose();
    const far = connect({ ...this.target, allowHalfOpen: true });
    let left = 2;
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      // Who says nothing for so long keeps the relay no longer.
      socket.setTimeout(IDLE_MS, () => socket.destroy());
      // Both ends fall together; what one still had to say was piped before its end.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
        left -= 1;
        if (left === 0) {
          this.connections -= 1;
          this.rest();
        }
      });
      socket.pipe(other);
    }
  }

  private rest(): void {
    if (this.connections === 0 && !this.isClosed) {
      this.idle?.dispose();
      this.idle = this.clock.after(IDLE_MS, () => this.dispose());
    }
  }
}

/** The relays of this window, one for each address. */
export class LoopbackRelays implements Disposable {
  private readonly relays = new Map<string, LoopbackRelay>();
  private readonly opening = new Map<string, Promise<LoopbackRelay>>();
  private disposed = false;

  constructor(private readonly clock: Clock) {}

  /** The relay to `target`, opened when there is none, for the connection `owner` until it is left. */
  async to(target: RelayTarget, owner: string): Promise<LoopbackRelay> {
    const key = `${target.host} ${target.port}`;
    const relay = this.relays.get(key) ?? (await this.opened(key, target));
    relay.own(owner);
    return relay;
  }

  /** The connection `owner` was left: what was opened for it alone closes, with what it carries. */
  leave(owner: string): void {
    for (const relay of [...this.relays.values()]) {
      relay.disown(owner);
    }
  }

  private async opened(key: string, target: RelayTarget): Promise<LoopbackRelay> {
    const opening = this.opening.get(key) ?? this.open(key, target);
    this.opening.set(key, opening);
    try {
      return await opening;
    } finally {
      this.opening.delete(key);
    }
  }

  private async open(key: string, target: RelayTarget): Promise<LoopbackRelay> {
    const relay = await LoopbackRelay.open(target, this.clock, () => this.forget(key, relay));
    if (this.disposed) {
      relay.dispose();
    }
    this.relays.set(key, relay);
    if (this.relays.size > RELAY_CAP) {
      [...this.relays.values()][0]?.dispose();
    }
    return relay;
  }

  dispose(): void {
    this.disposed = true;
    for (const relay of this.relays.values()) {
      relay.dispose();
    }
  }

  private forget(key: string, relay: LoopbackRelay): void {
    if (this.relays.get(key) === relay) {
      this.relays.delete(key);
    }
  }
}
