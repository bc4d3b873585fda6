import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chanceOfNone, chanceOfSame, chiSquareTail, spreadOf, UNLIKELY } from './answerSpread';

const three = ['a', 'b', 'c'];
const times = (counts: Readonly<Record<string, number>>): string[] =>
  Object.entries(counts).flatMap(([task, count]) => Array.from({ length: count }, () => task));

describe('chiSquareTail', () => {
  // Upper critical values as printed in statistical tables (NIST handbook, 1.3.6.7.4).
  it.each([
    [6.635, 1, 0.01],
    [9.21, 2, 0.01],
    [11.345, 3, 0.01],
    [23.209, 10, 0.01],
    [135.807, 100, 0.01],
    [3.841, 1, 0.05],
    [124.342, 100, 0.05],
  ])('is the table for %f with %i degrees', (statistic, degrees, chance) => {
    expect(chiSquareTail(statistic, degrees)).toBeCloseTo(chance, 4);
  });

  it('is a chance that falls with the statistic', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2_000, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (statistic, more, degrees) => {
          const chance = chiSquareTail(statistic, degrees);
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(1);
          expect(chiSquareTail(statistic + more, degrees)).toBeLessThanOrEqual(chance + 1e-6);
        },
      ),
    );
  });
});

describe('spreadOf', () => {
  it('calls a rotation even, and says what each task gave', () => {
    const spread = spreadOf(three, times({ a: 10, b: 10, c: 10 }), true);
    expect(spread).toMatchObject({ named: 30, unnamed: 0, gone: 0, even: 1 / 3 });
    expect(spread.verdict).toEqual({ kind: 'even', chance: 1 });
    expect(spread.tasks.map(({ answers }) => answers)).toEqual([10, 10, 10]);
  });

  it('calls a lopsided spread uneven and one that chance explains even', () => {
    expect(spreadOf(three, times({ a: 80, b: 10, c: 10 }), true).verdict.kind).toBe('uneven');
    expect(spreadOf(three, times({ a: 38, b: 30, c: 32 }), true).verdict.kind).toBe('even');
    // One that never answers is no even spread, though few answers make no strong test.
    expect(spreadOf(three, times({ a: 8, b: 8 }), true).verdict).toEqual({
      kind: 'uneven',
      chance: chanceOfNone(16, 3),
    });
  });

  it('says nothing before each task could have answered five times', () => {
    const verdict = spreadOf(three, times({ a: 6, b: 4, c: 4 }), true).verdict;
    expect(verdict).toEqual({ kind: 'too-few', needed: 15 });
    expect(spreadOf(three, times({ a: 6, b: 5, c: 4 }), true).verdict.kind).toBe('even');
  });

  it('names tasks that should have answered by now', () => {
    const overdue = (each: number): readonly string[] =>
      spreadOf(three, times({ a: each, b: each }), true).tasks.flatMap((task) =>
        task.overdue ? [task.taskId] : [],
      );
    // 3 × (2/3)^14 is 1.03 %, 3 × (2/3)^16 is 0.5 %.
    expect(overdue(7)).toEqual([]);
    expect(overdue(8)).toEqual(['c']);
  });

  it('tells one task of several apart from chance', () => {
    expect(spreadOf(three, times({ b: 5 }), true).verdict.kind).toBe('too-few');
    expect(spreadOf(three, times({ b: 6 }), true).verdict).toEqual({
      kind: 'one',
      taskId: 'b',
      chance: 3 ** -5,
    });
  });

  it('counts what names nobody and what is gone apart', () => {
    const spread = spreadOf(three, ['a', undefined, 'old', undefined], true);
    expect(spread).toMatchObject({ named: 1, unnamed: 2, gone: 1 });
    expect(spread.tasks[0]?.share).toBe(1);
    expect(spreadOf(three, [undefined], true).verdict).toEqual({ kind: 'unnamed' });
    expect(spreadOf(three, [], true).verdict).toEqual({ kind: 'no-answer' });
  });

  it('expects nothing where nothing balances', () => {
    expect(spreadOf(['a'], times({ a: 40 }), true).verdict).toEqual({ kind: 'no-choice' });
    const host = spreadOf(three, times({ a: 40 }), false);
    expect(host.verdict).toEqual({ kind: 'no-choice' });
    expect(host.even).toBeUndefined();
    expect(host.tasks.some(({ overdue }) => overdue)).toBe(false);
  });

  const answersOf = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'gone'), { nil: undefined }));

  it('counts every answer once, in whatever order they came', () => {
    fc.assert(
      fc.property(answersOf, (answers) => {
        const spread = spreadOf(three, answers, true);
        const sum = spread.tasks.reduce((total, task) => total + task.answers, 0);
        expect(sum).toBe(spread.named);
        expect(sum + spread.unnamed + spread.gone).toBe(answers.length);
        expect(spreadOf(three, answers.toReversed(), true)).toEqual(spread);
      }),
    );
  });

  it('never calls a true rotation uneven, one or overdue', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 0, max: 400 }), (tasks, n) => {
        const ids = Array.from({ length: tasks }, (_unused, index) => `t${index}`);
        const answers = Array.from({ length: n }, (_unused, index) => ids[index % tasks]);
        const spread = spreadOf(ids, answers, true);
        expect(['even', 'too-few', 'no-answer']).toContain(spread.verdict.kind);
        expect(spread.tasks.some(({ overdue }) => overdue)).toBe(false);
      }),
    );
  });

  it('is wrong about chance alone no more often than it says', () => {
    let state = 12_345;
    const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const runs = 2_000;
    let uneven = 0;
    let overdue = 0;
    for (let run = 0; run < runs; run += 1) {
      const answers = Array.from({ length: 60 }, () => three[Math.floor(random() * 3)]);
      const spread = spreadOf(three, answers, true);
      uneven += spread.verdict.kind === 'uneven' ? 1 : 0;
      overdue += spread.tasks.some((task) => task.overdue) ? 1 : 0;
    }
    expect(uneven / runs).toBeLessThan(2 * UNLIKELY);
    expect(overdue / runs).toBeLessThan(UNLIKELY);
  });
});

it('gives chances between nothing and certainty', () => {
  expect(chanceOfNone(0, 3)).toBe(1);
  expect(chanceOfSame(0, 3)).toBe(1);
  expect(chanceOfSame(1, 3)).toBe(1);
  expect(chanceOfNone(300, 3)).toBeLessThan(1e-50);
});
