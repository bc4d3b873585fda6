import { createHash } from 'node:crypto';
import { toIso } from './identity';
import { renderPools, VNI_OPTION } from './networkAllocator';
import type { LocalNetwork } from './networkStore';
import { renderStored } from './renderStored';
import { hasEnded } from './scheduler';
import { isBackend, type SwarmState } from './swarmState';
import type { DemoNetwork, DemoService, DemoTask, JsonObject } from './swarmTypes';

/** A network of the cluster: the stored record, or the manager's own view when it takes part. */
export function renderNetwork(
  state: SwarmState,
  network: DemoNetwork,
  view: { readonly local: boolean; readonly verbose: boolean },
): JsonObject {
  const allocated = network.allocated !== undefined;
  const isOverlay = network.driver === 'overlay';
  const members = view.local ? localTasks(state, network) : [];
  const takesPart = view.local && allocated && (network.ingress || members.length > 0);
  const labels = Object.keys(network.labels).length === 0 && !takesPart ? null : network.labels;
  return {
    Name: network.name,
    Id: network.id,
    Created: toIso(network.createdAt),
    Scope: 'swarm',
    Driver: allocated || !isOverlay ? network.driver : '',
    EnableIPv4: true,
    EnableIPv6: network.ipv6,
    IPAM: {
      Driver: allocated ? 'default' : '',
      Options: allocated ? ipamOptionsOf(network) : null,
      Config: isOverlay && !allocated ? null : ipamOf(network),
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: network.ingress,
    ConfigFrom: { Network: network.configFrom },
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
      Config: network.ipam.length === 0 ? null : network.ipam,
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: network.configOnly,
    Containers: {},
    Options: network.options,
    Labels: network.labels,
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
        .map((port) => `Target: ${port.TargetPort ?? 0}, Publish: ${port.PublishedPort ?? 0}`)
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
    ...network.options,
    [VNI_OPTION]: (network.allocated?.vnis ?? []).join(','),
  };
}

function ipamOptionsOf(network: DemoNetwork): JsonObject | null {
  return Object.keys(network.ipamOptions).length === 0
    ? null
    : { ...network.ipamOptions, 'com.docker.network.ipam.serial': 'true' };
}

function ipamOf(network: DemoNetwork): JsonObject[] {
  return network.allocated === undefined ? [] : renderPools(network.allocated.pool);
}

/** A network as the record of a task on it shows it. */
export function renderAttachedNetwork(network: DemoNetwork): JsonObject {
  return {
    ...renderStored(network),
    Spec: {
      Name: network.name,
      Labels: network.labels,
      DriverConfiguration: network.ingress ? {} : { Name: network.driver },
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
