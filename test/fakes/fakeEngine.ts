import { toDisposable } from '../../src/common/disposable';
import { SwarmscopeError, toSwarmscopeError } from '../../src/common/errors';
import type {
  Created,
  Engine,
  ImageFacts,
  LogOptions,
  LogSource,
  NodeSpecState,
  ObjectKind,
  ServiceState,
  ServiceUpdate,
  StoredFile,
  TaskFilter,
} from '../../src/docker/engine';
import type { StreamLimits } from '../../src/docker/dialerLimits';
import type { NetworkBody, ServiceBody } from '../../src/docker/bodies';
import type { EventRecord } from '../../src/docker/records/event';
import type { InfoRecord } from '../../src/docker/records/info';
import type { NetworkRecord } from '../../src/docker/records/network';
import { normalizeNode, type NodeRecord } from '../../src/docker/records/node';
import { normalizeService, type ServiceRecord } from '../../src/docker/records/service';
import type { StoredFileRecord } from '../../src/docker/records/storedFile';
import type { TaskRecord } from '../../src/docker/records/task';
import { readNodeSpec, readServiceState } from '../../src/docker/specs';
import { makeInfo, makeNetwork } from './records';

/** Every method of {@link Engine} that asks the engine something. */
export type EngineCall = Exclude<
  keyof Engine,
  'address' | 'apiVersion' | 'streamLimits' | 'dispose'
>;

/** One call as it arrived; arguments without the signal. */
export interface RecordedCall {
  readonly call: EngineCall;
  readonly args: readonly unknown[];
}

/** The objects of the simulated swarm; tests assign them freely. */
export interface FakeSwarm {
  info: InfoRecord;
  nodes: readonly NodeRecord[];
  networks: readonly NetworkRecord[];
  services: readonly ServiceRecord[];
  tasks: readonly TaskRecord[];
  /** Answers of `networkDetail` that differ from the list's row, by id. */
  details: readonly NetworkRecord[];
  secrets: readonly StoredFileRecord[];
  configs: readonly StoredFileRecord[];
  /** What registries say, by image. */
  images: Readonly<Record<string, ImageFacts>>;
}

/** An open event stream of the fake. */
interface Follower {
  readonly since: string | undefined;
  readonly queue: EventRecord[];
  ended: 'no' | 'closed' | SwarmscopeError;
  wake: () => void;
}

/**
 * An engine in memory for tests of other rooms: answers from {@link swarm}, counts calls, and fails,
 * holds or streams on command.
 */
export class FakeEngine implements Engine {
  readonly address: string;
  apiVersion = '1.41';
  streamLimits: StreamLimits = { open: 48, starting: 12 };
  readonly swarm: FakeSwarm;
  readonly calls: RecordedCall[] = [];
  disposed = false;
  private readonly failures = new Map<EngineCall, { error: SwarmscopeError; left: number }>();
  private readonly gates = new Map<EngineCall, { open: Promise<void>; release: () => void }>();
  private readonly followers = new Set<Follower>();
  private readonly followerWaiters = new Set<() => void>();
  private created = 0;

  constructor(swarm: Partial<FakeSwarm> = {}, address = 'unix:///fake/docker.sock') {
    this.address = address;
    this.swarm = {
      info: makeInfo(),
      nodes: [],
      networks: [],
      services: [],
      tasks: [],
      details: [],
      secrets: [],
      configs: [],
      images: {},
      ...swarm,
    };
  }

  /** How often `call` arrived. */
  count(call: EngineCall): number {
    return this.calls.filter((recorded) => recorded.call === call).length;
  }

  /** Makes the next `times` calls (all when omitted) reject with `error`. */
  fail(call: EngineCall, error: SwarmscopeError, times = Number.POSITIVE_INFINITY): void {
    this.failures.set(call, { error, left: times });
  }

  /** Lets `call` succeed again. */
  heal(call: EngineCall): void {
    this.failures.delete(call);
  }

  /** Keeps answers of `call` back until the returned handle is disposed. */
  hold(call: EngineCall): { dispose(): void } {
    let release = (): void => {};
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.gates.set(call, { open, release });
    return toDisposable(() => {
      this.gates.delete(call);
      release();
    });
  }

  /** Number of event streams being followed now. */
  get streams(): number {
    return this.followers.size;
  }

  /** Values of `since` of the streams followed now. */
  get streamsSince(): readonly (string | undefined)[] {
    return [...this.followers].map((follower) => follower.since);
  }

