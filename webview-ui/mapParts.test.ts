import { describe, expect, it } from 'vitest';

import { makeCell, makeEntry, makeRoute, makeSample, repeatOutcomes } from '../test/webview/views';
import {
  answersByTask,
  balances,
  currentSamples,
  expectedRefusals,
  findPart,
  flowOf,
  partId,
} from './mapParts';

const ROUTE = makeRoute('web', 8080, 2, 2);
const [FIRST, SECOND] = ROUTE.entries;
const [TASK] = ROUTE.backends;

describe('findPart', () => {
  it.each([
    [partId('client'), { kind: 'client' }],
    [partId('idle'), { kind: 'idle' }],
    [partId('way', FIRST?.id ?? ''), { kind: 'way', entry: FIRST }],
    [partId('sandbox', SECOND?.id ?? ''), { kind: 'sandbox', entry: SECOND }],
    [partId('task', 'web-task-1'), { kind: 'task', task: TASK }],
    [partId('share', FIRST?.id ?? '', 'web-task-1'), { kind: 'share', entry: FIRST, task: TASK }],
    [partId('way', 'gone'), undefined],
    [partId('share', FIRST?.id ?? '', 'gone'), undefined],
    ['something else', undefined],
    [undefined, undefined],
  ])('finds %s', (id, part) => {
    expect(findPart(id, ROUTE)).toEqual(part);
  });
});

it('counts refusals as expected where no task is to answer, since that is so alone', () => {
  const cell = {
    ...makeCell(ROUTE, 'any', ['refused', 'refused', 'answered', 'refused', 'timed-out']),
    current: 3,
  };
  const closed = makeEntry('web', 1, 8080, { expected: { kind: 'refusal', why: 'no-task' } });
  expect([...expectedRefusals(closed, cell)]).toEqual(cell.samples.slice(3));
  expect(expectedRefusals(makeEntry('web', 1, 8080), cell).size).toBe(0);
  const down = makeEntry('web', 1, 8080, { expected: { kind: 'refusal', why: 'down' } });
  expect(expectedRefusals(down, cell).size).toBe(0);
});

describe('flowOf', () => {
  it('counts answers, their rate and their times', () => {
    const outcomes = ['answered', 'timed-out', 'answered', 'wrong-status'] as const;
    const samples = outcomes.map((outcome, index) =>
      makeSample(index, { outcome, phases: { total: 10 * (index + 1) } }),
    );
    // After the first one two of three were answered, in fifteen seconds.
    expect(flowOf(samples)).toEqual({
      probes: 4,
      answers: 3,
      perSecond: 2 / 15,
      latency: { p50: 30, p90: 40, p99: 40, most: 40 },
      last: samples[3],
    });
  });

  it('counts a round of several probes as one time of asking', () => {
    const at = (ms: number) => ({ ...makeSample(0), at: ms });
    const round = [0, 3, 9];
    expect(flowOf(round.map((ms) => at(ms)))).not.toHaveProperty('perSecond');
    const two = [...round, ...round.map((ms) => 5_000 + ms)].map((ms) => at(ms));
    expect(flowOf(two).perSecond).toBeCloseTo(0.6, 2);
  });

  it('knows no rate of one probe, and no time of none', () => {
    expect(flowOf([])).toEqual({ probes: 0, answers: 0 });
    expect(flowOf([makeSample(0)])).not.toHaveProperty('perSecond');
    expect(flowOf([makeSample(0, { outcome: 'refused' })])).not.toHaveProperty('latency');
  });
});

it('counts answers of the tasks that run now, not of those before', () => {
  const cell = makeCell(ROUTE, FIRST?.id ?? '', repeatOutcomes(['answered'], 6));
  expect(currentSamples({ ...cell, current: 2 })).toEqual(cell.samples.slice(4));
  const cells = new Map([[cell.entryId, { ...cell, current: 3 }]]);
  const counts = [...answersByTask(ROUTE.entries, cells)].map(([id, { length }]) => [id, length]);
  expect(counts).toEqual([
    ['web-task-2', 2],
    ['web-task-1', 1],
  ]);
});

it('balances where an answer is expected, or came all the same', () => {
  const up = makeEntry('web', 1, 8080);
  const down = makeEntry('web', 1, 8080, { nodeState: 'down' });
  const six = makeEntry('web', 1, 8080, { expected: { kind: 'unpromised' } });
  const cellOf = (outcome: 'answered' | 'timed-out' | 'silent') =>
    makeCell(ROUTE, 'x', ['timed-out', outcome]);
  expect([
    balances(up, undefined),
    balances(down, undefined),
    balances(down, cellOf('timed-out')),
    balances(down, cellOf('answered')),
    balances(six, cellOf('silent')),
    balances(six, cellOf('answered')),
  ]).toEqual([true, false, false, true, false, true]);
});
