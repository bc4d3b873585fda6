import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HistorySeries } from './historySeries';
import { binOf, percentileOf } from './latencyBins';

const DAY = 24 * 3_600_000;
const START = Date.UTC(2026, 0, 15);

describe('HistorySeries', () => {
  it('loses no failure, however far back and however few points are asked for', () => {
    const probes = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 600_000 }),
        good: fc.boolean(),
        ms: fc.double({ min: 0.1, max: 5_000, noNaN: true }),
      }),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(probes, fc.integer({ min: 1, max: 400 }), (given, most) => {
        const series = new HistorySeries();
        let at = START;
        for (const { after, good, ms } of given) {
          at += after;
          series.add(at, good, ms);
        }
        // A day back from the last bucket's end, since a range begins with a whole bucket.
        const to = at + 1;
        const from = Math.max(START, to - DAY + 120_000);
        const kept = given.filter((_one, index) => timeOf(given, index) >= from - (from % 120_000));
        const points = series.points(from, to, most);
        expect(points.length).toBeLessThanOrEqual(most);
        const failed = points.reduce((sum, point) => sum + point.failed, 0);
        const count = points.reduce((sum, point) => sum + point.count, 0);
        expect(count).toBeGreaterThanOrEqual(kept.length);
        expect(failed).toBeGreaterThanOrEqual(kept.filter(({ good }) => !good).length);
        expect(count).toBeLessThanOrEqual(given.length);
      }),
    );
  });

  it('tells stretches without a probe as gaps', () => {
    const series = new HistorySeries();
    series.add(START, true, 10);
    series.add(START + 60_000, false, 3_000);
    const points = series.points(START, START + 65_000, 100);
    expect(points).toHaveLength(13);
    expect(points.filter(({ count }) => count > 0)).toEqual([
      { from: START, widthMs: 5_000, count: 1, failed: 0, least: 10, median: 10, most: 10 },
      { from: START + 60_000, widthMs: 5_000, count: 1, failed: 1 },
    ]);
  });

  it('reads percentiles within a tenth, and failures apart from them', () => {
    const series = new HistorySeries();
    for (let index = 1; index <= 1_000; index += 1) {
      series.add(START + index, true, index);
    }
    series.add(START, false, 3_000);
    const { p50 = 0, p90 = 0, p99 = 0, most, count, failed } = series.summary(START, START + 5_000);
    expect([count, failed, most]).toEqual([1_001, 1, 1_000]);
    expect(Math.abs(p50 / 500 - 1)).toBeLessThan(0.1);
    expect(Math.abs(p90 / 900 - 1)).toBeLessThan(0.1);
    expect(Math.abs(p99 / 990 - 1)).toBeLessThan(0.1);
  });

  it('forgets what is older than a day, and takes nothing that comes too late', () => {
    const series = new HistorySeries();
    series.add(START, false, 10);
    series.add(START + DAY, true, 10);
    series.add(START, false, 10);
    expect(series.summary(START + 120_000, START + DAY + 5_000)).toMatchObject({
      count: 1,
      failed: 0,
    });
  });

  it('holds a day of 30 cells and their tasks well under 64 MB', () => {
    const { bytes } = new HistorySeries();
    expect(60 * bytes).toBeLessThan(32 * 1024 * 1024);
  });

  it('survives being saved, and leaves out what is damaged', () => {
    const series = new HistorySeries();
    series.add(START, true, 10);
    series.add(START, false, 10);
    const restored = new HistorySeries();
    restored.restore(structuredClone(series.save()));
    expect(restored.points(START, START + 5_000, 10)).toEqual(
      series.points(START, START + 5_000, 10),
    );
    restored.add(START, false, 1);
    expect(restored.summary(START, START + 5_000)).toMatchObject({ count: 3, failed: 2 });
    const other = new HistorySeries();
    other.restore([{ widthMs: 5_000, buckets: 720, numbers: 'x' }, {}]);
    expect(other.summary(START, START + 5_000)).toEqual({ count: 0, failed: 0 });
  });
});

describe('latency bins', () => {
  it('keep every latency, the shortest and the longest too', () => {
    expect([binOf(0), binOf(0.1), binOf(1e9)]).toEqual([0, 0, 63]);
    expect(percentileOf([], 0.5, { least: 0, most: 0 })).toBeUndefined();
  });
});

function timeOf(given: readonly { readonly after: number }[], index: number): number {
  return given.slice(0, index + 1).reduce((at, { after }) => at + after, START);
}
