import type { InfoRecord } from '../docker/records/info';
import type { NetworkRecord } from '../docker/records/network';
import type { NodeRecord } from '../docker/records/node';
import type { ServiceRecord } from '../docker/records/service';
import type { TaskRecord } from '../docker/records/task';
import { buildSnapshot, type SnapshotParts } from './buildSnapshot';
import type { SwarmSnapshot } from './snapshot';

/** Test builder: `/info` of manager `n1`. */
export function infoRecord(swarm: Partial<InfoRecord['swarm']> = {}): InfoRecord {
  return {
    engineName: 'node1',
    engineVersion: '20.10.24',
    operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    osType: 'linux',
    swarm: {
      state: 'active',
      controlAvailable: true,
      error: '',
      nodeId: 'n1',
      nodeAddress: '10.77.0.11',
      remoteManagers: [{ nodeId: 'n1', address: '10.77.0.11:2377' }],
      cluster: {
        id: 'cluster1',
        defaultAddressPools: ['10.0.0.0/8'],
        subnetSize: 24,
        dataPathPort: 4789,
      },
      ...swarm,
    },
    raw: {},
  };
}

/** Test builder: a ready, active worker `node<id digit>` at 10.77.0.1<digit>. */
export function nodeRecord(fields: Partial<NodeRecord> & { readonly id: string }): NodeRecord {
  const digit = fields.id.replace(/\D/g, '');
  return {
    hostname: `node${digit}`,
    role: 'worker',
    availability: 'active',
    state: 'ready',
    stateMessage: '',
    leader: false,
    statusAddress: `10.77.0.1${digit}`,
    platform: { os: 'linux', architecture: 'x86_64' },
    engineVersion: '20.10.24',
    labels: {},
    raw: {},
    ...fields,
  };
}

/** Test builder: an allocated overlay named like its id. */
export function networkRecord(
  fields: Partial<NetworkRecord> & { readonly id: string },
): NetworkRecord {
  return {
    name: fields.id,
    created: '2026-11-23T10:00:00Z',
    scope: 'swarm',
    driver: 'overlay',
    ipv6: false,
    internal: false,
    attachable: false,
    ingress: false,
    configOnly: false,
    subnets: [{ subnet: '10.0.1.0/24', gateway: '10.0.1.1' }],
    options: {},
    labels: {},
    raw: {},
    ...fields,
  };
}

/** Test builder: a replicated service of one, named like its id. */
export function serviceRecord(
  fields: Partial<ServiceRecord> & { readonly id: string },
): ServiceRecord {
  return {
    name: fields.id,
    version: 1,
    createdAt: '2026-11-23T10:00:00Z',
    updatedAt: '2026-11-23T10:00:00Z',
    labels: {},
    mode: { kind: 'replicated', replicas: 1 },
    image: `${fields.id}:latest`,
    env: [],
    args: [],
    command: [],
    constraints: [],
    endpointMode: 'vip',
    wantedPorts: [],
    ports: [],
    virtualIps: [],
    networks: [],
    raw: {},
    ...fields,
  };
}

/** Test builder: a running task. */
export function taskRecord(fields: Partial<TaskRecord> & { readonly id: string }): TaskRecord {
  return {
    createdAt: '2026-11-23T10:00:00Z',
    state: 'running',
    desiredState: 'running',
    stateAt: '2026-11-23T10:00:05Z',
    message: 'started',
    error: '',
    image: 'image:latest',
    attachments: [],
    hostPorts: [],
    isAttachment: false,
    raw: {},
    ...fields,
  };
}

/** Test builder: parts of an empty swarm, all fetched at time 1000. */
export function snapshotParts(fields: Partial<SnapshotParts> = {}): SnapshotParts {
  const ok = { kind: 'ok', at: 1000 } as const;
  return {
    takenAt: 1000,
    info: infoRecord(),
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
 * Test builder: the lesson's swarm. Three nodes; overlay `mydrupal` with `psql` (on node2) and
 * `drupal` (3 replicas, 8080→80); the manager reports peers of both networks.
 */
export function lessonParts(fields: Partial<SnapshotParts> = {}): SnapshotParts {
  const task = (service: string, slot: number, node: number, host: number): TaskRecord =>
    taskRecord({
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
  const ingress = networkRecord({
    id: 'ing',
    name: 'ingress',
    ingress: true,
    subnets: [{ subnet: '10.0.0.0/24', gateway: '10.0.0.1' }],
  });
  const overlay = networkRecord({ id: 'my', name: 'mydrupal' });
  return snapshotParts({
    nodes: [
      nodeRecord({
        id: 'n1',
        role: 'manager',
        leader: true,
        reachability: 'reachable',
        managerAddress: '10.77.0.11',
      }),
      nodeRecord({ id: 'n2' }),
      nodeRecord({ id: 'n3' }),
    ],
    networks: [ingress, overlay],
    services: [
      serviceRecord({
        id: 'psql',
        image: 'postgres:16',
        env: ['POSTGRES_PASSWORD=hidden'],
        networks: [{ target: 'my', aliases: [] }],
        virtualIps: [{ networkId: 'my', address: '10.0.1.2/24' }],
      }),
      serviceRecord({
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

/** Test builder: the snapshot of {@link lessonParts}. */
export function lessonSnapshot(fields: Partial<SnapshotParts> = {}): SwarmSnapshot {
  return buildSnapshot(lessonParts(fields));
}
