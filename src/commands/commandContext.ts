import type { Event } from '../common/emitter';
import type { Logger } from '../common/logger';
import type { ConnectionEntry } from '../docker/target';
import type { Engine } from '../docker/engine';
import type { ObjectReference } from '../model/objectReference';
import type { SwarmSnapshot } from '../model/snapshot';
import type { Standing } from '../store/lookAt';
import type { ShareKind } from '../shared/protocol';
import type { Swarms } from '../store/swarms';
import type { SwarmStore } from '../store/swarmStore';
import type { SwarmLogs } from './logs/swarmLogs';
import type { Drafts } from './drafts';
import type { BeginGuard } from './guardAct';
import type { QuickUi } from './quickUi';
import type { Memory, RememberedConnections } from './rememberedConnections';
import type { StackFiles } from './stackFiles';
import type { ServiceEditor } from './serviceEditor';

/** What the commands work with; handed in by `product.ts`. */
export interface CommandContext {
  readonly swarms: Swarms;
  readonly ui: QuickUi;
  readonly logger: Logger;
  readonly remembered: RememberedConnections;
  /** What was entered into forms that were left. */
  readonly drafts: Drafts;
  /** The ways to reach an engine that this machine offers. */
  readonly findConnections: () => Promise<readonly ConnectionEntry[]>;
  /** Calls `listener` when those ways may have changed, until what it gives is disposed. */
  readonly onConnectionsChange: Event<void>;
  /** What is behind a connection right now; asks nobody for anything. */
  readonly lookAt: (entry: ConnectionEntry, signal: AbortSignal) => Promise<Standing>;
  /** Opens an engine for one act, whatever its swarm is; the caller disposes it. */
  readonly openEngine: (entry: ConnectionEntry, signal: AbortSignal) => Promise<Engine>;
  /** Adds a connection to the person's own settings. */
  readonly saveConnection: (
    connection: Pick<ConnectionEntry, 'name' | 'address' | 'tls'>,
  ) => Promise<void>;
  /** Deletes all secrets that the person had kept; gives their number. */
  readonly forgetSecrets: () => Promise<number>;
  /** Services as YAML documents; loaded with the first one. */
  readonly serviceEditor: () => Promise<ServiceEditor>;
  readonly openDocument: (connectionId: string, object: ObjectReference) => Promise<void>;
  readonly openRouting: (connectionId: string) => Promise<void>;
  /** Takes something out of the routing page in front. */
  readonly shareRouting: (what: ShareKind) => Promise<void>;
  /** Probes published ports around an act, unless the person wants none; loaded by the first act. */
  readonly guard: BeginGuard;
  /** What compose files are deployed and compared with; loaded when first asked for. */
  readonly stacks: () => Promise<StackFiles>;
  /** The documents with logs; loaded by the first who asks. */
  readonly logs: () => Promise<SwarmLogs>;
  /** Addresses by which nodes are reached, in the form of `swarmscope.nodeAddresses`, unvalidated. */
  readonly nodeAddresses: () => unknown;
  /** What is remembered for this workspace. */
  readonly memory: Memory;
  readonly showLog: () => void;
}

/** A connected swarm. */
export interface ConnectedSwarm {
  readonly store: SwarmStore;
  readonly engine: Engine;
  readonly snapshot: SwarmSnapshot;
  readonly connection: ConnectionEntry;
}

/** The swarm of a store, or undefined while it is not connected. */
export function connected(store: SwarmStore | undefined): ConnectedSwarm | undefined {
  const state = store?.state;
  const engine = store?.engine;
  return store !== undefined && state?.phase === 'connected' && engine !== undefined
    ? { store, engine, snapshot: state.snapshot, connection: state.connection }
    : undefined;
}

/** The swarm that `start` was, as it is now; undefined when it is not connected any more. */
export function sameSwarm(
  { swarms }: Pick<CommandContext, 'swarms'>,
  { connection, snapshot }: ConnectedSwarm,
): ConnectedSwarm | undefined {
  const now = connected(swarms.find(connection.id));
  // Its definition may have changed meanwhile, and lead to another swarm under the same name.
  return clusterOf(now?.snapshot) === clusterOf(snapshot) ? now : undefined;
}

/** Whether the connection of `start` is there and leads to another swarm now. */
export function leadsElsewhere(
  context: Pick<CommandContext, 'swarms'>,
  start: ConnectedSwarm,
): boolean {
  return (
    connected(context.swarms.find(start.connection.id)) !== undefined &&
    sameSwarm(context, start) === undefined
  );
}

/** The cluster id of a swarm: what tells it from others behind the same address or name. */
export function clusterOf(snapshot: SwarmSnapshot | undefined): string | undefined {
  return snapshot?.info.swarm.cluster?.id;
}
