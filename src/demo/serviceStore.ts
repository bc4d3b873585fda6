import { isDeepStrictEqual } from 'node:util';
import { ApiError, clusterError } from './apiError';
import { newId, toIso } from './identity';
import type { Orchestrator } from './orchestrator';
import { readSpec, type SpecSources } from './specReader';
import type { SwarmState } from './swarmState';
import type {
  DemoPort,
  DemoService,
  JsonObject,
  ServiceSpecJson,
  UpdateStatus,
} from './swarmTypes';
import { changesBetween } from './updater';

const MAX_SERVICES = 2_000;
const FIRST_AUTO_PORT = 30_000;
const LAST_AUTO_PORT = 32_767;
const LAST_PORT = 65_535;

/** Creates, updates, finds and removes services by the engine's rules. */
export class ServiceStore {
  constructor(
    private readonly state: SwarmState,
    private readonly orchestrator: Orchestrator,
    private readonly sources: SpecSources,
  ) {
    orchestrator.updater.onDidRollBack(({ service, before }) => this.prepare(service, before));
  }

  /** Carries out `POST /services/create` and gives the new id. */
  create(body: JsonObject): string {
    const spec = readSpec(body, this.sources);
    if (this.state.services.size >= MAX_SERVICES) {
      throw new ApiError(500, 'the demo swarm holds no more services');
    }
    this.checkPorts(spec, undefined);
    this.checkData(spec);
    if ([...this.state.services.values()].some((other) => other.spec.Name === spec.Name)) {
      const text = `name conflicts with an existing object: service ${spec.Name} already exists`;
      throw clusterError('AlreadyExists', text);
    }
    const service: DemoService = {
      ...this.state.newStored(newId()),
      spec,
      generation: 1,
      ...(isJob(spec) ? { jobIteration: 0, lastExecution: this.state.stamps.next() } : {}),
      ports: [],
      vips: new Map(),
    };
    this.state.services.set(service.id, service);
    this.state.events.add('service', 'create', service.id, { name: spec.Name });
    this.allocate(service);
    this.orchestrator.reconcile(service);
    return service.id;
  }

  /** Carries out `POST /services/{key}/update` with `version`, and `rollback=previous` perhaps. */
  update(key: string, query: URLSearchParams, body: JsonObject): void {
    const version = query.get('version') ?? '';
    if (!/^\d{1,20}$/.test(version)) {
      const parse = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
      throw new ApiError(400, `invalid service version '${version}': ${parse}`);
    }
    const service = this.find(key);
    const spec = readSpec(body, this.sources);
    const isRollback = readOptions(query);
    if (!isDeepStrictEqual(spec.EndpointSpec, service.spec.EndpointSpec)) {
      this.checkPorts(spec, service);
    }
    this.checkData(spec);
    if (Object.keys(spec.Mode)[0] !== Object.keys(service.spec.Mode)[0]) {
      throw clusterError('Unimplemented', 'service mode change is not allowed');
    }
    if (spec.Name !== service.spec.Name) {
      throw clusterError('Unimplemented', 'renaming services is not supported');
    }
    if (isRollback && service.previousSpec === undefined) {
      const text = `service ${service.id} does not have a previous spec`;
      throw clusterError('FailedPrecondition', text);
    }
    if (Number(version) !== service.version) {
      throw clusterError('Unknown', 'update out of sequence');
    }
    if (isRollback) {
      this.rollBack(service, service.previousSpec ?? spec);
    } else {
      this.apply(service, spec, undefined);
    }
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

  private rollBack(service: DemoService, spec: ServiceSpecJson): void {
    this.apply(service, spec, {
      State: 'rollback_started',
      StartedAt: toIso(this.state.stamps.next()),
      Message: 'manually requested rollback',
    });
  }

  private apply(
    service: DemoService,
    spec: ServiceSpecJson,
    status: UpdateStatus | undefined,
  ): void {
    const before = service.spec;
    const statusBefore = service.updateStatus?.State;
    service.previousSpec = before;
    service.spec = spec;
    delete service.updateStatus;
    if (status !== undefined) {
      service.updateStatus = status;
    }
    if (isJob(spec)) {
      service.jobIteration = (service.jobIteration ?? 0) + 1;
      service.lastExecution = this.state.stamps.next();
    }
    this.state.touch(service);
    this.state.events.add('service', 'update', service.id, {
      name: spec.Name,
      ...changesBetween(before, spec),
      ...(status === undefined ? {} : { 'updatestate.new': status.State }),
      ...(status === undefined || statusBefore === undefined
        ? {}
        : { 'updatestate.old': statusBefore }),
    });
    this.prepare(service, before);
    this.orchestrator.reconcile(service);
  }

  /** Carries a new spec to the addresses of `service`, and makes its tasks old where it must. */
  private prepare(service: DemoService, before: ServiceSpecJson): void {
    const { spec } = service;
    this.allocate(service);
    if (
      !isDeepStrictEqual(before.TaskTemplate, spec.TaskTemplate) ||
      !isDeepStrictEqual(before.EndpointSpec, spec.EndpointSpec)
    ) {
      service.generation += 1;
    }
  }

  private checkData(spec: ServiceSpecJson): void {
    this.sources.secrets.checkExistence(spec.TaskTemplate.ContainerSpec);
    this.sources.configs.checkExistence(spec.TaskTemplate.ContainerSpec);
  }

  /** Gives ports and virtual addresses, and takes back what is no longer asked for. */
  private allocate(service: DemoService): void {
    const spec = service.spec.EndpointSpec;
    const wished = spec?.Ports ?? [];
    const isPossible = wished.every(({ PublishedPort: port = 0 }) => port <= LAST_PORT);
    service.ports = (isPossible ? wished : []).map((port) =>
      port.PublishedPort === undefined && port.PublishMode === 'ingress'
        ? { ...port, PublishedPort: this.autoPort(service, port) }
        : port,
    );
    const networks = spec?.Mode === 'dnsrr' || !isPossible ? [] : this.state.networksOf(service);
    this.releaseVips(service, (id) => !networks.some((network) => network.id === id));
    for (const network of networks) {
      // Where each node gives addresses of its own, the service has none.
      const isLocal = network.driver !== 'overlay';
      const address = service.vips.has(network.id)
        ? undefined
        : isLocal
          ? ''
          : network.allocated?.pool.allocate();
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
        const its = [...other.ports, ...(other.spec.EndpointSpec?.Ports ?? [])];
        const clash = its.find(
          (one) =>
            one.PublishedPort === port.PublishedPort &&
            one.Protocol === port.Protocol &&
            (one.PublishMode === 'ingress' || port.PublishMode === 'ingress'),
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
}

/** Whether a rollback is asked for; refuses what the options do not know. */
function readOptions(query: URLSearchParams): boolean {
  const rollback = query.get('rollback') ?? '';
  if (!['', 'none', 'previous'].includes(rollback)) {
    throw new ApiError(500, `unrecognized rollback option ${rollback}`);
  }
  if (!['', 'spec', 'previous-spec'].includes(query.get('registryAuthFrom') ?? '')) {
    throw new ApiError(500, 'unsupported registryAuthFrom value');
  }
  return rollback === 'previous';
}

function isJob({ Mode }: ServiceSpecJson): boolean {
  return Mode.ReplicatedJob !== undefined || Mode.GlobalJob !== undefined;
}
