import { describe, expect, it } from 'vitest';

import { spreadOf } from '../src/shared/answerSpread';
import { summarizeBurst } from '../src/shared/burstSummary';
import type { BurstAnswer, BurstView } from '../src/shared/burstView';
import { makeBurst } from '../test/webview/bursts';
import { makeRoute } from '../test/webview/views';
import type { Losses } from './answers';
import {
  burstNews,
  describeBurst,
  describeLosses,
  describeOverdue,
  describeSpread,
  describeState,
  formatPercent,
} from './answerWords';

const route = makeRoute('web', 8080, 2, 3);
const tasks = ['web-task-1', 'web-task-2', 'web-task-3'];
const nameOf = (taskId: string): string => taskId.replace('-task-', '.');
const lost = (failed: number, of: number, isUnexpected = failed > 0): Losses => ({
  failed,
  of,
  isUnexpected,
});
const many = (task: string | undefined, count: number): (string | undefined)[] =>
  Array.from({ length: count }, () => task);

describe('describeSpread', () => {
  const told = (
    answers: readonly (string | undefined)[],
    change = {},
    failed = 0,
  ): [string, string] => {
    const changed = { ...route, ...change };
    const spread = spreadOf(tasks, answers, changed.mode === 'ingress');
    const { tone, sentence } = describeSpread(spread, changed, nameOf, { failed });
    return [tone, sentence];
  };

  it('says even, uneven, one, and what is missing for a verdict', () => {
    const [one, two, three] = tasks;
    expect(told([...many(one, 9), ...many(two, 10), ...many(three, 11)])).toEqual([
      'good',
      'Even: an even balancer shows such differences or larger ones in 90 % of all cases (chi-square test).',
    ]);
    expect(told([...many(one, 9), ...many(two, 10), ...many(three, 11)], {}, 1)[0]).toBe('waiting');
    const uneven = told([...many(one, 30), ...many(two, 5), ...many(three, 5)]);
    expect(uneven[0]).toBe('partial');
    expect(uneven[1]).toMatch(/^Uneven: .* less than 0\.01 % .* consistent with/);
    expect(told(many(two, 8))[1]).toBe(
      'web.2 gave all 8 answers, though 3 tasks run; by chance that happens in 0.05 % of all cases.',
    );
    expect(told([one, two])[1]).toContain('2 answers name their task, 15 are needed for 3 tasks');
    expect(told([])[0]).toBe('waiting');
  });

  it('says why nobody is named, and how to mend that where it can be', () => {
    expect(told(many(undefined, 9))[1]).toContain('answeredBy');
    expect(told(many(undefined, 9), { probe: { kind: 'tcp', problems: [] } })[1]).toContain('TCP');
    expect(told(many(tasks[0], 9), { mode: 'host' })[1]).toContain('host mode');
  });
});

it('names tasks that are due, unless nobody may be named', () => {
  const spread = spreadOf(tasks, [...many(tasks[0], 10), ...many(tasks[1], 10)], true);
  expect(describeOverdue(spread, nameOf)?.sentence).toBe(
    'Never answered: web.3. By chance that happens in 0.09 % of all cases.',
  );
  const unsure = spreadOf(tasks, [...many(tasks[0], 10), ...many(tasks[1], 10), undefined], true);
  expect(describeOverdue(unsure, nameOf)?.sentence).toContain('unless it gave those');
  expect(describeOverdue(spreadOf(tasks, tasks, true), nameOf)).toBeUndefined();
});