  /** Resolves once at least one event stream is followed. */
  async followed(): Promise<void> {
    if (this.followers.size === 0) {
      await new Promise<void>((resolve) => this.followerWaiters.add(resolve));
    }
  }

  /** Sends an event to every stream. */
  emit(event: EventRecord): void {
    for (const follower of this.followers) {
      follower.queue.push(event);
      follower.wake();
    }
  }

  /** Ends every stream: cleanly, or by `error`. */
  endStreams(error?: SwarmscopeError): void {
    for (const follower of this.followers) {
      follower.ended = error ?? 'closed';
      follower.wake();
    }
  }

  connect(signal?: AbortSignal): Promise<void> {
    return this.answer('connect', [], signal, () => undefined);
  }

  ping(signal?: AbortSignal): Promise<void> {
    return this.answer('ping', [], signal, () => undefined);
  }

  info(signal?: AbortSignal): Promise<InfoRecord> {
    return this.answer('info', [], signal, () => this.swarm.info);
  }

  nodes(signal?: AbortSignal): Promise<readonly NodeRecord[]> {
    return this.answer('nodes', [], signal, () => this.swarm.nodes);
  }

  networks(signal?: AbortSignal): Promise<readonly NetworkRecord[]> {
    return this.answer('networks', [], signal, () => this.swarm.networks);
  }

  services(signal?: AbortSignal): Promise<readonly ServiceRecord[]> {
    return this.answer('services', [], signal, () => this.swarm.services);
  }

  tasks(filter: TaskFilter = {}, signal?: AbortSignal): Promise<readonly TaskRecord[]> {
    return this.answer('tasks', [filter], signal, () =>
      this.swarm.tasks.filter(
        (task) =>
          task.isAttachment === (filter.attachmentsOnly ?? false) &&
          (filter.serviceId === undefined || task.serviceId === filter.serviceId),
      ),
    );
  }

  networkDetail(id: string, signal?: AbortSignal): Promise<NetworkRecord> {
    return this.answer('networkDetail', [id], signal, () =>
      found([...this.swarm.details, ...this.swarm.networks], 'network', id),
    );
  }

  inspect(kind: ObjectKind, id: string, signal?: AbortSignal): Promise<unknown> {
    return this.answer('inspect', [kind, id], signal, () => {
      const rows = {
        network: this.swarm.networks,
        service: this.swarm.services,
        node: this.swarm.nodes,
        task: this.swarm.tasks,
      }[kind];
      return found<{ readonly id: string; readonly raw: unknown }>(rows, kind, id).raw;
    });
  }

  createNetwork(body: NetworkBody, signal?: AbortSignal): Promise<Created> {
    return this.answer('createNetwork', [body], signal, () => {
      refuseTaken(this.swarm.networks, 'network', body.Name);
      const network = makeNetwork({
        id: `network-${++this.created}`,
        name: body.Name,
        attachable: body.Attachable ?? false,
        internal: body.Internal ?? false,
        ingress: body.Ingress ?? false,
        options: body.Options ?? {},
        subnets: [{ subnet: body.IPAM?.Config?.[0]?.Subnet ?? '10.0.9.0/24' }],
      });
      this.swarm.networks = [...this.swarm.networks, network];
      return { id: network.id, warnings: [], foundAfterLoss: false };
    });
  }

  createService(body: ServiceBody, registryAuth?: string, signal?: AbortSignal): Promise<Created> {
    const args = registryAuth === undefined ? [body] : [body, registryAuth];
    return this.answer('createService', args, signal, () => {
      refuseTaken(this.swarm.services, 'service', body.Name);
      const id = `service-${++this.created}`;
      this.swarm.services = [...this.swarm.services, serviceOf(id, 1, body)];
      return { id, warnings: [], foundAfterLoss: false };
    });
  }

  serviceState(id: string, signal?: AbortSignal): Promise<ServiceState> {
    return this.answer('serviceState', [id], signal, () =>
      readServiceState(found(this.swarm.services, 'service', id).raw),
    );
  }

  updateService(
    id: string,
    update: ServiceUpdate,
    signal?: AbortSignal,
  ): Promise<readonly string[]> {
    return this.answer('updateService', [id, update], signal, () => {
      const old = found(this.swarm.services, 'service', id);
      refuseStale(old.version, update.version);
      const { spec, previous } = readServiceState(old.raw);
      const next = update.rollback === true ? (previous ?? spec) : update.spec;
      this.swarm.services = this.swarm.services.map((service) =>
        service === old ? serviceOf(id, old.version + 1, next, spec) : service,
      );
      return [];
    });
  }

