import type { ServerResponse } from 'node:http';
import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import { DEMO_PROTOCOL } from '../shared/demoProtocol';

/** Milliseconds the process waits for its first lease. */
const FIRST_LEASE_MS = 15_000;
/** Milliseconds it outlives its last one: a window that reloads comes back. */
const GRACE_MS = 3_000;
const MAX_LEASES = 64;

/** Open connections that keep the process alive; each hears every change of the addresses. */
export class Leases {
  private readonly held = new Set<ServerResponse>();
  private ending: Disposable | undefined;
  private hadOne = false;

  constructor(
    private readonly clock: Clock,
    private readonly onUnused: () => void,
  ) {}

  /** Begins to wait for the first lease. */
  start(): void {
    this.endAfter(FIRST_LEASE_MS);
  }

  /** Holds one more lease until its connection closes. */
  open(response: ServerResponse, addresses: Readonly<Record<string, string>>): void {
    if (this.held.size >= MAX_LEASES) {
      response.writeHead(503);
      response.end();
      return;
    }
    this.hadOne = true;
    this.ending?.dispose();
    this.held.add(response);
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    response.write(`${JSON.stringify({ protocol: DEMO_PROTOCOL, addresses })}\n`);
    response.once('close', () => {
      this.held.delete(response);
      if (this.held.size === 0) {
        this.endAfter(GRACE_MS);
      }
    });
  }

  /** Tells every holder the addresses of now. */
  tell(addresses: Readonly<Record<string, string>>): void {
    for (const response of this.held) {
      response.write(`${JSON.stringify({ addresses })}\n`);
    }
  }

  /** Ends at once when the starter died and nobody ever took a lease. */
  parentGone(): void {
    if (!this.hadOne) {
      this.onUnused();
    }
  }

  private endAfter(ms: number): void {
    this.ending?.dispose();
    this.ending = this.clock.after(ms, this.onUnused);
  }
}
