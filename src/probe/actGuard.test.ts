import { once } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeClock, settled } from '../../test/fakes/fakeClock';
import { silentLogger } from '../common/logger';
import type { ProbeSample } from '../shared/routingView';
import { ActGuard, type GuardedCell } from './actGuard';
import type { OnSample, ProbeEngine, ProbeOptions, ProbeTarget } from './probe';

type Behaviour = Partial<ProbeSample> | 'silent';

const GOOD = { outcome: 'answered', reachable: true } as const;
const NOWHERE = { ports: [], hostnames: [] };
const NOTHING = {
  ports: [],
  silent: NOWHERE,
  unsure: NOWHERE,
  failedPorts: [],
  deadPorts: [],
  failures: [],
};
const REFUSED = { outcome: 'refused', reachable: false } as const;

/** Answers at once as each host does now; what is silent ends with its deadline. */
class Nodes implements ProbeEngine {
  readonly label = 'nodes';
  readonly asked: { readonly at: number; readonly ids: readonly string[] }[] = [];
  readonly now = new Map<string, Behaviour>();
  breaks = false;

  constructor(private readonly clock: FakeClock) {}

  async run(
    targets: readonly ProbeTarget[],
    { timeoutMs }: ProbeOptions,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    if (this.breaks) {
      throw new Error('no such program');
    }
    this.asked.push({ at: this.clock.now(), ids: targets.map(({ id }) => id) });
    await Promise.all(
      targets.map(async ({ id, host }) => {
        const at = this.clock.now();
        const behaviour = this.now.get(host) ?? GOOD;
        const isSilent = behaviour === 'silent';
        if (isSilent) {
          const ended = new AbortController();
          const timer = this.clock.after(timeoutMs, () => ended.abort());
          await once(AbortSignal.any([signal, ended.signal]), 'abort');
          timer.dispose();
        }
        if (!signal.aborted) {
          const told = isSilent ? { outcome: 'timed-out', reachable: false } : behaviour;
          onSample(id, { at, ...GOOD, phases: { total: 1 }, ...(told as Partial<ProbeSample>) });
        }
      }),
    );
  }
}

function cell(host: string, change: Partial<GuardedCell> = {}): GuardedCell {
  const port = change.port ?? 8080;
  return {
    target: {
      id: `${port}@${host}`,
      host,
      port,
      kind: 'http',
      tasks: { count: 3, key: 'a,b,c' },
    },
    hostname: host,
    port,
    owed: true,
    ...change,
  };
}

let clock: FakeClock;
let nodes: Nodes;
let cells: readonly GuardedCell[];
let ended: AbortController;

beforeEach(() => {
  clock = new FakeClock();
  nodes = new Nodes(clock);
  cells = ['node1', 'node2', 'node3'].map((host) => cell(host));
  ended = new AbortController();
});

function beginNow(): Promise<ActGuard> {
  return ActGuard.begin({
    cells: () => cells,
    chooseEngine: () => Promise.resolve(nodes),
    clock,
    logger: silentLogger,
    timeoutMs: 3_000,
    signal: ended.signal,
  });
}

/** A guard whose look before has ended. */
async function begin(): Promise<ActGuard> {
  const beginning = beginNow();
  await clock.advance(1_000);
  return await beginning;
}

/** Ends a guard, with all the time that it wants for it. */
async function end(guard: ActGuard) {
  const result = guard.end();
  await clock.advance(5_000);
  return await result;
}

