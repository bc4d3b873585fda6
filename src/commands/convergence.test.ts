import { describe, expect, test } from 'vitest';
import { makeNetwork, makeService, makeTask } from '../../test/fakes/records';
import { lessonSnapshot } from '../../test/fakes/swarms';
import type { TaskRecord } from '../docker/records/task';
import { convergenceOf, failuresSince, newestTask } from './convergence';

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
    tasks: [
      { place: '1', state: 'running' },
      { place: '2', state: 'preparing' },
    ],
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
    reasons: [
      {
        tasks: ['web.1'],
        error: 'No such image: nosuch:1',
        hint: 'Check the image’s name and tag, and that every node can pull it.',
        ofProgram: false,
      },
    ],
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
    reasons: [{ hint: 'Check constraints, resources, and that nodes are active and ready.' }],
  });
});

test('tasks that leave a node are waited for before a move is said to fail', () => {
  const stuck = { state: 'pending', error: 'no suitable node (2 nodes not available)' } as const;
  const moving = (old: Partial<TaskRecord>) =>
    convergenceOf(snapshotWith([{ slot: 1, ...old }, stuck]), 's', 0, '', true).kind;
  expect(moving({ desiredState: 'shutdown', nodeId: 'n2' })).toBe('converging');
  expect(moving({ desiredState: 'shutdown', state: 'shutdown', nodeId: 'n2' })).toBe('failing');
  // Of a node that the swarm does not know, or that is down, nothing more is told.
  expect(moving({ desiredState: 'shutdown', nodeId: 'gone' })).toBe('failing');
});

test('every slot that fails is told with its newest error, those of one reason together', () => {
  const failed = { state: 'failed', desiredState: 'shutdown' } as const;
  const at = (second: number) => `2026-01-01T00:00:0${second}Z`;
  const told = convergenceOf(
    snapshotWith([
      { ...failed, slot: 1, error: 'task: non-zero exit (1)', stateAt: at(1) },
      { ...failed, slot: 1, error: 'task: non-zero exit (1)', stateAt: at(2) },
      { ...failed, slot: 2, error: 'task: non-zero exit (1)', stateAt: at(3) },
      { ...failed, slot: 3, error: 'No such image: x', stateAt: at(4) },
      { ...failed, slot: 4, error: 'long ago', stateAt: at(0) },
      { slot: 4, state: 'running' },
      { slot: 1, state: 'starting' },
      { slot: 2, state: 'starting' },
      { slot: 3, state: 'preparing' },
    ]),
    's',
  );
  expect(told).toEqual({
    kind: 'failing',
    reasons: [
      {
        tasks: ['web.3'],
        error: 'No such image: x',
        hint: 'Check the image’s name and tag, and that every node can pull it.',
        ofProgram: false,
      },
      {
        tasks: ['web.1', 'web.2'],
        error: 'task: non-zero exit (1)',
        hint: 'The program ended by itself: look at the task’s logs.',
        ofProgram: true,
      },
    ],
  });
});

test('an update that the swarm paused or took back is told with what the tasks say', () => {
  const updated = (state: string) =>
    convergenceOf(
      lessonSnapshot({
        services: [
          {
            ...service,
            updateStatus: { state, message: 'update paused due to failure of task t9' },
          },
        ],
        tasks: [
          makeTask({
            id: 't9',
            serviceId: 's',
            slot: 1,
            state: 'rejected',
            desiredState: 'shutdown',
            error: 'No such image: nosuch:1',
          }),
        ],
      }),
      's',
    );
  const reasons = [{ tasks: ['web.1'], error: 'No such image: nosuch:1' }];
  expect(updated('paused')).toMatchObject({ kind: 'paused', reasons });
  expect(updated('rollback_paused')).toMatchObject({ kind: 'paused', reasons });
  expect(updated('rollback_completed')).toMatchObject({ kind: 'rolled-back', reasons });
  expect(updated('rollback_started')).toMatchObject({ kind: 'converging' });
});

