import type { InfoRecord } from '../../src/docker/records/info';
import type { EventRecord } from '../../src/docker/records/event';
import type { NetworkRecord } from '../../src/docker/records/network';
import type { NodeRecord } from '../../src/docker/records/node';
import type { ServiceRecord } from '../../src/docker/records/service';
import type { TaskRecord } from '../../src/docker/records/task';

const CREATED = '2026-11-23T10:00:00Z';

/** Builds `/info` of the active manager `n1`; `swarm` replaces single swarm fields. */
export function makeInfo(
  swarm: Partial<InfoRecord['swarm']> = {},
  fields: Partial<Omit<InfoRecord, 'swarm'>> = {},
): InfoRecord {
  return {
    engineName: 'node1',
    engineVersion: '20.10.24',
    operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    osType: 'linux',
    raw: {},
    ...fields,
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
  };
}

/** Builds a ready, active worker; id `n2` gives host `node2` at 10.77.0.12. */
export function makeNode(fields: Partial<NodeRecord> & { readonly id: string }): NodeRecord {
  const digit = fields.id.replace(/\D/g, '') || '1';
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
    raw: { ID: fields.id },
    ...fields,
  };
}

/** Builds an allocated overlay network named like its id. */
export function makeNetwork(
  fields: Partial<NetworkRecord> & { readonly id: string },
): NetworkRecord {
  return {
    name: fields.id,
    created: CREATED,
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
    raw: { Id: fields.id },
    ...fields,
  };
}

/** Builds a replicated service of one replica, named like its id. */
export function makeService(
  fields: Partial<ServiceRecord> & { readonly id: string },
): ServiceRecord {
  return {
    name: fields.id,
    version: 1,
    createdAt: CREATED,
    updatedAt: CREATED,
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
    raw: { ID: fields.id },
    ...fields,
  };
}

/** Builds a running task. */
export function makeTask(fields: Partial<TaskRecord> & { readonly id: string }): TaskRecord {
  return {
    createdAt: CREATED,
    state: 'running',
    desiredState: 'running',
    stateAt: '2026-11-23T10:00:05Z',
    message: 'started',
    error: '',
    image: 'image:latest',
    attachments: [],
    hostPorts: [],
    isAttachment: false,
    raw: { ID: fields.id },
    ...fields,
  };
}

/** Builds a `service update` event. */
export function makeEvent(fields: Partial<EventRecord> = {}): EventRecord {
  return {
    type: 'service',
    action: 'update',
    id: 'service1',
    attributes: {},
    time: '1795428000.000000001',
    ...fields,
  };
}
