import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, settled } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { makeEvent, makeInfo, makeNetwork, makeService, makeTask } from '../../test/fakes/records';
import { lessonParts } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { silentLogger } from '../common/logger';
import type { ConnectionEntry } from '../docker/target';
import type { InfoRecord } from '../docker/records/info';
import { SwarmStore } from './swarmStore';
import type { SwarmState } from './swarmState';

const entry: ConnectionEntry = {
  id: 'setting:lab',
  name: 'lab',
  source: 'setting',
  address: 'tcp://10.77.0.11:2375',
};
const other: ConnectionEntry = { ...entry, id: 'setting:other', name: 'other' };

let clock: FakeClock;
let engine: FakeEngine;
let store: SwarmStore;
let states: SwarmState[];
let open: (entry: ConnectionEntry, signal: AbortSignal) => Promise<FakeEngine>;

beforeEach(() => {
  clock = new FakeClock();
  engine = lessonEngine();
  open = () => Promise.resolve(engine);
  store = new SwarmStore({
    open: (wanted, signal) => open(wanted, signal),
    logger: silentLogger,
    clock,
  });
  states = [];
  store.onDidChange((state) => states.push(state));
});

afterEach(async () => {
  store.dispose();
  await settled();
  expect(clock.pending, 'timers left').toBe(0);
  expect(engine.streams, 'event streams left').toBe(0);
});

function lessonEngine(): FakeEngine {
  const { info, nodes, networks, services, tasks, details } = lessonParts();
  return new FakeEngine({ info, nodes, networks, services, tasks, details });
}

function connected(): Extract<SwarmState, { phase: 'connected' }> {
  if (store.state.phase !== 'connected') {
    throw new Error(`The store is ${store.state.phase}`);
  }
  return store.state;
}

/** Calls that arrive while `ms` milliseconds pass after `act`, counted by name. */
async function callsDuring(ms: number, act?: () => void): Promise<Record<string, number>> {
  const before = engine.calls.length;
  act?.();
  await clock.advance(ms);
  const counts: Record<string, number> = {};
  for (const { call } of engine.calls.slice(before)) {
    counts[call] = (counts[call] ?? 0) + 1;
  }
  return counts;
}

function setReplicas(replicas: number): void {
  engine.swarm.services = engine.swarm.services.map((service) =>
    service.id === 'drupal' ? { ...service, mode: { kind: 'replicated', replicas } } : service,
  );
}

describe('connecting', () => {
  it('goes from connecting to the first snapshot', async () => {
    await store.connect(entry);
    expect(states.map(({ phase }) => phase)).toEqual(['connecting', 'connected']);
    const { snapshot, connection } = connected();
    expect(connection).toBe(entry);
    expect([...snapshot.services.keys()]).toEqual(['drupal', 'psql']);
    expect(snapshot.peersByNetwork.get('my')?.length).toBe(3);
    expect(store.engine).toBe(engine);
  });

  it('hears of what happened while the event stream was being opened', async () => {
    engine.swarm.info = makeInfo({}, { time: '1795694400.250' });
    await store.connect(entry);
    expect(engine.streamsSince).toEqual(['1795694400.250']);
  });

  it.each<[string, Partial<InfoRecord['swarm']>, string]>([
    ['a worker', { controlAvailable: false }, 'worker'],
    ['an engine outside a swarm', { state: 'inactive' }, 'not-in-swarm'],
    ['a locked swarm', { state: 'locked' }, 'swarm-locked'],
    ['a join under way', { state: 'pending' }, 'swarm-pending'],
    ['a swarm in error', { state: 'error', error: 'boom' }, 'swarm-error'],
  ])('tells %s', async (_name, swarm, code) => {
    engine.swarm.info = makeInfo(swarm);
    await store.connect(entry);
    expect(store.state).toMatchObject({ phase: 'failed', connection: entry, error: { code } });
    expect(engine.disposed).toBe(true);
    expect(store.engine).toBeUndefined();
  });

  it('tells an engine that cannot be opened', async () => {
    open = () => Promise.reject(new SwarmscopeError('connection-refused'));
    await store.connect(entry);
    expect(store.state).toMatchObject({ phase: 'failed', error: { code: 'connection-refused' } });
  });

  it('tells a manager without quorum, though it lists its local networks', async () => {
    for (const call of ['nodes', 'services', 'tasks'] as const) {
      engine.fail(call, new SwarmscopeError('no-quorum'));
    }
    await store.connect(entry);
    expect(store.state).toMatchObject({ phase: 'failed', error: { code: 'no-quorum' } });
    expect(engine.disposed).toBe(true);
  });

  it('lets the later of two connects win', async () => {
    const slow = lessonEngine();
    const gate = slow.hold('info');
    open = (wanted) => Promise.resolve(wanted === entry ? slow : engine);
    const first = store.connect(entry);
    await settled();
    await store.connect(other);
    gate.dispose();
    await first;
    expect(connected().connection).toBe(other);
    expect(slow.disposed).toBe(true);
    expect(
      states.map((state) => [state.phase, 'connection' in state && state.connection.name]),
    ).toEqual([
      ['connecting', 'lab'],
      ['connecting', 'other'],
      ['connected', 'other'],
    ]);
  });

  it('can be cancelled while it waits', async () => {
    open = (_entry, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new SwarmscopeError('cancelled')));
      });
    const attempt = store.connect(entry);
    store.disconnect();
    await attempt;
    expect(states.map(({ phase }) => phase)).toEqual(['connecting', 'disconnected']);
  });

  it('lets go of everything on disconnect', async () => {
    store.setVisible(true);
    await store.connect(entry);
    store.disconnect();
    await settled();
    expect(store.state).toEqual({ phase: 'disconnected' });
    expect([engine.disposed, engine.streams, clock.pending]).toEqual([true, 0, 0]);
  });
});