test('tasks that get no addresses are told after a while, with the network that has none', () => {
  const snapshot = snapshotWith([{ state: 'new' }, { state: 'new' }]);
  expect(convergenceOf(snapshot, 's').kind).toBe('converging');
  expect(convergenceOf(snapshot, 's', 10_000)).toMatchObject({
    kind: 'failing',
    reasons: [{ tasks: ['web.1', 'web.2'], error: 'The swarm gives them no addresses.' }],
  });
});

test('tasks that get no addresses are told with the network that has none left', () => {
  const joined = makeService({
    id: 's',
    name: 'web',
    mode: { kind: 'replicated', replicas: 3 },
    networks: [{ target: 'my', aliases: [] }],
  });
  const task = (slot: number, fields: Partial<TaskRecord>) =>
    makeTask({ id: `t${slot}`, serviceId: 's', slot, ...fields });
  const at = (host: number, nodeId: string): Partial<TaskRecord> => ({
    nodeId,
    attachments: [{ networkId: 'my', addresses: [`10.9.0.${host}/29`] }],
  });
  const snapshot = lessonSnapshot({
    networks: [
      makeNetwork({ id: 'my', name: 'backend', subnets: [{ subnet: '10.9.0.0/29' }] }),
      makeNetwork({ id: 'other', name: 'other' }),
    ],
    services: [{ ...joined, virtualIps: [{ networkId: 'my', address: '10.9.0.2/29' }] }],
    tasks: [task(1, at(3, 'n1')), task(2, at(4, 'n3')), task(3, { state: 'new' })],
  });
  expect(convergenceOf(snapshot, 's', 10_000)).toMatchObject({
    reasons: [
      {
        tasks: ['web.3'],
        error: 'The swarm gives them no addresses.',
        hint: 'The network "backend" has no free address: use a larger one, or fewer replicas.',
      },
    ],
  });
});

test('a job is done when all its tasks completed', () => {
  const job = makeService({ id: 's', name: 'job', mode: { kind: 'replicated-job', total: 2 } });
  const done = { state: 'complete', desiredState: 'complete' } as const;
  const jobWith = (tasks: readonly Partial<TaskRecord>[]) =>
    convergenceOf(
      lessonSnapshot({
        services: [job],
        tasks: tasks.map((task, index) =>
          makeTask({ id: `t${index}`, serviceId: 's', slot: index + 1, ...task }),
        ),
      }),
      's',
    );
  expect(jobWith([done, {}]).kind).toBe('converging');
  expect(jobWith([done, done])).toEqual({ kind: 'completed', completed: 2 });
});

test('what failed before the act says nothing of it', () => {
  const old = {
    state: 'failed',
    desiredState: 'shutdown',
    createdAt: '2026-01-01T00:00:01Z',
  } as const;
  const snapshot = snapshotWith([
    { ...old, slot: 1, error: 'task: non-zero exit (1)' },
    { ...old, slot: 1, error: 'task: non-zero exit (1)' },
    { slot: 1, state: 'preparing', createdAt: '2026-01-01T00:00:02Z' },
  ]);
  expect(convergenceOf(snapshot, 's').kind).toBe('failing');
  expect(convergenceOf(snapshot, 's', 0, '2026-01-01T00:00:01Z').kind).toBe('converging');
  expect(newestTask(snapshot, 's')).toBe('2026-01-01T00:00:02Z');
});

test('a program that ends well, or is stopped by its health check, is told after the second time', () => {
  const ended = { slot: 1, state: 'complete', desiredState: 'shutdown', exitCode: 0 } as const;
  const tasks = [ended, ended, { slot: 1, state: 'starting' } as const].map((task, index) =>
    makeTask({ id: `t${index}`, serviceId: 's', ...task }),
  );
  const reasons = (hasHealthcheck: boolean) =>
    convergenceOf(lessonSnapshot({ services: [{ ...service, hasHealthcheck }], tasks }), 's');
  expect(reasons(false)).toMatchObject({
    kind: 'failing',
    reasons: [{ tasks: ['web.1'], error: 'The program ended with exit code 0.' }],
  });
  expect(reasons(true)).toMatchObject({
    kind: 'failing',
    reasons: [{ hint: expect.stringContaining('health check fails') as unknown }],
  });
});

