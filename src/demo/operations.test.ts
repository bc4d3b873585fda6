import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { DemoSwarm } from './demoSwarm';
import { hasEnded } from './scheduler';
import type { DemoNode, DemoTask, JsonObject } from './swarmTypes';

let clock: FakeClock;
let swarm: DemoSwarm;

beforeEach(async () => {
  clock = new FakeClock();
  swarm = new DemoSwarm({
    clock,
    speed: 1,
    nodes: 3,
    services: 0,
    tasks: 0,
    onDidChangeAddresses: () => undefined,
  });
  await clock.advance(60_000);
});

afterEach(() => {
  swarm.dispose();
});

function nodeOf(hostname: string): DemoNode {
  const found = [...swarm.state.nodes.values()].find((node) => node.hostname === hostname);
  if (found === undefined) {
    throw new Error(`no node ${hostname}`);
  }
  return found;
}

function tasksOf(name: string): DemoTask[] {
  return swarm.state.tasks.ofService(swarm.services.find(name).id);
}

function hostOf(task: DemoTask): string {
  return swarm.state.nodes.get(task.nodeId ?? '')?.hostname ?? '';
}

function runningOn(name: string): string[] {
  return tasksOf(name)
    .filter((task) => task.state === 'running' && task.desired === 'running')
    .map((task) => hostOf(task))
    .toSorted((one, other) => (one < other ? -1 : 1));
}

function changeNode(hostname: string, spec: JsonObject): void {
  const node = nodeOf(hostname);
  swarm.nodes.update(node.id, String(node.version), {
    Role: node.role,
    Availability: node.availability,
    Labels: node.labels,
    ...spec,
  });
}

function update(name: string, change: JsonObject, rollback = ''): void {
  const service = swarm.services.find(name);
  const query = new URLSearchParams({ version: String(service.version), rollback });
  swarm.services.update(service.id, query, { ...service.spec, ...change });
}

function withImage(image: string): JsonObject {
  return { TaskTemplate: { ContainerSpec: { Image: image } } };
}

describe('a drained node', () => {
  it('loses its tasks, those of global services too, and gets only the latter back', async () => {
    changeNode('worker1', { Availability: 'drain' });
    await clock.advance(4_000);
    expect(runningOn('web')).toHaveLength(3);
    expect(runningOn('web')).not.toContain('worker1');
    expect(runningOn('agent')).toEqual(['manager1', 'worker2']);
    changeNode('worker1', { Availability: 'active' });
    await clock.advance(4_000);
    expect(runningOn('web')).not.toContain('worker1');
    expect(runningOn('agent')).toEqual(['manager1', 'worker1', 'worker2']);
  });

  it('is told apart from the others in the reason why nothing fits', async () => {
    changeNode('worker1', { Availability: 'drain', Labels: { zone: 'a' } });
    swarm.services.create({
      Name: 'edge',
      TaskTemplate: {
        ContainerSpec: { Image: 'nginx' },
        Placement: { Constraints: ['node.labels.zone == a'] },
      },
    });
    await clock.advance(1_000);
    expect(tasksOf('edge').map(({ error }) => error)).toEqual([
      'no suitable node (scheduling constraints not satisfied on 2 nodes; 1 node not available for new tasks)',
    ]);
  });
});

describe('a paused node', () => {
  it('keeps what it runs and gets nothing new', async () => {
    changeNode('worker1', { Availability: 'pause' });
    update('web', { Mode: { Replicated: { Replicas: 6 } } });
    await clock.advance(4_000);
    expect(runningOn('web').filter((host) => host === 'worker1')).toHaveLength(1);
    expect(runningOn('web')).toHaveLength(6);
    expect(runningOn('agent')).toEqual(['manager1', 'worker1', 'worker2']);
  });
});

describe('a label that goes', () => {
  it('rejects the task that needed it, and the next one waits', async () => {
    changeNode('worker2', { Labels: { zone: 'a' } });
    swarm.services.create({
      Name: 'zoned',
      TaskTemplate: {
        ContainerSpec: { Image: 'nginx' },
        Placement: { Constraints: ['node.labels.zone==a'] },
      },
    });
    await clock.advance(4_000);
    expect(runningOn('zoned')).toEqual(['worker2']);
    changeNode('worker2', { Labels: {} });
    await clock.advance(1_000);
    expect(tasksOf('zoned').map(({ state, error }) => `${state}: ${error}`)).toEqual([
      'rejected: assigned node no longer meets constraints',
      'pending: no suitable node (scheduling constraints not satisfied on 3 nodes)',
    ]);
  });
});

describe('a promoted node', () => {
  it('joins the managers after a moment, and leaves them when demoted', async () => {
    changeNode('worker1', { Role: 'manager' });
    expect(nodeOf('worker1')).toMatchObject({ role: 'manager', isManager: false });
    await clock.advance(1_000);
    expect(nodeOf('worker1').isManager).toBe(true);
    expect(swarm.state.self.hostname).toBe('manager1');
    expect(() => swarm.nodes.remove('worker1')).toThrow('is a cluster manager');
    changeNode('worker1', { Role: 'worker' });
    await clock.advance(1_000);
    expect(nodeOf('worker1').isManager).toBe(false);
    const changes = swarm.state.events.history.flatMap(({ attributes }) =>
      attributes['role.new'] === undefined ? [] : [attributes['role.new']],
    );
    expect(changes).toEqual(['manager', 'worker']);
  });

  it('is never the last one to be demoted', () => {
    expect(() => changeNode('manager1', { Role: 'worker' })).toThrow(
      'attempting to demote the last manager of the swarm',
    );
  });
});