describe('describeBurst', () => {
  const told = (burst: BurstView): readonly string[] =>
    describeBurst(summarizeBurst(burst), burst, (id) => id.split('@')[1] ?? '').map(
      ({ sentence }) => sentence,
    );
  const sticky = (): Partial<BurstAnswer> => ({ answeredBy: 'web-task-2' });

  it('tells that no session is kept, and whether the tasks take turns', () => {
    expect(told(makeBurst(route, 60))).toEqual([
      'No session is kept: after 58 of 58 answers the next connection to the same node came to another task. The tasks take turns (round robin).',
    ]);
    const random = makeBurst(route, 60, {}, (index) => ({
      answeredBy: tasks[(index * index * 7 + (index >> 2)) % 3] ?? '',
    }));
    expect(told(random)[0]).not.toContain('turns');
  });

  it('calls the same task again and again sticky, carefully', () => {
    const [sentence = ''] = told(makeBurst(route, 40, {}, sticky));
    expect(sentence).toMatch(/^Sticky: the answers of node-1, node-2 come from one task each time/);
    expect(sentence).toContain('less than 0.01 %');
    expect(sentence).toContain('keeps no session: this is consistent with something in front');
  });

  it('thinks of reach rather than of sessions where connections fail', () => {
    const cut = makeBurst(route, 60, {}, (index) =>
      index % 3 === 0 ? sticky() : { outcome: 'timed-out' },
    );
    const answers = cut.answers.map(({ answeredBy, ...rest }) =>
      rest.outcome === 'answered' && answeredBy !== undefined ? { ...rest, answeredBy } : rest,
    );
    const [sentence = ''] = told({ ...cut, answers });
    expect(sentence).toMatch(/^Only one task answers through .* 40 connections fail there/);
    expect(sentence).not.toContain('Sticky');
  });

  it.each([
    ['task', /^Sticky: 20 answers set the cookie "lb", which names a task.*consistent with/],
    ['balancer', /^Sticky: 20 answers .* a name that balancers give theirs.*consistent with/],
    ['session', /^20 answers .* looks like a session .* share their sessions/],
  ] as const)('explains a cookie of kind %s', (kind, words) => {
    const burst = makeBurst(route, 20, {}, () => ({ cookie: { name: 'lb', kind } }));
    expect(told(burst).at(-1)).toMatch(words);
  });

  it('lets no name turn a sentence around or fill the page', () => {
    const name = `\u202e${'x'.repeat(300)}`;
    const [, sentence = ''] = told(
      makeBurst(route, 20, {}, () => ({ cookie: { name, kind: 'session' } })),
    );
    expect(sentence).not.toMatch(/\p{Cf}/u);
    expect(sentence.length).toBeLessThan(300);
  });

  it('draws no conclusion from what changed meanwhile, or has no choice', () => {
    expect(told(makeBurst(route, 40, { tasksChanged: true }, sticky))).toEqual([
      'Other tasks run behind the port than at the start: the shares tell of both.',
    ]);
    expect(told(makeBurst(makeRoute('one', 1, 2, 1), 40))).toEqual([]);
    expect(told(makeBurst({ ...route, mode: 'host' }, 40, {}, sticky))).toEqual([]);
  });
});

it('says how a burst stands, and once when it has ended', () => {
  const burst = makeBurst(route, 20);
  const state = (change: Partial<BurstView>): string =>
    describeState({ ...burst, ...change }, 'all nodes', lost(0, 20)).sentence;
  expect(state({ state: 'running', wanted: 50 })).toBe('20 of 50 connections to all nodes made');
  expect(state({ state: 'cancelled', wanted: 50 })).toContain('Cancelled after 20 of 50');
  expect(state({ state: 'late', wanted: 50 })).toContain('deadline');
  expect(state({ state: 'failed' })).toContain('log');
  expect(state({})).toContain('20 fresh connections to all nodes');
  const running = { ...burst, state: 'running' } as const;
  expect(burstNews(running, burst)).toContain('20 of 20');
  expect(burstNews(running, running)).toBeUndefined();
  expect(burstNews(burst, burst)).toBeUndefined();
  expect(burstNews(undefined, burst)).toBeUndefined();
});

it('says how many connections were lost', () => {
  expect(describeLosses(lost(0, 9))).toBeUndefined();
  expect(describeLosses(lost(2, 9))?.sentence).toBe(
    '2 of 9 connections were not answered: the shares are of the others.',
  );
  expect(describeLosses(lost(9, 9))?.sentence).toBe('None of 9 connections was answered.');
});

it('marks a burst that has ended by what it lost', () => {
  const burst = makeBurst(route, 20);
  const dead = makeBurst(route, 20, {}, () => ({ outcome: 'refused' }));
  const tone = (one: BurstView, losses: Losses): string =>
    describeState(one, 'all nodes', losses).tone;
  expect([
    tone(burst, lost(0, 20)),
    tone(burst, lost(3, 20)),
    tone(dead, lost(20, 20)),
    tone(dead, lost(0, 0)),
  ]).toEqual(['good', 'partial', 'bad', 'neutral']);
});

it('keeps two digits of small chances', () => {
  expect([0, 0.000_01, 0.0012, 0.012, 0.333, 1].map(formatPercent)).toEqual([
    '0 %',
    'less than 0.01 %',
    '0.12 %',
    '1.2 %',
    '33 %',
    '100 %',
  ]);
});