test('one failure is told when nobody waits any longer', () => {
  const failed = {
    slot: 1,
    state: 'failed',
    desiredState: 'shutdown',
    createdAt: '2026-01-01T00:00:02Z',
    error: 'task: non-zero exit (137): dockerexec: unhealthy container',
  } as const;
  const snapshot = snapshotWith([failed, { slot: 1, state: 'starting' }]);
  expect(convergenceOf(snapshot, 's').kind).toBe('converging');
  expect(failuresSince(snapshot, 's', '2026-01-01T00:00:01Z')).toMatchObject([
    { tasks: ['web.1'], ofProgram: true },
  ]);
  expect(failuresSince(snapshot, 's', '2026-01-01T00:00:02Z')).toEqual([]);
});

describe('a failed task that is not tried again', () => {
  const at = (second: number) => `2026-01-01T00:00:0${second}Z`;
  const ended = { slot: 1, desiredState: 'shutdown', createdAt: at(2) } as const;
  const failed = { ...ended, state: 'failed', error: 'task: non-zero exit (1)' } as const;
  const kindOf = (...tasks: Partial<TaskRecord>[]) =>
    convergenceOf(snapshotWith([...tasks, { slot: 2 }]), 's', 0, at(1));

  test.each([
    ['failed, restart condition none', failed],
    ['rejected', { ...ended, state: 'rejected', error: 'No such image: x' } as const],
    ['ended with 0, restart condition on-failure', { ...ended, state: 'complete' } as const],
  ])('%s: is told at once, and that it was the last', (_name, task) => {
    expect(kindOf(task)).toMatchObject({
      kind: 'failing',
      reasons: [{ tasks: ['web.1'], isFinal: true }],
    });
  });

  test('is not told while the swarm has not decided yet, or a successor waits for its delay', () => {
    expect(kindOf({ ...failed, desiredState: 'running' }).kind).toBe('converging');
    const successor = { slot: 1, state: 'ready', desiredState: 'ready', createdAt: at(3) } as const;
    expect(kindOf(failed, successor).kind).toBe('converging');
  });

  test('is left to an update that goes on, which pauses or goes back', () => {
    const tasks = [makeTask({ id: 't', serviceId: 's', ...failed })];
    const updateStatus = { state: 'updating', message: '' };
    const services = [{ ...service, updateStatus }];
    expect(convergenceOf(lessonSnapshot({ services, tasks }), 's').kind).toBe('converging');
  });

  test('is not told of what failed before the act', () => {
    expect(kindOf({ ...failed, createdAt: at(1) }).kind).toBe('converging');
  });

  test('is not told of a job, whose tasks are tried again whatever its policy', () => {
    const job = makeService({ id: 's', name: 'job', mode: { kind: 'replicated-job', total: 1 } });
    const tasks = [makeTask({ id: 't', serviceId: 's', ...failed })];
    expect(convergenceOf(lessonSnapshot({ services: [job], tasks }), 's').kind).toBe('converging');
  });

  test('is told beside one that is tried again, without saying that all is over', () => {
    const other = { ...failed, slot: 3, stateAt: at(3) } as const;
    const told = kindOf(failed, other, {
      ...other,
      state: 'preparing',
      desiredState: 'running',
      createdAt: at(4),
    });
    const reasons = told.kind === 'failing' ? told.reasons : [];
    expect(reasons).toMatchObject([{ tasks: ['web.1', 'web.3'] }]);
    expect(reasons[0]?.isFinal).toBeUndefined();
  });
});
