import type {
  HistoryMark,
  HistoryRange,
  HistorySubject,
  HistoryView,
  TimeSpan,
} from '../shared/historyView';
import type { ProbeSample } from '../shared/routingView';
import { isGood } from '../shared/goodSample';
import { readMarks } from './historyMarks';
import { BUCKET_BYTES, type SavedRing, type Tier } from './historyRing';
import { HistorySeries, TIERS } from './historySeries';
import { Stretches } from './stretches';

const DAY_MS = 86_400_000;
/** Levels of detail: where there are many ports and tasks, each gets less room. */
export const DETAIL: readonly (readonly Tier[])[] = [
  TIERS,
  [
    { widthMs: 10_000, buckets: 360 },
    { widthMs: 60_000, buckets: 360 },
    { widthMs: 240_000, buckets: 360 },
  ],
  [
    { widthMs: 30_000, buckets: 120 },
    { widthMs: 480_000, buckets: 180 },
  ],
  [
    { widthMs: 120_000, buckets: 30 },
    { widthMs: 960_000, buckets: 90 },
  ],
];
/** The next look is taken for missed after so many intervals, and this time at least. */
const LATE_INTERVALS = 2.5;
const LATE_MS = 15_000;
const FORGET_EVERY_MS = 60_000;
const MOST_MARKS = 500;
const MARKS_SHOWN = 100;
const GAPS_SHOWN = 16;

/** Everything of one subject. */
interface Past {
  readonly series: HistorySeries;
  readonly watched: Stretches;
  lastAt: number;
}

/** What is kept of a subject across reloads. */
interface SavedPast {
  readonly key: string;
  readonly lastAt: number;
  readonly series: readonly SavedRing[];
  readonly watched: Float64Array;
}

/** A history for {@link ProbeHistory.restore}, by the structured clone algorithm: ids, times, counts. */
export interface SavedHistory {
  readonly detail: number;
  readonly watched: Float64Array;
  readonly pasts: readonly SavedPast[];
  readonly marks: readonly HistoryMark[];
}

/**
 * The last day of all ports of one swarm: probes by entry, answers by task, and what happened to the
 * swarm meanwhile. Holds itself to a room in bytes by telling all of it less finely.
 */
export class ProbeHistory {
  private pasts = new Map<string, Past>();
  private readonly watched = new Stretches();
  private marks: readonly HistoryMark[] = [];
  private detail = 0;
  /** Key of what somebody looks at: it is kept even where there is no room for all. */
  private wanted: string | undefined;
  private forgotAt = Number.NEGATIVE_INFINITY;

  /** `room` tells how many bytes the history may take now. */
  constructor(private readonly room: () => number) {}

  get bytes(): number {
    return this.pasts.size * bytesOf(this.detail);
  }

  /** One probe of an entry, where the next is due `intervalMs` later; 0 when none is, while paused. */
  take(entryId: string, sample: ProbeSample, intervalMs: number): void {
    const reachMs = intervalMs === 0 ? 0 : Math.max(LATE_MS, LATE_INTERVALS * intervalMs);
    this.watched.extend(sample.at, reachMs);
    this.add(keyOf({ kind: 'entry', id: entryId }), sample, reachMs);
    if (sample.answeredBy !== undefined) {
      this.add(keyOf({ kind: 'task', id: sample.answeredBy }), sample, reachMs);
    }
  }

  /** Probing has stopped at `now`: what follows is a gap. */
  pause(now: number): void {
    this.watched.cut(now);
    for (const { watched } of this.pasts.values()) {
      watched.cut(now);
    }
  }

  /** Somebody looks at this subject now, or at none. */
  want(subject: HistorySubject | undefined): void {
    this.wanted = subject && keyOf(subject);
    if (this.wanted !== undefined) {
      this.pastOf(this.wanted);
    }
  }

  mark(marks: readonly HistoryMark[]): void {
    this.marks = [...this.marks, ...marks].slice(-MOST_MARKS);
  }

  /** At most `most` points of a subject over the last `rangeMs`; marks of other services are left out. */
  view(
    subject: HistorySubject,
    asked: {
      readonly rangeMs: HistoryRange;
      readonly most: number;
      readonly now: number;
      readonly serviceId?: string;
    },
  ): HistoryView {
    const { rangeMs, most, now, serviceId } = asked;
    const past = this.pasts.get(keyOf(subject));
    const from = now - rangeMs;
    // A task that does not answer was probed all the same.
    const watched = subject.kind === 'task' ? this.watched : past?.watched;
    const gaps = watched?.gaps(from, now) ?? [{ from, to: now }];
    return {
      subject,
      rangeMs,
      from,
      to: now,
      points: past?.series.points(from + 1, now + 1, most).filter(({ count }) => count > 0) ?? [],
      summary: past?.series.summary(from + 1, now + 1) ?? { count: 0, failed: 0 },
      gaps: longest(gaps),
      marks: this.marks
        .filter((mark) => mark.at >= from && (mark.serviceId ?? serviceId) === serviceId)
        .slice(-MARKS_SHOWN),
      kept: past !== undefined || this.hasRoom(),
    };
  }

