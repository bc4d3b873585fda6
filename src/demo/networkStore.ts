import { parseSubnet, formatIp } from './addressPool';
import { ApiError, clusterError } from './apiError';
import { newHex, newId } from './identity';
import { checkClusterIpam, checkIpam } from './ipamChecks';
import { asObject, asRows, asText, asTextMap, isObject } from './json';
import { checkConfiguration, checkName, configFromOf } from './networkChecks';
import { NetworkAllocator } from './networkAllocator';
import type { SwarmState } from './swarmState';
import type { DemoNetwork, JsonObject } from './swarmTypes';

/** A network of the manager itself, outside the cluster store. */
export interface LocalNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** Rows of `IPAM.Config`. */
  readonly ipam: readonly JsonObject[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it only holds settings for networks of the cluster. */
  readonly configOnly: boolean;
  /** Whether somebody made it, and may remove it. */
  readonly isOwn: boolean;
  readonly createdAt: bigint;
}

const MAX_NETWORKS = 1_000;
const LOCAL: readonly (readonly [name: string, driver: string, subnet?: string])[] = [
  ['bridge', 'bridge', '172.17.0.0/16'],
  ['docker_gwbridge', 'bridge', '172.18.0.0/16'],
  ['host', 'host'],
  ['none', 'null'],
];
/** Drivers that an engine brings, beside overlay. */
const LOCAL_DRIVERS: readonly string[] = ['bridge', 'host', 'null', 'macvlan', 'ipvlan'];

/** Creates, finds and removes networks by the engine's rules. */
export class NetworkStore {
  readonly local: LocalNetwork[];
  private readonly allocator: NetworkAllocator;

  constructor(private readonly state: SwarmState) {
    this.allocator = new NetworkAllocator(state);
    this.local = LOCAL.map(([name, driver, subnet]) => ({
      ...this.newLocal(name, driver),
      options: driver === 'bridge' ? { 'com.docker.network.bridge.name': name } : {},
      ipam: subnet === undefined ? [] : [withGateway(subnet)],
    }));
  }

  /** Carries out `POST /networks/create` and gives the new id. */
  create(body: JsonObject): string {
    const name = asText(body['Name'], 'CreateRequest.Name');
    const driver = asText(body['Driver'], 'CreateRequest.Driver') || 'bridge';
    const rows = asRows(asObject(body['IPAM'])['Config']);
    this.checkNew(body, name, driver);
    checkIpam(rows, body['EnableIPv6'] === true);
    if (body['ConfigOnly'] === true) {
      return this.addLocal({ ...this.newLocal(name, 'null', body), configOnly: true, ipam: rows });
    }
    const isCluster = driver === 'overlay' || body['Scope'] === 'swarm';
    if (!isCluster) {
      return this.createLocal(body, name, driver);
    }
    if (body['EnableIPv4'] === false) {
      throw new ApiError(400, 'IPv4 cannot be disabled in a Swarm scoped network');
    }
    this.checkCluster(body, name);
    checkClusterIpam(rows);
    return this.add(this.build(body, name, driver));
  }

  private build(body: JsonObject, name: string, driver: string): DemoNetwork {
    const options = asTextMap(body['Options']);
    const rows = asRows(asObject(body['IPAM'])['Config']);
    const allocated = driver === 'overlay' ? this.allocator.allocate(rows, options) : undefined;
    return {
      ...this.state.newStored(newId()),
      name,
      driver,
      ingress: body['Ingress'] === true,
      attachable: body['Attachable'] === true,
      internal: body['Internal'] === true,
      ipv6: body['EnableIPv6'] === true,
      configFrom: configFromOf(body),
      options,
      ipamOptions: asTextMap(asObject(body['IPAM'])['Options']),
      labels: asTextMap(body['Labels']),
      hasIpam: body['Ingress'] === true || isObject(body['IPAM']),
      balancers: new Map(),
      ...(allocated === undefined ? {} : { allocated }),
    };
  }

