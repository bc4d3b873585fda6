import type { SwarmscopeError } from '../common/errors';
import type { InfoRecord } from '../docker/records/info';
import type { ConnectionEntry } from '../docker/target';
import type { SwarmSnapshot } from '../model/snapshot';

/** What the product knows of its connection; drawn by the tree, the welcome views and the panel. */
export type SwarmState =
  | { readonly phase: 'disconnected' }
  | { readonly phase: 'connecting'; readonly connection: ConnectionEntry }
  /** Never connected, or lost and not usable: the error says why (worker, not-in-swarm, refused…). */
  | {
      readonly phase: 'failed';
      readonly connection: ConnectionEntry;
      readonly error: SwarmscopeError;
      /** What the engine told of itself, when it answered. */
      readonly info?: InfoRecord;
    }
  | {
      readonly phase: 'connected';
      /** What the person chose. */
      readonly connection: ConnectionEntry;
      readonly snapshot: SwarmSnapshot;
      /** The manager that is used instead while that of `connection` does not work. */
      readonly via?: ConnectionEntry;
      /** Set while the engine does not answer; the snapshot is then the last one seen. */
      readonly lost?: { readonly error: SwarmscopeError; readonly since: number };
      /** Set while answers take long: milliseconds of the last full look. */
      readonly slowMs?: number;
    };

/** Why a refresh runs; logged, and decides its urgency. */
export type RefreshReason =
  | 'connected'
  | 'manual'
  | 'event'
  | 'converging'
  | 'idle-poll'
  | 'visible'
  | 'reconnected'
  | 'after-command';
