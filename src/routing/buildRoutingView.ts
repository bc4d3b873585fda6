import { isIP } from 'node:net';
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
import { stackOf } from '../model/stackOf';
import { expectedAnswer } from './expectedAnswer';
import { resolveSecond, resolveTarget, type NodeAddressMap } from './nodeAddresses';
import { planProbe, type ProbeSettings } from './probePlan';

/** What the view is built with besides the snapshot. */
export interface RoutingOptions {
  readonly connection: ConnectionEntry;
  readonly nodeAddresses: NodeAddressMap;
  readonly probes: ProbeSettings;
  /** True for the demo swarm, marked wherever it shows. */
  readonly simulated: boolean;
  /** Milliseconds since the epoch of the last answer, while the engine gives none. */
  readonly staleSince?: number;
}

/** What the parts of a view are built from. */
interface Sources {
  readonly snapshot: SwarmSnapshot;
  readonly options: RoutingOptions;
  readonly ingress: SwarmNetwork | undefined;
  /** Each node's own address on the ingress network. */
  readonly ingressAddresses: ReadonlyMap<string, string>;
}

/** What the snapshot means for traffic from outside: every published port, its nodes and its tasks. */
export function buildRoutingView(snapshot: SwarmSnapshot, options: RoutingOptions): RoutingView {
  const ingress = [...snapshot.networks.values()].find((network) => network.ingress);
  const subnet = ingress?.subnets[0]?.subnet;
  const dataPathPort = snapshot.info.swarm.cluster?.dataPathPort;
  const ingressAddresses = ingressAddressByNode(snapshot, ingress);
  const sources: Sources = { snapshot, options, ingress, ingressAddresses };
  return {
    connectionId: options.connection.id,
    swarmName: options.connection.name,
    simulated: options.simulated,
    ...(ingress === undefined
      ? {}
      : {
          ingressNetwork: { name: ingress.name, ...(subnet === undefined ? {} : { subnet }) },
        }),
    ...(dataPathPort === undefined ? {} : { dataPathPort }),
    routes: [...snapshot.services.values()].flatMap((service) =>
      service.ports
        // The engine gives an ingress port its number when it allocates it.
        .filter(({ mode, publishedPort }) => mode === 'host' || publishedPort !== undefined)
        .toSorted(comparePorts)
        .map((port) => buildRoute(service, port, sources)),
    ),
    ...(options.staleSince === undefined ? {} : { staleSince: options.staleSince }),
  };
}

function buildRoute(service: SwarmService, port: PublishedPort, sources: Sources): PortRoute {
  const { snapshot, ingress } = sources;
  const { mode, protocol, publishedPort, targetPort } = port;
  const id = `${service.id}:${protocol}:${publishedPort ?? `*${targetPort}`}`;
  const tasks = (snapshot.tasksByService.get(service.id) ?? []).filter(({ current }) => current);
  const backends = tasks.map((task) => buildBackend(task, snapshot, mode, ingress));
  return {
    id,
    serviceId: service.id,
    serviceName: service.name,
    stack: stackOf(service),
    mode,
    protocol,
    ...(publishedPort === undefined ? {} : { publishedPort }),
    targetPort,
    probe: planProbe(
      { ...port, serviceName: service.name, labels: service.labels },
      sources.options.probes,
    ),
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
    entries: [...snapshot.nodes.values()].flatMap((node) =>
      buildEntries(id, node, port, { ...sources, service, backends, tasks }),
    ),
    backends,
  };
}

const NO_MAPPING: NodeAddressMap = new Map();

/** What the entries of a route are built from. */
interface EntrySources extends Sources {
  readonly service: SwarmService;
  readonly backends: readonly RouteBackend[];
  readonly tasks: readonly SwarmTask[];
}

/** One entry, or one for each family where the node is mapped to an address of each. */
function buildEntries(
  routeId: string,
  node: SwarmNode,
  port: PublishedPort,
  sources: EntrySources,
): readonly RouteEntry[] {
  const entry = buildEntry(routeId, node, port, sources);
  const { target } = entry;
  const publishedPort = port.publishedPort ?? chosenPort(port, node, sources.tasks);
  const second =
    port.protocol === 'tcp' && publishedPort !== undefined
      ? resolveSecond(sources.options.nodeAddresses, node, publishedPort)
      : undefined;
  if (target === undefined || second === undefined) {
    return [entry];
  }
  const suffix = `/${isIP(second.host)}`;
  return [
    ofFamily(entry, port.mode, target),
    ofFamily(
      { ...entry, id: `${entry.id}${suffix}`, place: `${entry.place}${suffix}` },
      port.mode,
      second,
    ),
  ];
}

