import { createHash } from 'node:crypto';
import { formatIp, formatSubnet } from './addressPool';
import { toIso } from './identity';
import type { LocalNetwork } from './networkStore';
import { hasEnded } from './scheduler';
import { isBackend, type SwarmState } from './swarmState';
import type {
  DemoNetwork,
  DemoNode,
  DemoService,
  DemoTask,
  JsonObject,
  Stored,
} from './swarmTypes';

/** Version the demo reports; the rest of its answers is what this engine says. */
export const ENGINE_VERSION = '28.5.2';

const NO_TLS = { TrustRoot: '', CertIssuerSubject: '', CertIssuerPublicKey: '' };
const NETWORK_DRIVERS = ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'];

/** A row of `/nodes`. */
export function renderNode(state: SwarmState, node: DemoNode): JsonObject {
  const leader = node === state.self;
  return {
    ...renderStored(node),
    Spec: { Labels: node.labels, Role: node.role, Availability: node.availability },
    Description: {
      Hostname: node.hostname,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: 2_000_000_000, MemoryBytes: 4_294_967_296 },
      Engine: {
        EngineVersion: ENGINE_VERSION,
        Plugins: NETWORK_DRIVERS.map((Name) => ({ Type: 'Network', Name })),
      },
      TLSInfo: NO_TLS,
    },
    Status: {
      State: node.state,
      ...(node.state === 'down' ? { Message: 'heartbeat failure' } : {}),
      Addr: node.address,
    },
    ...(node.role === 'manager'
      ? {
          ManagerStatus: {
            ...(leader ? { Leader: true } : {}),
            Reachability: node.state === 'ready' ? 'reachable' : 'unreachable',
            Addr: `${node.address}:2377`,
          },
        }
      : {}),
  };
}

/** A row of `/services`; `withStatus` adds the counts of `status=true`. */
export function renderService(
  state: SwarmState,
  service: DemoService,
  withStatus: boolean,
): JsonObject {
  const endpoint = service.spec.EndpointSpec;
  const vips = [...service.vips].map(([NetworkID, Addr]) => ({ NetworkID, Addr }));
  return {
    ...renderStored(service),
    Spec: service.spec,
    ...(service.previousSpec === undefined ? {} : { PreviousSpec: service.previousSpec }),
    Endpoint: {
      Spec: endpoint ?? (vips.length > 0 ? { Mode: 'vip' } : {}),
      ...(service.ports.length === 0 ? {} : { Ports: service.ports }),
      ...(vips.length === 0 ? {} : { VirtualIPs: vips }),
    },
    ...(service.updateStatus === undefined ? {} : { UpdateStatus: service.updateStatus }),
    ...(withStatus ? { ServiceStatus: countTasks(state, service) } : {}),
  };
}

function countTasks(state: SwarmState, service: DemoService): JsonObject {
  const tasks = state.tasks.ofService(service.id);
  const replicas = service.spec.Mode.Replicated?.Replicas;
  return {
    RunningTasks: tasks.filter((task) => task.state === 'running' && task.desired === 'running')
      .length,
    DesiredTasks:
      replicas ??
      tasks.filter((task) => task.desired === 'running' || task.desired === 'ready').length,
    CompletedTasks: 0,
  };
}

/** A row of `/tasks`. */
export function renderTask(state: SwarmState, task: DemoTask): JsonObject {
  const { Runtime: _runtime, ...template } = task.template;
  const attachments = [...task.addresses].flatMap(([id, address]) => {
    const network = state.networks.get(id);
    return network === undefined
      ? []
      : [{ Network: renderAttachedNetwork(network), Addresses: [address] }];
  });
  return {
    ...renderStored(task),
    Labels: {},
    Spec: template,
    ServiceID: task.serviceId,
    ...(typeof task.place === 'number' ? { Slot: task.place } : {}),
    ...(task.nodeId === undefined ? {} : { NodeID: task.nodeId }),
    Status: {
      Timestamp: toIso(task.statusAt),
      State: task.state,
      Message: task.message,
      ...(task.error === '' ? {} : { Err: task.error }),
      ...(wasAccepted(task)
        ? {
            ContainerStatus: {
              ContainerID: task.containerId,
              PID: task.state === 'running' ? processId(task) : 0,
              ExitCode: task.exitCode,
            },
          }
        : {}),
      PortStatus: renderPortStatus(state, task),
    },
    DesiredState: task.desired,
    ...(attachments.length === 0 ? {} : { NetworksAttachments: attachments }),
    Volumes: null,
  };
}

function renderPortStatus(state: SwarmState, task: DemoTask): JsonObject {
  const ports = state.services.get(task.serviceId)?.ports ?? [];
  const hostPorts = ports.filter((port) => port.PublishMode === 'host');
  // Once for IPv4 and once for IPv6.
  return task.state === 'running' && hostPorts.length > 0
    ? { Ports: [...hostPorts, ...hostPorts] }
    : {};
}

function wasAccepted(task: DemoTask): boolean {
  return (
    task.nodeId !== undefined && (hasEnded(task) || ['starting', 'running'].includes(task.state))
  );
}

function processId(task: DemoTask): number {
  return 1_000 + (Number.parseInt(task.containerId.slice(0, 4), 16) || 0);
}

function renderAttachedNetwork(network: DemoNetwork): JsonObject {
  return {
    ...renderStored(network),
    Spec: {
      Name: network.name,
      Labels: network.labels,
      DriverConfiguration: network.ingress ? {} : { Name: 'overlay' },
      ...(network.ingress ? { Ingress: true } : {}),
      ...(network.attachable ? { Attachable: true } : {}),
      ...(network.internal ? { Internal: true } : {}),
      ...(network.hasIpam
        ? { IPAMOptions: { Driver: network.ingress ? {} : { Name: 'default' } } }
        : {}),
      Scope: 'swarm',
    },
    DriverState: { Name: 'overlay', Options: optionsOf(network) },
    IPAMOptions: { Driver: { Name: 'default' }, Configs: ipamOf(network) },
  };
}

