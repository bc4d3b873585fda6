import type { StoredFileRecord } from '../docker/records/storedFile';
import type { SwarmNetwork, SwarmNode, SwarmSnapshot } from '../model/snapshot';
import { isTerminal } from '../model/buildTasks';
import { type PortContext, portContext } from './publishedPorts';

/** A node as far as placement goes. */
export interface CheckNode {
  readonly id: string;
  readonly hostname: string;
  readonly address?: string;
  readonly role: 'manager' | 'worker';
  readonly os: string;
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly engineLabels: Readonly<Record<string, string>>;
  /** Up and taking tasks. */
  readonly usable: boolean;
}

/** A network as far as services go. */
export interface CheckNetwork {
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly ingress: boolean;
  /** False when the swarm never gave it addresses. */
  readonly allocated: boolean;
  /** IPv4 addresses for services, tasks and nodes (SWARM-FACTS: 2^(32-p) - 3); undefined when unknown. */
  readonly addresses?: {
    readonly total: number;
    /** Of other services' virtual addresses and all other tasks. */
    readonly taken: number;
    /** Nodes that hold an address for balancing there. */
    readonly nodes: number;
  };
}

/** What a draft is checked against; made by {@link checkContextOf}. */
export interface CheckContext {
  /** `1.41`. */
  readonly apiVersion: string;
  /** Names of other services. */
  readonly serviceNames: ReadonlySet<string>;
  readonly ports: PortContext;
  readonly nodes: readonly CheckNode[];
  readonly networks: readonly CheckNetwork[];
  /** Names; undefined when they could not be read. */
  readonly secrets?: ReadonlySet<string>;
  /** Names; undefined when they could not be read. */
  readonly configs?: ReadonlySet<string>;
}

/** What a snapshot does not have. */
export interface CheckExtras {
  readonly secrets?: readonly Pick<StoredFileRecord, 'name'>[];
  readonly configs?: readonly Pick<StoredFileRecord, 'name'>[];
  /** The service that is being changed: its own name, ports and addresses are not in its way. */
  readonly serviceId?: string;
}

/** Gathers what drafts are checked against. */
export function checkContextOf(snapshot: SwarmSnapshot, extras: CheckExtras = {}): CheckContext {
  const { secrets, configs, serviceId } = extras;
  return {
    apiVersion: snapshot.apiVersion,
    serviceNames: new Set(
      [...snapshot.services.values()].filter(({ id }) => id !== serviceId).map(({ name }) => name),
    ),
    ports: portContext(snapshot, serviceId),
    nodes: [...snapshot.nodes.values()].map(toNode),
    networks: [
      ...[...snapshot.networks.values()].map((network) => toNetwork(network, snapshot, serviceId)),
      ...snapshot.localNetworks
        .filter(({ name }) => name === 'host' || name === 'bridge' || name === 'none')
        .map(({ name, driver }) => ({
          name,
          driver,
          internal: false,
          ingress: false,
          allocated: true,
        })),
    ],
    ...(secrets === undefined ? {} : { secrets: new Set(secrets.map(({ name }) => name)) }),
    ...(configs === undefined ? {} : { configs: new Set(configs.map(({ name }) => name)) }),
  };
}

function toNode(node: SwarmNode): CheckNode {
  return {
    id: node.id,
    hostname: node.hostname,
    ...(node.address === undefined ? {} : { address: node.address }),
    role: node.role,
    os: node.platform.os,
    architecture: node.platform.architecture,
    labels: node.labels,
    engineLabels: engineLabels(node.raw),
    usable: node.state === 'ready' && node.availability === 'active',
  };
}

/** `Description.Engine.Labels`, which the record does not have. */
function engineLabels(raw: unknown): Readonly<Record<string, string>> {
  const labels = ['Description', 'Engine', 'Labels'].reduce(
    (part: unknown, key) =>
      typeof part === 'object' && part !== null
        ? Object.entries(part).find(([name]) => name === key)?.[1]
        : undefined,
    raw,
  );
  return typeof labels === 'object' && labels !== null
    ? Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]))
    : {};
}

function toNetwork(
  network: SwarmNetwork,
  snapshot: SwarmSnapshot,
  serviceId: string | undefined,
): CheckNetwork {
  const addresses = countAddresses(network, snapshot, serviceId);
  return {
    name: network.name,
    driver: network.driver,
    internal: network.internal,
    ingress: network.ingress,
    allocated: network.allocated,
    ...(addresses === undefined ? {} : { addresses }),
  };
}

function countAddresses(
  { id, ingress, subnets, driver }: SwarmNetwork,
  snapshot: SwarmSnapshot,
  serviceId: string | undefined,
): CheckNetwork['addresses'] {
  const sizes = subnets.flatMap(({ subnet, ipRange }) => {
    const prefix = Number((ipRange ?? subnet).split('/')[1]);
    return subnet.includes(':') || Number.isNaN(prefix) ? [] : [2 ** (32 - prefix) - 3];
  });
  if (driver !== 'overlay' || sizes.length === 0) {
    return undefined;
  }
  const services = (snapshot.servicesByNetwork.get(id) ?? []).filter(
    (service) => service.id !== serviceId && service.endpointMode === 'vip',
  );
  const tasks = (snapshot.tasksByNetwork.get(id) ?? []).filter((task) => !isTerminal(task));
  const others = tasks.filter((task) => task.serviceId !== serviceId);
  const nodes = new Set(others.flatMap(({ nodeId }) => nodeId ?? []));
  return {
    total: sizes.reduce((sum, size) => sum + Math.max(0, size), 0),
    taken: services.length + others.length,
    nodes: ingress ? snapshot.nodes.size : nodes.size,
  };
}
