import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, settled } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { makeInfo } from '../../test/fakes/records';
import { lessonParts } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { silentLogger } from '../common/logger';
import type { ConnectionEntry } from '../docker/target';
import type { KnownManager } from './failOver';
import { SwarmStore } from './swarmStore';
import type { SwarmState } from './swarmState';

const CALLS = ['info', 'nodes', 'networks', 'services', 'tasks', 'events'] as const;
const refused = new SwarmscopeError('connection-refused');
const noLeader = new SwarmscopeError('no-quorum');

function connection(name: string): ConnectionEntry {
  return { id: `setting:${name}`, name, source: 'setting', address: `tcp://${name}:2375` };
}

const m1 = connection('m1');
const m2 = connection('m2');
const m3 = connection('m3');
const stranger = connection('stranger');

let clock: FakeClock;
/** Engines by the id of the connection that leads to them; one that is not there refuses. */
let engines: Map<string, FakeEngine>;
let opened: FakeEngine[];
let routes: ConnectionEntry[];
let asked: (readonly KnownManager[])[];
let store: SwarmStore;

/** A manager of the lesson's swarm; all three nodes of it are managers. */
function manager(node: number): FakeEngine {
  const { info, nodes, networks, services, tasks, details } = lessonParts();
  return new FakeEngine({
    info: makeInfo({ ...info.swarm, nodeId: `n${node}` }),
    nodes: nodes.map((row, index) => ({
      ...row,
      role: 'manager' as const,
      reachability: 'reachable' as const,
      leader: index === 0,
      managerAddress: `10.0.0.1${index + 1}`,
    })),
    networks,
    services,
    tasks,
    details,
  });
}

beforeEach(() => {
  clock = new FakeClock();
  engines = new Map([m1, m2, m3].map(({ id }, index) => [id, manager(index + 1)]));
  opened = [];
  routes = [m1, stranger, m2, m3];
  asked = [];
  store = new SwarmStore({
    open: ({ id }) => {
      const engine = engines.get(id);
      if (engine === undefined || engine.disposed) {
        return Promise.reject(refused);
      }
      const copy = twin(engine);
      opened.push(copy);
      return Promise.resolve(copy);
    },
    routes: (_connection, managers) => {
      asked.push(managers);
      return Promise.resolve(routes);
    },
    logger: silentLogger,
    clock,
  });
  store.setVisible(true);
});

afterEach(async () => {
  store.dispose();
  await settled();
  expect(clock.pending, 'timers left').toBe(0);
  expect(
    opened.filter(({ disposed }) => !disposed),
    'engines left open',
  ).toEqual([]);
});

/** Another connection to the same engine: it fails and answers as `engine` does. */
function twin(engine: FakeEngine): FakeEngine {
  const copy = Object.create(engine) as FakeEngine;
  let disposed = false;
  Object.defineProperty(copy, 'disposed', { get: () => disposed });
  copy.dispose = () => {
    disposed = true;
  };
  return copy;
}

function engineOf(entry: ConnectionEntry): FakeEngine {
  const engine = engines.get(entry.id);
  if (engine === undefined) {
    throw new Error(`There is no ${entry.name}`);
  }
  return engine;
}

function state(): Extract<SwarmState, { phase: 'connected' }> {
  if (store.state.phase !== 'connected') {
    throw new Error(`The store is ${store.state.phase}`);
  }
  return store.state;
}

function kill(entry: ConnectionEntry): FakeEngine {
  const engine = engineOf(entry);
  for (const call of CALLS) {
    engine.fail(call, refused);
  }
  engine.endStreams(new SwarmscopeError('connection-lost'));
  engines.delete(entry.id);
  return engine;
}

function revive(entry: ConnectionEntry, engine: FakeEngine): void {
  for (const call of CALLS) {
    engine.heal(call);
  }
  engines.set(entry.id, engine);
}

function losesLeader(entry: ConnectionEntry): void {
  for (const call of ['nodes', 'services', 'tasks'] as const) {
    engineOf(entry).fail(call, noLeader);
  }
}

