import type { HistoryPoint, HistorySummary } from '../shared/historyView';
import { BucketSum, HistoryRing, isSavedRing, type SavedRing, type Tier } from './historyRing';

/** An hour by 5 s, six hours by 30 s, a day by 2 min: 2,160 buckets, about 330 kB. */
export const TIERS: readonly Tier[] = [
  { widthMs: 5_000, buckets: 720 },
  { widthMs: 30_000, buckets: 720 },
  { widthMs: 120_000, buckets: 720 },
];

/**
 * What became of the probes of one address, or of one task's answers, over a day. Older stretches are
 * told by longer buckets; counts of failures are sums, so that none is lost by that.
 */
export class HistorySeries {
  private readonly rings: readonly HistoryRing[];

  constructor(tiers: readonly Tier[] = TIERS) {
    this.rings = tiers.map((tier) => new HistoryRing(tier));
  }

  get bytes(): number {
    return this.rings.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** One probe: when it began, whether it was answered as asked for, and how long it took. */
  add(at: number, good: boolean, ms: number): void {
    for (const ring of this.rings) {
      ring.add(at, good, ms);
    }
  }

  /**
   * At most `most` points that cover `from` to `to` without a gap between them, oldest first. Points
   * begin at multiples of their width, so that what is past stays in the same one as time goes on.
   */
  points(from: number, to: number, most: number): readonly HistoryPoint[] {
    const ring = this.ringFor(to - from);
    if (ring === undefined) {
      return [];
    }
    const { widthMs } = ring.tier;
    const end = Math.max(Math.floor(from / widthMs) + 1, Math.ceil(to / widthMs));
    const { first, step } = divide(Math.floor(from / widthMs), end, most);
    const points: HistoryPoint[] = [];
    for (let number = first; number < end; number += step) {
      const sum = new BucketSum();
      ring.sum(number, number + step, sum);
      const { count, failed, range } = sum;
      const median = range && sum.percentile(0.5);
      points.push({
        from: number * widthMs,
        widthMs: step * widthMs,
        count,
        failed,
        ...range,
        ...(median === undefined ? {} : { median }),
      });
    }
    return points;
  }

  summary(from: number, to: number): HistorySummary {
    const ring = this.ringFor(to - from);
    const sum = new BucketSum();
    if (ring !== undefined) {
      const { widthMs } = ring.tier;
      ring.sum(Math.floor(from / widthMs), Math.ceil(to / widthMs), sum);
    }
    const { count, failed, range } = sum;
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => sum.percentile(share));
    return range === undefined || p50 === undefined || p90 === undefined || p99 === undefined
      ? { count, failed }
      : { count, failed, p50, p90, p99, most: range.most };
  }

  /** For {@link HistorySeries.restore}, by the structured clone algorithm. */
  save(): readonly SavedRing[] {
    return this.rings.map((ring) => ring.save());
  }

  /**
   * Adds what was saved, by a series of the same levels or of finer ones; what is of another shape, of
   * an older version or damaged, is left out.
   */
  restore(saved: readonly unknown[]): void {
    const usable = saved.filter(isSavedRing);
    for (const ring of this.rings) {
      const nearest = usable
        .filter(({ widthMs }) => ring.tier.widthMs % widthMs === 0)
        .toSorted((a, b) => b.widthMs - a.widthMs)[0];
      if (nearest !== undefined) {
        ring.absorb(nearest);
      }
    }
  }

  /** The finest level that reaches so far back. */
  private ringFor(rangeMs: number): HistoryRing | undefined {
    return (
      this.rings.find(({ tier }) => tier.widthMs * tier.buckets >= rangeMs) ?? this.rings.at(-1)
    );
  }
}

/** Divides the buckets up to `end` into at most `most` steps that begin at multiples of their length. */
function divide(
  from: number,
  end: number,
  most: number,
): { readonly first: number; readonly step: number } {
  // A single point has nothing to stay in step with.
  if (most <= 1) {
    return { first: from, step: end - from };
  }
  let step = Math.max(1, Math.ceil((end - from) / most));
  while (Math.ceil((end - (from - (from % step))) / step) > most) {
    step += 1;
  }
  return { first: from - (from % step), step };
}