  nodeSpec(id: string, signal?: AbortSignal): Promise<NodeSpecState> {
    return this.answer('nodeSpec', [id], signal, () =>
      readNodeSpec(found(this.swarm.nodes, 'node', id).raw),
    );
  }

  updateNode(id: string, state: NodeSpecState, signal?: AbortSignal): Promise<void> {
    return this.answer('updateNode', [id, state], signal, () => {
      const old = found(this.swarm.nodes, 'node', id);
      const { version } = readNodeSpec(old.raw);
      refuseStale(version, state.version);
      const raw = { ...(old.raw as object), Version: { Index: version + 1 }, Spec: state.spec };
      const { role, availability, labels } = normalizeNode(raw);
      this.swarm.nodes = this.swarm.nodes.map((node) =>
        node === old ? { ...old, role, availability, labels, raw } : node,
      );
    });
  }

  secrets(signal?: AbortSignal): Promise<readonly StoredFileRecord[]> {
    return this.answer('secrets', [], signal, () => this.swarm.secrets);
  }

  configs(signal?: AbortSignal): Promise<readonly StoredFileRecord[]> {
    return this.answer('configs', [], signal, () => this.swarm.configs);
  }

  createSecret(secret: StoredFile, signal?: AbortSignal): Promise<Created> {
    return this.answer('createSecret', [secret], signal, () => this.store('secrets', secret));
  }

  createConfig(config: StoredFile, signal?: AbortSignal): Promise<Created> {
    return this.answer('createConfig', [config], signal, () => this.store('configs', config));
  }

  imageFacts(image: string, registryAuth?: string, signal?: AbortSignal): Promise<ImageFacts> {
    return this.answer('imageFacts', [image, registryAuth], signal, () => {
      const facts = this.swarm.images[image];
      if (facts === undefined) {
        throw new SwarmscopeError('not-found', { kind: 'image', id: image });
      }
      return facts;
    });
  }

  removeNetwork(id: string, signal?: AbortSignal): Promise<void> {
    return this.answer('removeNetwork', [id], signal, () => {
      const gone = found(this.swarm.networks, 'network', id);
      this.swarm.networks = this.swarm.networks.filter((network) => network !== gone);
    });
  }

  removeService(id: string, signal?: AbortSignal): Promise<void> {
    return this.answer('removeService', [id], signal, () => {
      const gone = found(this.swarm.services, 'service', id);
      this.swarm.services = this.swarm.services.filter((service) => service !== gone);
      this.swarm.tasks = this.swarm.tasks.filter((task) => task.serviceId !== gone.id);
    });
  }

  removeNode(id: string, signal?: AbortSignal): Promise<void> {
    return this.answer('removeNode', [id], signal, () => {
      const gone = found(this.swarm.nodes, 'node', id);
      this.swarm.nodes = this.swarm.nodes.filter((node) => node !== gone);
    });
  }

  initSwarm(advertiseAddress?: string, signal?: AbortSignal): Promise<void> {
    return this.answer('initSwarm', [advertiseAddress], signal, () => {
      this.swarm.info = makeInfo();
    });
  }

  unlockSwarm(key: string, signal?: AbortSignal): Promise<void> {
    return this.answer('unlockSwarm', [key], signal, () => {
      this.swarm.info = makeInfo();
    });
  }

