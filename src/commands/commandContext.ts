import type { Logger } from '../common/logger';
import type { ConnectionEntry } from '../docker/target';
import type { ObjectReference } from '../model/objectReference';
import type { SwarmSnapshot } from '../model/snapshot';
import type { Engine } from '../docker/engine';
import type { SwarmStore } from '../store/swarmStore';
import type { LastConnection } from './lastConnection';
import type { QuickUi } from './quickUi';

/** What the commands work with; handed in by `extension.ts`. */
export interface CommandContext {
  readonly store: SwarmStore;
  readonly ui: QuickUi;
  readonly logger: Logger;
  readonly lastConnection: LastConnection;
  /** The ways to reach an engine that this machine offers. */
  readonly findConnections: () => Promise<readonly ConnectionEntry[]>;
  readonly openDocument: (object: ObjectReference) => Promise<void>;
  readonly openRouting: () => void;
  readonly showLog: () => void;
}

/** A connected swarm. */
export interface ConnectedSwarm {
  readonly engine: Engine;
  readonly snapshot: SwarmSnapshot;
  /** Name of its connection. */
  readonly swarm: string;
  readonly connectionId: string;
}

/** The connected swarm, or undefined when there is none (commands are disabled then). */
export function connected(context: CommandContext): ConnectedSwarm | undefined {
  const { state, engine } = context.store;
  return state.phase === 'connected' && engine !== undefined
    ? {
        engine,
        snapshot: state.snapshot,
        swarm: state.connection.name,
        connectionId: state.connection.id,
      }
    : undefined;
}

/** The connected swarm while it is the one that `start` was; a form never ends on another one. */
export function sameSwarm(
  context: CommandContext,
  start: ConnectedSwarm,
): ConnectedSwarm | undefined {
  const now = connected(context);
  return now?.connectionId === start.connectionId ? now : undefined;
}
