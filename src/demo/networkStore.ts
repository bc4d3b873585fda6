import {
  AddressPool,
  contains,
  formatSubnet,
  overlaps,
  parseIp,
  parseSubnet,
  type Subnet,
} from './addressPool';
import { ApiError, clusterError } from './apiError';
import { newHex, newId } from './identity';
import { asObject, asRows, asText, asTextMap, isObject } from './json';
import type { SwarmState } from './swarmState';
import type { DemoNetwork, JsonObject } from './swarmTypes';

/** A network of the manager itself, outside the cluster store. */
export interface LocalNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly subnet?: string;
  readonly createdAt: bigint;
}

const MAX_NETWORKS = 1_000;
const LOCAL: readonly (readonly [name: string, driver: string, subnet?: string])[] = [
  ['bridge', 'bridge', '172.17.0.0/16'],
  ['docker_gwbridge', 'bridge', '172.18.0.0/16'],
  ['host', 'host'],
  ['none', 'null'],
];

/** Creates, finds and removes networks by the engine's rules. */
export class NetworkStore {
  readonly local: readonly LocalNetwork[];
  private vni = 4096;

  constructor(private readonly state: SwarmState) {
    this.local = LOCAL.map(([name, driver, subnet]) => ({
      id: newHex(64),
      name,
      driver,
      createdAt: state.stamps.next(),
      ...(subnet === undefined ? {} : { subnet }),
    }));
  }

  /** Carries out `POST /networks/create` and gives the new id. */
  create(body: JsonObject): string {
    const name = asText(body['Name'], 'CreateRequest.Name');
    const driver = asText(body['Driver'], 'CreateRequest.Driver') || 'bridge';
    const labels = asTextMap(body['Labels']);
    const ipam = asRows(asObject(body['IPAM'])['Config']);
    this.check(body, name, driver);
    checkIpam(ipam);
    this.checkCluster(body, name, labels);
    const network: DemoNetwork = {
      ...this.state.newStored(newId()),
      name,
      ingress: body['Ingress'] === true,
      attachable: body['Attachable'] === true,
      internal: body['Internal'] === true,
      options: asTextMap(body['Options']),
      labels,
      hasIpam: body['Ingress'] === true || isObject(body['IPAM']),
      balancers: new Map(),
      ...this.allocate(ipam[0]),
    };
    this.state.networks.set(network.id, network);
    if (network.ingress) {
      this.addIngressBalancers(network);
    }
    this.state.events.add('network', 'create', network.id, { name });
    if (network.allocated !== undefined) {
      this.state.events.add('network', 'update', network.id, { name });
    }
    this.state.changed();
    return network.id;
  }

  /** Finds a network of the cluster by id, name or start of the id. */
  find(key: string): DemoNetwork | undefined {
    const all = [...this.state.networks.values()];
    return (
      this.state.networks.get(key) ??
      all.find((network) => network.name === key) ??
      onlyOne(all.filter((network) => network.id.startsWith(key)))
    );
  }

  /** Finds one of the manager's own networks. */
  findLocal(key: string): LocalNetwork | undefined {
    return (
      this.local.find((network) => network.id === key || network.name === key) ??
      onlyOne(this.local.filter((network) => network.id.startsWith(key)))
    );
  }

  /** Carries out `DELETE /networks/{key}`. */
  remove(key: string): void {
    const network = this.find(key);
    if (network === undefined) {
      const local = this.findLocal(key);
      throw local === undefined
        ? new ApiError(404, `network ${key} not found`)
        : new ApiError(403, removalOfLocal(local));
    }
    const user = [...this.state.services.values()].find((service) =>
      this.state.networksOf(service).includes(network),
    );
    if (user !== undefined) {
      throw clusterError(
        'FailedPrecondition',
        network.ingress
          ? `ingress network cannot be removed because service ${user.id} depends on it`
          : `network ${network.id} is in use by service ${user.id}`,
      );
    }
    this.state.networks.delete(network.id);
    this.state.events.add('network', 'remove', network.id, { name: network.name });
    this.state.changed();
  }

  private check(body: JsonObject, name: string, driver: string): void {
    if (name.trim() === '') {
      throw new ApiError(400, 'invalid name: name is empty');
    }
    if (this.state.networks.size >= MAX_NETWORKS) {
      throw new ApiError(500, 'the demo swarm holds no more networks');
    }
    const byName = [...this.state.networks.values()].some((network) => network.name === name);
    if (byName || this.local.some((network) => network.name === name)) {
      throw new ApiError(409, `network with name ${name} already exists`);
    }
    if (body['Scope'] === 'local' && driver === 'overlay') {
      throw new ApiError(403, 'cannot downgrade network scope for overlay networks');
    }
    if (['bridge', 'host', 'null', 'macvlan', 'ipvlan'].includes(driver)) {
      throw new ApiError(501, 'The demo swarm creates overlay networks only');
    }
    if (driver !== 'overlay') {
      throw new ApiError(404, `plugin "${driver}" not found`);
    }
  }

