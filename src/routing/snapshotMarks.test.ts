import { describe, expect, it } from 'vitest';
import { present } from '../../test/fakes/present';
import { makeTask } from '../../test/fakes/records';
import { lessonParts, lessonSnapshot } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import type { SnapshotParts } from '../model/buildSnapshot';
import { marksBetween } from './snapshotMarks';

const before = lessonSnapshot();

function told(fields: Partial<SnapshotParts>): readonly string[] {
  return marksBetween(before, lessonSnapshot({ takenAt: 2_000, ...fields })).map(
    ({ at, kind, name, detail, serviceId }) =>
      [at, kind, name, detail ?? '', serviceId ?? ''].join(' ').trim(),
  );
}

const { services, nodes, tasks } = lessonParts();
const spec = (image: string): { raw: unknown; version: number } => ({
  raw: { Spec: { Image: image } },
  version: image.length,
});

describe('marksBetween', () => {
  it('says nothing when nothing changed', () => {
    expect(told({})).toEqual([]);
    expect(marksBetween(before, before)).toEqual([]);
  });

  it('tells services that came, changed and went, and how an update ended', () => {
    const old = lessonSnapshot({
      services: services.map((one) => ({ ...one, ...spec('a') })),
    });
    const after = lessonSnapshot({
      takenAt: 3_000,
      services: [
        // Progress of an update raises the version and is no change of the service.
        { ...present(services[0]), ...spec('a'), version: 9 },
        { ...present(services[1]), ...spec('bb'), updateStatus: { state: 'paused', message: '' } },
        { ...present(services[1]), id: 'web', name: 'web' },
      ],
    });
    const kinds = marksBetween(old, after).map(({ kind, name, detail }) => [kind, name, detail]);
    expect(kinds).toEqual([
      ['service-updated', 'drupal', undefined],
      ['update-state', 'drupal', 'paused'],
      ['service-created', 'web', undefined],
    ]);
    expect(told({ services: services.slice(1) })).toEqual(['2000 service-removed psql  psql']);
  });

  it('tells nodes that changed their state, availability or leader', () => {
    const changed = nodes.map((node) => {
      switch (node.id) {
        case 'n1':
          return { ...node, leader: false };
        case 'n2':
          return { ...node, leader: true, availability: 'drain' as const };
        default:
          return { ...node, state: 'down' as const };
      }
    });
    expect(told({ nodes: changed })).toEqual([
      '2000 node-availability node2 drain',
      '2000 leader node2',
      '2000 node-state node3 down',
    ]);
    expect(told({ nodes: nodes.slice(0, 2) })).toEqual(['2000 node-left node3']);
    expect(
      told({ nodes: [...nodes, { ...present(nodes[1]), id: 'n4', hostname: 'node4' }] }),
    ).toEqual(['2000 node-joined node4']);
  });

  it('counts the running tasks that came and went', () => {
    const [first, ...rest] = tasks.filter(({ serviceId }) => serviceId === 'drupal');
    const others = tasks.filter(({ serviceId }) => serviceId !== 'drupal');
    const next = makeTask({ id: 'new', serviceId: 'drupal', slot: 1, nodeId: 'n1' });
    expect(
      told({ tasks: [...others, { ...present(first), state: 'failed' }, ...rest, next] }),
    ).toEqual(['2000 tasks drupal +1 −1 drupal']);
  });

  it('takes a part that cannot be read for no change, and nor a swarm that is another', () => {
    const ok = { kind: 'ok', at: 1 } as const;
    const failed = { kind: 'failed', at: 1, error: new SwarmscopeError('no-quorum') } as const;
    const parts = { nodes: ok, networks: ok, services: failed, tasks: ok, peers: ok };
    expect(told({ services: [], tasks: [], parts })).toEqual([]);
    const unread = lessonSnapshot({ services: [], tasks: [], parts });
    expect(marksBetween(unread, before).filter(({ kind }) => kind !== 'tasks')).toEqual([]);
    const { swarm } = before.info;
    const other = { ...swarm, cluster: { ...present(swarm.cluster), id: 'another' } };
    expect(told({ nodes: [], info: { ...before.info, swarm: other } })).toEqual([]);
  });
});
