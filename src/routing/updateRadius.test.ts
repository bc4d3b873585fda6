import { describe, expect, it } from 'vitest';
import { makeNetwork, makeNode, makeService, makeTask } from '../../test/fakes/records';
import { makeParts } from '../../test/fakes/swarms';
import { buildSnapshot } from '../model/buildSnapshot';
import type { SwarmService, SwarmSnapshot } from '../model/snapshot';
import { isHarmless } from './blastRadius';
import { radiusOfUpdate, type WantedService } from './updateRadius';

const mesh = { protocol: 'tcp', targetPort: 80, publishedPort: 8080, mode: 'ingress' } as const;
const chosen = {
  protocol: 'tcp',
  targetPort: 443,
  publishedPort: 30_000,
  mode: 'ingress',
} as const;
const on = (...targets: string[]) => targets.map((target) => ({ target, aliases: [] }));

function swarm(): SwarmSnapshot {
  const networks = on('front', 'back');
  const { publishedPort: _chosen, ...asked } = chosen;
  return buildSnapshot(
    makeParts({
      nodes: [makeNode({ id: 'n1', labels: { zone: 'a' } }), makeNode({ id: 'n2' })],
      networks: [makeNetwork({ id: 'front' }), makeNetwork({ id: 'back' })],
      services: [
        makeService({
          id: 'web',
          mode: { kind: 'replicated', replicas: 2 },
          networks,
          wantedPorts: [mesh, asked],
          ports: [mesh, chosen],
        }),
        makeService({ id: 'db', networks: on('back') }),
        makeService({ id: 'agent', mode: { kind: 'global' } }),
      ],
      tasks: [
        makeTask({ id: 'w1', serviceId: 'web', slot: 1, nodeId: 'n1' }),
        makeTask({ id: 'w2', serviceId: 'web', slot: 2, nodeId: 'n2' }),
        makeTask({ id: 'd1', serviceId: 'db', slot: 1, nodeId: 'n2' }),
        makeTask({ id: 'a1', serviceId: 'agent', nodeId: 'n1' }),
        makeTask({ id: 'a2', serviceId: 'agent', nodeId: 'n2' }),
      ],
    }),
  );
}

function radius(id: string, change: Partial<WantedService>): ReturnType<typeof radiusOfUpdate> {
  const snapshot = swarm();
  return radiusOfUpdate(snapshot, id, {
    ...(snapshot.services.get(id) as SwarmService),
    ...change,
  });
}

describe('an update', () => {
  it.each<[string, Partial<WantedService>]>([
    ['nothing', {}],
    ['the number of tasks, while some are left', { mode: { kind: 'replicated', replicas: 1 } }],
    ['a network more, named by its name', { networks: on('front', 'back', 'front') }],
    ['a port more', { wantedPorts: [mesh, { ...mesh, publishedPort: 9_000 }, chosen] }],
    ['a constraint that leaves room', { constraints: ['node.labels.zone == a'] }],
  ])('of %s takes nothing away', (_, change) => {
    expect(isHarmless(radius('web', change))).toBe(true);
  });

  it('to no tasks is like stopping the service', () => {
    expect(radius('web', { mode: { kind: 'replicated', replicas: 0 } })).toMatchObject({
      stopping: [{ service: 'web', tasks: 2, elsewhere: false }],
      closing: [{ port: 8080 }, { port: 30_000 }],
      lost: [{ network: 'back', names: ['web'], by: ['db'] }],
    });
  });

  it('closes the ports that are gone, or are published otherwise, and keeps those that were chosen', () => {
    const { publishedPort: _chosen, ...asked } = chosen;
    const ports = (wantedPorts: WantedService['wantedPorts']): readonly number[] =>
      radius('web', { wantedPorts }).closing.map(({ port }) => port);
    expect(ports([asked])).toEqual([8080]);
    expect(ports([{ ...mesh, mode: 'host' }, asked])).toEqual([8080]);
    expect(ports([])).toEqual([8080, 30_000]);
  });

  it('off a network parts those that share no other', () => {
    expect(radius('web', { networks: on('front') }).lost).toEqual([
      { network: 'back', names: ['web'], by: ['db'] },
      { network: 'back', names: ['db'], by: ['web'] },
    ]);
  });

  it('that no node fits, or too few, says so', () => {
    const nowhere = ['node.labels.zone == moon'];
    expect(radius('web', { constraints: nowhere }).tight).toEqual([
      { service: 'web', room: 0, desired: 2 },
    ]);
    expect(radius('agent', { constraints: nowhere }).tight).toEqual([
      { service: 'agent', room: 0, desired: 2 },
    ]);
    const narrow = { constraints: ['node.labels.zone == a'], maxPerNode: 1 };
    expect(radius('web', narrow).tight).toEqual([{ service: 'web', room: 1, desired: 2 }]);
    expect(radius('agent', narrow).stopping).toEqual([
      { service: 'agent', tasks: 1, elsewhere: false },
    ]);
  });
});
