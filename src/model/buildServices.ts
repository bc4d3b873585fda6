import type { ServiceRecord } from '../docker/records/service';
import type { SwarmService, SwarmTask } from './snapshot';
import { isRunning, isTerminal } from './buildTasks';

const UPDATING_STATES: ReadonlySet<string> = new Set(['updating', 'rollback_started']);

/** Adds the counts to a service; `tasks` are all tasks of it, history included. */
export function buildService(record: ServiceRecord, tasks: readonly SwarmTask[]): SwarmService {
  const { running, desired } = countTasks(record, tasks);
  return {
    ...record,
    running,
    desired,
    converging: running !== desired || UPDATING_STATES.has(record.updateStatus?.state ?? ''),
  };
}

function countTasks(
  record: ServiceRecord,
  tasks: readonly SwarmTask[],
): { running: number; desired: number } {
  const { mode, status } = record;
  const current = tasks.filter((task) => task.current);
  if (mode.kind === 'replicated-job' || mode.kind === 'global-job') {
    // What is complete is neither running nor wished any more: a finished job counts 0 of 0.
    const completed = current.filter((task) => task.state === 'complete').length;
    const wished = mode.kind === 'replicated-job' ? mode.total : current.length;
    const running = current.filter((task) => task.state === 'running').length;
    const left = Math.max(wished - completed, 0);
    return { running, desired: current.every(isTerminal) && current.length > 0 ? 0 : left };
  }
  // ServiceStatus counts every running task, also those on a lost node that have been replaced.
  const unwanted = tasks.filter((task) => task.state === 'running' && !task.current).length;
  return {
    running:
      status === undefined
        ? tasks.filter(isRunning).length
        : Math.max(status.running - unwanted, 0),
    desired: status?.desired ?? (mode.kind === 'replicated' ? mode.replicas : current.length),
  };
}
