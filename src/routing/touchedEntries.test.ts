import { expect, it } from 'vitest';
import { lessonParts } from '../../test/fakes/swarms';
import { buildSnapshot, type SnapshotParts } from '../model/buildSnapshot';
import { buildRoutingView } from './buildRoutingView';
import { parseNodeAddresses, type NodeAddressMap } from './nodeAddresses';
import { touchedEntries } from './touchedEntries';

const parts = lessonParts();
const before = buildSnapshot(parts);
const connection = { id: 'lab', name: 'lab', source: 'setting', address: 'tcp://a:1' } as const;
const { nodes, tasks, services } = parts;

/** Entries touched by what came since, built on what was there as the store does. */
function touchedBy(
  fields: Partial<SnapshotParts>,
  nodeAddresses: NodeAddressMap = new Map(),
): readonly string[] {
  const after = buildSnapshot({ ...parts, ...fields }, before);
  const options = { connection, nodeAddresses, probes: new Map(), simulated: false };
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

it('touches both addresses of a node', () => {
  const { map } = parseNodeAddresses({ node2: ['192.0.2.2', '2001:db8::2'] });
  const fields: Partial<SnapshotParts> = {
    nodes: nodes.map((one) => (one.id === 'n2' ? { ...one, availability: 'drain' } : one)),
  };
  expect(touchedBy(fields, map)).toEqual(['drupal:tcp:8080@n2', 'drupal:tcp:8080@n2/6']);
});