describe('an act', () => {
  test('during which everything answers has no failed probe', async () => {
    const guard = await begin();
    await clock.advance(1_000);
    expect(await end(guard)).toEqual({ ...NOTHING, ports: [8080] });
  });

  test('begins after as many connections to each cell as show its tasks, then one each 250 ms', async () => {
    const guard = await begin();
    const [before, ...after] = nodes.asked;
    expect(before?.ids).toHaveLength(9);
    await clock.advance(1_000);
    const started = after[0]?.at ?? 0;
    expect(nodes.asked.slice(1, 5).map(({ at, ids }) => [at - started, ids.length])).toEqual([
      [0, 3],
      [250, 3],
      [500, 3],
      [750, 3],
    ]);
    guard.dispose();
  });

  test('that breaks nodes names the worst with the time from its first failure to its last', async () => {
    const guard = await begin();
    nodes.now.set('node2', REFUSED).set('node3', REFUSED);
    await clock.advance(500);
    nodes.now.delete('node3');
    await clock.advance(750);
    nodes.now.delete('node2');
    await clock.advance(1_000);
    const { failures, failedPorts } = await end(guard);
    expect(failures).toEqual([
      { hostname: 'node2', count: 5, spanMs: 1_000 },
      { hostname: 'node3', count: 2, spanMs: 250 },
    ]);
    expect(failedPorts).toEqual([8080]);
  });

  test('after which a port answers nowhere says so, whatever the number of failed probes', async () => {
    const other = ['node1', 'node2'].map((host) => cell(host, { port: 9090 }));
    cells = [...cells, ...other];
    const guard = await begin();
    for (const { hostname } of cells) {
      nodes.now.set(hostname, REFUSED);
    }
    await clock.advance(500);
    const broken = await end(guard);
    expect(broken).toMatchObject({ failedPorts: [8080, 9090], deadPorts: [8080, 9090] });
  });

  test('after which one node answers again leaves no dead port', async () => {
    const guard = await begin();
    for (const { hostname } of cells) {
      nodes.now.set(hostname, REFUSED);
    }
    await clock.advance(500);
    nodes.now.delete('node2');
    await clock.advance(500);
    expect(await end(guard)).toMatchObject({ failedPorts: [8080], deadPorts: [] });
  });

  test('is not blamed for what failed before', async () => {
    nodes.now.set('node2', REFUSED);
    const guard = await begin();
    await clock.advance(1_000);
    expect(await end(guard)).toMatchObject({
      ports: [8080],
      silent: { hostnames: ['node2'], ports: [8080] },
      failures: [],
    });
    expect(nodes.asked.slice(1).flatMap(({ ids }) => ids)).not.toContain('8080@node2');
  });

  test('is not blamed for a port of which one task failed before', async () => {
    let asked = 0;
    nodes.now.get = (host) => {
      asked += host === 'node1' ? 1 : 0;
      return host === 'node1' && asked % 3 === 2 ? REFUSED : GOOD;
    };
    const guard = await begin();
    await clock.advance(2_000);
    expect(await end(guard)).toMatchObject({
      silent: { hostnames: ['node1'], ports: [8080] },
      failures: [],
    });
  });

  test('waits no longer than a second for a node that says nothing, which is watched no more', async () => {
    nodes.now.set('node2', 'silent');
    const startedAt = clock.now();
    let isBegun = false;
    const beginning = beginNow().then((guard) => {
      isBegun = true;
      return guard;
    });
    await clock.advance(999);
    expect(isBegun).toBe(false);
    await clock.advance(1);
    expect([isBegun, clock.now() - startedAt]).toEqual([true, 1_000]);
    const guard = await beginning;
    await clock.advance(4_000);
    expect(await end(guard)).toMatchObject({
      ports: [8080],
      silent: { hostnames: ['node2'], ports: [8080] },
      failures: [],
    });
  });

  test('that shuts a port on purpose, or moves it, is not blamed for that', async () => {
    const guard = await begin();
    nodes.now.set('node1', REFUSED).set('node2', REFUSED).set('node3', REFUSED);
    await clock.advance(1_000);
    const { target } = cell('node2');
    // The third is gone altogether.
    cells = [cell('node1', { owed: false }), cell('node2', { target: { ...target, port: 9090 } })];
    expect(await end(guard)).toEqual(NOTHING);
  });

  test('after which a port only takes connections has failed probes where it answered before', async () => {
    const guard = await begin();
    nodes.now.set('node1', { outcome: 'reset', reachable: true });
    await clock.advance(250);
    expect((await end(guard)).failures).toMatchObject([{ hostname: 'node1' }]);
  });

  test('after which an answer is not what was asked for has failed probes', async () => {
    const guard = await begin();
    nodes.now.set('node1', { outcome: 'wrong-status', reachable: true, asAsked: false });
    await clock.advance(250);
    expect((await end(guard)).failures).toMatchObject([{ hostname: 'node1' }]);
  });

  test('has the last probes waited for, and a dead node holds up no other', async () => {
    const guard = await begin();
    nodes.now.set('node2', 'silent');
    const before = nodes.asked.length;
    await clock.advance(1_000);
    const asked = nodes.asked.slice(before).flatMap(({ ids }) => ids);
    expect(asked.filter((id) => id === '8080@node2')).toHaveLength(1);
    expect(asked.filter((id) => id === '8080@node1')).toHaveLength(4);
    expect((await end(guard)).failures).toEqual([{ hostname: 'node2', count: 1, spanMs: 0 }]);
  });
});

/** Cells with many tasks behind each; the bad ones of node1 are asked in turn, like the others. */
function manyTasks(hosts: number, count: number, isBad: (turn: number) => boolean): void {
  cells = Array.from({ length: hosts }, (_unused, index) => {
    const one = cell(`node${index + 1}`);
    return { ...one, target: { ...one.target, tasks: { count, key: '' } } };
  });
  let turn = -1;
  nodes.now.get = (host) => {
    turn += host === 'node1' ? 1 : 0;
    return host === 'node1' && isBad(turn % count) ? REFUSED : GOOD;
  };
}