  /** Forgets ports and tasks of which nothing was heard for a day, and marks as old. */
  forget(now: number): void {
    for (const [key, { lastAt }] of this.pasts) {
      if (now - lastAt > DAY_MS) {
        this.pasts.delete(key);
      }
    }
    this.marks = this.marks.filter(({ at }) => now - at <= DAY_MS);
  }

  save(now: number): SavedHistory {
    this.forget(now);
    return {
      detail: this.detail,
      watched: this.watched.save(),
      pasts: [...this.pasts].map(([key, { series, watched, lastAt }]) => ({
        key,
        lastAt,
        series: series.save(),
        watched: watched.save(),
      })),
      marks: this.marks,
    };
  }

  /**
   * Adds what was saved to what has come since; what is damaged is left out, and the time in which the
   * window was closed is a gap.
   */
  restore(saved: SavedHistory, now: number): void {
    const wanted = Math.min(DETAIL.length - 1, Math.max(0, Math.trunc(saved.detail)));
    while (this.detail < wanted) {
      this.coarsen();
    }
    this.watched.restore(saved.watched);
    for (const { key, lastAt, series, watched } of saved.pasts) {
      const past = this.pastOf(key);
      if (past !== undefined) {
        past.series.restore(series);
        past.watched.restore(watched);
        past.lastAt = Math.max(past.lastAt, Math.min(lastAt, now));
      }
    }
    this.marks = [...readMarks(saved.marks), ...this.marks].slice(-MOST_MARKS);
    this.forget(now);
  }

  /** Holds itself to the room, which may have become less. */
  fit(): void {
    while (this.bytes > this.room() && this.detail < DETAIL.length - 1) {
      this.coarsen();
    }
    while (this.bytes > this.room() && this.pasts.size > 0) {
      this.dropOldest();
    }
  }

  private add(key: string, sample: ProbeSample, reachMs: number): void {
    const past = this.pastOf(key, sample.at);
    if (past !== undefined) {
      past.series.add(sample.at, isGood(sample), sample.phases.total);
      past.watched.extend(sample.at, reachMs);
      past.lastAt = Math.max(past.lastAt, sample.at);
    }
  }

  /** Undefined where there are too many to keep one more. */
  private pastOf(key: string, at = Number.NEGATIVE_INFINITY): Past | undefined {
    const known = this.pasts.get(key);
    if (known !== undefined) {
      return known;
    }
    while (!this.hasRoom() && this.detail < DETAIL.length - 1) {
      this.coarsen();
    }
    if (!this.hasRoom() && at - this.forgotAt > FORGET_EVERY_MS) {
      this.forgotAt = at;
      this.forget(at);
    }
    if (!this.hasRoom() && key === this.wanted && this.pasts.size > 0) {
      this.dropOldest();
    }
    if (!this.hasRoom()) {
      return undefined;
    }
    const past = {
      series: new HistorySeries(DETAIL[this.detail]),
      watched: new Stretches(),
      lastAt: Number.NEGATIVE_INFINITY,
    };
    this.pasts.set(key, past);
    return past;
  }

  private hasRoom(): boolean {
    return this.bytes + bytesOf(this.detail) <= this.room();
  }

  private coarsen(): void {
    this.detail += 1;
    for (const [key, past] of this.pasts) {
      const series = new HistorySeries(DETAIL[this.detail]);
      series.restore(past.series.save());
      this.pasts.set(key, { ...past, series });
    }
  }

  private dropOldest(): void {
    const oldest = [...this.pasts].reduce((a, b) => (b[1].lastAt < a[1].lastAt ? b : a));
    this.pasts.delete(oldest[0]);
  }
}

function bytesOf(detail: number): number {
  return (DETAIL[detail] ?? []).reduce((sum, { buckets }) => sum + buckets * BUCKET_BYTES, 0);
}

function keyOf({ kind, id }: HistorySubject): string {
  return `${kind} ${id}`;
}

/** The longest gaps, in order of time. */
function longest(gaps: readonly TimeSpan[]): readonly TimeSpan[] {
  return gaps
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, GAPS_SHOWN)
    .toSorted((a, b) => a.from - b.from);
}
