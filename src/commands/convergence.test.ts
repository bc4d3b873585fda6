import { expect, test } from 'vitest';
import { makeService, makeTask } from '../../test/fakes/records';
import { lessonSnapshot } from '../../test/fakes/swarms';
import type { TaskRecord } from '../docker/records/task';
import { convergenceOf } from './convergence';

const service = makeService({ id: 's', name: 'web', mode: { kind: 'replicated', replicas: 2 } });

function snapshotWith(tasks: readonly Partial<TaskRecord>[]): ReturnType<typeof lessonSnapshot> {
  return lessonSnapshot({
    services: [service],
    tasks: tasks.map((task, index) =>
      makeTask({ id: `t${index}`, serviceId: 's', slot: index + 1, ...task }),
    ),
  });
}

test('a service that is no longer there is gone', () => {
  expect(convergenceOf(lessonSnapshot(), 'nothing')).toEqual({ kind: 'gone' });
});

test('converges while tasks start, and says what it waits for', () => {
  expect(convergenceOf(snapshotWith([{}, { state: 'preparing' }]), 's')).toEqual({
    kind: 'converging',
    running: 1,
    desired: 2,
    doing: 'preparing',
  });
});

test('runs when as many run as are wanted', () => {
  expect(convergenceOf(snapshotWith([{}, {}]), 's')).toEqual({ kind: 'running', running: 2 });
});

test('a slot that failed twice is told with the newest error and what to do', () => {
  const failed = { slot: 1, state: 'rejected', desiredState: 'shutdown' } as const;
  const told = convergenceOf(
    snapshotWith([
      { ...failed, error: 'No such image: nosuch:1', stateAt: '2026-01-01T00:00:02Z' },
      { ...failed, error: 'older', stateAt: '2026-01-01T00:00:01Z' },
      { slot: 1, state: 'preparing' },
    ]),
    's',
  );
  expect(told).toEqual({
    kind: 'failing',
    task: 'web.1',
    error: 'No such image: nosuch:1',
    hint: 'Check the image’s name and tag, and that every node can pull it.',
  });
});

test('one failure alone is not yet told; a task that no node can take is', () => {
  const once = snapshotWith([
    { slot: 1, state: 'failed', desiredState: 'shutdown', error: 'task: non-zero exit (1)' },
    { slot: 1, state: 'starting' },
  ]);
  expect(convergenceOf(once, 's').kind).toBe('converging');
  const stuck = snapshotWith([
    {
      state: 'pending',
      error: 'no suitable node (scheduling constraints not satisfied on 3 nodes)',
    },
  ]);
  expect(convergenceOf(stuck, 's')).toMatchObject({
    kind: 'failing',
    hint: 'Check constraints, resources, and that nodes are active and ready.',
  });
});
