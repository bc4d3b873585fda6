import type { BurstAnswer, BurstView } from '../../src/shared/burstView';
import type { PortRoute } from '../../src/shared/routingView';
import { NOW } from './views';

/** Builds a burst over all nodes of a route in turn: the tasks of each node take turns, too. */
export function makeBurst(
  route: PortRoute,
  wanted: number,
  change: Partial<BurstView> = {},
  answer: (index: number, turn: number) => Partial<BurstAnswer> = () => ({}),
): BurstView {
  const tasks = route.backends.filter(({ active }) => active);
  const entries = route.entries.filter(
    ({ id }) => change.entryId === undefined || change.entryId === id,
  );
  return {
    routeId: route.id,
    state: 'done',
    wanted,
    startedAt: NOW - 5_000,
    tasks: tasks.map(({ taskId, taskName }) => ({ taskId, taskName })),
    balanced: route.mode === 'ingress',
    tasksChanged: false,
    made: change.answers?.length ?? wanted,
    answers: Array.from({ length: wanted }, (_unused, index): BurstAnswer => {
      const turn = Math.floor(index / entries.length);
      const task = tasks[turn % Math.max(tasks.length, 1)];
      return {
        index,
        entryId: entries[index % entries.length]?.id ?? '',
        outcome: 'answered',
        ms: 2 + (index % 10) / 10,
        ...(task === undefined ? {} : { answeredBy: task.taskId }),
        ...answer(index, turn),
      };
    }),
    ...change,
  };
}
