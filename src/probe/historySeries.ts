import { BINS, binOf, percentileOf } from './latencyBins';

/** Resolution and length of one level of a history. */
export interface Tier {
  /** Length of a bucket, milliseconds. */
  readonly widthMs: number;
  readonly buckets: number;
}

/** An hour by 5 s, six hours by 30 s, a day by 2 min: 2,160 buckets, about 300 kB. */
export const TIERS: readonly Tier[] = [
  { widthMs: 5_000, buckets: 720 },
  { widthMs: 30_000, buckets: 720 },
  { widthMs: 120_000, buckets: 720 },
];

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

/** One level: a ring of buckets in flat arrays. A bucket knows its own number, so a stale one is empty. */
class Ring {
  private readonly numbers: Float64Array;
  private readonly counts: Uint32Array;
  private readonly failures: Uint32Array;
  private readonly least: Float32Array;
  private readonly most: Float32Array;
  private readonly bins: Uint16Array;

  constructor(readonly tier: Tier) {
    const { buckets } = tier;
    this.numbers = new Float64Array(buckets).fill(-1);
    this.counts = new Uint32Array(buckets);
    this.failures = new Uint32Array(buckets);
    this.least = new Float32Array(buckets);
    this.most = new Float32Array(buckets);
    this.bins = new Uint16Array(buckets * BINS);
  }

  /** Bytes that the arrays take. */
  get bytes(): number {
    const { numbers, counts, failures, least, most, bins } = this;
    return [numbers, counts, failures, least, most, bins].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }

  add(at: number, good: boolean, ms: number): void {
    const number = Math.floor(at / this.tier.widthMs);
    const slot = number % this.tier.buckets;
    const known = this.numbers[slot] ?? -1;
    if (known > number) {
      // Older than anything that is kept.
      return;
    }
    if (known !== number) {
      this.numbers[slot] = number;
      this.counts[slot] = 0;
      this.failures[slot] = 0;
      this.least[slot] = Number.POSITIVE_INFINITY;
      this.most[slot] = 0;
      this.bins.fill(0, slot * BINS, (slot + 1) * BINS);
    }
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
    if (!good) {
      this.failures[slot] = (this.failures[slot] ?? 0) + 1;
      return;
    }
    this.least[slot] = Math.min(this.least[slot] ?? ms, ms);
    this.most[slot] = Math.max(this.most[slot] ?? ms, ms);
    const bin = slot * BINS + binOf(ms);
    this.bins[bin] = Math.min(65_535, (this.bins[bin] ?? 0) + 1);
  }

  /** Adds the buckets from one number up to another, that one left out, to a sum. */
  sum(from: number, to: number, into: Sum): void {
    for (let number = from; number < to; number += 1) {
      const slot = number % this.tier.buckets;
      if (this.numbers[slot] === number) {
        into.add(
          this.counts[slot] ?? 0,
          this.failures[slot] ?? 0,
          this.least[slot] ?? Number.POSITIVE_INFINITY,
          this.most[slot] ?? 0,
          this.bins.subarray(slot * BINS, (slot + 1) * BINS),
        );
      }
    }
  }

  save(): Readonly<Record<string, unknown>> {
    const { tier, numbers, counts, failures, least, most, bins } = this;
    return { ...tier, numbers, counts, failures, least, most, bins };
  }

  /** Takes what {@link Ring.save} gave; false, and nothing taken, when it is of another shape. */
  restore(saved: Readonly<Record<string, unknown>>): boolean {
    const mine = this.save();
    const fits = Object.entries(mine).every(([key, value]) => {
      const other = saved[key];
      return ArrayBuffer.isView(value) && ArrayBuffer.isView(other)
        ? value.constructor.name === other.constructor.name && value.byteLength === other.byteLength
        : value === other;
    });
    if (!fits) {
      return false;
    }
    for (const [key, value] of Object.entries(mine)) {
      const other = saved[key];
      if (ArrayBuffer.isView(value) && ArrayBuffer.isView(other)) {
        bytesOf(value).set(bytesOf(other));
      }
    }
    return true;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What several buckets come to. */
class Sum {
  count = 0;
  failed = 0;
  private least = Number.POSITIVE_INFINITY;
  private most = 0;
  private readonly bins = new Float64Array(BINS);

  add(count: number, failed: number, least: number, most: number, bins: ArrayLike<number>): void {
    this.count += count;
    this.failed += failed;
    this.least = Math.min(this.least, least);
    this.most = Math.max(this.most, most);
    for (let bin = 0; bin < BINS; bin += 1) {
      this.bins[bin] = (this.bins[bin] ?? 0) + (bins[bin] ?? 0);
    }
  }

  percentile(share: number): number | undefined {
    return percentileOf(this.bins, share, { least: this.least, most: this.most });
  }

  get range(): { readonly least: number; readonly most: number } | undefined {
    return this.count > this.failed ? { least: this.least, most: this.most } : undefined;
  }
}

/**
 * What became of the probes of one address, or of one task's answers, over a day. Older stretches are
 * told by longer buckets; counts of failures are sums, so that none is lost by that.
 */
export class HistorySeries {
  private readonly rings: readonly Ring[];

  constructor(tiers: readonly Tier[] = TIERS) {
    this.rings = tiers.map((tier) => new Ring(tier));
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

  /** At most `most` points that cover `from` to `to` without a gap between them, oldest first. */
  points(from: number, to: number, most: number): readonly HistoryPoint[] {
    const ring = this.ringFor(to - from);
    if (ring === undefined) {
      return [];
    }
    const { widthMs } = ring.tier;
    const first = Math.floor(from / widthMs);
    const end = Math.max(first + 1, Math.ceil(to / widthMs));
    const step = Math.max(1, Math.ceil((end - first) / most));
    const points: HistoryPoint[] = [];
    for (let number = first; number < end; number += step) {
      const sum = new Sum();
      ring.sum(number, Math.min(number + step, end), sum);
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
    const sum = new Sum();
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
  save(): readonly Readonly<Record<string, unknown>>[] {
    return this.rings.map((ring) => ring.save());
  }

  /** Takes what was saved; what is of another shape, of an older version or damaged, is left out. */
  restore(saved: readonly Readonly<Record<string, unknown>>[]): void {
    for (const [index, ring] of this.rings.entries()) {
      const one = saved[index];
      if (one !== undefined) {
        ring.restore(one);
      }
    }
  }

  /** The finest level that reaches so far back. */
  private ringFor(rangeMs: number): Ring | undefined {
    return (
      this.rings.find(({ tier }) => tier.widthMs * tier.buckets >= rangeMs) ?? this.rings.at(-1)
    );
  }
}