  private checkCluster(body: JsonObject, name: string, labels: Record<string, string>): void {
    checkName(name);
    if (labels['com.docker.swarm.predefined'] !== undefined) {
      const label = 'label com.docker.swarm.predefined';
      throw clusterError(
        'PermissionDenied',
        `${label} is for internally created predefined networks and cannot be applied by users`,
      );
    }
    if (body['Ingress'] !== true) {
      return;
    }
    if (body['Attachable'] === true) {
      throw clusterError('InvalidArgument', 'ingress network cannot be attachable');
    }
    const present = this.state.ingress;
    if (present !== undefined) {
      throw clusterError('AlreadyExists', `ingress network (${present.id}) is already present`);
    }
  }

  /** Nothing when the wished subnet cannot be had: the engine answers 201 all the same. */
  private allocate(config: JsonObject | undefined): Pick<DemoNetwork, 'allocated'> {
    const used = [...this.state.networks.values()].flatMap(
      (network) => network.allocated?.pool.subnet ?? [],
    );
    const wish = typeof config?.['Subnet'] === 'string' ? config['Subnet'] : '';
    const subnet = wish === '' ? this.state.subnets.pick(used) : parseSubnet(wish);
    if (subnet === undefined || subnet.prefix > 30 || subnet.prefix < 8) {
      return {};
    }
    if (used.some((other) => overlaps(other, subnet))) {
      return {};
    }
    const gateway =
      typeof config?.['Gateway'] === 'string' ? parseIp(config['Gateway']) : undefined;
    const vni = this.vni;
    this.vni += 1;
    return { allocated: { pool: new AddressPool(subnet, gateway), vni } };
  }

  private addIngressBalancers(network: DemoNetwork): void {
    for (const node of this.state.nodes.values()) {
      const address = network.allocated?.pool.allocate();
      if (address !== undefined) {
        network.balancers.set(node.id, address);
      }
    }
  }
}

/** Refuses what is no DNS name component, as the cluster store does. */
export function checkName(name: string): void {
  if (name.length > 63) {
    throw clusterError('InvalidArgument', 'name must be 63 characters or fewer');
  }
  if (!/^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_]*[a-zA-Z0-9])?$/.test(name)) {
    throw clusterError('InvalidArgument', 'name must be valid as a DNS name component');
  }
}

function checkIpam(configs: readonly JsonObject[]): void {
  const problems = configs.flatMap((config) => problemsOf(config));
  if (problems.length > 0) {
    throw new ApiError(400, `invalid network config:\n${problems.join('\n')}`);
  }
}

function problemsOf(config: JsonObject): string[] {
  const wish = asText(config['Subnet'], 'IPAMConfig.Subnet');
  const gateway = asText(config['Gateway'], 'IPAMConfig.Gateway');
  const range = asText(config['IPRange'], 'IPAMConfig.IPRange');
  if (wish === '') {
    return [];
  }
  const subnet = parseSubnet(wish);
  if (subnet === undefined) {
    return [`invalid subnet ${wish}: invalid CIDR block notation`];
  }
  const right = formatSubnet(subnet);
  return [
    ...(right === wish ? [] : [`invalid subnet ${wish}: it should be ${right}`]),
    ...rangeProblems(subnet, range),
    ...gatewayProblems(subnet, gateway),
  ];
}

function gatewayProblems(subnet: Subnet, gateway: string): string[] {
  if (gateway === '') {
    return [];
  }
  const address = parseIp(gateway);
  if (address === undefined) {
    return [`invalid gateway ${gateway}: invalid address`];
  }
  return contains(subnet, address)
    ? []
    : [
        `invalid gateway ${gateway}: parent subnet ${formatSubnet(subnet)} doesn't contain this address`,
      ];
}

function rangeProblems(subnet: Subnet, range: string): string[] {
  if (range === '') {
    return [];
  }
  const parsed = parseSubnet(range);
  if (parsed === undefined) {
    return [`invalid ip-range ${range}: invalid CIDR block notation`];
  }
  if (parsed.prefix < subnet.prefix) {
    return [`invalid ip-range ${range}: CIDR block is bigger than its parent subnet`];
  }
  return contains(subnet, parsed.base)
    ? []
    : [`invalid ip-range ${range}: parent subnet ${formatSubnet(subnet)} doesn't contain ip-range`];
}

function removalOfLocal(local: LocalNetwork): string {
  return local.name === 'docker_gwbridge'
    ? `error while removing network: network docker_gwbridge has active endpoints`
    : `${local.name} is a pre-defined network and cannot be removed`;
}

function onlyOne<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}