/** A network of the cluster: the stored record, or the manager's own view when it takes part. */
export function renderNetwork(
  state: SwarmState,
  network: DemoNetwork,
  view: { readonly local: boolean; readonly verbose: boolean },
): JsonObject {
  const allocated = network.allocated !== undefined;
  const members = view.local ? localTasks(state, network) : [];
  const takesPart = view.local && allocated && (network.ingress || members.length > 0);
  const labels = Object.keys(network.labels).length === 0 && !takesPart ? null : network.labels;
  return {
    Name: network.name,
    Id: network.id,
    Created: toIso(network.createdAt),
    Scope: 'swarm',
    Driver: allocated ? 'overlay' : '',
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: allocated ? 'default' : '',
      Options: null,
      Config: allocated ? ipamOf(network) : null,
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: network.ingress,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: takesPart ? renderContainers(state, network, members) : null,
    Options: allocated ? optionsOf(network) : null,
    Labels: labels,
    ...(takesPart ? { Peers: renderPeers(state, network) } : {}),
    ...(takesPart && view.verbose ? { Services: renderGossip(state, network) } : {}),
  };
}

/** One of the manager's own networks. */
export function renderLocalNetwork(network: LocalNetwork): JsonObject {
  const gateway = network.subnet?.replace(/\.0\.0\/16$/, '.0.1');
  return {
    Name: network.name,
    Id: network.id,
    Created: toIso(network.createdAt),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: network.subnet === undefined ? null : [{ Subnet: network.subnet, Gateway: gateway }],
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: {},
    Options: network.driver === 'bridge' ? { 'com.docker.network.bridge.name': network.name } : {},
    Labels: {},
  };
}

function localTasks(state: SwarmState, network: DemoNetwork): DemoTask[] {
  return state.tasks
    .onNode(state.self.id)
    .filter((task) => task.containerId !== '' && !hasEnded(task) && task.addresses.has(network.id));
}

function renderContainers(
  state: SwarmState,
  network: DemoNetwork,
  tasks: readonly DemoTask[],
): JsonObject {
  const balancer = network.balancers.get(state.self.id);
  return {
    ...Object.fromEntries(
      tasks.map((task) => [
        task.containerId,
        renderEndpoint(state.taskName(task), task.id + network.id, task.addresses.get(network.id)),
      ]),
    ),
    ...(balancer === undefined
      ? {}
      : {
          [network.ingress ? 'ingress-sbox' : `lb-${network.name}`]: renderEndpoint(
            `${network.name}-endpoint`,
            `lb${network.id}`,
            balancer,
          ),
        }),
  };
}

function renderEndpoint(name: string, seed: string, cidr = ''): JsonObject {
  const bytes = (cidr.split('/')[0] ?? '').split('.').map((part) => Number(part));
  const mac = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  return {
    Name: name,
    EndpointID: endpointId(seed),
    MacAddress: `02:42:${mac}`,
    IPv4Address: cidr,
    IPv6Address: '',
  };
}

function endpointId(seed: string): string {
  return createHash('sha256').update(seed).digest('hex');
}

function renderPeers(state: SwarmState, network: DemoNetwork): JsonObject[] {
  return [...state.nodes.values()]
    .filter((node) => node.state === 'ready' && network.balancers.has(node.id))
    .map((node) => ({ Name: node.peerName, IP: node.address }));
}

function renderGossip(state: SwarmState, network: DemoNetwork): JsonObject {
  const entries = [...state.services.values()].flatMap((service, index) => {
    const tasks = state.tasks
      .ofService(service.id)
      .filter((task) => task.addresses.has(network.id) && isBackend(state, task));
    return tasks.length === 0
      ? []
      : [
          [
            service.spec.Name,
            renderGossipService(state, network, { service, tasks, index }),
          ] as const,
        ];
  });
  return Object.fromEntries(entries);
}

function renderGossipService(
  state: SwarmState,
  network: DemoNetwork,
  of: {
    readonly service: DemoService;
    readonly tasks: readonly DemoTask[];
    readonly index: number;
  },
): JsonObject {
  const ports = network.ingress
    ? of.service.ports
        .filter((port) => port.PublishMode === 'ingress')
        .map((port) => `Target: ${port.TargetPort}, Publish: ${port.PublishedPort ?? 0}`)
    : [];
  return {
    VIP: of.service.vips.get(network.id)?.split('/')[0] ?? '<nil>',
    Ports: ports,
    LocalLBIndex: 256 + of.index,
    Tasks: of.tasks.map((task) => ({
      Name: state.taskName(task),
      EndpointID: endpointId(task.id + network.id),
      EndpointIP: (task.addresses.get(network.id) ?? '').split('/')[0],
      Info: { 'Host IP': state.nodes.get(task.nodeId ?? '')?.address ?? '' },
    })),
  };
}

function optionsOf(network: DemoNetwork): Record<string, string> {
  return {
    'com.docker.network.driver.overlay.vxlanid_list': String(network.allocated?.vni ?? ''),
    ...network.options,
  };
}

function ipamOf(network: DemoNetwork): JsonObject[] {
  const pool = network.allocated?.pool;
  return pool === undefined
    ? []
    : [{ Subnet: formatSubnet(pool.subnet), Gateway: formatIp(pool.gateway) }];
}

function renderStored(object: Stored): JsonObject {
  return {
    ID: object.id,
    Version: { Index: object.version },
    CreatedAt: toIso(object.createdAt),
    UpdatedAt: toIso(object.updatedAt),
  };
}