describe('a rollback', () => {
  it('goes back to the previous spec task by task, and forth again', async () => {
    update('web', withImage('nginx:1.28'));
    await clock.advance(20_000);
    update('web', {}, 'previous');
    const { updateStatus } = swarm.services.find('web');
    expect(updateStatus).toMatchObject({
      State: 'rollback_started',
      Message: 'manually requested rollback',
    });
    await clock.advance(20_000);
    const service = swarm.services.find('web');
    expect(service.updateStatus?.State).toBe('rollback_completed');
    expect(service.previousSpec?.TaskTemplate.ContainerSpec.Image).toBe('nginx:1.28');
    const images = tasksOf('web')
      .filter((task) => !hasEnded(task))
      .map(({ template }) => template.ContainerSpec.Image);
    expect(images).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.27']);
  });

  it('happens by itself when the update fails and its spec says so', async () => {
    const spec = withImage('example/nosuch:3');
    update('web', { ...spec, UpdateConfig: { Parallelism: 1, FailureAction: 'rollback' } });
    await clock.advance(20_000);
    const service = swarm.services.find('web');
    expect(service.updateStatus?.State).toBe('rollback_completed');
    expect(service.spec.TaskTemplate.ContainerSpec.Image).toBe('nginx:1.27');
    expect(service.previousSpec).toBeUndefined();
    expect(runningOn('web')).toHaveLength(3);
  });

  it('has something to go back to, or is refused', () => {
    expect(() => update('db', {}, 'previous')).toThrow('does not have a previous spec');
  });
});

describe('an update of several tasks at once', () => {
  it('replaces as many as the spec allows', async () => {
    update('web', { ...withImage('nginx:1.28'), UpdateConfig: { Parallelism: 2 } });
    await clock.advance(500);
    expect(runningOn('web')).toHaveLength(1);
    await clock.advance(20_000);
    expect(swarm.services.find('web').updateStatus?.State).toBe('completed');
  });

  it('is over before it begins where nothing runs', async () => {
    swarm.services.create({
      Name: 'idle',
      ...withImage('nginx'),
      Mode: { Replicated: { Replicas: 0 } },
    });
    update('idle', withImage('nginx:2'));
    await clock.advance(1_000);
    expect(swarm.services.find('idle').updateStatus).toBeUndefined();
  });
});

describe('a job', () => {
  const job = { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 5 } };

  it('completes as often as asked, never more at a time than allowed, and rests', async () => {
    swarm.services.create({ Name: 'job', ...withImage('alpine'), Mode: job });
    let most = 0;
    for (let step = 0; step < 150; step += 1) {
      await clock.advance(100);
      most = Math.max(most, tasksOf('job').filter((task) => !hasEnded(task)).length);
    }
    expect(most).toBe(2);
    const slots = tasksOf('job').map(({ place, state }) => `${place} ${state}`);
    expect(slots.toSorted()).toEqual(['0', '1', '2', '3', '4'].map((slot) => `${slot} complete`));
    expect(clock.pending).toBe(0);
  });

  it('runs again when it is updated', async () => {
    swarm.services.create({ Name: 'job', ...withImage('alpine'), Mode: { GlobalJob: {} } });
    await clock.advance(10_000);
    expect(tasksOf('job').filter(({ state }) => state === 'complete')).toHaveLength(3);
    update('job', { Labels: { again: 'yes' } });
    await clock.advance(10_000);
    const runs = tasksOf('job').map(({ jobIteration, state }) => `${jobIteration} ${state}`);
    expect(runs.toSorted()).toEqual([
      ...['0 complete', '0 complete', '0 complete', '1 complete', '1 complete', '1 complete'],
    ]);
  });
});

describe('the ingress network', () => {
  it('is made anew once no service publishes through it', async () => {
    expect(() => swarm.networks.remove('ingress')).toThrow('depends on it');
    for (const name of ['web', 'api']) {
      swarm.services.remove(name);
    }
    swarm.networks.remove('ingress');
    const body = { Name: 'mesh', Driver: 'overlay', Ingress: true };
    const id = swarm.networks.create({ ...body, IPAM: { Config: [{ Subnet: '10.50.0.0/24' }] } });
    expect([...(swarm.state.networks.get(id)?.balancers.keys() ?? [])]).toHaveLength(3);
    swarm.services.create({
      Name: 'web',
      ...withImage('nginx'),
      EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 8080 }] },
    });
    await clock.advance(4_000);
    expect(tasksOf('web')[0]?.addresses.get(id)).toMatch(/^10\.50\.0\./);
  });
});

describe('a network with an address range', () => {
  it('gives addresses of it only, then those of its next subnet', () => {
    const id = swarm.networks.create({
      Name: 'ranged',
      Driver: 'overlay',
      IPAM: {
        Config: [
          { Subnet: '10.60.0.0/24', IPRange: '10.60.0.128/30' },
          { Subnet: '10.61.0.0/24', Gateway: '10.61.0.9' },
        ],
      },
    });
    const pool = swarm.state.networks.get(id)?.allocated?.pool;
    const given = Array.from({ length: 5 }, () => pool?.allocate());
    expect(given).toEqual([
      ...['10.60.0.129/24', '10.60.0.130/24', '10.60.0.131/24', '10.61.0.1/24', '10.61.0.2/24'],
    ]);
  });
});
