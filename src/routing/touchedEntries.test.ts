import { expect, it } from 'vitest';
import { lessonParts } from '../../test/fakes/swarms';
import { buildSnapshot, type SnapshotParts } from '../model/buildSnapshot';
import { buildRoutingView } from './buildRoutingView';
import { touchedEntries } from './touchedEntries';

const parts = lessonParts();
const before = buildSnapshot(parts);
const connection = { id: 'lab', name: 'lab', source: 'setting', address: 'tcp://a:1' } as const;
const { nodes, tasks, services } = parts;

/** Entries touched by what came since, built on what was there as the store does. */
function touchedBy(fields: Partial<SnapshotParts>): readonly string[] {
  const after = buildSnapshot({ ...parts, ...fields }, before);
  const options = { connection, nodeAddresses: new Map(), probes: new Map(), simulated: false };
  return touchedEntries(buildRoutingView(after, options), before, after);
}

const onAll = ['drupal:tcp:8080@n1', 'drupal:tcp:8080@n2', 'drupal:tcp:8080@n3'];

it.each<[string, Partial<SnapshotParts>, readonly string[]]>([
  ['nothing', {}, []],
  ['time alone', { takenAt: 99_000 }, []],
  [
    'a node',
    { nodes: nodes.map((one) => (one.id === 'n2' ? { ...one, state: 'down' } : one)) },
    ['drupal:tcp:8080@n2'],
  ],
  [
    'the service',
    { services: services.map((one) => (one.id === 'drupal' ? { ...one, version: 99 } : one)) },
    onAll,
  ],
  [
    'a task of the service',
    { tasks: tasks.map((one) => (one.id === 'drupal-t1' ? { ...one, state: 'failed' } : one)) },
    onAll,
  ],
  [
    'the node of a task of another service',
    { tasks: tasks.map((one) => (one.serviceId === 'psql' ? { ...one, nodeId: 'n3' } : one)) },
    ['drupal:tcp:8080@n2', 'drupal:tcp:8080@n3'],
  ],
])('after %s changed', (_what, fields, touched) => {
  expect(touchedBy(fields)).toEqual(touched);
});
