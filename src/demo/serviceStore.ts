import { isDeepStrictEqual } from 'node:util';
import { ApiError, clusterError } from './apiError';
import { isImageReference } from './images';
import { newId } from './identity';
import { asObject, asRows, asText, asTextMap, isObject } from './json';
import { checkName, type NetworkStore } from './networkStore';
import type { Orchestrator } from './orchestrator';
import type { SwarmState } from './swarmState';
import type {
  DemoPort,
  DemoService,
  JsonObject,
  ServiceSpecJson,
  TaskTemplate,
} from './swarmTypes';

const MAX_SERVICES = 2_000;
const MAX_REPLICAS = 5_000;
const FIRST_AUTO_PORT = 30_000;
const LAST_AUTO_PORT = 32_767;

/** Creates, updates, finds and removes services by the engine's rules. */
export class ServiceStore {
  constructor(
    private readonly state: SwarmState,
    private readonly networks: NetworkStore,
    private readonly orchestrator: Orchestrator,
  ) {}

  /** Carries out `POST /services/create` and gives the new id. */
  create(body: JsonObject): string {
    const spec = this.readSpec(body);
    if (this.state.services.size >= MAX_SERVICES) {
      throw new ApiError(500, 'the demo swarm holds no more services');
    }
    this.checkPorts(spec, undefined);
    if ([...this.state.services.values()].some((other) => other.spec.Name === spec.Name)) {
      const text = `name conflicts with an existing object: service ${spec.Name} already exists`;
      throw clusterError('AlreadyExists', text);
    }
    const service: DemoService = {
      ...this.state.newStored(newId()),
      spec,
      generation: 1,
      ports: [],
      vips: new Map(),
    };
    this.state.services.set(service.id, service);
    this.state.events.add('service', 'create', service.id, { name: spec.Name });
    this.allocate(service);
    this.orchestrator.reconcile(service);
    return service.id;
  }

  /** Carries out `POST /services/{key}/update?version=N`. */
  update(key: string, version: string, body: JsonObject): void {
    if (!/^\d{1,20}$/.test(version)) {
      const parse = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
      throw new ApiError(400, `invalid service version '${version}': ${parse}`);
    }
    const service = this.find(key);
    const spec = this.readSpec(body);
    if (Number(version) !== service.version) {
      throw clusterError('Unknown', 'update out of sequence');
    }
    if (spec.Name !== service.spec.Name) {
      throw clusterError('Unimplemented', 'renaming services is not supported');
    }
    if ((spec.Mode.Global === undefined) !== (service.spec.Mode.Global === undefined)) {
      throw clusterError('Unimplemented', 'service mode change is not allowed');
    }
    this.checkPorts(spec, service);
    this.apply(service, spec);
  }

  /** Finds by id, name or start of the id; refuses with 404. */
  find(key: string): DemoService {
    const all = [...this.state.services.values()];
    const prefixed = all.filter((service) => service.id.startsWith(key));
    const found =
      this.state.services.get(key) ??
      all.find((service) => service.spec.Name === key) ??
      (prefixed.length === 1 ? prefixed[0] : undefined);
    if (found === undefined) {
      throw new ApiError(404, `service ${key} not found`);
    }
    return found;
  }

  /** Carries out `DELETE /services/{key}`. */
  remove(key: string): void {
    const service = this.find(key);
    this.state.services.delete(service.id);
    this.releaseVips(service, () => true);
    this.orchestrator.removeTasks(service.id);
    this.state.events.add('service', 'remove', service.id, { name: service.spec.Name });
    this.state.changed();
  }

  private apply(service: DemoService, spec: ServiceSpecJson): void {
    const before = service.spec;
    const changed = !isDeepStrictEqual(before.TaskTemplate, spec.TaskTemplate);
    service.previousSpec = before;
    service.spec = spec;
    delete service.updateStatus;
    this.state.touch(service);
    this.state.events.add('service', 'update', service.id, {
      name: spec.Name,
      ...changeOf('replicas', replicasOf(before), replicasOf(spec)),
      ...changeOf('image', imageOf(before), imageOf(spec)),
    });
    this.allocate(service);
    const portsChanged = !isDeepStrictEqual(before.EndpointSpec, spec.EndpointSpec);
    if (changed || portsChanged) {
      service.generation += 1;
      this.orchestrator.beginUpdate(service);
    }
    this.orchestrator.reconcile(service);
  }

