/** Plain data on the past of a port or a task; compiled by host and page alike. */

/** Lengths of the past that can be shown, milliseconds. */
export const HISTORY_RANGES = [300_000, 900_000, 3_600_000, 21_600_000, 86_400_000] as const;

export type HistoryRange = (typeof HISTORY_RANGES)[number];

/** Most points that a page may ask for. */
export const MOST_HISTORY_POINTS = 500;

/** What a history is of: probes of an entry, by its id, or answers of a task, by its id. */
export interface HistorySubject {
  readonly kind: 'entry' | 'task';
  readonly id: string;
}

/** What happened in a stretch of time; nothing was probed when `count` is 0. */
export interface HistoryPoint {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly widthMs: number;
  readonly count: number;
  readonly failed: number;
  /** Of those that did not fail, milliseconds. */
  readonly least?: number;
  readonly median?: number;
  readonly most?: number;
}

/** Figures over a whole range. */
export interface HistorySummary {
  readonly count: number;
  readonly failed: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
  readonly most?: number;
}

/** Something that happened to the swarm. */
export interface HistoryMark {
  /** Milliseconds since the epoch: when it was seen. */
  readonly at: number;
  readonly kind:
    | 'service-created'
    | 'service-updated'
    | 'service-removed'
    | 'update-state'
    | 'tasks'
    | 'node-joined'
    | 'node-left'
    | 'node-state'
    | 'node-availability'
    | 'leader';
  /** Of the service or node, one plain line. */
  readonly name: string;
  /** The new state or availability, or how many tasks came and went (`+2 −1`). */
  readonly detail?: string;
  /** Set when it concerns one service alone. */
  readonly serviceId?: string;
}

/** A stretch of time, milliseconds since the epoch. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** The past of one subject, whole. */
export interface HistoryView extends TimeSpan {
  readonly subject: HistorySubject;
  readonly rangeMs: HistoryRange;
  /** Oldest first; those without a probe are left out. */
  readonly points: readonly HistoryPoint[];
  readonly summary: HistorySummary;
  /** Stretches in which nothing was probed: paused, hidden, or not begun. */
  readonly gaps: readonly TimeSpan[];
  /** Oldest first. */
  readonly marks: readonly HistoryMark[];
  /** False when there are so many ports that this one has no room. */
  readonly kept: boolean;
}
