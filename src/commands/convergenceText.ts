import * as l10n from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { groupBy } from '../common/groupBy';
import { toPlainLine } from '../common/text';
import { classifyTaskError } from '../docker/engineText';
import { warningTexts, type ActWarning } from './actWarning';
import type { Convergence, FailureReason, TaskProgress } from './convergence';
import type { Outcome, Standing } from './follow';

/** What is followed: a new service, one that was changed, or one whose tasks move alone. */
export type WatchedAct = 'deploy' | 'update' | 'rollback' | 'move';

/** So many tasks are told one by one; more are counted by state. */
const TOLD_ONE_BY_ONE = 5;
/** So many task names of one reason are listed. */
const NAMES_LISTED = 4;
/** Longest sentence on how a service ended, in characters. */
export const OUTCOME_LIMIT = 700;
/** So much of it a long reason leaves to warnings. */
const WARNINGS_ROOM = 300;
/** So many services that do not run are told one by one. */
const SERVICES_TOLD = 3;

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

/** `3 of 5 services run; web: 2 of 3, api: fails`, while several services are followed. */
export function standingsText(names: readonly string[], now: readonly Standing[]): string {
  const down = names.flatMap((name, index) =>
    isUp(now[index]) ? [] : [l10n.t('{0}: {1}', toPlainLine(name, 80), standingText(now[index]))],
  );
  const told = down.slice(0, SERVICES_TOLD).join(', ');
  const more = down.length - SERVICES_TOLD;
  return [
    countText(now),
    ...(down.length === 0 ? [] : [more > 0 ? l10n.t('{0} and {1} more', told, more) : told]),
  ].join('; ');
}

/** How several services ended: how many run, and of each that does not why. */
export function outcomesText(
  names: readonly string[],
  outcomes: readonly Outcome[],
  act: WatchedAct = 'update',
): string {
  const down = names.flatMap((name, index) => {
    const outcome = outcomes[index];
    return outcome === undefined || isUp(outcome)
      ? []
      : [outcomeText(outcome, toPlainLine(name, 80), act, []) ?? ''];
  });
  const more = down.length - SERVICES_TOLD;
  return [
    `${countText(outcomes)}.`,
    ...down.slice(0, SERVICES_TOLD),
    ...(more > 0 ? [l10n.t('And {0} more.', more)] : []),
  ].join(' ');
}

/** Why a service does not run, as far as its end tells. */
export function reasonsOf(outcome: Outcome): readonly FailureReason[] {
  return 'reasons' in outcome ? outcome.reasons : [];
}

/** Whether a service runs as it should, or is a job that is done. */
export function isUp(standing: Standing | Outcome): boolean {
  return standing?.kind === 'running' || standing?.kind === 'completed';
}

function countText(standings: readonly (Standing | Outcome)[]): string {
  const up = standings.filter(isUp).length;
  const hasJobs = standings.some((standing) => standing?.kind === 'completed');
  if (up === standings.length) {
    return hasJobs
      ? l10n.t('all {0} services run or are done', up)
      : up === 1
        ? l10n.t('1 service runs')
        : l10n.t('all {0} services run', up);
  }
  return hasJobs
    ? l10n.t('{0} of {1} services run or are done', up, standings.length)
    : l10n.t('{0} of {1} services run', up, standings.length);
}

/** One service that does not run yet, in a few words. */
function standingText(standing: Standing): string {
  switch (standing?.kind) {
    case undefined:
      return l10n.t('waiting');
    case 'converging':
      return l10n.t('{0} of {1}', standing.running, standing.desired);
    case 'running':
      return l10n.t('{0} of {1}', standing.running, standing.running);
    case 'completed':
      return l10n.t('done');
    case 'failing':
      return l10n.t('fails');
    case 'paused':
      return l10n.t('update paused');
    case 'rolled-back':
      return l10n.t('rolled back');
    case 'gone':
      return l10n.t('removed');
    default:
      return assertNever(standing);
  }
}

/**
 * The sentence that tells how a service ended, and what was worth a word before, which a long reason
 * leaves room for; undefined when the person stopped watching.
 */
export function outcomeText(
  outcome: Outcome,
  name: string,
  act: WatchedAct,
  warnings: readonly ActWarning[],
): string | undefined {
  const text = endText(outcome, name, act);
  const isImageMissing = reasonsOf(outcome).some(
    ({ error }) => classifyTaskError(error) === 'image-missing',
  );
  const told = warningTexts(warnings, isImageMissing);
  if (text === undefined || told.length === 0) {
    return text;
  }
  const room = Math.max(WARNINGS_ROOM, OUTCOME_LIMIT - text.length - 1);
  const words = toPlainLine(told.join(' '), room);
  return `${toPlainLine(text, OUTCOME_LIMIT - words.length - 1)} ${words}`;
}

function endText(outcome: Outcome, name: string, act: WatchedAct): string | undefined {
  switch (outcome.kind) {
    case 'running':
      return l10n.t('"{0}" runs: {1} of {1} tasks.', name, outcome.running);
    case 'completed':
      return outcome.completed === 1
        ? l10n.t('"{0}" is done: its task completed.', name)
        : l10n.t('"{0}" is done: {1} tasks completed.', name, outcome.completed);
    case 'failing': {
      const reason = withReason('', outcome.reasons);
      return outcome.reasons.every(({ isFinal }) => isFinal === true)
        ? l10n.t(
            '"{0}" does not come up. {1} Its restart policy lets the swarm not try again.',
            name,
            reason,
          )
        : l10n.t('"{0}" does not come up. {1} The swarm goes on trying.', name, reason);
    }
    case 'paused':
      return endedBy(l10n.t('The swarm paused the update of "{0}".', name), outcome);
    case 'rolled-back':
      if (act === 'rollback') {
        return l10n.t('"{0}" runs again as it did before the update.', name);
      }
      return endedBy(l10n.t('The swarm took the update of "{0}" back.', name), outcome);
    case 'gone':
      return act === 'move'
        ? l10n.t('"{0}" was removed meanwhile.', name)
        : l10n.t('"{0}" was removed while it was being deployed.', name);
    case 'patience':
      return withReason(
        act === 'move'
          ? l10n.t(
              '"{0}" does not have all its tasks back yet. The tree shows how far it is.',
              name,
            )
          : l10n.t('"{0}" is still being deployed. The tree shows how far it is.', name),
        outcome.reasons,
      );
    case 'converging':
      return undefined;
    case 'stopped':
      return undefined;
    default:
      return assertNever(outcome);
  }
}

/** The engine's own message names a task by its id: it is for when nothing better is known. */
function endedBy(
  text: string,
  { message, reasons }: Extract<Outcome, { kind: 'paused' | 'rolled-back' }>,
): string {
  return reasons.length > 0 || message === ''
    ? withReason(text, reasons)
    : `${text} ${endSentence(message)}`;
}

function withReason(text: string, [first]: readonly FailureReason[]): string {
  return `${text} ${first === undefined ? '' : reasonText(first)}`.trim();
}