  /** Gives ports and virtual addresses, and takes back what is no longer asked for. */
  private allocate(service: DemoService): void {
    const spec = service.spec.EndpointSpec;
    service.ports = (spec?.Ports ?? []).map((port) =>
      port.PublishedPort === undefined && port.PublishMode === 'ingress'
        ? { ...port, PublishedPort: this.autoPort(service, port) }
        : port,
    );
    const networks = spec?.Mode === 'dnsrr' ? [] : this.state.networksOf(service);
    this.releaseVips(service, (id) => !networks.some((network) => network.id === id));
    for (const network of networks) {
      const address = service.vips.has(network.id) ? undefined : network.allocated?.pool.allocate();
      if (address !== undefined) {
        service.vips.set(network.id, address);
      }
    }
    if (service.ports.length > 0 || service.vips.size > 0) {
      this.state.touch(service);
      this.state.events.add('service', 'update', service.id, { name: service.spec.Name });
    }
  }

  private releaseVips(service: DemoService, isGone: (networkId: string) => boolean): void {
    for (const [id, address] of service.vips) {
      if (isGone(id)) {
        this.state.networks.get(id)?.allocated?.pool.release(address);
        service.vips.delete(id);
      }
    }
  }

  private autoPort(service: DemoService, wanted: DemoPort): number {
    const before = service.ports.find(
      (port) => port.TargetPort === wanted.TargetPort && port.Protocol === wanted.Protocol,
    )?.PublishedPort;
    const taken = new Set(
      [...this.state.services.values()]
        .filter((other) => other !== service)
        .flatMap((other) => other.ports.map((port) => port.PublishedPort)),
    );
    for (let port = before ?? FIRST_AUTO_PORT; port <= LAST_AUTO_PORT; port += 1) {
      if (!taken.has(port)) {
        return port;
      }
    }
    throw clusterError('Unknown', 'no available ports');
  }

  private checkPorts(spec: ServiceSpecJson, self: DemoService | undefined): void {
    const others = [...this.state.services.values()].filter((other) => other !== self);
    for (const port of spec.EndpointSpec?.Ports ?? []) {
      if (port.PublishedPort === undefined) {
        continue;
      }
      for (const other of others) {
        const clash = other.ports.find(
          (its) =>
            its.PublishedPort === port.PublishedPort &&
            its.Protocol === port.Protocol &&
            (its.PublishMode === 'ingress' || port.PublishMode === 'ingress'),
        );
        if (clash !== undefined) {
          const as = clash.PublishMode === 'ingress' ? 'an ingress port' : 'a host-published port';
          const by = `service '${other.spec.Name}' (${other.id})`;
          const text = `port '${port.PublishedPort}' is already in use by ${by} as ${as}`;
          throw clusterError('InvalidArgument', text);
        }
      }
    }
  }

  private readSpec(body: JsonObject): ServiceSpecJson {
    // Without a name the engine makes one up.
    const name = asText(body['Name'], 'ServiceSpec.Name') || `service-${newId().slice(0, 8)}`;
    const template = asObject(body['TaskTemplate']);
    const targets = asRows(template['Networks']).map((row) => this.resolve(row));
    const mode = readMode(asObject(body['Mode']));
    const endpoint = readEndpoint(body['EndpointSpec']);
    const container = template['ContainerSpec'];
    if (!isObject(container)) {
      throw new ApiError(400, 'mismatched Runtime and *Spec fields');
    }
    checkName(name);
    const image = asText(container['Image'], 'ContainerSpec.Image');
    if (image === '') {
      throw clusterError('InvalidArgument', 'ContainerSpec: image reference must be provided');
    }
    if (!isImageReference(image)) {
      const text = `ContainerSpec: ${JSON.stringify(image)} is not a valid repository/tag`;
      throw clusterError('InvalidArgument', text);
    }
    checkConstraints(template);
    checkEndpoint(endpoint);
    const { Networks: _networks, ForceUpdate: force, ...rest } = template;
    return {
      ...Object.fromEntries(Object.entries(body).filter(([key]) => OPTIONAL_PARTS.has(key))),
      Name: name,
      Labels: asTextMap(body['Labels']),
      TaskTemplate: {
        ...rest,
        ContainerSpec: { ...container, Image: image, Isolation: 'default' },
        ...(targets.length === 0 ? {} : { Networks: targets }),
        ForceUpdate: typeof force === 'number' ? force : 0,
        Runtime: 'container',
      },
      Mode: mode,
      ...(endpoint === undefined ? {} : { EndpointSpec: endpoint }),
    };
  }