  private add(network: DemoNetwork): string {
    const { id, name, driver } = network;
    this.state.networks.set(id, network);
    if (network.ingress) {
      this.addIngressBalancers(network);
    }
    this.state.events.add('network', 'create', id, { name });
    if (network.allocated !== undefined || driver !== 'overlay') {
      this.state.events.add('network', 'update', id, { name });
    }
    this.state.changed();
    return id;
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
      if (local?.isOwn === true) {
        this.local.splice(this.local.indexOf(local), 1);
        return;
      }
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

  private checkNew(body: JsonObject, name: string, driver: string): void {
    if (name.trim() === '') {
      throw new ApiError(400, 'invalid name: name is empty');
    }
    if (this.state.networks.size + this.local.length >= MAX_NETWORKS) {
      throw new ApiError(500, 'the demo swarm holds no more networks');
    }
    const byName = [...this.state.networks.values()].some((network) => network.name === name);
    if (byName || this.local.some((network) => network.name === name)) {
      throw new ApiError(409, `network with name ${name} already exists`);
    }
    if (body['Scope'] === 'local' && driver === 'overlay') {
      throw new ApiError(403, 'cannot downgrade network scope for overlay networks');
    }
    checkConfiguration(body);
    if (body['ConfigOnly'] !== true && driver !== 'overlay' && !LOCAL_DRIVERS.includes(driver)) {
      throw new ApiError(404, `plugin "${driver}" not found`);
    }
    if (body['Ingress'] === true && driver !== 'overlay') {
      throw new ApiError(403, 'Ingress network can only be global scope network');
    }
    this.checkSource(body);
  }

  private checkSource(body: JsonObject): void {
    const source = configFromOf(body);
    if (
      source !== '' &&
      !this.local.some(({ name, configOnly }) => configOnly && name === source)
    ) {
      const text = `configuration network ${JSON.stringify(source)} does not exist`;
      throw new ApiError(404, text);
    }
  }

  private createLocal(body: JsonObject, name: string, driver: string): string {
    if (driver === 'host' || driver === 'null') {
      throw new ApiError(403, `only one instance of "${driver}" network is allowed`);
    }
    if (driver !== 'bridge') {
      // What an engine says whose kernel has no such networks.
      throw new ApiError(500, 'operation not supported');
    }
    const rows = asRows(asObject(body['IPAM'])['Config']);
    const ipam = rows.length > 0 ? rows : [withGateway(`172.${this.local.length + 15}.0.0/16`)];
    return this.addLocal({ ...this.newLocal(name, driver, body), ipam });
  }

  private newLocal(name: string, driver: string, body?: JsonObject): LocalNetwork {
    return {
      id: newHex(64),
      name,
      driver,
      ipam: [],
      options: asTextMap(body?.['Options']),
      labels: asTextMap(body?.['Labels']),
      configOnly: false,
      isOwn: body !== undefined,
      createdAt: this.state.stamps.next(),
    };
  }

  private addLocal(network: LocalNetwork): string {
    this.local.push(network);
    this.state.changed();
    return network.id;
  }

  private checkCluster(body: JsonObject, name: string): void {
    checkName(name);
    if (asTextMap(body['Labels'])['com.docker.swarm.predefined'] !== undefined) {
      const label = 'label com.docker.swarm.predefined';
      throw clusterError(
        'PermissionDenied',
        `${label} is for internally created predefined networks and cannot be applied by users`,
      );
    }
    const ipamDriver = asText(asObject(body['IPAM'])['Driver'], 'IPAM.Driver');
    if (!['', 'default'].includes(ipamDriver)) {
      throw clusterError('InvalidArgument', `error during lookup of plugin ${ipamDriver}`);
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

  private addIngressBalancers(network: DemoNetwork): void {
    for (const node of this.state.nodes.values()) {
      const address = network.allocated?.pool.allocate();
      if (address !== undefined) {
        network.balancers.set(node.id, address);
      }
    }
  }
}

function withGateway(subnet: string): JsonObject {
  return { Subnet: subnet, Gateway: formatIp((parseSubnet(subnet)?.base ?? 0) + 1) };
}

function removalOfLocal(local: LocalNetwork): string {
  return local.name === 'docker_gwbridge'
    ? `error while removing network: network docker_gwbridge has active endpoints`
    : `${local.name} is a pre-defined network and cannot be removed`;
}

function onlyOne<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}