describe('parts', () => {
  it('fail alone and keep the records of their last success', async () => {
    await store.connect(entry);
    engine.fail('tasks', new SwarmscopeError('engine-failed', { message: 'boom' }));
    engine.swarm.services = [...engine.swarm.services, makeService({ id: 'new' })];
    await store.refresh('manual');
    const { snapshot, lost } = connected();
    expect(lost).toBeUndefined();
    expect(snapshot.parts.tasks).toMatchObject({
      kind: 'failed',
      error: { code: 'engine-failed' },
    });
    expect(snapshot.parts.services.kind).toBe('ok');
    expect(snapshot.tasks.size).toBe(4);
    expect(snapshot.services.has('new')).toBe(true);
    engine.heal('tasks');
    await store.refresh('manual');
    expect(connected().snapshot.parts.tasks.kind).toBe('ok');
  });

  it('name a failed network detail as failed peers and keep the others', async () => {
    engine.fail('networkDetail', new SwarmscopeError('engine-failed'), 1);
    await store.connect(entry);
    const { snapshot } = connected();
    expect(snapshot.parts.peers.kind).toBe('failed');
    expect(
      snapshot.peers
        .get('n2')
        ?.networks.map(({ evidence }) => evidence)
        .toSorted(),
    ).toEqual(['placement', 'reported']);
  });

  it('take a network that vanished meanwhile for no failure', async () => {
    engine.fail('networkDetail', new SwarmscopeError('not-found'));
    await store.connect(entry);
    expect(connected().snapshot.parts.peers.kind).toBe('ok');
  });

  it('ask for members only where the connected engine takes part', async () => {
    engine.swarm.networks = [
      ...engine.swarm.networks,
      makeNetwork({ id: 'far' }),
      makeNetwork({ id: 'broken', driver: '', subnets: [] }),
      makeNetwork({ id: 'bridge', scope: 'local', driver: 'bridge' }),
    ];
    engine.swarm.tasks = [
      ...engine.swarm.tasks,
      makeTask({ id: 'x', nodeId: 'n2', attachments: [{ networkId: 'far', addresses: [] }] }),
    ];
    await store.connect(entry);
    const asked = engine.calls.filter(({ call }) => call === 'networkDetail');
    expect(new Set(asked.map(({ args }) => args[0]))).toEqual(new Set(['ing', 'my']));
  });
});

describe('refreshing', () => {
  it('fires nothing and keeps the snapshot when nothing changed', async () => {
    await store.connect(entry);
    const { snapshot } = connected();
    states.length = 0;
    engine.swarm.services = engine.swarm.services.map((service) => ({ ...service }));
    await store.refresh('manual');
    expect(states).toEqual([]);
    expect(connected().snapshot).toBe(snapshot);
  });

  it('never lets an older answer follow a newer one', async () => {
    await store.connect(entry);
    const gate = engine.hold('services');
    const slow = store.refresh('manual');
    await settled();
    setReplicas(5);
    gate.dispose();
    const urgent = store.refresh('after-command');
    await Promise.all([slow, urgent]);
    expect(connected().snapshot.services.get('drupal')?.desired).toBe(5);
  });

  it('by hand does not wait for one that hangs', async () => {
    await store.connect(entry);
    engine.hold('services');
    const hanging = store.refresh('event');
    await settled();
    const urgent = store.refresh('manual');
    expect(await callsDuring(0)).toMatchObject({ services: 1 });
    store.disconnect();
    await Promise.all([hanging, urgent]);
  });

  it('does nothing while disconnected', async () => {
    await store.refresh('manual');
    expect(engine.calls).toEqual([]);
  });
});