function hasLeader(entry: ConnectionEntry): void {
  for (const call of ['nodes', 'services', 'tasks'] as const) {
    engineOf(entry).heal(call);
  }
}

describe('a manager that dies', () => {
  beforeEach(async () => {
    await store.connect(m1);
    await clock.advance(0);
  });

  it('is replaced by another of its swarm, and everything shown stays', async () => {
    const { snapshot } = state();
    const states: SwarmState[] = [];
    store.onDidChange((next) => states.push(next));
    kill(m1);
    await clock.advance(2_000);
    expect(state()).toMatchObject({ connection: m1, via: m2 });
    expect(state().lost).toBeUndefined();
    expect(state().snapshot.services).toEqual(snapshot.services);
    expect(states.every(({ phase }) => phase === 'connected')).toBe(true);
    expect(state().snapshot.info.swarm.nodeId).toBe('n2');
  });

  it('tells the routes which managers there are', async () => {
    kill(m1);
    await clock.advance(2_000);
    expect(asked[0]?.map(({ nodeId, address }) => [nodeId, address])).toEqual([
      ['n1', '10.0.0.11'],
      ['n2', '10.0.0.12'],
      ['n3', '10.0.0.13'],
    ]);
  });

  it('is never replaced by a manager of another swarm, a worker or an engine outside', async () => {
    const pools = { defaultAddressPools: [], subnetSize: 24, dataPathPort: 4789 };
    const info = makeInfo({ cluster: { ...pools, id: 'another' } });
    engines.set(stranger.id, new FakeEngine({ info }));
    engineOf(m2).swarm.info = makeInfo({ controlAvailable: false });
    engineOf(m3).swarm.info = makeInfo({ state: 'inactive' });
    kill(m1);
    await clock.advance(60_000);
    expect(state().via).toBeUndefined();
    expect(state().lost?.error.code).toBe('connection-refused');
  });

  it('keeps being waited for where there is no other way', async () => {
    routes = [];
    const engine = kill(m1);
    await clock.advance(30_000);
    expect(state()).toMatchObject({ lost: { error: { code: 'connection-refused' } } });
    revive(m1, engine);
    await clock.advance(12_000);
    expect(state().lost).toBeUndefined();
    expect(state().via).toBeUndefined();
  });

  it('is gone back to when it has answered twice', async () => {
    const engine = kill(m1);
    await clock.advance(2_000);
    revive(m1, engine);
    await clock.advance(6_000);
    expect(state().via).toEqual(m2);
    await clock.advance(6_000);
    expect(state().via).toBeUndefined();
    expect(state().lost).toBeUndefined();
    expect(state().snapshot.info.swarm.nodeId).toBe('n1');
    await clock.advance(60_000);
    expect(state().via).toBeUndefined();
  });

  it('may be followed by its stand-in', async () => {
    kill(m1);
    await clock.advance(2_000);
    kill(m2);
    await clock.advance(2_000);
    expect(state().via).toEqual(m3);
    expect(state().lost).toBeUndefined();
  });

  it('that answers again before another is found stays in use', async () => {
    routes = [];
    const engine = kill(m1);
    await clock.advance(500);
    revive(m1, engine);
    await clock.advance(5_000);
    expect(state()).not.toHaveProperty('via');
    expect(state()).not.toHaveProperty('lost');
  });

  it('keeps what a command waits for', async () => {
    store.setVisible(false);
    const expectation = store.expectChange(100_000);
    kill(m1);
    await clock.advance(3_000);
    expect(state().via).toEqual(m2);
    const before = engineOf(m2).count('services');
    await clock.advance(5_000);
    expect(engineOf(m2).count('services') - before).toBeGreaterThanOrEqual(4);
    expectation.dispose();
  });

  it('is replaced while nobody looks, too', async () => {
    store.setVisible(false);
    kill(m1);
    await clock.advance(3_000);
    expect(state().via).toEqual(m2);
  });
});