  private resolve(row: JsonObject): { readonly Target: string } {
    const key = asText(row['Target'], 'NetworkAttachmentConfig.Target');
    const network = this.networks.find(key);
    if (network === undefined) {
      const local = this.networks.findLocal(key);
      if (local === undefined) {
        throw new ApiError(500, `network ${key} not found`);
      }
      return { ...row, Target: local.id };
    }
    if (network.ingress) {
      const text = `Service cannot be explicitly attached to the ingress network "${network.name}"`;
      throw clusterError('InvalidArgument', text);
    }
    return { ...row, Target: network.id };
  }
}

/** Parts of a spec that are kept as given. */
const OPTIONAL_PARTS: ReadonlySet<string> = new Set(['UpdateConfig', 'RollbackConfig']);

function readMode(mode: JsonObject): ServiceSpecJson['Mode'] {
  const known = ['Replicated', 'Global', 'ReplicatedJob', 'GlobalJob'];
  const given = known.filter((key) => isObject(mode[key]));
  if (given.length > 1) {
    throw new ApiError(400, 'must specify only one service mode');
  }
  if (given[0] === 'ReplicatedJob' || given[0] === 'GlobalJob') {
    throw new ApiError(501, 'The demo swarm runs no jobs');
  }
  if (given[0] === 'Global') {
    return { Global: {} };
  }
  const replicas = asObject(mode['Replicated'])['Replicas'] ?? 1;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0) {
    const into = 'Go struct field ReplicatedService.Replicas of type uint64';
    throw new ApiError(400, `invalid JSON: json: cannot unmarshal ${typeof replicas} into ${into}`);
  }
  if (replicas > MAX_REPLICAS) {
    throw new ApiError(400, `the demo swarm runs at most ${MAX_REPLICAS} replicas of a service`);
  }
  return { Replicated: { Replicas: replicas } };
}

function readEndpoint(value: unknown): ServiceSpecJson['EndpointSpec'] {
  if (!isObject(value)) {
    return undefined;
  }
  const mode = asText(value['Mode'], 'EndpointSpec.Mode') || 'vip';
  if (mode !== 'vip' && mode !== 'dnsrr') {
    throw new ApiError(400, `invalid resolution mode: ${JSON.stringify(mode)}`);
  }
  const ports = asRows(value['Ports']).map((port) => readPort(port));
  return { Mode: mode, ...(ports.length === 0 ? {} : { Ports: ports }) };
}

/** Unknown protocols become tcp and unknown modes ingress, as at the engine. */
function readPort(port: JsonObject): DemoPort {
  const protocol = asText(port['Protocol'], 'PortConfig.Protocol');
  const { TargetPort: target, PublishedPort: published } = port;
  return {
    Protocol: ['tcp', 'udp', 'sctp'].includes(protocol) ? protocol : 'tcp',
    TargetPort: typeof target === 'number' ? target : 0,
    ...(typeof published === 'number' && published > 0 ? { PublishedPort: published } : {}),
    PublishMode: port['PublishMode'] === 'host' ? 'host' : 'ingress',
  };
}

function checkEndpoint(endpoint: ServiceSpecJson['EndpointSpec']): void {
  const ports = endpoint?.Ports ?? [];
  if (endpoint?.Mode === 'dnsrr' && ports.some((port) => port.PublishMode === 'ingress')) {
    const text = "EndpointSpec: port published with ingress mode can't be used with dnsrr mode";
    throw clusterError('InvalidArgument', text);
  }
  const numbers = ports
    .filter((port) => port.PublishedPort !== undefined)
    .map((port) => `${port.Protocol}/${port.PublishedPort}`);
  if (new Set(numbers).size < numbers.length) {
    throw clusterError('InvalidArgument', 'EndpointSpec: duplicate published ports provided');
  }
}

function checkConstraints(template: JsonObject): void {
  const constraints = asObject(template['Placement'])['Constraints'];
  for (const constraint of Array.isArray(constraints) ? constraints : []) {
    if (typeof constraint !== 'string' || !/==|!=/.test(constraint)) {
      throw clusterError('Unknown', 'constraint expected one operator from ==, !=');
    }
  }
}

function replicasOf(spec: ServiceSpecJson): string {
  return String(spec.Mode.Replicated?.Replicas ?? '');
}

function imageOf(spec: { readonly TaskTemplate: TaskTemplate }): string {
  return spec.TaskTemplate.ContainerSpec.Image;
}

function changeOf(what: string, before: string, after: string): Record<string, string> {
  return before === after ? {} : { [`${what}.old`]: before, [`${what}.new`]: after };
}
