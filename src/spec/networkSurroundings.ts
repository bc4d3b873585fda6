import { isIP } from 'node:net';
import type { SwarmSnapshot } from '../model/snapshot';
import { VXLAN_OPTION } from './networkBody';

/** A network that a new subnet must not overlap, and what to call it. */
export interface KnownSubnet {
  readonly cidr: string;
  readonly name: string;
  /**
   * `swarm`: the swarm would silently never allocate the new network. `local`: it would be allocated
   * and fail later on the nodes. Seen on Engine 20.10 to 28.5.
   */
  readonly kind: 'swarm' | 'local' | 'node';
}

/** What of a swarm a new network must get along with. */
export interface NetworkSurroundings {
  /** Names of all networks, those of the connected engine too. */
  readonly names: ReadonlySet<string>;
  readonly known: readonly KnownSubnet[];
  /** What the swarm cuts subnets from, CIDR. */
  readonly pools: readonly string[];
  /** Prefix length of a subnet that the swarm cuts. */
  readonly subnetSize: number;
  /** VXLAN ids in use, with the name of their network. */
  readonly vxlanIds: ReadonlyMap<number, string>;
  /** Hostnames of all nodes, whatever their state. */
  readonly nodes: readonly string[];
  readonly windowsNodes: readonly string[];
  /** Services that are there, and tasks that run or are meant to. */
  readonly services: number;
  readonly tasks: number;
  /** Names of services that publish ports on every node, which is what the ingress network carries. */
  readonly ingressServices: readonly string[];
  readonly ingress?: { readonly id: string; readonly name: string };
  /** Names of the configurations on the connected node. */
  readonly configs: readonly string[];
  /** Version of the engine that allocates, such as `28.5.2`: the leader's, if it is known. */
  readonly engineVersion: string;
}

/** What a snapshot tells; `except` is a network that is not counted, by id. */
export function networkSurroundings(snapshot: SwarmSnapshot, except?: string): NetworkSurroundings {
  const { cluster } = snapshot.info.swarm;
  const nodes = [...snapshot.nodes.values()];
  const networks = [...snapshot.networks.values()].filter(({ id }) => id !== except);
  const services = [...snapshot.services.values()];
  const ingress = networks.find((network) => network.ingress);
  return {
    names: new Set([...networks, ...snapshot.localNetworks].map(({ name }) => name)),
    known: knownSubnets(snapshot, except),
    pools: cluster?.defaultAddressPools ?? [],
    subnetSize: cluster?.subnetSize ?? 24,
    vxlanIds: new Map(
      networks.flatMap(({ name, options }) =>
        (options[VXLAN_OPTION] ?? '')
          .split(',')
          .filter((id) => id !== '')
          .map((id) => [Number(id), name] as const),
      ),
    ),
    nodes: nodes.map(({ hostname }) => hostname),
    windowsNodes: nodes
      .filter(({ platform }) => platform.os === 'windows')
      .map(({ hostname }) => hostname),
    services: services.length,
    tasks: services.reduce((sum, { running, desired }) => sum + Math.max(running, desired), 0),
    ingressServices: services
      .filter(({ wantedPorts }) => wantedPorts.some(({ mode }) => mode === 'ingress'))
      .map(({ name }) => name),
    ...(ingress === undefined ? {} : { ingress: { id: ingress.id, name: ingress.name } }),
    configs: snapshot.localNetworks.filter(({ configOnly }) => configOnly).map(({ name }) => name),
    engineVersion: nodes.find(({ leader }) => leader)?.engineVersion ?? snapshot.info.engineVersion,
  };
}

/** Subnets of the swarm, of the connected engine's own networks, and the nodes' addresses. */
export function knownSubnets(snapshot: SwarmSnapshot, except?: string): readonly KnownSubnet[] {
  const networks = [...snapshot.networks.values()]
    .filter(({ id }) => id !== except)
    .flatMap(({ name, subnets }) =>
      subnets.map(({ subnet }): KnownSubnet => ({ cidr: subnet, name, kind: 'swarm' })),
    );
  // A configuration is no network: what is made from it has its addresses.
  const local = snapshot.localNetworks
    .filter(({ configOnly }) => !configOnly)
    .flatMap(({ name, subnets }) =>
      subnets.map(({ subnet }): KnownSubnet => ({ cidr: subnet, name, kind: 'local' })),
    );
  const nodes = [...snapshot.nodes.values()].flatMap(({ hostname, address }): KnownSubnet[] => {
    const family = isIP(address ?? '');
    return family === 0
      ? []
      : [{ cidr: `${address}/${family === 4 ? 32 : 128}`, name: hostname, kind: 'node' }];
  });
  return [...networks, ...local, ...nodes];
}