  async *events(since: string | undefined, signal: AbortSignal): AsyncGenerator<EventRecord> {
    this.calls.push({ call: 'events', args: [since] });
    this.throwScripted('events');
    const follower: Follower = { since, queue: [], ended: 'no', wake: () => {} };
    const wake = (): void => follower.wake();
    this.followers.add(follower);
    signal.addEventListener('abort', wake);
    for (const resolve of this.followerWaiters) {
      resolve();
    }
    this.followerWaiters.clear();
    try {
      while (!signal.aborted) {
        const next = follower.queue.shift();
        if (next !== undefined) {
          yield next;
        } else if (follower.ended === 'closed') {
          return;
        } else if (follower.ended !== 'no') {
          throw follower.ended;
        } else {
          await new Promise<void>((resolve) => {
            follower.wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.followers.delete(follower);
    }
  }

  /** Number of log streams that are open now. */
  get logStreams(): number {
    return this.logWriters.size;
  }

  /** Logs that a task has: written by tests with {@link writeLog}. */
  readonly logFiles = new Map<string, Uint8Array[]>();
  private readonly logWriters = new Set<{ readonly id: string; readonly wake: () => void }>();
  /** Tasks whose node does not answer: their streams are silent, as an engine's are. */
  readonly silentTasks = new Set<string>();
  /** Tasks whose container has ended: their streams end. */
  readonly endedTasks = new Set<string>();

  /** Adds a frame to a task's log and to the streams that follow it. */
  writeLog(id: string, frame: Uint8Array): void {
    this.logFiles.set(id, [...(this.logFiles.get(id) ?? []), frame]);
    this.wakeLogs(id);
  }

  /** Lets streams see what {@link silentTasks} and {@link endedTasks} say now. */
  wakeLogs(id: string): void {
    for (const writer of this.logWriters) {
      if (writer.id === id) {
        writer.wake();
      }
    }
  }

  async *logs(
    source: LogSource,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const { id } = source;
    this.calls.push({ call: 'logs', args: [source, options] });
    this.throwScripted('logs');
    let wake = (): void => {};
    const writer = { id, wake: () => wake() };
    const woken = (): void => wake();
    this.logWriters.add(writer);
    signal.addEventListener('abort', woken);
    try {
      if (!options.follow && this.silentTasks.has(id)) {
        yield logFrame('Error grabbing logs: node is not available\n', 3);
        return;
      }
      for (let next = 0; !signal.aborted;) {
        const frame = this.silentTasks.has(id) ? undefined : this.logFiles.get(id)?.[next];
        if (frame !== undefined) {
          next += 1;
          yield frame;
        } else if (!options.follow || this.endedTasks.has(id)) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', woken);
      this.logWriters.delete(writer);
    }
  }

  dispose(): void {
    this.disposed = true;
    this.endStreams();
    for (const gate of this.gates.values()) {
      gate.release();
    }
    this.gates.clear();
  }

  private async answer<T>(
    call: EngineCall,
    args: readonly unknown[],
    signal: AbortSignal | undefined,
    read: () => T,
  ): Promise<T> {
    this.calls.push({ call, args });
    if (signal?.aborted === true || this.disposed) {
      throw new SwarmscopeError('cancelled');
    }
    await this.pass(call, signal);
    this.throwScripted(call);
    return read();
  }

  /** Waits while `call` is held; an abort ends the wait. */
  private async pass(call: EngineCall, signal: AbortSignal | undefined): Promise<void> {
    const gate = this.gates.get(call);
    if (gate !== undefined) {
      await new Promise<void>((resolve, reject) => {
        const abort = (): void => reject(new SwarmscopeError('cancelled'));
        signal?.addEventListener('abort', abort, { once: true });
        void gate.open.then(() => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
      });
    }
    if (this.disposed) {
      throw new SwarmscopeError('cancelled');
    }
  }

  private store(kind: 'secrets' | 'configs', { name, labels }: StoredFile): Created {
    refuseTaken(this.swarm[kind], kind.slice(0, -1), name);
    const id = `${kind}-${++this.created}`;
    const createdAt = new Date(0).toISOString();
    const row = { id, name, createdAt, labels: labels ?? {} };
    this.swarm[kind] = [...this.swarm[kind], row];
    return { id, warnings: [], foundAfterLoss: false };
  }

  private throwScripted(call: EngineCall): void {
    const failure = this.failures.get(call);
    if (failure === undefined || failure.left <= 0) {
      return;
    }
    failure.left -= 1;
    throw toSwarmscopeError(failure.error);
  }
}

/** One frame of a log stream; type 1 is stdout, 2 stderr, 3 the engine's own words. */
export function logFrame(text: string, type = 1): Uint8Array {
  const body = Buffer.from(text, 'utf8');
  const head = Buffer.alloc(8);
  head.writeUInt8(type, 0);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

function found<T extends { readonly id: string }>(
  rows: readonly T[],
  kind: ObjectKind,
  id: string,
): T {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) {
    throw new SwarmscopeError('not-found', { kind, id });
  }
  return row;
}

function refuseTaken(rows: readonly { readonly name: string }[], kind: string, name: string): void {
  if (rows.some((row) => row.name === name)) {
    throw new SwarmscopeError('name-taken', { kind, name });
  }
}

function refuseStale(version: number, named: number): void {
  if (version !== named) {
    throw new SwarmscopeError('out-of-sequence');
  }
}

/** A service as the engine would list it once its ports are allocated. */
function serviceOf(
  id: string,
  version: number,
  spec: ServiceBody,
  previous?: ServiceBody,
): ServiceRecord {
  return normalizeService({
    ID: id,
    Version: { Index: version },
    Spec: spec,
    ...(previous === undefined ? {} : { PreviousSpec: previous }),
    Endpoint: { Ports: spec.EndpointSpec?.Ports ?? [] },
  });
}