describe('events', () => {
  beforeEach(async () => {
    store.setVisible(true);
    await store.connect(entry);
    await clock.advance(0);
  });

  it('refresh what they touch, several as one', async () => {
    setReplicas(4);
    engine.emit(makeEvent({ id: 'drupal' }));
    engine.emit(makeEvent({ id: 'drupal' }));
    expect(await callsDuring(149)).toEqual({});
    expect(await callsDuring(1)).toEqual({ services: 1, tasks: 2 });
    expect(connected().snapshot.services.get('drupal')?.desired).toBe(4);
  });

  it('that only name a node are chatter', async () => {
    engine.emit(makeEvent({ type: 'node', attributes: { name: 'node2' } }));
    expect(await callsDuring(1000)).toEqual({});
  });

  it('of a node that goes down bring nodes, tasks and the peers of its networks', async () => {
    engine.swarm.nodes = engine.swarm.nodes.map((node) =>
      node.id === 'n3' ? { ...node, state: 'down' } : node,
    );
    engine.emit(makeEvent({ type: 'node', id: 'n3', attributes: { 'state.new': 'down' } }));
    expect(await callsDuring(150)).toEqual({
      info: 1,
      nodes: 1,
      services: 1,
      tasks: 2,
      networkDetail: 2,
    });
    expect(connected().snapshot.nodes.get('n3')?.state).toBe('down');
  });
});

describe('polling', () => {
  it('is slow at rest', async () => {
    store.setVisible(true);
    await store.connect(entry);
    expect(await callsDuring(14_000)).toEqual({});
    expect(await callsDuring(2_000)).toEqual({ services: 1, tasks: 2 });
  });

  it('is fast while a service converges', async () => {
    setReplicas(4);
    store.setVisible(true);
    await store.connect(entry);
    expect(await callsDuring(3_000)).toMatchObject({ services: 3, tasks: 6 });
    setReplicas(3);
    await clock.advance(1_000);
    expect(await callsDuring(10_000)).toEqual({});
  });

  it('grows patient with what never settles', async () => {
    setReplicas(4);
    store.setVisible(true);
    await store.connect(entry);
    await clock.advance(60_000);
    expect(await callsDuring(20_000)).toEqual({ services: 4, tasks: 8 });
  });

  it('rests while no view is visible, and a view brings a full look', async () => {
    setReplicas(4);
    await store.connect(entry);
    expect(await callsDuring(100_000)).toEqual({});
    engine.emit(makeEvent());
    expect(await callsDuring(1_000)).toEqual({});
    expect(engine.streams).toBe(1);
    setReplicas(7);
    const calls = await callsDuring(0, () => store.setVisible(true));
    expect(calls).toMatchObject({ info: 1, nodes: 1, networks: 1, services: 1 });
    expect(connected().snapshot.services.get('drupal')?.desired).toBe(7);
    store.setVisible(false);
    expect(clock.pending).toBe(0);
  });

  it('is fast for a while after a command, visible or not', async () => {
    await store.connect(entry);
    store.expectChange(3_500);
    expect(await callsDuring(20_000)).toMatchObject({ services: 3 });
    expect(clock.pending).toBe(0);
  });

  it('rests as soon as nothing is expected any more', async () => {
    await store.connect(entry);
    const long = store.expectChange(180_000);
    store.expectChange(2_500);
    expect(await callsDuring(1_000)).toMatchObject({ services: 1 });
    long.dispose();
    expect(await callsDuring(20_000)).toMatchObject({ services: 1 });
    expect(clock.pending).toBe(0);
  });

  it('asks again for a part that failed', async () => {
    store.setVisible(true);
    await store.connect(entry);
    engine.fail('nodes', new SwarmscopeError('timed-out'));
    await store.refresh('manual');
    expect(connected().snapshot.parts.nodes.kind).toBe('failed');
    engine.heal('nodes');
    await clock.advance(15_000);
    expect(connected().snapshot.parts.nodes.kind).toBe('ok');
    expect(await callsDuring(60_000)).not.toHaveProperty('nodes');
  });

  it('looks again at a network until it is allocated', async () => {
    store.setVisible(true);
    await store.connect(entry);
    engine.swarm.networks = [
      ...engine.swarm.networks,
      makeNetwork({ id: 'new', driver: '', subnets: [] }),
    ];
    engine.emit(makeEvent({ type: 'network', action: 'create', id: 'new' }));
    await clock.advance(150);
    expect(connected().snapshot.networks.get('new')?.allocated).toBe(false);
    engine.swarm.networks = [...engine.swarm.networks.slice(0, -1), makeNetwork({ id: 'new' })];
    await clock.advance(1_000);
    expect(connected().snapshot.networks.get('new')?.allocated).toBe(true);
  });
});

