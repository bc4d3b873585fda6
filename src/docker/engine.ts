import type { Disposable } from '../common/disposable';
import type { EventRecord } from './records/event';
import type { InfoRecord } from './records/info';
import type { NetworkRecord } from './records/network';
import type { NodeRecord } from './records/node';
import type { ServiceRecord } from './records/service';
import type { TaskRecord } from './records/task';

/** Kinds of object that can be inspected, removed and copied. */
export type ObjectKind = 'network' | 'service' | 'node' | 'task';

/** Body of `POST /networks/create` for an overlay, as the form knows it. */
export interface OverlayNetworkSpec {
  readonly name: string;
  /** Network CIDR without host bits; undefined lets the swarm choose from its pools. */
  readonly subnet?: string;
  readonly attachable: boolean;
  readonly encrypted: boolean;
  readonly internal: boolean;
}

/** What the deploy form knows; `env` is `K=V`. */
export interface ServiceSpec {
  readonly name: string;
  readonly image: string;
  /** Network ids. */
  readonly networks: readonly string[];
  readonly mode:
    { readonly kind: 'replicated'; readonly replicas: number } | { readonly kind: 'global' };
  readonly ports: readonly {
    readonly protocol: 'tcp' | 'udp';
    readonly targetPort: number;
    /** Undefined: the swarm picks from 30000-32767. */
    readonly publishedPort?: number;
    readonly mode: 'ingress' | 'host';
  }[];
  readonly env: readonly string[];
}

/** Result of a create; `foundAfterLoss` when the answer was lost and the object was found by name. */
export interface Created {
  readonly id: string;
  readonly warnings: readonly string[];
  readonly foundAfterLoss: boolean;
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
  createNetwork(spec: OverlayNetworkSpec, signal?: AbortSignal): Promise<Created>;
  createService(spec: ServiceSpec, signal?: AbortSignal): Promise<Created>;
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
}