describe('a port with many tasks', () => {
  test('has each of them asked before the act: one that was bad all along is not held against it', async () => {
    manyTasks(3, 40, (turn) => turn === 39);
    const guard = await begin();
    await clock.advance(12_000);
    expect(await end(guard)).toMatchObject({
      silent: { hostnames: ['node1'], ports: [8080] },
      failures: [],
    });
  });

  test('of which not each could be asked is not judged by single failures', async () => {
    // Thirty connections to each of ten nodes.
    manyTasks(10, 40, (turn) => turn === 39);
    const guard = await begin();
    expect(nodes.asked[0]?.ids).toHaveLength(300);
    await clock.advance(12_000);
    expect(await end(guard)).toMatchObject({
      ports: [8080],
      silent: NOWHERE,
      unsure: { hostnames: ['node1'], ports: [8080] },
      failures: [],
      failedPorts: [],
    });
  });

  test('of which not each could be asked is judged where most probes fail', async () => {
    let isBroken = false;
    manyTasks(10, 40, () => isBroken);
    const guard = await begin();
    isBroken = true;
    await clock.advance(2_000);
    expect(await end(guard)).toMatchObject({ unsure: NOWHERE, failures: [{ hostname: 'node1' }] });
  });
});

test('what the look before does not get to in time is told as not judged', async () => {
  const ask = nodes.run.bind(nodes);
  nodes.run = async (targets, options, signal, onSample) => {
    // Node 3 has its turn only after the others, when the act has begun.
    await ask(targets, options, signal, (id, sample) =>
      onSample(id, id.endsWith('node3') ? { ...sample, at: sample.at + 1_500 } : sample),
    );
  };
  const beginning = beginNow();
  // The look is held up until the act begins.
  nodes.now.set('node3', 'silent');
  await clock.advance(1_000);
  const guard = await beginning;
  await clock.advance(4_000);
  expect(await end(guard)).toMatchObject({
    ports: [8080],
    silent: NOWHERE,
    unsure: { hostnames: ['node3'], ports: [8080] },
    failures: [],
  });
});

describe('nothing is left', () => {
  test('of a guard that has ended', async () => {
    const guard = await begin();
    await end(guard);
    const sent = nodes.asked.length;
    await clock.advance(2_000);
    expect([clock.pending, nodes.asked.length]).toEqual([0, sent]);
  });

  test('of one that is cut off in the middle of a probe', async () => {
    const guard = await begin();
    nodes.now.set('node1', 'silent');
    await clock.advance(500);
    expect(clock.pending).toBeGreaterThan(0);
    guard.dispose();
    await settled();
    expect(clock.pending).toBe(0);
  });

  test('when the extension ends', async () => {
    await begin();
    ended.abort();
    await settled();
    expect(clock.pending).toBe(0);
  });

  test('after four minutes, whatever goes on', async () => {
    await begin();
    await clock.advance(241_000);
    expect(clock.pending).toBe(0);
  });

  test('where nothing has to answer: not one probe is sent', async () => {
    cells = cells.map((one) => ({ ...one, owed: false }));
    const guard = await begin();
    expect(await end(guard)).toEqual(NOTHING);
    expect(nodes.asked).toEqual([]);
  });
});

test('very many cells are probed at a slower pace: at most a hundred connections a second', async () => {
  cells = Array.from({ length: 200 }, (_unused, index) => cell(`node${index}`));
  const guard = await begin();
  const from = clock.now();
  await clock.advance(10_000);
  const sent = nodes.asked.filter(({ at }) => at >= from).flatMap(({ ids }) => ids);
  expect(sent.length).toBeLessThanOrEqual(1_000);
  expect(sent.length).toBeGreaterThanOrEqual(800);
  guard.dispose();
});

test('an engine that cannot run tells nothing, and claims nothing', async () => {
  nodes.breaks = true;
  const guard = await begin();
  expect(await end(guard)).toEqual(NOTHING);
  expect(clock.pending).toBe(0);
});

test('a node with two addresses is one node in what is told', async () => {
  const [first = cell('node1')] = cells;
  const pair = ['a', 'b'].map((host, index) =>
    cell(host, {
      hostname: `node2 (IPv${index === 0 ? 4 : 6})`,
      target: { ...first.target, id: host, host, nodeId: 'n2' },
    }),
  );
  cells = [first, ...pair];
  const guard = await begin();
  nodes.now.set('a', REFUSED).set('b', REFUSED);
  await clock.advance(500);
  const { failures } = await end(guard);
  expect(failures).toHaveLength(1);
});

test('a probe of before that fails in the middle of the act is no sign of the time before', async () => {
  // Of the three connections before, the last one waits into the act.
  let asked = 0;
  cells = [cell('node1')];
  const engine: ProbeEngine = {
    label: 'late',
    run: async (targets, _options, _signal, onSample) => {
      for (const { id } of targets) {
        asked += 1;
        const at = clock.now();
        if (asked === 3) {
          await new Promise<void>((done) => {
            clock.after(2_000, done);
          });
        }
        onSample(id, { at, ...(asked === 3 ? REFUSED : GOOD), phases: { total: 1 } });
      }
    },
  };
  const beginning = ActGuard.begin({
    cells: () => cells,
    chooseEngine: () => Promise.resolve(engine),
    clock,
    logger: silentLogger,
    timeoutMs: 3_000,
    signal: ended.signal,
  });
  await clock.advance(1_000);
  const guard = await beginning;
  await clock.advance(1_500);
  const { silent, unsure } = await end(guard);
  expect([silent.ports, unsure.ports]).toEqual([[], [8080]]);
});