describe('a lost engine', () => {
  const dead = new SwarmscopeError('connection-refused');
  const calls = ['info', 'nodes', 'networks', 'services', 'tasks', 'events'] as const;

  beforeEach(async () => {
    store.setVisible(true);
    await store.connect(entry);
    await clock.advance(0);
  });

  function die(): void {
    for (const call of calls) {
      engine.fail(call, dead);
    }
    engine.endStreams(new SwarmscopeError('connection-lost'));
  }

  function revive(): void {
    for (const call of calls) {
      engine.heal(call);
    }
  }

  it('keeps its last snapshot, marked with the time of its last answer', async () => {
    const { snapshot } = connected();
    const answeredAt = clock.now();
    die();
    await clock.advance(1_000);
    expect(connected()).toEqual({
      phase: 'connected',
      connection: entry,
      snapshot,
      lost: { error: dead, since: answeredAt },
    });
    expect(store.engine).toBe(engine);
  });

  it('is sought with growing pauses and found again with a full look', async () => {
    engine.emit(makeEvent({ type: 'config', time: '17.5' }));
    await clock.advance(0);
    die();
    expect((await callsDuring(1_200))['info']).toBeLessThanOrEqual(3);
    expect((await callsDuring(60_000))['info']).toBeLessThanOrEqual(10);
    revive();
    setReplicas(9);
    states.length = 0;
    await clock.advance(12_000);
    expect(connected().lost).toBeUndefined();
    expect(connected().snapshot.services.get('drupal')?.desired).toBe(9);
    expect(engine.streamsSince).toEqual(['17.5']);
  });

  it('is found by a refresh, without waiting for the next attempt', async () => {
    die();
    await clock.advance(30_000);
    revive();
    await store.refresh('manual');
    expect(connected().lost).toBeUndefined();
    await clock.advance(0);
    expect(engine.streams).toBe(1);
  });

  it('is noticed by a poll when its stream hangs silently', async () => {
    for (const call of calls) {
      engine.fail(call, new SwarmscopeError('timed-out'));
    }
    await clock.advance(15_000);
    expect(connected().lost?.error.code).toBe('timed-out');
    expect(engine.streams).toBe(0);
  });

  it('that became a worker is told', async () => {
    engine.swarm.info = makeInfo({ controlAvailable: false });
    engine.endStreams();
    await clock.advance(1_000);
    expect(connected().lost?.error.code).toBe('worker');
  });

  it('is told once and then sought rarely while no view is visible', async () => {
    store.setVisible(false);
    die();
    await clock.advance(1_000);
    expect(connected().lost?.error.code).toBe('connection-refused');
    await clock.advance(120_000);
    expect((await callsDuring(600_000))['info']).toBeLessThanOrEqual(10);
    revive();
    store.setVisible(true);
    await clock.advance(1_000);
    expect(connected().lost).toBeUndefined();
    expect(engine.streams).toBe(1);
  });

  it('is sought for a command that waits, though no view is visible', async () => {
    store.setVisible(false);
    const expectation = store.expectChange(180_000);
    die();
    await clock.advance(5_000);
    expect(connected().lost).toBeDefined();
    revive();
    await clock.advance(20_000);
    expect(connected().lost).toBeUndefined();
    expectation.dispose();
    await clock.advance(0);
    expect(await callsDuring(60_000)).toEqual({});
  });

  it('a stream that merely ended is opened again and nobody hears of it', async () => {
    states.length = 0;
    engine.endStreams();
    await clock.advance(1_000);
    expect(engine.streams).toBe(1);
    expect(states).toEqual([]);
  });
});

describe('listeners', () => {
  it('that throw are not taken for a lost engine', async () => {
    store.onDidChange(() => {
      throw new Error('view failed');
    });
    await store.connect(entry);
    expect(connected().lost).toBeUndefined();
  });
});
