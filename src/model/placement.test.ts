import { expect, test } from 'vitest';
import { makeNode, makeService, makeTask } from '../../test/fakes/records';
import { makeParts } from '../../test/fakes/swarms';
import { buildSnapshot } from './buildSnapshot';
import { fulfils, roomFor } from './placement';

const node = makeNode({
  id: 'n1',
  hostname: 'Alpha',
  role: 'manager',
  platform: { os: 'linux', architecture: 'x86_64' },
  labels: { zone: 'a' },
  engineLabels: { disk: 'ssd' },
});

test.each([
  ['node.labels.zone==a', true],
  ['node.labels.zone == b', false],
  ['node.labels.zone != b', true],
  ['node.labels.absent != b', true],
  ['node.labels.absent == b', false],
  ['engine.labels.disk == SSD', true],
  ['node.hostname == alpha', true],
  ['node.role != manager', false],
  ['node.platform.arch == amd64', true],
  ['node.platform.os == windows', false],
  ['node.id == n1', true],
  ['node.ip == 10.77.0.11', true],
  ['node.colour == red', false],
  ['nonsense', false],
])('the constraint %s on a node: %s', (constraint, expected) => {
  expect(fulfils({ constraints: [constraint] }, node)).toBe(expected);
});

function room(service: Parameters<typeof makeService>[0], others: (typeof service)[] = []): number {
  const snapshot = buildSnapshot(
    makeParts({
      nodes: ['n1', 'n2', 'n3'].map((id) =>
        makeNode({ id, resources: { nanoCpus: 4e9, memoryBytes: 1_000 } }),
      ),
      services: [service, ...others].map((fields) => makeService(fields)),
      tasks: others.map(({ id }) => makeTask({ id: `${id}-1`, serviceId: id, nodeId: 'n1' })),
    }),
  );
  const found = snapshot.services.get(service.id);
  return found === undefined ? -1 : roomFor(found, snapshot.nodes.values(), snapshot);
}

const published = {
  wantedPorts: [{ protocol: 'tcp', targetPort: 80, publishedPort: 8080, mode: 'host' }],
} as const;

test('room is unlimited, or what ports, tasks per node and reservations leave', () => {
  expect(room({ id: 'web' })).toBe(Number.POSITIVE_INFINITY);
  expect(room({ id: 'web', maxPerNode: 2 })).toBe(6);
  expect(room({ id: 'web', mode: { kind: 'global' } })).toBe(3);
  expect(room({ id: 'web', constraints: ['node.hostname==node2'], maxPerNode: 2 })).toBe(2);
  expect(room({ id: 'web', ...published })).toBe(3);
  expect(room({ id: 'web', ...published }, [{ id: 'other', ...published }])).toBe(2);
  const reserved = { nanoCpus: 1e9, memoryBytes: 400 };
  expect(room({ id: 'web', reserved })).toBe(6);
  expect(
    room({ id: 'web', reserved }, [{ id: 'big', reserved: { nanoCpus: 0, memoryBytes: 700 } }]),
  ).toBe(4);
});
