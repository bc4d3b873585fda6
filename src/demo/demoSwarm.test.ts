import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { DemoSwarm } from './demoSwarm';
import { hasEnded } from './scheduler';
import type { DemoTask, JsonObject } from './swarmTypes';

let clock: FakeClock;
let swarm: DemoSwarm;

beforeEach(() => {
  clock = new FakeClock();
  swarm = makeSwarm();
});

afterEach(() => {
  swarm.dispose();
});

function makeSwarm(scale: { nodes?: number; services?: number; tasks?: number } = {}): DemoSwarm {
  return new DemoSwarm({
    clock,
    speed: 1,
    nodes: scale.nodes ?? 3,
    services: scale.services ?? 0,
    tasks: scale.tasks ?? 0,
    onDidChangeAddresses: () => undefined,
  });
}

function tasksOf(name: string): DemoTask[] {
  return swarm.state.tasks.ofService(swarm.services.find(name).id);
}

function runningOn(name: string): string[] {
  return tasksOf(name)
    .filter((task) => task.state === 'running' && task.desired === 'running')
    .map((task) => swarm.state.nodes.get(task.nodeId ?? '')?.hostname ?? '')
    .toSorted((one, other) => (one < other ? -1 : 1));
}

function nodeId(hostname: string): string {
  return [...swarm.state.nodes.values()].find((node) => node.hostname === hostname)?.id ?? '';
}

/** Puts a changed spec in the place of a service's own. */
function update(name: string, change: (spec: JsonObject) => JsonObject): void {
  const service = swarm.services.find(name);
  const query = new URLSearchParams({ version: String(service.version) });
  swarm.services.update(service.id, query, change({ ...service.spec }));
}

function forced(spec: JsonObject): JsonObject {
  return { ...spec, TaskTemplate: { ...(spec['TaskTemplate'] as JsonObject), ForceUpdate: 1 } };
}