/** One of a node's two entries: both say which they are, and the mesh promises IPv4 alone. */
function ofFamily(
  entry: RouteEntry,
  mode: PortRoute['mode'],
  target: NonNullable<RouteEntry['target']>,
): RouteEntry {
  const family = isIP(target.host) === 6 ? 6 : 4;
  const isPromised = mode === 'host' || family === 4 || entry.expected.kind === 'nothing';
  return {
    ...entry,
    family,
    hostname: `${entry.hostname} (IPv${family})`,
    target,
    expected: isPromised ? entry.expected : { kind: 'unpromised' },
  };
}

function buildEntry(
  routeId: string,
  node: SwarmNode,
  port: PublishedPort,
  { options, snapshot, ingressAddresses, service, backends, tasks }: EntrySources,
): RouteEntry {
  // Mappings say where to probe; what is not probed shows the node's own address.
  const mappings = port.protocol !== 'tcp' ? NO_MAPPING : options.nodeAddresses;
  const publishedPort = port.publishedPort ?? chosenPort(port, node, tasks);
  const target =
    publishedPort === undefined ? undefined : resolveTarget(mappings, node, publishedPort);
  const ingressAddress = port.mode === 'ingress' ? ingressAddresses.get(node.id) : undefined;
  return {
    id: `${routeId}@${node.id}`,
    nodeId: node.id,
    place: node.id,
    hostname: node.hostname,
    role: node.role,
    leader: node.leader,
    nodeState: node.state,
    availability: node.availability,
    ...(target === undefined ? {} : { target }),
    ...(publishedPort === undefined ? { portless: true } : {}),
    ...(ingressAddress === undefined ? {} : { ingressAddress }),
    expected: expectedAnswer(port.mode, node, backends, {
      desired: service.desired,
      holder: holderOf(port, service.id, node, snapshot),
    }),
    tasks: backends.filter(
      ({ active, nodeId }) => active && (port.mode === 'ingress' || nodeId === node.id),
    ).length,
  };
}

/**
 * The other service whose running task has a port in host mode on a node: the swarm lets services share
 * one as long as no node needs it twice.
 */
function holderOf(
  { mode, protocol, publishedPort }: PublishedPort,
  serviceId: string,
  node: SwarmNode,
  { tasksByNode, services }: SwarmSnapshot,
): string | undefined {
  if (mode !== 'host' || publishedPort === undefined) {
    return undefined;
  }
  const holder = tasksByNode
    .get(node.id)
    ?.find(
      (task) =>
        task.serviceId !== serviceId &&
        task.state === 'running' &&
        task.hostPorts.some(
          (port) => port.protocol === protocol && port.publishedPort === publishedPort,
        ),
    );
  return holder && (services.get(holder.serviceId ?? '')?.name ?? holder.name);
}

/** The port that a node chose for a task in host mode (`PortStatus`). */
function chosenPort(
  { protocol, targetPort }: PublishedPort,
  node: SwarmNode,
  tasks: readonly SwarmTask[],
): number | undefined {
  return tasks
    .filter((task) => task.nodeId === node.id && task.state === 'running')
    .flatMap(({ hostPorts }) => hostPorts)
    .find((port) => port.protocol === protocol && port.targetPort === targetPort)?.publishedPort;
}

function buildBackend(
  task: SwarmTask,
  snapshot: SwarmSnapshot,
  mode: PortRoute['mode'],
  ingress: SwarmNetwork | undefined,
): RouteBackend {
  const address =
    mode === 'host'
      ? undefined
      : task.attachments.find(({ networkId }) => networkId === ingress?.id)?.addresses[0];
  return {
    taskId: task.id,
    taskName: task.name,
    ...(task.nodeId === undefined ? {} : { nodeId: task.nodeId }),
    hostname: snapshot.nodes.get(task.nodeId ?? '')?.hostname ?? '',
    state: task.state,
    active: task.state === 'running',
    ...(address === undefined ? {} : { ingressAddress: withoutPrefix(address) }),
    addresses: task.attachments.flatMap(({ addresses }) => addresses.map(withoutPrefix)),
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
