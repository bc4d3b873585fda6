import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, settled } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { lessonParts } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { silentLogger } from '../common/logger';
import type { ConnectionEntry } from '../docker/target';
import { lookAt } from './lookAt';
import { Swarms } from './swarms';

const [a, b] = ['a', 'b'].map((id): ConnectionEntry => ({
  id,
  name: id,
  source: 'setting',
  address: `tcp://${id}`,
})) as [ConnectionEntry, ConnectionEntry];

let clock: FakeClock;
let engines: Map<string, FakeEngine>;
let swarms: Swarms;
let changed: string[];

beforeEach(() => {
  clock = new FakeClock();
  engines = new Map([a, b].map(({ id }) => [id, new FakeEngine(lessonParts())]));
  swarms = new Swarms({
    open: ({ id }) => Promise.resolve(engineOf(id)),
    logger: silentLogger,
    clock,
  });
  changed = [];
  swarms.onDidChange((id) => changed.push(id));
});

afterEach(async () => {
  swarms.dispose();
  await settled();
  expect(clock.pending, 'timers left').toBe(0);
  for (const engine of engines.values()) {
    expect(engine.streams, 'event streams left').toBe(0);
  }
});

function engineOf(id: string): FakeEngine {
  const engine = engines.get(id);
  if (engine === undefined) {
    throw new SwarmscopeError('connection-refused', { address: id });
  }
  return engine;
}

/** Names of the calls that each engine got while `ms` milliseconds passed. */
async function callsDuring(ms: number): Promise<Record<string, number>> {
  const before = new Map([...engines].map(([id, engine]) => [id, engine.calls.length]));
  await clock.advance(ms);
  return Object.fromEntries(
    [...engines].map(([id, engine]) => [id, engine.calls.length - (before.get(id) ?? 0)]),
  );
}

describe('Swarms', () => {
  it('opens connections beside each other, each with its own state', async () => {
    await Promise.all([swarms.connect(a), swarms.connect({ ...b, id: 'gone' })]);
    expect(swarms.open.map(({ connectionId, store }) => [connectionId, store.state.phase])).toEqual(
      [
        ['a', 'connected'],
        ['gone', 'failed'],
      ],
    );
    expect(changed).toEqual(expect.arrayContaining(['a', 'gone']));
  });

  it('closes one and leaves the other as it is', async () => {
    await swarms.connect(a);
    await swarms.connect(b);
    const watched = swarms.watch('a');
    const seen: string[] = [];
    watched.onDidChange(({ phase }) => seen.push(phase));
    swarms.close('a');
    await settled();
    expect(watched.state).toEqual({ phase: 'disconnected' });
    expect(watched.engine).toBeUndefined();
    expect(seen).toEqual(['disconnected']);
    expect(engineOf('a').disposed).toBe(true);
    expect(swarms.find('b')?.state.phase).toBe('connected');
  });

  it('tells a watcher of its own connection only, also when that is opened later', async () => {
    const seen: string[] = [];
    swarms.watch('b').onDidChange(({ phase }) => seen.push(phase));
    await swarms.connect(a);
    expect(seen).toEqual([]);
    await swarms.connect(b);
    expect(seen).toEqual(['connecting', 'connected']);
  });

  it('polls only the swarms that something shows', async () => {
    await Promise.all([swarms.connect(a), swarms.connect(b)]);
    expect(await callsDuring(60_000)).toEqual({ a: 0, b: 0 });
    swarms.setVisible('panel', true, 'b');
    await settled();
    const one = await callsDuring(60_000);
    expect(one['a']).toBe(0);
    expect(one['b']).toBeGreaterThan(0);
    swarms.setVisible('tree', true);
    await settled();
    expect((await callsDuring(60_000))['a']).toBeGreaterThan(0);
    swarms.setVisible('tree', false);
    swarms.setVisible('panel', false);
    await settled();
    expect(await callsDuring(60_000)).toEqual({ a: 0, b: 0 });
  });

  it('refreshes all, or the one that is named', async () => {
    await Promise.all([swarms.connect(a), swarms.connect(b)]);
    const before = engineOf('a').calls.length;
    await swarms.refresh('manual', 'b');
    expect(engineOf('a').calls).toHaveLength(before);
    await swarms.refresh('manual');
    expect(engineOf('a').calls.length).toBeGreaterThan(before);
  });
});

describe('lookAt', () => {
  const { signal } = new AbortController();
  const open = ({ id }: ConnectionEntry): Promise<FakeEngine> =>
    Promise.resolve().then(() => engineOf(id));

  it('names a leader, and leaves the engine again', async () => {
    expect(await lookAt(a, open, signal)).toMatchObject({
      kind: 'manager',
      hostname: 'node1',
      nodes: { count: 3, isLeader: true },
    });
    expect(engineOf('a').disposed).toBe(true);
  });

  it('knows a manager whose swarm has no leader', async () => {
    engineOf('a').fail('nodes', new SwarmscopeError('no-quorum'));
    const standing = await lookAt(a, open, signal);
    expect(standing.kind).toBe('manager');
    expect(standing).not.toHaveProperty('nodes');
  });

  it('gives what is in the way as a value', async () => {
    expect(await lookAt({ ...a, id: 'gone' }, open, signal)).toMatchObject({
      kind: 'problem',
      error: { code: 'connection-refused' },
    });
    const engine = engineOf('a');
    engine.swarm.info = {
      ...engine.swarm.info,
      swarm: { ...engine.swarm.info.swarm, controlAvailable: false },
    };
    expect(await lookAt(a, open, signal)).toMatchObject({
      kind: 'problem',
      error: { code: 'worker' },
    });
  });
});