describe('a fresh demo swarm', () => {
  it('comes up within four seconds, spread over its nodes', async () => {
    await clock.advance(4_000);
    expect(runningOn('web')).toEqual(['manager1', 'worker1', 'worker2']);
    expect(runningOn('agent')).toEqual(['manager1', 'worker1', 'worker2']);
    expect(runningOn('api')).toHaveLength(2);
    expect(runningOn('db')).toHaveLength(1);
  });

  it('tries an image that does not exist twice, and then rests', async () => {
    await clock.advance(60_000);
    expect(tasksOf('reports').map(({ state, error }) => `${state}: ${error}`)).toEqual([
      'rejected: No such image: example/nosuch-reports:2',
      'rejected: No such image: example/nosuch-reports:2',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('gives no address of a network twice', async () => {
    await clock.advance(4_000);
    const given = swarm.state.tasks.all().flatMap((task) => [...task.addresses.values()]);
    const balancers = [...swarm.state.networks.values()].flatMap((network) => [
      ...network.balancers.values(),
    ]);
    const all = [...given, ...balancers];
    expect(new Set(all).size).toBe(all.length);
  });

  it('holds as many nodes, services and tasks as it was told', async () => {
    swarm.dispose();
    swarm = makeSwarm({ nodes: 20, services: 30, tasks: 10 });
    await clock.advance(4_000);
    expect(swarm.state.nodes.size).toBe(20);
    // More published tasks than a /24 has addresses.
    expect(runningOn('scale-0')).toHaveLength(10);
    expect(runningOn('scale-29')).toHaveLength(10);
    // Thousands of fake timers: seconds on a machine with other work.
  }, 20_000);
});

describe('a node that fails', () => {
  it('loses its tasks to the others, and does not get them back', async () => {
    await clock.advance(4_000);
    swarm.nodes.setState('worker1', 'down');
    await clock.advance(4_000);
    expect(runningOn('web')).toHaveLength(3);
    expect(runningOn('web')).not.toContain('worker1');
    expect(runningOn('agent')).toEqual(['manager1', 'worker2']);
    swarm.nodes.setState('worker1', 'ready');
    await clock.advance(4_000);
    expect(runningOn('web')).not.toContain('worker1');
    expect(runningOn('agent')).toEqual(['manager1', 'worker1', 'worker2']);
  });

  it('keeps its tasks as they were until it is back, as orphans that nobody can stop', async () => {
    await clock.advance(4_000);
    const lost = tasksOf('web').find((task) => task.nodeId === nodeId('worker1'));
    swarm.nodes.setState('worker1', 'down');
    await clock.advance(60_000);
    expect([lost?.state, lost?.desired]).toEqual(['running', 'shutdown']);
    swarm.nodes.setState('worker1', 'ready');
    expect(lost?.state).toBe('shutdown');
  });

  it('is removed with its tasks once it is down', async () => {
    await clock.advance(4_000);
    const id = nodeId('worker1');
    expect(() => swarm.nodes.remove(id)).toThrow("is not down and can't be removed");
    swarm.nodes.setState(id, 'down');
    swarm.nodes.remove(id);
    expect(swarm.state.tasks.onNode(id)).toEqual([]);
    await clock.advance(4_000);
    expect(runningOn('web')).toHaveLength(3);
  });
});

describe('an update', () => {
  it('replaces one task after the other', async () => {
    await clock.advance(4_000);
    const before = tasksOf('web').map(({ id }) => id);
    update('web', forced);
    let least = 3;
    for (let step = 0; step < 150; step += 1) {
      await clock.advance(100);
      least = Math.min(least, runningOn('web').length);
    }
    expect(least).toBe(2);
    const now = tasksOf('web').filter((task) => !hasEnded(task));
    expect(now).toHaveLength(3);
    expect(now.some(({ id }) => before.includes(id))).toBe(false);
    expect(swarm.services.find('web').updateStatus?.State).toBe('completed');
  });

  it('pauses at a task that cannot start', async () => {
    await clock.advance(4_000);
    update('web', (spec) => ({
      ...spec,
      TaskTemplate: { ContainerSpec: { Image: 'example/nosuch:3' } },
    }));
    await clock.advance(10_000);
    expect(swarm.services.find('web').updateStatus?.State).toBe('paused');
    expect(runningOn('web')).toHaveLength(2);
  });

  it('adds and removes replicas', async () => {
    await clock.advance(4_000);
    update('web', (spec) => ({ ...spec, Mode: { Replicated: { Replicas: 5 } } }));
    await clock.advance(4_000);
    expect(runningOn('web')).toHaveLength(5);
    update('web', (spec) => ({ ...spec, Mode: { Replicated: { Replicas: 1 } } }));
    await clock.advance(4_000);
    expect(runningOn('web')).toHaveLength(1);
    expect(tasksOf('web').filter((task) => !hasEnded(task))).toHaveLength(1);
  });

  it('keeps at most five ended tasks of a slot', async () => {
    await clock.advance(4_000);
    for (let round = 0; round < 8; round += 1) {
      update('db', (spec) => ({
        ...spec,
        TaskTemplate: { ...(spec['TaskTemplate'] as JsonObject), ForceUpdate: round + 1 },
      }));
      await clock.advance(6_000);
    }
    expect(tasksOf('db').filter((task) => hasEnded(task))).toHaveLength(5);
  });
});

describe('a service that cannot be placed', () => {
  it('waits with the reason, and starts when a node fits', async () => {
    swarm.services.create({
      Name: 'edge',
      TaskTemplate: {
        ContainerSpec: { Image: 'nginx' },
        Placement: { Constraints: ['node.hostname == worker1'] },
      },
      EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 81, PublishMode: 'host' }] },
      Mode: { Replicated: { Replicas: 2 } },
    });
    await clock.advance(10_000);
    expect(runningOn('edge')).toEqual(['worker1']);
    expect(tasksOf('edge').map(({ error }) => error)).toContain(
      'no suitable node (scheduling constraints not satisfied on 2 nodes; host-mode port already in use on 1 node)',
    );
    update('edge', (spec) => ({ ...spec, Mode: { Replicated: { Replicas: 0 } } }));
    await clock.advance(4_000);
    expect(runningOn('edge')).toEqual([]);
  });
});
