import * as l10n from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { toPlainLine } from '../common/text';
import { classifyTaskError } from '../docker/engineText';
import type { SwarmSnapshot, SwarmTask } from '../model/snapshot';

/** How far a deployed service has come. */
export type Convergence =
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'converging';
      readonly running: number;
      readonly desired: number;
      readonly doing: string;
    }
  | { readonly kind: 'running'; readonly running: number }
  /** Tasks fail again and again, or cannot be placed; the swarm goes on trying. */
  | {
      readonly kind: 'failing';
      readonly task: string;
      readonly error: string;
      readonly hint: string;
    };

/** Failures of one slot after which we say so, while the swarm goes on trying. */
const FAILURES_TO_TELL = 2;

/** What the snapshot says of a service's deploy. */
export function convergenceOf(snapshot: SwarmSnapshot, serviceId: string): Convergence {
  const service = snapshot.services.get(serviceId);
  if (service === undefined) {
    return { kind: 'gone' };
  }
  const tasks = snapshot.tasksByService.get(serviceId) ?? [];
  const { running, desired } = service;
  const updating = service.updateStatus?.state === 'updating';
  const placed = tasks.some((task) => task.current) || desired === 0;
  if (running >= desired && placed && !updating) {
    return { kind: 'running', running };
  }
  const problem = lastingProblem(tasks);
  if (problem !== undefined) {
    const error = toPlainLine(problem.error || problem.message);
    return { kind: 'failing', task: problem.name, error, hint: taskHint(problem.error) };
  }
  return { kind: 'converging', running, desired, doing: doing(tasks) };
}

/** The newest failure of a slot that failed repeatedly, or a task that no node can take. */
function lastingProblem(tasks: readonly SwarmTask[]): SwarmTask | undefined {
  const stuck = tasks.find((task) => task.current && task.state === 'pending' && task.error !== '');
  if (stuck !== undefined) {
    return stuck;
  }
  const bySlot = new Map<string, SwarmTask[]>();
  for (const task of tasks) {
    if (task.state === 'failed' || task.state === 'rejected') {
      const slot = String(task.slot ?? task.nodeId);
      bySlot.set(slot, [...(bySlot.get(slot) ?? []), task]);
    }
  }
  const repeated = [...bySlot.values()].find((failed) => failed.length >= FAILURES_TO_TELL);
  return repeated?.toSorted((a, b) => b.stateAt.localeCompare(a.stateAt))[0];
}

/** The earliest state that a wanted task is in: what everybody waits for. */
function doing(tasks: readonly SwarmTask[]): string {
  const waiting = tasks.filter((task) => task.current && task.state !== 'running');
  const [first] = waiting.map(({ state }) => state);
  return first ?? l10n.t('waiting for the scheduler');
}

/** What to do about a task's error. */
export function taskHint(error: string): string {
  const problem = classifyTaskError(error);
  switch (problem) {
    case 'image-missing':
      return l10n.t('Check the image’s name and tag, and that every node can pull it.');
    case 'no-suitable-node':
      return l10n.t('Check constraints, resources, and that nodes are active and ready.');
    case 'port-in-use':
      return l10n.t('Publish another port, or free it on the nodes.');
    case 'addresses-exhausted':
      return l10n.t('The network has no free addresses: use a larger one, or fewer replicas.');
    case 'network-overlap':
      return l10n.t('The network’s subnet is in use on that node: create it with another subnet.');
    case 'unhealthy':
      return l10n.t('Its health check fails: look at the check and at the task’s logs.');
    case 'exited':
      return l10n.t('The program ended by itself: look at the task’s logs.');
    case 'other':
      return l10n.t('Inspect the task for the whole story.');
    default:
      return assertNever(problem);
  }
}
