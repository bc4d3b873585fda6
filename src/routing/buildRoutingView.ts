import type { ConnectionEntry } from '../docker/target';
import type { PublishedPort } from '../docker/records/service';
import type {
  SwarmNetwork,
  SwarmNode,
  SwarmService,
  SwarmSnapshot,
  SwarmTask,
} from '../model/snapshot';
import type { PortRoute, RouteBackend, RouteEntry, RoutingView } from '../shared/routingView';
import { resolveTarget, type NodeAddressMap } from './nodeAddresses';
import { probeKindOf } from './probeKind';

/** What the view is built with besides the snapshot. */
export interface RoutingOptions {
  readonly connection: ConnectionEntry;
  readonly nodeAddresses: NodeAddressMap;
  /** True for the demo swarm, marked wherever it shows. */
  readonly simulated: boolean;
  /** Milliseconds since the epoch of the last answer, while the engine gives none. */
  readonly staleSince?: number;
}

type IngressPort = PublishedPort & { readonly publishedPort: number };

/** What the snapshot means for traffic from outside: every ingress port, its nodes and its tasks. */
export function buildRoutingView(snapshot: SwarmSnapshot, options: RoutingOptions): RoutingView {
  const ingress = [...snapshot.networks.values()].find((network) => network.ingress);
  const subnet = ingress?.subnets[0]?.subnet;
  const ingressAddresses = ingressAddressByNode(snapshot, ingress);
  const routes: PortRoute[] = [];
  const hostModePorts: RoutingView['hostModePorts'][number][] = [];
  for (const service of snapshot.services.values()) {
    for (const port of service.ports.toSorted(comparePorts)) {
      if (port.mode === 'ingress' && port.publishedPort !== undefined) {
        const ingressPort = { ...port, publishedPort: port.publishedPort };
        routes.push(buildRoute(service, ingressPort, snapshot, options, ingressAddresses, ingress));
      } else if (port.mode === 'host') {
        hostModePorts.push({
          serviceName: service.name,
          protocol: port.protocol,
          ...(port.publishedPort === undefined ? {} : { publishedPort: port.publishedPort }),
        });
      }
    }
  }
  return {
    connectionId: options.connection.id,
    swarmName: options.connection.name,
    simulated: options.simulated,
    ...(ingress === undefined
      ? {}
      : {
          ingressNetwork: { name: ingress.name, ...(subnet === undefined ? {} : { subnet }) },
        }),
    routes,
    hostModePorts,
    ...(options.staleSince === undefined ? {} : { staleSince: options.staleSince }),
  };
}

function buildRoute(
  service: SwarmService,
  port: IngressPort,
  snapshot: SwarmSnapshot,
  options: RoutingOptions,
  ingressAddresses: ReadonlyMap<string, string>,
  ingress: SwarmNetwork | undefined,
): PortRoute {
  const id = `${service.id}:${port.protocol}:${port.publishedPort}`;
  return {
    id,
    serviceId: service.id,
    serviceName: service.name,
    protocol: port.protocol,
    publishedPort: port.publishedPort,
    targetPort: port.targetPort,
    running: service.running,
    desired: service.desired,
    vips: service.virtualIps.flatMap(({ networkId, address }) =>
      address === undefined
        ? []
        : [
            {
              networkName: snapshot.networks.get(networkId)?.name ?? networkId,
              address: withoutPrefix(address),
            },
          ],
    ),
    entries: [...snapshot.nodes.values()].map((node) =>
      buildEntry(id, node, port, options.nodeAddresses, ingressAddresses.get(node.id)),
    ),
    backends: (snapshot.tasksByService.get(service.id) ?? [])
      .filter((task) => task.current)
      .map((task) => buildBackend(task, snapshot, ingress)),
  };
}

const NO_MAPPING: NodeAddressMap = new Map();

function buildEntry(
  routeId: string,
  node: SwarmNode,
  port: IngressPort,
  nodeAddresses: NodeAddressMap,
  ingressAddress: string | undefined,
): RouteEntry {
  // Mappings say where to probe; what is not probed shows the node's own address.
  const mappings = port.protocol === 'udp' ? NO_MAPPING : nodeAddresses;
  const target = resolveTarget(mappings, node, port.publishedPort);
  return {
    id: `${routeId}@${node.id}`,
    nodeId: node.id,
    hostname: node.hostname,
    role: node.role,
    leader: node.leader,
    nodeState: node.state,
    availability: node.availability,
    ...(target === undefined ? {} : { target }),
    ...(ingressAddress === undefined ? {} : { ingressAddress }),
    probe: probeKindOf(port.protocol, port.publishedPort, port.targetPort),
  };
}

function buildBackend(
  task: SwarmTask,
  snapshot: SwarmSnapshot,
  ingress: SwarmNetwork | undefined,
): RouteBackend {
  const address = task.attachments.find(({ networkId }) => networkId === ingress?.id)?.addresses[0];
  return {
    taskId: task.id,
    taskName: task.name,
    ...(task.nodeId === undefined ? {} : { nodeId: task.nodeId }),
    hostname: snapshot.nodes.get(task.nodeId ?? '')?.hostname ?? '',
    state: task.state,
    active: task.state === 'running',
    ...(address === undefined ? {} : { ingressAddress: withoutPrefix(address) }),
    error: task.error,
    ...(task.containerId === undefined || task.containerId === ''
      ? {}
      : { containerId: task.containerId.slice(0, 12) }),
  };
}

/**
 * Each node's own address on the ingress network, from the endpoints `ingress-endpoint` that gossip
 * lists without a service (verbose inspect), joined with nodes by their data-path address; of the
 * connected node also from its local containers.
 */
function ingressAddressByNode(
  snapshot: SwarmSnapshot,
  ingress: SwarmNetwork | undefined,
): ReadonlyMap<string, string> {
  const nodeByAddress = new Map(
    [...snapshot.peers.values(), ...snapshot.nodes.values()].flatMap((item) => {
      const nodeId = 'nodeId' in item ? item.nodeId : item.id;
      return item.address === undefined || nodeId === undefined ? [] : [[item.address, nodeId]];
    }),
  );
  const found = new Map<string, string>();
  for (const { name, tasks } of ingress?.gossipServices ?? []) {
    for (const endpoint of name === '' ? tasks : []) {
      const nodeId = nodeByAddress.get(endpoint.hostIp ?? '');
      if (nodeId !== undefined && endpoint.name === 'ingress-endpoint') {
        found.set(nodeId, withoutPrefix(endpoint.endpointIp));
      }
    }
  }
  const own = ingress?.containers?.find(({ name }) => name === 'ingress-endpoint')?.ipv4;
  if (own !== undefined) {
    found.set(snapshot.info.swarm.nodeId, withoutPrefix(own));
  }
  return found;
}

function comparePorts(left: PublishedPort, right: PublishedPort): number {
  return (
    (left.publishedPort ?? 0) - (right.publishedPort ?? 0) ||
    (left.protocol < right.protocol ? -1 : Number(left.protocol > right.protocol))
  );
}

function withoutPrefix(address: string): string {
  return address.replace(/\/\d+$/, '');
}
