import { buildSnapshot, type SnapshotParts } from '../../src/model/buildSnapshot';
import type { SwarmSnapshot } from '../../src/model/snapshot';
import type { TaskRecord } from '../../src/docker/records/task';
import { makeInfo, makeNetwork, makeNode, makeService, makeTask } from './records';

/** Builds parts of an empty swarm, all fetched at time 1000. */
export function makeParts(fields: Partial<SnapshotParts> = {}): SnapshotParts {
  const ok = { kind: 'ok', at: 1000 } as const;
  return {
    takenAt: 1000,
    info: makeInfo(),
    apiVersion: '1.41',
    nodes: [],
    networks: [],
    services: [],
    tasks: [],
    details: [],
    parts: { nodes: ok, networks: ok, services: ok, tasks: ok, peers: ok },
    ...fields,
  };
}

/**
 * Builds the lesson's swarm. Three nodes; overlay `mydrupal` with `psql` (on node2) and
 * `drupal` (3 replicas, 8080→80); the manager reports peers of both networks.
 */
export function lessonParts(fields: Partial<SnapshotParts> = {}): SnapshotParts {
  const task = (service: string, slot: number, node: number, host: number): TaskRecord =>
    makeTask({
      id: `${service}-t${slot}`,
      serviceId: service,
      slot,
      nodeId: `n${node}`,
      containerId: `${node}${slot}`.padEnd(12, 'c').padEnd(64, '0'),
      attachments: [
        ...(service === 'drupal' ? [{ networkId: 'ing', addresses: [`10.0.0.${host}/24`] }] : []),
        { networkId: 'my', addresses: [`10.0.1.${host}/24`] },
      ],
    });
  const peers = [1, 2, 3].map((digit) => ({ name: `peer${digit}`, ip: `10.77.0.1${digit}` }));
  const ingress = makeNetwork({
    id: 'ing',
    name: 'ingress',
    ingress: true,
    subnets: [{ subnet: '10.0.0.0/24', gateway: '10.0.0.1' }],
  });
  const overlay = makeNetwork({ id: 'my', name: 'mydrupal' });
  return makeParts({
    nodes: [
      makeNode({
        id: 'n1',
        role: 'manager',
        leader: true,
        reachability: 'reachable',
        managerAddress: '10.77.0.11',
      }),
      makeNode({ id: 'n2' }),
      makeNode({ id: 'n3' }),
    ],
    networks: [ingress, overlay],
    services: [
      makeService({
        id: 'psql',
        image: 'postgres:16',
        env: ['POSTGRES_PASSWORD=hidden'],
        networks: [{ target: 'my', aliases: [] }],
        virtualIps: [{ networkId: 'my', address: '10.0.1.2/24' }],
      }),
      makeService({
        id: 'drupal',
        image: 'drupal:10',
        mode: { kind: 'replicated', replicas: 3 },
        networks: [{ target: 'my', aliases: [] }],
        wantedPorts: [{ protocol: 'tcp', targetPort: 80, publishedPort: 8080, mode: 'ingress' }],
        ports: [{ protocol: 'tcp', targetPort: 80, publishedPort: 8080, mode: 'ingress' }],
        virtualIps: [
          { networkId: 'ing', address: '10.0.0.5/24' },
          { networkId: 'my', address: '10.0.1.5/24' },
        ],
      }),
    ],
    tasks: [
      task('psql', 1, 2, 3),
      task('drupal', 1, 1, 6),
      task('drupal', 2, 2, 7),
      task('drupal', 3, 3, 8),
    ],
    details: [
      { ...ingress, peers },
      { ...overlay, peers },
    ],
    ...fields,
  });
}

/** Builds the snapshot of {@link lessonParts}. */
export function lessonSnapshot(fields: Partial<SnapshotParts> = {}): SwarmSnapshot {
  return buildSnapshot(lessonParts(fields));
}
