import * as net from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { DemoSwarm } from './demoSwarm';

let clock: FakeClock;
let swarm: DemoSwarm;
let changes: number;

beforeEach(async () => {
  clock = new FakeClock();
  changes = 0;
  swarm = new DemoSwarm({
    clock,
    speed: 1,
    nodes: 3,
    services: 0,
    tasks: 0,
    onDidChangeAddresses: () => {
      changes += 1;
    },
  });
  await clock.advance(4_000);
  await swarm.listeners.settled();
});

afterEach(() => {
  swarm.dispose();
});

function addressOf(key: string): string {
  return swarm.listeners.addresses()[key] ?? '';
}

async function answer(key: string, withinMs = 2_000): Promise<string> {
  const signal = AbortSignal.timeout(withinMs);
  const response = await fetch(`http://${addressOf(key)}/`, { signal });
  return await response.text();
}

async function connects(key: string): Promise<boolean> {
  const [host, port] = addressOf(key).split(':');
  const socket = net.connect(Number(port), host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe('published ports', () => {
  it('answer on every node, by one task after the other', async () => {
    const ids = swarm.state.tasks
      .ofService(swarm.services.find('web').id)
      .map((task) => task.containerId.slice(0, 12));
    for (const node of ['manager1', 'worker1', 'worker2']) {
      const seen = new Set<string>();
      for (let turn = 0; turn < 3; turn += 1) {
        seen.add((await answer(`${node}:8080`)).split('\n')[0] ?? '');
      }
      expect(seen).toEqual(new Set(ids));
    }
  });

  it('say who answered, and that it is simulated', async () => {
    expect(await answer('worker1:9000')).toMatch(
      /^[0-9a-f]{12}\napi: task api\.\d\.\w{25} on \w+ \(simulated by Swarmscope\)\n$/,
    );
  });

  it('refuse while no task runs, at the same address as before', async () => {
    const before = addressOf('worker1:8080');
    swarm.services.remove('web');
    await swarm.listeners.settled();
    expect(addressOf('worker1:8080')).toBe('');
    expect(await connects('worker1')).toBe(false);
    expect(before).not.toBe('');
  });

  it('refuse on a node that is down', async () => {
    expect(await connects('worker2:8080')).toBe(true);
    const before = addressOf('worker2:8080');
    swarm.nodes.setState('worker2', 'down');
    await swarm.listeners.settled();
    expect(await connects('worker2:8080')).toBe(false);
    swarm.nodes.setState('worker2', 'ready');
    await clock.advance(4_000);
    await swarm.listeners.settled();
    expect(await connects('worker2:8080')).toBe(true);
    expect(addressOf('worker2:8080')).toBe(before);
  });

  it('accept without a word where a database would listen', async () => {
    swarm.services.create({
      Name: 'cache',
      TaskTemplate: { ContainerSpec: { Image: 'redis' } },
      EndpointSpec: { Ports: [{ TargetPort: 6379, PublishedPort: 6379 }] },
    });
    await clock.advance(4_000);
    await swarm.listeners.settled();
    expect(await connects('worker1:6379')).toBe(true);
    await expect(answer('worker1:6379', 200)).rejects.toThrow('timeout');
  });

  it('tell when addresses change, and only then', async () => {
    const before = changes;
    await swarm.listeners.settled();
    expect(changes).toBe(before);
    swarm.services.remove('web');
    await swarm.listeners.settled();
    expect(changes).toBe(before + 1);
  });
});
