import { expect, test } from 'vitest';
import {
  OUTCOME_LIMIT,
  outcomesText,
  outcomeText,
  progressText,
  reasonText,
  standingsText,
} from './convergenceText';

test('a few tasks are told one by one, many by their states', () => {
  const tasks = ['running', 'preparing'].map((state, index) => ({ place: `${index + 1}`, state }));
  expect(progressText({ kind: 'converging', running: 1, desired: 2, tasks })).toBe(
    '1 of 2 running (1: running, 2: preparing)',
  );
  const many = Array.from({ length: 9 }, (_, index) => ({
    place: String(index),
    state: index < 4 ? 'running' : 'starting',
  }));
  expect(progressText({ kind: 'converging', running: 4, desired: 9, tasks: many })).toBe(
    '4 of 9 running (4 running, 5 starting)',
  );
  expect(progressText({ kind: 'converging', running: 0, desired: 1, tasks: [] })).toBe(
    '0 of 1 running (waiting for the scheduler)',
  );
});

test('a reason names its tasks, at most four of them', () => {
  const reason = { error: 'No such image: x', hint: 'Check it.', ofProgram: false };
  expect(reasonText({ ...reason, tasks: ['web.1', 'web.2'] })).toBe(
    'web.1, web.2: No such image: x. Check it.',
  );
  const tasks = ['a', 'b', 'c', 'd', 'e', 'f'];
  expect(reasonText({ ...reason, tasks })).toBe(
    'a, b, c, d and 2 more: No such image: x. Check it.',
  );
});

const waiting = { kind: 'converging', running: 2, desired: 3, tasks: [] } as const;
const runs = { kind: 'running', running: 3 } as const;
const reason = { tasks: ['api.1'], error: 'Exit 1', hint: 'Look.', ofProgram: true };

test('several services on their way are counted, and those that do not run yet are told', () => {
  const names = ['web', 'api', 'db', 'job'];
  const done = { kind: 'completed', completed: 1 } as const;
  expect(standingsText(names, [runs, waiting, undefined, done])).toBe(
    '2 of 4 services run or are done; api: 2 of 3, db: waiting',
  );
  const many = names.map((name) => `${name}\n`);
  expect(standingsText(many, [waiting, waiting, waiting, waiting])).toBe(
    '0 of 4 services run; web: 2 of 3, api: 2 of 3, db: 2 of 3 and 1 more',
  );
  expect(standingsText(['a', 'b'], [runs, runs])).toBe('all 2 services run');
  expect(standingsText(['a', 'b'], [{ kind: 'failing', reasons: [reason] }, runs])).toBe(
    '1 of 2 services run; a: fails',
  );
});

test('the end of several services tells of each that does not run why', () => {
  expect(outcomesText(['web'], [runs])).toBe('1 service runs.');
  expect(
    outcomesText(
      ['web', 'api', 'db'],
      [runs, { kind: 'failing', reasons: [reason] }, { kind: 'patience', reasons: [] }],
    ),
  ).toBe(
    '1 of 3 services run. "api" does not come up. api.1: Exit 1. Look. The swarm goes on trying. ' +
      '"db" is still being deployed. The tree shows how far it is.',
  );
  const names = ['a', 'b', 'c', 'd', 'e'];
  const gone = names.map(() => ({ kind: 'gone' }) as const);
  expect(outcomesText(names, gone)).toMatch(
    /^0 of 5 services run\. "a" was removed.* And 2 more\.$/,
  );
});

const warning = 'This machine’s docker has no login for "r.example": pulls go without one.';
const ended = { message: 'update paused', reasons: [reason] };

test.each([
  [runs],
  [{ kind: 'completed', completed: 1 }],
  [{ kind: 'failing', reasons: [reason] }],
  [{ kind: 'paused', ...ended }],
  [{ kind: 'rolled-back', ...ended }],
  [{ kind: 'patience', reasons: [reason] }],
] as const)('what was worth a word is told with every end: %j', (outcome) => {
  const bare = outcomeText(outcome, 'web', 'update', []);
  expect(outcomeText(outcome, 'web', 'update', [warning])).toBe(`${bare} ${warning}`);
});

test('a long reason leaves room for it', () => {
  const reasons = [{ ...reason, error: 'x'.repeat(2_000) }];
  const text = outcomeText({ kind: 'failing', reasons }, 'web', 'update', [warning]) ?? '';
  expect(text.endsWith(warning)).toBe(true);
  expect(text.length).toBeLessThanOrEqual(OUTCOME_LIMIT);
});

test('what the registry did not say is left out where no node finds the image', () => {
  const missing = { ...reason, error: 'No such image: nosuch/image:1' };
  const end = { kind: 'paused', message: '', reasons: [missing] } as const;
  const warnings = [{ ofImage: 'The registry gives no answer.' }, warning];
  expect(outcomeText(end, 'web', 'update', warnings)).toBe(
    outcomeText(end, 'web', 'update', [warning]),
  );
  const other = { ...end, reasons: [reason] };
  expect(outcomeText(other, 'web', 'update', warnings)).toMatch(/registry gives no answer/);
});

test('nothing is told to a person who stopped watching', () => {
  expect(outcomeText({ kind: 'stopped' }, 'web', 'update', [warning])).toBeUndefined();
});
