import type { Disposable } from '../common/disposable';
import type { StreamLimits } from './dialerLimits';
import type { NetworkBody, NodeBody, ServiceBody } from './bodies';
import type { EventRecord } from './records/event';
import type { InfoRecord } from './records/info';
import type { NetworkRecord } from './records/network';
import type { NodeRecord } from './records/node';
import type { ServiceRecord } from './records/service';
import type { StoredFileRecord } from './records/storedFile';
import type { TaskRecord } from './records/task';

/** Kinds of object that can be inspected, removed and copied. */
export type ObjectKind = 'network' | 'service' | 'node' | 'task';

/** Result of a create; `foundAfterLoss` when the answer was lost and the object was found by name. */
export interface Created {
  readonly id: string;
  readonly warnings: readonly string[];
  readonly foundAfterLoss: boolean;
}

/** A service's specs as the engine has them, whole: what Swarmscope does not know is in them too. */
export interface ServiceState {
  /** `Version.Index`, which an update must name. */
  readonly version: number;
  readonly spec: ServiceBody;
  /** What a rollback goes back to; undefined for a service that was never updated. */
  readonly previous?: ServiceBody;
}

/** How a service is changed. */
export interface ServiceUpdate {
  /** The version that `spec` was made from. */
  readonly version: number;
  readonly spec: ServiceBody;
  /** True to go back to the spec before, on the engine's side; `spec` is ignored then. */
  readonly rollback?: boolean;
  /** `X-Registry-Auth`, base64url; the tasks keep the one they have when omitted. */
  readonly registryAuth?: string;
}

/** A node's spec as the engine has it. */
export interface NodeSpecState {
  /** `Version.Index`, which an update must name. */
  readonly version: number;
  readonly spec: NodeBody;
}

/** A secret or a config to create. */
export interface StoredFile {
  readonly name: string;
  /** At most 500 kB (secrets) or 1,000 kB (configs). */
  readonly data: Uint8Array;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a registry says of an image (`GET /distribution/{image}/json`, Engine API 1.30). */
export interface ImageFacts {
  /** `sha256:…` */
  readonly digest: string;
  readonly platforms: readonly { readonly os: string; readonly architecture: string }[];
}

/** What logs are read of. */
export interface LogSource {
  readonly kind: 'service' | 'task';
  readonly id: string;
}

/** Which part of the logs; times are by the engine's clock. */
export interface LogOptions {
  /** Goes on with new lines until aborted. */
  readonly follow: boolean;
  /** Seconds since the epoch with up to nine decimals; what is older is left out. */
  readonly since?: string;
  /** Newest lines of each task; all when omitted. */
  readonly tail?: number;
  /** Leaves stdout out. */
  readonly stderrOnly?: boolean;
}

/** Tasks to list; all filters are joined by AND. */
export interface TaskFilter {
  readonly serviceId?: string;
  readonly attachmentsOnly?: boolean;
}

/**
 * The one narrow door to a Docker Engine. Every method honours its signal, has a deadline of its
 * own, and rejects with `SwarmscopeError` only. Implemented over dockerode's modem in
 * `dockerodeEngine.ts`.
 */
export interface Engine extends Disposable {
  /** The connection's parsed address as text, for logs and messages. */
  readonly address: string;
  /** Negotiated API version, `1.41`; set by {@link connect}. */
  readonly apiVersion: string;
  /** How many logs it is asked for; more wait for their turn to be opened. */
  readonly streamLimits: StreamLimits;
  /** `GET /_ping` unversioned, negotiates min(ours, theirs). Must be called first. */
  connect(signal?: AbortSignal): Promise<void>;
  /** `GET /_ping`: whether the engine answers at all, whatever its swarm does; within 2 s. */
  ping(signal?: AbortSignal): Promise<void>;
  info(signal?: AbortSignal): Promise<InfoRecord>;
  nodes(signal?: AbortSignal): Promise<readonly NodeRecord[]>;
  networks(signal?: AbortSignal): Promise<readonly NetworkRecord[]>;
  services(signal?: AbortSignal): Promise<readonly ServiceRecord[]>;
  tasks(filter?: TaskFilter, signal?: AbortSignal): Promise<readonly TaskRecord[]>;
  /** Verbose inspect with scope=swarm: local view when this engine takes part. */
  networkDetail(id: string, signal?: AbortSignal): Promise<NetworkRecord>;
  /** The engine's raw JSON of one object, unmasked. */
  inspect(kind: ObjectKind, id: string, signal?: AbortSignal): Promise<unknown>;
  createNetwork(body: NetworkBody, signal?: AbortSignal): Promise<Created>;
  /** `registryAuth` is `X-Registry-Auth`, base64url, which the tasks pull with. */
  createService(body: ServiceBody, registryAuth?: string, signal?: AbortSignal): Promise<Created>;
  /** `GET /services/{id}`: what a change begins with. */
  serviceState(id: string, signal?: AbortSignal): Promise<ServiceState>;
  /**
   * Changes a service and gives the engine's warnings. Rejects with 'out-of-sequence' when somebody
   * else changed it since; never sent twice.
   */
  updateService(
    id: string,
    update: ServiceUpdate,
    signal?: AbortSignal,
  ): Promise<readonly string[]>;
  nodeSpec(id: string, signal?: AbortSignal): Promise<NodeSpecState>;
  /** Changes availability, role or labels; rejects like {@link updateService}. */
  updateNode(id: string, state: NodeSpecState, signal?: AbortSignal): Promise<void>;
  /** Secrets of the swarm, without their values. */
  secrets(signal?: AbortSignal): Promise<readonly StoredFileRecord[]>;
  /** Configs of the swarm, without their contents. */
  configs(signal?: AbortSignal): Promise<readonly StoredFileRecord[]>;
  createSecret(secret: StoredFile, signal?: AbortSignal): Promise<Created>;
  createConfig(config: StoredFile, signal?: AbortSignal): Promise<Created>;
  /** Asks the image's registry; it may not be reachable from the engine, which takes long to say. */
  imageFacts(image: string, registryAuth?: string, signal?: AbortSignal): Promise<ImageFacts>;
  removeNetwork(id: string, signal?: AbortSignal): Promise<void>;
  removeService(id: string, signal?: AbortSignal): Promise<void>;
  /** Removes a node that is down from the list (`DELETE /nodes/{id}`). */
  removeNode(id: string, signal?: AbortSignal): Promise<void>;
  /**
   * Makes the engine the first manager of a new swarm (`POST /swarm/init`), reached by the others at
   * `advertiseAddress` (address or interface, optionally with a port); the engine chooses when omitted.
   * Rejects with 'address-ambiguous' (details.addresses, joined by spaces) when it cannot.
   */
  initSwarm(advertiseAddress?: string, signal?: AbortSignal): Promise<void>;
  /** Unlocks a manager (`POST /swarm/unlock`); rejects with 'wrong-key'. */
  unlockSwarm(key: string, signal?: AbortSignal): Promise<void>;
  /**
   * Follows swarm-scope events until aborted; ends by return when the stream closes cleanly and by
   * SwarmscopeError when it breaks. `since` is an {@link EventRecord.time}.
   */
  events(since: string | undefined, signal: AbortSignal): AsyncIterable<EventRecord>;
  /**
   * Logs of a service or task (`GET /services|tasks/{id}/logs`, Engine API 1.29) as they come, for
   * `LogDecoder`: timestamps and details included. Ends like {@link events}; an engine that waits for
   * a node which does not answer keeps a followed stream open and silent.
   */
  logs(source: LogSource, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
