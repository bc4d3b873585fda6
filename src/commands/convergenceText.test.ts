import { expect, test } from 'vitest';
import { progressText, reasonText } from './convergenceText';

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
