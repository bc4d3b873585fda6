import { expect, test } from 'vitest';
import { makeNetwork, makeNode, makeService, makeTask } from '../../test/fakes/records';
import { lessonParts, lessonSnapshot, makeParts } from '../../test/fakes/swarms';
import { buildSnapshot } from '../model/buildSnapshot';
import type { SwarmNode, SwarmSnapshot } from '../model/snapshot';
import {
  isHarmless,
  radiusOfDetaching,
  radiusOfNodes,
  radiusOfStopping,
  radiusOfUnpublishing,
} from './blastRadius';

function changed(snapshot: SwarmSnapshot, id: string, fields: Partial<SwarmNode>): SwarmNode {
  const node = snapshot.nodes.get(id);
  if (node === undefined) {
    throw new Error(`no node ${id}`);
  }
  return { ...node, ...fields };
}

const drain = { availability: 'drain' } as const;

test('removing the only published service closes its port and takes its name off the network', () => {
  expect(radiusOfStopping(lessonSnapshot(), ['drupal'])).toMatchObject({
    stopping: [{ service: 'drupal', tasks: 3, elsewhere: false }],
    closing: [{ service: 'drupal', port: 8080, protocol: 'tcp', forAWhile: false }],
    lost: [{ network: 'mydrupal', names: ['drupal'], by: ['psql'] }],
  });
});

test('removing every service of a network leaves nobody who misses a name', () => {
  const radius = radiusOfStopping(lessonSnapshot(), ['drupal', 'psql']);
  expect(radius.lost).toEqual([]);
  expect(radius.stopping.map(({ service }) => service)).toEqual(['drupal', 'psql']);
});

test('a service without running tasks takes nothing with it', () => {
  const { services, ...parts } = lessonParts({ tasks: [] });
  const snapshot = buildSnapshot({ ...parts, services });
  expect(isHarmless(radiusOfStopping(snapshot, ['drupal']))).toBe(true);
});

test('draining a node moves its tasks, and interrupts who runs only there', () => {
  const snapshot = lessonSnapshot();
  expect(radiusOfNodes(snapshot, [changed(snapshot, 'n2', drain)])).toEqual({
    stopping: [
      { service: 'drupal', tasks: 1, elsewhere: true },
      { service: 'psql', tasks: 1, elsewhere: true },
    ],
    closing: [],
    homeless: [],
    interrupted: ['psql'],
    reduced: [],
    stuck: [],
    tight: [],
    lost: [],
  });
});

test('draining every node leaves all services homeless and closes the mesh’s ports', () => {
  const snapshot = lessonSnapshot();
  const radius = radiusOfNodes(
    snapshot,
    ['n1', 'n2', 'n3'].map((id) => changed(snapshot, id, drain)),
  );
  expect(radius.homeless).toEqual(['drupal', 'psql']);
  expect(radius.closing).toEqual([
    { service: 'drupal', port: 8080, protocol: 'tcp', forAWhile: false },
  ]);
  expect(radius.lost).toEqual([
    { network: 'mydrupal', names: ['drupal'], by: ['psql'] },
    { network: 'mydrupal', names: ['psql'], by: ['drupal'] },
  ]);
});

function pinned(): SwarmSnapshot {
  const port = { protocol: 'tcp', targetPort: 80, publishedPort: 9000, mode: 'host' } as const;
  const bound = [{ protocol: 'tcp', targetPort: 80, publishedPort: 9000 }];
  return buildSnapshot(
    makeParts({
      nodes: [
        makeNode({ id: 'n1', labels: { zone: 'a' } }),
        makeNode({ id: 'n2' }),
        makeNode({ id: 'n3' }),
      ],
      services: [
        makeService({ id: 'db', constraints: ['node.labels.zone == a'] }),
        makeService({ id: 'edge', mode: { kind: 'global' }, wantedPorts: [port], ports: [port] }),
        makeService({ id: 'wide', mode: { kind: 'replicated', replicas: 3 }, maxPerNode: 1 }),
      ],
      tasks: [
        makeTask({ id: 'd1', serviceId: 'db', slot: 1, nodeId: 'n1' }),
        ...['n1', 'n2', 'n3'].flatMap((nodeId, at) => [
          makeTask({ id: `e${at}`, serviceId: 'edge', nodeId, hostPorts: bound }),
          makeTask({ id: `w${at}`, serviceId: 'wide', slot: at + 1, nodeId }),
        ]),
      ],
    }),
  );
}

test('constraints, tasks per node and host ports decide who stays behind', () => {
  const snapshot = pinned();
  expect(radiusOfNodes(snapshot, [changed(snapshot, 'n1', drain)])).toEqual({
    stopping: [
      { service: 'db', tasks: 1, elsewhere: false },
      { service: 'edge', tasks: 1, elsewhere: false },
      { service: 'wide', tasks: 1, elsewhere: false },
    ],
    closing: [{ service: 'edge', port: 9000, protocol: 'tcp', nodes: ['node1'], forAWhile: false }],
    homeless: ['db'],
    interrupted: [],
    reduced: [{ service: 'wide', left: 2, desired: 3 }],
    stuck: [],
    tight: [],
    lost: [],
  });
});

test('a paused node keeps its tasks, and tells which could not start elsewhere', () => {
  const snapshot = pinned();
  const radius = radiusOfNodes(snapshot, [changed(snapshot, 'n1', { availability: 'pause' })]);
  expect(radius.stopping).toEqual([]);
  expect(radius.stuck).toEqual(['db']);
});

test('a label that a constraint asks for, taken away, drives the task off', () => {
  const snapshot = pinned();
  const radius = radiusOfNodes(snapshot, [changed(snapshot, 'n1', { labels: {} })]);
  expect(radius.stopping).toEqual([{ service: 'db', tasks: 1, elsewhere: false }]);
  expect(radius.homeless).toEqual(['db']);
  expect(isHarmless(radiusOfNodes(snapshot, [changed(snapshot, 'n1', {})]))).toBe(true);
});

test('detaching separates those that share no other network, in both directions', () => {
  const on = (...targets: string[]) =>
    targets.map((target) => ({ target, aliases: target === 'a' ? ['alias'] : [] }));
  const snapshot = buildSnapshot(
    makeParts({
      networks: [makeNetwork({ id: 'a' }), makeNetwork({ id: 'b' })],
      services: [
        makeService({ id: 'web', networks: on('a', 'b') }),
        makeService({ id: 'both', networks: on('a', 'b') }),
        makeService({ id: 'db', networks: on('a') }),
      ],
    }),
  );
  expect(radiusOfDetaching(snapshot, 'web', ['a']).lost).toEqual([
    { network: 'a', names: ['web', 'alias'], by: ['db'] },
    { network: 'a', names: ['db', 'alias'], by: ['web'] },
  ]);
  expect(isHarmless(radiusOfDetaching(snapshot, 'web', ['b']))).toBe(true);
});

test('unpublishing names the port that closes, and no other', () => {
  const closing = radiusOfUnpublishing(lessonSnapshot(), 'drupal', [
    { port: 8080, protocol: 'tcp' },
    { port: 9090, protocol: 'tcp' },
  ]).closing;
  expect(closing).toEqual([{ service: 'drupal', port: 8080, protocol: 'tcp', forAWhile: false }]);
});
