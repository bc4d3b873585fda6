import type { ProbeOutcome } from './routingView';

/** Connections that a burst may make in all. */
export const BURST_CHOICES = [20, 50, 100, 300] as const;

/**
 * A cookie that an answer sets, by what is known of its name or value: it names a task, balancers use
 * its name for affinity, or applications use it for sessions. Its value is never kept.
 */
export interface SessionCookie {
  readonly name: string;
  readonly kind: 'task' | 'balancer' | 'session';
}

/** What became of one connection of a burst. */
export interface BurstAnswer {
  /** Place in the order in which the connections were made, from 0. */
  readonly index: number;
  readonly entryId: string;
  readonly outcome: ProbeOutcome;
  /** Milliseconds in all. */
  readonly ms: number;
  /** Id of the task that the answer names. */
  readonly answeredBy?: string;
  readonly cookie?: SessionCookie;
}

/** A task that ran when a burst began. */
export interface BurstTask {
  readonly taskId: string;
  readonly taskName: string;
}

/** One burst of fresh connections, whole: it counts toward no verdict of a cell. */
export interface BurstView {
  readonly routeId: string;
  /** Node that was asked, by its entry's id; all nodes of the port when omitted. */
  readonly entryId?: string;
  /** `late`: the deadline of the whole ended it. `failed`: the probe program could not be started. */
  readonly state: 'running' | 'done' | 'cancelled' | 'late' | 'failed';
  /** Connections asked for. */
  readonly wanted: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Running tasks that the connections may come to, as they were at the start. */
  readonly tasks: readonly BurstTask[];
  /** False in host mode, where nothing balances. */
  readonly balanced: boolean;
  /** True when other tasks run behind the port now than at the start. */
  readonly tasksChanged: boolean;
  /** Connections that have ended. */
  readonly made: number;
  /**
   * In the order in which the connections were made, of waves that have ended as a whole: of one under
   * way, or cut off, only the quick answers would be there, and failures would be missing.
   */
  readonly answers: readonly BurstAnswer[];
}
