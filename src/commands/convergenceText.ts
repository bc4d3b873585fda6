import * as l10n from '@vscode/l10n';
import { groupBy } from '../common/groupBy';
import type { Convergence, FailureReason, TaskProgress } from './convergence';

/** So many tasks are told one by one; more are counted by state. */
const TOLD_ONE_BY_ONE = 5;
/** So many task names of one reason are listed. */
const NAMES_LISTED = 4;

/** `2 of 3 running: 1 running, 2 running, 3 preparing`, as `docker service` tells it. */
export function progressText({
  running,
  desired,
  tasks,
}: Extract<Convergence, { kind: 'converging' }>): string {
  const told =
    tasks.length === 0 ? l10n.t('waiting for the scheduler') : tasksText(tasks).join(', ');
  return l10n.t('{0} of {1} running ({2})', running, desired, told);
}

function tasksText(tasks: readonly TaskProgress[]): string[] {
  if (tasks.length <= TOLD_ONE_BY_ONE) {
    return tasks.map(({ place, state }) => l10n.t('{0}: {1}', place, state));
  }
  const byState = groupBy(tasks, ({ state }) => state);
  return [...byState].map(([state, members]) => l10n.t('{0} {1}', members.length, state));
}

/** One reason in words: which tasks, why, and what to do. */
export function reasonText({ tasks, error, hint }: FailureReason): string {
  const listed = tasks.slice(0, NAMES_LISTED).join(', ');
  const more = tasks.length - NAMES_LISTED;
  const names = more > 0 ? l10n.t('{0} and {1} more', listed, more) : listed;
  return `${names}: ${endSentence(error)} ${hint}`;
}

function endSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
