import fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { settled } from '../../test/fakes/fakeClock';
import type { HistorySubject } from '../shared/historyView';
import type { ProbeSample } from '../shared/routingView';
import { DETAIL, ProbeHistory } from './probeHistory';

const START = Date.UTC(2026, 0, 15);
const HOUR = 3_600_000;
const MEGABYTE = 1024 * 1024;

function sampleAt(at: number, change: Partial<ProbeSample> = {}): ProbeSample {
  return { at, outcome: 'answered', reachable: true, phases: { total: 4 }, ...change };
}

const refused = { outcome: 'refused', reachable: false } as const;
const entry = (id: string): HistorySubject => ({ kind: 'entry', id });
const task = (id: string): HistorySubject => ({ kind: 'task', id });
const asked = (now: number, rangeMs: 300_000 | 3_600_000 | 86_400_000 = 300_000) => ({
  rangeMs,
  most: 100,
  now,
});

function newHistory(room = 48 * MEGABYTE): ProbeHistory {
  return new ProbeHistory(() => room);
}

describe('ProbeHistory', () => {
  it('keeps probes by entry and answers by task', () => {
    const history = newHistory();
    history.take('a', sampleAt(START, { answeredBy: 't1' }), 5_000);
    history.take('a', sampleAt(START + 1_000, refused), 5_000);
    history.take(
      'b',
      sampleAt(START + 2_000, { answeredBy: 't1', outcome: 'wrong-status', asAsked: false }),
      5_000,
    );
    const summary = (subject: HistorySubject) =>
      history.view(subject, asked(START + 5_000)).summary;
    expect(summary(entry('a'))).toMatchObject({ count: 2, failed: 1, p50: 4 });
    expect(summary(entry('b'))).toEqual({ count: 1, failed: 1 });
    expect(summary(task('t1'))).toMatchObject({ count: 2, failed: 1 });
    expect(summary(task('a'))).toEqual({ count: 0, failed: 0 });
  });

  it('tells what was paused, missed or not begun as gaps, and no wait between rounds', () => {
    const history = newHistory();
    for (const after of [0, 60_000, 120_000]) {
      history.take('a', sampleAt(START + after), 60_000);
    }
    history.pause(START + 130_000);
    history.take('a', sampleAt(START + 200_000, { answeredBy: 't' }), 60_000);
    const { gaps, from, to } = history.view(entry('a'), asked(START + 210_000));
    expect(to - from).toBe(300_000);
    expect(gaps).toEqual([
      { from, to: START },
      { from: START + 130_000, to: START + 200_000 },
    ]);
    // A task that did not answer was probed nevertheless.
    expect(history.view(task('t'), asked(START + 210_000)).gaps).toEqual(gaps);
    expect(history.view(entry('b'), asked(START)).gaps).toHaveLength(1);
    // A single probe while paused makes no stretch.
    history.take('c', sampleAt(START), 0);
    expect(history.view(entry('c'), asked(START + 10_000)).gaps).toHaveLength(2);
    // After 2.5 intervals without a probe something is wrong.
    const late = history.view(entry('a'), asked(START + 400_000)).gaps;
    expect(late.at(-1)).toEqual({ from: START + 350_000, to: START + 400_000 });
  });

  it('shows marks of the service and of all nodes, not those of other services', () => {
    const history = newHistory();
    history.mark([
      { at: START, kind: 'leader', name: 'node2' },
      { at: START, kind: 'service-updated', name: 'web', serviceId: 'w' },
      { at: START, kind: 'service-updated', name: 'db', serviceId: 'd' },
    ]);
    const seen = (serviceId?: string) =>
      history
        .view(entry('a'), {
          ...asked(START + 1),
          ...(serviceId === undefined ? {} : { serviceId }),
        })
        .marks.map(({ name }) => name);
    expect(seen('w')).toEqual(['node2', 'web']);
    expect(seen()).toEqual(['node2']);
    expect(history.view(entry('a'), asked(START + HOUR)).marks).toEqual([]);
  });

  it('forgets what nothing was heard of for a day', () => {
    const history = newHistory();
    history.take('old', sampleAt(START, { answeredBy: 't' }), 5_000);
    history.mark([{ at: START, kind: 'leader', name: 'node2' }]);
    history.take('new', sampleAt(START + HOUR), 5_000);
    const { bytes } = history;
    history.forget(START + 24 * HOUR + 1);
    expect(history.bytes).toBe(bytes / 3);
    expect(history.save(START + 24 * HOUR + 1).marks).toEqual([]);
  });

  it(
    'stays within its room, tells less finely instead, and loses no failure by that',
    { timeout: 30_000 },
    () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 400 }),
          fc.integer({ min: 1, max: 8 }),
          (ports, mb) => {
            const history = newHistory(mb * MEGABYTE);
            for (let index = 0; index < ports; index += 1) {
              history.take(`p${index}`, sampleAt(START + index, refused), 5_000);
            }
            expect(history.bytes).toBeLessThanOrEqual(mb * MEGABYTE);
            for (let index = 0; index < ports; index += 1) {
              const { kept, summary } = history.view(
                entry(`p${index}`),
                asked(START + 1_000, 86_400_000),
              );
              expect(summary.failed).toBe(kept ? 1 : 0);
            }
          },
        ),
        { numRuns: 20 },
      );
      const tiny = newHistory(0);
      tiny.take('a', sampleAt(START), 5_000);
      expect(tiny.view(entry('a'), asked(START)).kept).toBe(false);
    },
  );

  it('gives back what it may no longer take, the oldest first', () => {
    let room = 48 * MEGABYTE;
    const history = new ProbeHistory(() => room);
    for (let index = 0; index < 100; index += 1) {
      history.take(`p${index}`, sampleAt(START + index, refused), 5_000);
    }
    room = MEGABYTE;
    history.fit();
    expect(history.bytes).toBeLessThanOrEqual(MEGABYTE);
    expect(history.view(entry('p99'), asked(START + 1_000, 86_400_000)).summary.failed).toBe(1);
    expect(history.view(entry('p0'), asked(START + 1_000, 86_400_000)).summary.failed).toBe(0);
  });

  it('keeps what somebody looks at, even where there is no room for all', () => {
    const history = newHistory(MEGABYTE);
    const ids = Array.from({ length: 200 }, (_, index) => `p${index}`);
    const probeAll = (at: number): void => {
      for (const id of ids) {
        history.take(id, sampleAt(at), 5_000);
      }
    };
    const last = (now: number) => history.view(entry('p199'), asked(now));
    probeAll(START);
    expect(last(START)).toMatchObject({ kept: false, points: [] });
    history.want(entry('p199'));
    expect(last(START).kept).toBe(true);
    probeAll(START + 5_000);
    expect(last(START + 5_000).summary.count).toBe(1);
    expect(history.bytes).toBeLessThanOrEqual(MEGABYTE);
  });

  it('has widths of which each divides one that is coarser', () => {
    for (const [index, tiers] of DETAIL.slice(1).entries()) {
      for (const { widthMs } of tiers) {
        expect(DETAIL[index]?.some((finer) => widthMs % finer.widthMs === 0)).toBe(true);
      }
      expect(tiers.some(({ widthMs, buckets }) => widthMs * buckets >= 24 * HOUR)).toBe(true);
    }
  });

  it('takes up again what was saved, with a gap in between, and leaves out what is damaged', () => {
    const history = newHistory();
    history.take('a', sampleAt(START, refused), 5_000);
    history.pause(START + 5_000);
    history.mark([{ at: START, kind: 'leader', name: 'node2' }]);
    const saved = structuredClone(history.save(START + 5_000));
    const next = newHistory();
    next.take('a', sampleAt(START + 100_000), 5_000);
    next.restore(saved, START + 100_000);
    const view = next.view(entry('a'), asked(START + 101_000));
    expect(view.summary).toMatchObject({ count: 2, failed: 1 });
    expect(view.gaps.slice(1)).toEqual([{ from: START + 5_000, to: START + 100_000 }]);
    expect(view.marks).toHaveLength(1);
    const odd = newHistory();
    odd.restore(
      {
        ...saved,
        detail: Number.NaN,
        watched: Float64Array.from([5, 1, Number.NaN, 3]),
        marks: [{ kind: 'nonsense' }] as never,
        pasts: saved.pasts.map((past) => ({
          ...past,
          series: past.series.map((ring) => ({ ...ring, counts: new Uint32Array(1) })).slice(0, 1),
        })),
      },
      START + 5_000,
    );
    expect(odd.view(entry('a'), asked(START + 5_000))).toMatchObject({ points: [], marks: [] });
  });

  it('keeps a day of 30 ports and 30 tasks, three probes every 5 s, under 64 MB', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = async (): Promise<number> => {
      // What the arrays of other tests took is given back some time after the collection.
      for (let turn = 0; turn < 5; turn += 1) {
        collect();
        await settled();
      }
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = await used();
    const history = newHistory();
    let failed = 0;
    for (let at = START; at < START + 24 * HOUR; at += 5_000) {
      for (let port = 0; port < 30; port += 1) {
        for (let turn = 0; turn < 3; turn += 1) {
          const isLost = (at / 5_000 + port * 7 + turn) % 997 === 0;
          failed += isLost && port === 3 ? 1 : 0;
          history.take(
            `port${port}`,
            isLost
              ? sampleAt(at, refused)
              : sampleAt(at, {
                  answeredBy: `task${(port + turn + at / 5_000) % 30}`,
                  phases: { total: 1 + ((at / 5_000) % 40) },
                }),
            5_000,
          );
        }
      }
    }
    const grown = (await used()) - before;
    console.info(`a day of 30 ports and 30 tasks: ${(grown / MEGABYTE).toFixed(1)} MB`);
    expect(grown).toBeLessThan(64 * MEGABYTE);
    // Else it is not this history that was measured.
    expect(grown).toBeGreaterThan(0.9 * history.bytes);
    expect(history.bytes).toBeLessThan(48 * MEGABYTE);
    const view = history.view(entry('port3'), asked(START + 24 * HOUR, 86_400_000));
    expect(view.summary).toMatchObject({ count: 3 * 17_280, failed });
    expect(view.points.reduce((sum, point) => sum + point.failed, 0)).toBe(failed);
  }, 60_000);
});
