/**
 * Latencies by powers of the fourth root of two, from 0.1 ms to 6.5 s: a percentile read from them is
 * at most 9 % off.
 */
export const BINS = 64;
const FIRST_MS = 0.1;
const PER_DOUBLING = 4;

/** The bin of a latency in milliseconds. */
export function binOf(ms: number): number {
  const bin = Math.floor(PER_DOUBLING * Math.log2(Math.max(ms, FIRST_MS) / FIRST_MS));
  return Math.min(BINS - 1, bin);
}

/** The middle of a bin, milliseconds. */
function middleOf(bin: number): number {
  return FIRST_MS * 2 ** ((bin + 0.5) / PER_DOUBLING);
}

/**
 * The latency that a share of all stays at or below, milliseconds, never outside `least` and `most`;
 * undefined when nothing was counted.
 */
export function percentileOf(
  bins: ArrayLike<number>,
  share: number,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  let total = 0;
  for (let bin = 0; bin < BINS; bin += 1) {
    total += bins[bin] ?? 0;
  }
  if (total === 0) {
    return undefined;
  }
  const wanted = Math.max(1, Math.ceil(total * share));
  let seen = 0;
  for (let bin = 0; bin < BINS; bin += 1) {
    seen += bins[bin] ?? 0;
    if (seen >= wanted) {
      return Math.min(most, Math.max(least, middleOf(bin)));
    }
  }
  return most;
}
