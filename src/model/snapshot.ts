import type { NetworkRecord } from '../docker/records/network';
import type { NodeRecord } from '../docker/records/node';
import type { ServiceRecord } from '../docker/records/service';
import type { TaskRecord } from '../docker/records/task';
import type { InfoRecord } from '../docker/records/info';
import type { SwarmscopeError } from '../common/errors';

/** The parts of a snapshot that are fetched, and can fail, on their own. */
export type PartName = 'nodes' | 'networks' | 'services' | 'tasks' | 'peers';

/** How current one part is; a failed part keeps the records of its last success. */
export type PartState =
  | { readonly kind: 'ok'; readonly at: number }
  | { readonly kind: 'failed'; readonly error: SwarmscopeError; readonly at: number }
  | { readonly kind: 'pending' };

/** A node with its best address. */
export interface SwarmNode extends NodeRecord {
  /** ManagerStatus host, else a usable Status.Addr, else /info's or RemoteManagers'; undefined when none is usable. */
  readonly address?: string;
}

/** A network of the swarm; `allocated` is false when the swarm never gave it driver and subnet. */
export interface SwarmNetwork extends NetworkRecord {
  readonly encrypted: boolean;
  readonly allocated: boolean;
}

/** A service with its counts worked out from tasks where the engine gives none. */
export interface SwarmService extends ServiceRecord {
  readonly running: number;
  readonly desired: number;
  /** True while running tasks differ from desired or an update is under way. */
  readonly converging: boolean;
}

/** A task with the name docker shows: `web.2`, `agent.<nodeId>` for global. */
export interface SwarmTask extends TaskRecord {
  readonly name: string;
  /** Part of the present (desired running, ready or complete), not history. */
  readonly current: boolean;
}

/**
 * How we know that a node takes part in a network: `reported` by the connected engine's gossip, or
 * inferred from a running task's `placement` (ingress: every node of the swarm).
 */
export type PeerEvidence = 'reported' | 'placement';

/** One gossip member (a node's engine) across all networks. */
export interface SwarmPeer {
  /** Stable: node id where known, else the address. */
  readonly id: string;
  /** Gossip (advertise) address, or the node's address when only placement is known. */
  readonly address?: string;
  /** The node behind it; undefined when no node has that address. */
  readonly nodeId?: string;
  readonly networks: readonly { readonly networkId: string; readonly evidence: PeerEvidence }[];
}

/** One immutable look at one swarm; everything is joined by id. Built by `buildSnapshot`. */
export interface SwarmSnapshot {
  /** Milliseconds since the epoch of the newest part. */
  readonly takenAt: number;
  readonly info: InfoRecord;
  readonly apiVersion: string;
  readonly nodes: ReadonlyMap<string, SwarmNode>;
  /** Swarm-scope networks only. */
  readonly networks: ReadonlyMap<string, SwarmNetwork>;
  readonly services: ReadonlyMap<string, SwarmService>;
  readonly tasks: ReadonlyMap<string, SwarmTask>;
  readonly peers: ReadonlyMap<string, SwarmPeer>;
  readonly parts: Readonly<Record<PartName, PartState>>;
  /** Local (non-swarm) networks of the connected engine, for overlap checks only. */
  readonly localNetworks: readonly NetworkRecord[];

  /** Joins, each sorted for display (name, then slot, then newest first). */
  readonly tasksByService: ReadonlyMap<string, readonly SwarmTask[]>;
  readonly tasksByNode: ReadonlyMap<string, readonly SwarmTask[]>;
  readonly servicesByNetwork: ReadonlyMap<string, readonly SwarmService[]>;
  readonly tasksByNetwork: ReadonlyMap<string, readonly SwarmTask[]>;
  readonly peersByNetwork: ReadonlyMap<string, readonly SwarmPeer[]>;
}