describe('a leader that dies', () => {
  beforeEach(async () => {
    await store.connect(m1);
    await clock.advance(0);
    kill(m1);
    losesLeader(m2);
    losesLeader(m3);
  });

  it('leaves a swarm that elects another, told within 5 s and live soon after', async () => {
    await clock.advance(5_000);
    expect(state()).toMatchObject({ via: m2, lost: { error: { code: 'electing' } } });
    hasLeader(m2);
    hasLeader(m3);
    await clock.advance(3_000);
    expect(state().via).toEqual(m2);
    expect(state().lost).toBeUndefined();
  });

  it('is followed by a manager that has a leader, wherever it is', async () => {
    await clock.advance(3_000);
    hasLeader(m3);
    await clock.advance(6_000);
    expect(state().via).toEqual(m3);
    expect(state().lost).toBeUndefined();
  });

  it('may leave too few managers: told as such, what answers refreshes, and it recovers', async () => {
    const { snapshot } = state();
    kill(m3);
    await clock.advance(40_000);
    expect(state()).toMatchObject({ via: m2, lost: { error: { code: 'no-quorum' } } });
    expect([...state().snapshot.services.keys()]).toEqual([...snapshot.services.keys()]);
    const info = engineOf(m2).swarm.info;
    engineOf(m2).swarm.info = { ...info, engineVersion: '99.0' };
    await clock.advance(3_000);
    expect(state().snapshot.info.engineVersion).toBe('99.0');
    expect(state().lost).toBeDefined();
    hasLeader(m2);
    await clock.advance(3_000);
    expect(state().lost).toBeUndefined();
  });
});

describe('managers that elect a leader', () => {
  const silent = ['info', 'nodes', 'networks', 'services', 'tasks', 'networkDetail'] as const;

  it('say nothing meanwhile but their ping: told within 5 s, live at once afterwards', async () => {
    await store.connect(m1);
    await clock.advance(0);
    const gates = [m2, m3].flatMap((entry) => silent.map((call) => engineOf(entry).hold(call)));
    kill(m1);
    await clock.advance(5_000);
    expect(state()).toMatchObject({ via: m2, lost: { error: { code: 'electing' } } });
    await clock.advance(4_000);
    for (const gate of gates) {
      gate.dispose();
    }
    await clock.advance(0);
    expect(state().via).toEqual(m2);
    expect(state()).not.toHaveProperty('lost');
  });

  it('are told from an engine that is merely slow', async () => {
    await store.connect(m1);
    await clock.advance(0);
    const timedOut = new SwarmscopeError('timed-out');
    for (const call of silent) {
      engineOf(m1).fail(call, timedOut);
    }
    routes = [];
    await store.refresh('manual');
    expect(state().lost?.error.code).toBe('electing');
    engineOf(m1).fail('ping', timedOut);
    await clock.advance(60_000);
    expect(state().lost?.error.code).toBe('timed-out');
  });

  it('are not suspected where there is only one manager', async () => {
    const { nodes } = engineOf(m1).swarm;
    engineOf(m1).swarm.nodes = nodes.map((row) => ({
      ...row,
      role: row.id === 'n1' ? 'manager' : 'worker',
    }));
    await store.connect(m1);
    for (const call of silent) {
      engineOf(m1).fail(call, new SwarmscopeError('timed-out'));
    }
    await store.refresh('manual');
    expect(state().lost?.error.code).toBe('timed-out');
  });
});

describe('a manager that is dead from the start', () => {
  it('is stood in for where its swarm is remembered', async () => {
    const swarmId = engineOf(m1).swarm.info.swarm.cluster?.id ?? '';
    const remembered = { ...m1, swarmId };
    const dead = kill(m1);
    await store.connect(remembered);
    expect(state()).toMatchObject({ connection: remembered, via: m2 });
    revive(m1, dead);
    await clock.advance(12_000);
    expect(state().via).toBeUndefined();
  });

  it('fails where nothing is remembered', async () => {
    kill(m1);
    await store.connect(m1);
    expect(store.state).toMatchObject({ phase: 'failed', error: { code: 'connection-refused' } });
  });
});
