import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../common/clock';
import { CurlProbeEngine } from './curlEngine';
import { NodeProbeEngine } from './nodeEngine';
import { Pace } from './pace';
import type { ProbeTarget } from './probe';

/* What the engines open at once, to one node and in a second, counted at the servers. */

/** An answer is held back so long at most; the deadline of the probes is longer. */
const HOLD_MS = 2_000;

/** Some nodes, each a server that answers after a while, and not before so many are open at all of them. */
class Nodes {
  readonly most = new Map<string, number>();
  mostOfAll = 0;
  /** Reached soon where both bounds are made use of; else the answers come late and few. */
  holdUntil = 0;
  /** When each connection came. */
  readonly came: number[] = [];
  private readonly open = new Map<string, number>();
  private readonly servers: Server[] = [];

  async add(nodeId: string): Promise<number> {
    const server = createServer((_incoming, response) => {
      const since = Date.now();
      const answer = (): void => {
        if (this.mostOfAll >= this.holdUntil || Date.now() - since > HOLD_MS) {
          response.end('ok');
        } else {
          setTimeout(answer, 20);
        }
      };
      setTimeout(answer, 60);
    });
    server.on('connection', (socket) => {
      this.came.push(Date.now());
      let state: 'new' | 'open' | 'ended' = 'new';
      const end = (): void => {
        this.count(nodeId, state === 'open' ? -1 : 0);
        state = 'ended';
      };
      socket.on('error', () => {});
      socket.once('end', end);
      socket.once('close', end);
      // The end of one that was let go before may be heard in the same turn, after this.
      setImmediate(() => {
        if (state === 'new') {
          state = 'open';
          this.count(nodeId, 1);
        }
      });
    });
    this.servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** A connection that was given up at once comes late. */
  async have(count: number): Promise<void> {
    await vi.waitFor(() => expect(this.came).toHaveLength(count));
  }

  async close(): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  private count(nodeId: string, change: number): void {
    const now = (this.open.get(nodeId) ?? 0) + change;
    this.open.set(nodeId, now);
    this.most.set(nodeId, Math.max(now, this.most.get(nodeId) ?? 0));
    const all = [...this.open.values()].reduce((sum, count) => sum + count, 0);
    this.mostOfAll = Math.max(all, this.mostOfAll);
  }
}

function targetsOf(nodeId: string, port: number, count: number): ProbeTarget[] {
  return Array.from({ length: count }, (_unused, index) => ({
    id: `${nodeId} ${index}`,
    nodeId,
    host: '127.0.0.1',
    port,
    kind: index % 5 === 4 ? ('tcp' as const) : ('http' as const),
    tasks: { count: 1, key: '' },
  }));
}

describe.each([
  ['curl', new CurlProbeEngine('curl', 'test', '0'), 50, 25],
  ['Node', new NodeProbeEngine('0'), 16, 8],
] as const)('%s', (_name, engine, atOnce, perNode) => {
  let nodes = new Nodes();

  afterEach(async () => {
    await nodes.close();
    nodes = new Nodes();
  });

  it('opens no more at once than it may, and no more of them to one node', async () => {
    const targets = [
      ...targetsOf('a', await nodes.add('a'), 80),
      ...targetsOf('b', await nodes.add('b'), 30),
      ...targetsOf('c', await nodes.add('c'), 5),
    ];
    nodes.holdUntil = perNode + 1;
    const asked = new Set<string>();
    await engine.run(
      targets,
      { timeoutMs: 10_000, concurrency: 50, perNode: 25 },
      new AbortController().signal,
      (id) => asked.add(id),
    );
    expect(asked.size).toBe(115);
    await nodes.have(115);
    expect(nodes.mostOfAll).toBeLessThanOrEqual(atOnce);
    expect(Math.max(...nodes.most.values())).toBeLessThanOrEqual(perNode);
    // One busy node does not make the others wait for it: both bounds are made use of.
    expect(nodes.mostOfAll).toBeGreaterThan(perNode);
  }, 20_000);

  it('opens no more in a second than it may', async () => {
    const targets = targetsOf('a', await nodes.add('a'), 60);
    const began = Date.now();
    await engine.run(
      targets,
      { timeoutMs: 10_000, concurrency: 50, pace: new Pace(systemClock, 25) },
      new AbortController().signal,
      () => {},
    );
    await nodes.have(60);
    const tooEarly = nodes.came.filter(
      (at, index) => index + 1 > 25 * (1 + Math.floor((at - began) / 1_000)),
    );
    expect(tooEarly).toEqual([]);
  }, 20_000);
});
