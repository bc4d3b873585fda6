import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { present } from '../test/fakes/present';

import { makeHistory } from '../test/webview/views';
import { HISTORY_RANGES, type HistoryView } from '../src/shared/historyView';
import { CHART, layoutHistory, timeAt, xOf } from './historyLayout';
import { describeMark, describePoint, formatFailed, formatRefused } from './historyWording';

const view = makeHistory({ kind: 'entry', id: 'web:tcp:8080@node-1' });
const point = present(view.points[0]);

function viewOf(change: Partial<HistoryView>): HistoryView {
  return { ...view, marks: [], gaps: [], ...change };
}

describe('layoutHistory', () => {
  it('shows every point with a failure, two pixels wide at least, in every range', () => {
    const failing = fc.array(
      fc.record({
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        failed: fc.integer({ min: 0, max: 3 }),
        widthMs: fc.constantFrom(5_000, 40_000, 960_000),
      }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(failing, fc.constantFrom(...HISTORY_RANGES), (given, rangeMs) => {
        const from = view.to - rangeMs;
        const shown = viewOf({
          rangeMs,
          from,
          points: given.map(({ share, failed, widthMs }) => ({
            from: from + share * rangeMs,
            widthMs,
            count: 1_000_000,
            failed,
          })),
        });
        const { failures } = layoutHistory(shown);
        expect(failures).toHaveLength(given.filter(({ failed }) => failed > 0).length);
        for (const { x, width, height } of failures) {
          expect(width).toBeGreaterThanOrEqual(2);
          expect(height).toBeGreaterThanOrEqual(2);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(CHART.width + 0.001);
        }
      }),
    );
  });

  it('breaks the line where nothing was probed and where nothing was answered', () => {
    const at = (index: number, answered = true) => ({
      from: view.from + index * 10_000,
      widthMs: 10_000,
      count: 1,
      failed: answered ? 0 : 1,
      ...(answered ? { least: 1, median: 2, most: 3 } : {}),
    });
    const lines = (change: Partial<HistoryView>) =>
      layoutHistory(viewOf(change)).line.match(/M/g)?.length ?? 0;
    expect(lines({ points: [at(0), at(1), at(2)] })).toBe(1);
    // A long interval leaves points out and is no gap.
    expect(lines({ points: [at(0), at(6)] })).toBe(1);
    expect(lines({ points: [at(0), at(1, false), at(2)] })).toBe(2);
    const gaps = [{ from: view.from + 12_000, to: view.from + 58_000 }];
    expect(lines({ points: [at(0), at(6)], gaps })).toBe(2);
    expect(layoutHistory(viewOf({ points: [at(1, false)] })).bounds).toBeUndefined();
    expect(layoutHistory(viewOf({ points: [at(0)] })).line).toMatch(/h0\.1$/);
  });

  it('joins marks that would lie on each other', () => {
    const mark = { kind: 'leader', name: 'node1' } as const;
    const marks = [0, 1_000, 600_000].map((later) => ({ ...mark, at: view.from + later }));
    expect(layoutHistory(viewOf({ marks })).marks.map((group) => group.marks.length)).toEqual([
      2, 1,
    ]);
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...mark,
      at: view.from + index * 22_000,
    }));
    const groups = layoutHistory(viewOf({ marks: many })).marks;
    expect(groups.length).toBeLessThanOrEqual(16);
    expect(groups.flatMap((group) => group.marks)).toEqual(many);
  });

  it('has one axis for everything', () => {
    expect(xOf(view, view.from)).toBe(0);
    expect(xOf(view, view.to)).toBe(CHART.width);
    expect(xOf(view, timeAt(view, 0.25))).toBe(CHART.width / 4);
  });
});

describe('wording', () => {
  it('never says that nothing failed when something did', () => {
    expect(formatFailed({ count: 0, failed: 0 })).toBe('–');
    expect(formatFailed({ count: 9, failed: 0 })).toBe('0 % (0 of 9)');
    expect(formatFailed({ count: 100_000, failed: 1 })).toBe('<0.1 % (1 of 100000)');
    expect(formatFailed({ count: 100_000, failed: 99_999 })).toBe('99.9 % (99999 of 100000)');
    expect(formatFailed({ count: 3, failed: 3 })).toBe('100 % (3 of 3)');
    expect(formatRefused({ count: 3, failed: 3 })).toBe('100 % (3 of 3), as expected now');
    expect(formatRefused({ count: 3, failed: 0 })).toBe('0 % (0 of 3)');
  });

  it('reads a point with what happened in its time', () => {
    const mark = { kind: 'node-availability', name: 'node2', detail: 'drain' } as const;
    const text = describePoint(point, [
      { ...mark, at: point.from },
      { ...mark, name: 'node3', at: point.from + point.widthMs },
    ]);
    expect(text).toMatch(/3 of 3 answered, median .* ms, .* to .* ms, Node node2 is set to drain$/);
    expect(describeMark({ at: 0, kind: 'tasks', name: 'web', detail: '+1 −1' })).toBe(
      'Running tasks of web: +1 −1',
    );
  });
});
