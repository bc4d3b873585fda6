import { BINS, binOf, percentileOf } from './latencyBins';

/** Resolution and length of one level of a history. */
export interface Tier {
  /** Length of a bucket, milliseconds. */
  readonly widthMs: number;
  readonly buckets: number;
}

/** Bytes that a bucket takes. */
export const BUCKET_BYTES = 8 + 4 * 4 + 2 * BINS;

/** The buckets in use of one level, for the structured clone algorithm. */
export interface SavedRing {
  readonly widthMs: number;
  readonly numbers: Float64Array;
  readonly counts: Uint32Array;
  readonly failures: Uint32Array;
  readonly least: Float32Array;
  readonly most: Float32Array;
  readonly bins: Uint16Array;
}

/** Whether foreign data is a level: of an older version or damaged it is not. */
export function isSavedRing(value: unknown): value is SavedRing {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { widthMs, numbers, counts, failures, least, most, bins } = value as Record<
    keyof SavedRing,
    unknown
  >;
  return (
    typeof widthMs === 'number' &&
    Number.isSafeInteger(widthMs) &&
    widthMs > 0 &&
    numbers instanceof Float64Array &&
    counts instanceof Uint32Array &&
    failures instanceof Uint32Array &&
    least instanceof Float32Array &&
    most instanceof Float32Array &&
    bins instanceof Uint16Array &&
    [counts, failures, least, most].every(({ length }) => length === numbers.length) &&
    bins.length === numbers.length * BINS &&
    numbers.every((number) => Number.isSafeInteger(number) && number >= 0) &&
    failures.every((failed, index) => failed <= (counts[index] ?? 0))
  );
}

/** One level: a ring of buckets in flat arrays. A bucket knows its own number, so a stale one is empty. */
export class HistoryRing {
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

  get bytes(): number {
    return this.tier.buckets * BUCKET_BYTES;
  }

  add(at: number, good: boolean, ms: number): void {
    const slot = this.claim(Math.floor(at / this.tier.widthMs));
    if (slot === undefined) {
      return;
    }
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
    if (!good) {
      this.failures[slot] = (this.failures[slot] ?? 0) + 1;
      return;
    }
    this.least[slot] = Math.min(this.least[slot] ?? ms, ms);
    this.most[slot] = Math.max(this.most[slot] ?? ms, ms);
    this.addToBin(slot * BINS + binOf(ms), 1);
  }

  /** Adds the buckets from one number up to another, that one left out, to a sum. */
  sum(from: number, to: number, into: BucketSum): void {
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

  /** The buckets in use. */
  save(): SavedRing {
    const used = this.numbers.reduce((sum, number) => sum + (number >= 0 ? 1 : 0), 0);
    const saved = {
      widthMs: this.tier.widthMs,
      numbers: new Float64Array(used),
      counts: new Uint32Array(used),
      failures: new Uint32Array(used),
      least: new Float32Array(used),
      most: new Float32Array(used),
      bins: new Uint16Array(used * BINS),
    };
    let index = 0;
    for (let slot = 0; slot < this.tier.buckets; slot += 1) {
      const number = this.numbers[slot] ?? -1;
      if (number >= 0) {
        saved.numbers[index] = number;
        saved.counts[index] = this.counts[slot] ?? 0;
        saved.failures[index] = this.failures[slot] ?? 0;
        saved.least[index] = this.least[slot] ?? 0;
        saved.most[index] = this.most[slot] ?? 0;
        saved.bins.set(this.bins.subarray(slot * BINS, (slot + 1) * BINS), index * BINS);
        index += 1;
      }
    }
    return saved;
  }

  /** Adds what a level of the same or shorter buckets holds; their width must divide this one's. */
  absorb(saved: SavedRing): void {
    for (let index = 0; index < saved.numbers.length; index += 1) {
      const number = saved.numbers[index] ?? 0;
      const slot = this.claim(Math.floor((number * saved.widthMs) / this.tier.widthMs));
      if (slot === undefined) {
        continue;
      }
      const isEmpty = this.counts[slot] === 0;
      this.counts[slot] = (this.counts[slot] ?? 0) + (saved.counts[index] ?? 0);
      this.failures[slot] = (this.failures[slot] ?? 0) + (saved.failures[index] ?? 0);
      this.least[slot] = Math.min(this.least[slot] ?? 0, saved.least[index] ?? 0);
      this.most[slot] = Math.max(this.most[slot] ?? 0, saved.most[index] ?? 0);
      const bins = saved.bins.subarray(index * BINS, (index + 1) * BINS);
      if (isEmpty) {
        this.bins.set(bins, slot * BINS);
      } else {
        this.addBins(slot, bins);
      }
    }
  }

  /** The slot of a bucket, emptied when it held an older one; undefined when it holds a newer one. */
  private claim(number: number): number | undefined {
    const slot = number % this.tier.buckets;
    const known = this.numbers[slot] ?? -1;
    if (known > number) {
      return undefined;
    }
    if (known !== number) {
      this.numbers[slot] = number;
      this.counts[slot] = 0;
      this.failures[slot] = 0;
      this.least[slot] = Number.POSITIVE_INFINITY;
      this.most[slot] = 0;
      this.bins.fill(0, slot * BINS, (slot + 1) * BINS);
    }
    return slot;
  }

  private addBins(slot: number, bins: Uint16Array): void {
    for (let bin = 0; bin < BINS; bin += 1) {
      this.addToBin(slot * BINS + bin, bins[bin] ?? 0);
    }
  }

  private addToBin(bin: number, count: number): void {
    this.bins[bin] = Math.min(65_535, (this.bins[bin] ?? 0) + count);
  }
}

/** What several buckets come to. */
export class BucketSum {
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

  /** Milliseconds; undefined when nothing was answered. */
  percentile(share: number): number | undefined {
    return percentileOf(this.bins, share, { least: this.least, most: this.most });
  }

  /** Undefined when nothing was answered. */
  get range(): { readonly least: number; readonly most: number } | undefined {
    return this.count > this.failed ? { least: this.least, most: this.most } : undefined;
  }
}
