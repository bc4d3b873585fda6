import * as l10n from '@vscode/l10n';

import { chanceOfNone, type AnswerSpread } from '../src/shared/answerSpread';
import { isAnswer, type BurstSummary } from '../src/shared/burstSummary';
import type { BurstView } from '../src/shared/burstView';
import type { PortRoute } from '../src/shared/routingView';
import type { Losses } from './answers';
import { plainName } from './state';
import type { Tone, Verdict } from './verdicts';
import { formatTime } from './wording';

/** Names that one sentence holds; more are counted. */
const MOST_NAMED = 5;

/** A sentence with its tone. */
export type Remark = Pick<Verdict, 'tone' | 'sentence'>;

/** A share or a chance between 0 and 1; small chances keep two digits. */
export function formatPercent(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.01) {
    return l10n.t('less than 0.01 %');
  }
  const digits = percent >= 10 || percent === 0 ? 0 : percent >= 1 ? 1 : 2;
  return l10n.t('{0} %', percent.toFixed(digits));
}

/** What the shares come to, in plain words. */
export function describeSpread(
  { verdict, named, tasks }: AnswerSpread,
  { mode, probe }: Pick<PortRoute, 'mode' | 'probe'>,
  nameOf: (taskId: string) => string,
  { failed }: Pick<Losses, 'failed'>,
): Verdict {
  switch (verdict.kind) {
    case 'no-answer':
      return say('waiting', l10n.t('no answer'), l10n.t('Nothing has answered yet.'));
    case 'no-choice':
      return say('neutral', l10n.t('nothing to compare'), describeNoChoice(mode, tasks.length));
    case 'unnamed':
      return say('neutral', l10n.t('not named'), describeUnnamed(probe.kind));
    case 'too-few':
      return say(
        'waiting',
        l10n.t('too few'),
        l10n.t(
          'Too few to say: {0} answers name their task, {1} are needed for {2} tasks.',
          named,
          verdict.needed,
          tasks.length,
        ),
      );
    case 'even':
      return say(
        // Nothing is well that most may not reach.
        failed === 0 ? 'good' : 'waiting',
        l10n.t('even'),
        l10n.t(
          'Even: an even balancer shows such differences or larger ones in {0} of all cases (chi-square test).',
          formatPercent(verdict.chance),
        ),
      );
    case 'uneven':
      return say(
        'partial',
        l10n.t('uneven'),
        l10n.t(
          'Uneven: an even balancer shows such differences in {0} of all cases only. That is consistent with tasks that do not take all their connections, or with something in front of the swarm that chooses.',
          formatPercent(verdict.chance),
        ),
      );
    case 'one':
      return say(
        'partial',
        l10n.t('one task'),
        l10n.t(
          '{0} gave all {1} answers, though {2} tasks run; by chance that happens in {3} of all cases.',
          plainName(nameOf(verdict.taskId)),
          named,
          tasks.length,
          formatPercent(verdict.chance),
        ),
      );
  }
}

/** How many connections were lost, of which the shares tell nothing; undefined when none was. */
export function describeLosses({ failed, of }: Losses): Remark | undefined {
  if (failed === 0) {
    return undefined;
  }
  return {
    tone: 'partial',
    sentence:
      failed === of
        ? l10n.t('None of {0} connections was answered.', of)
        : l10n.t(
            '{0} of {1} connections were not answered: the shares are of the others.',
            failed,
            of,
          ),
  };
}

function describeNoChoice(mode: PortRoute['mode'], tasks: number): string {
  if (mode === 'host') {
    return l10n.t(
      'Nothing balances a port in host mode: each node passes its connections to its own task.',
    );
  }
  return tasks === 0 ? l10n.t('No task runs.') : l10n.t('One task runs, so it gives every answer.');
}

function describeUnnamed(kind: PortRoute['probe']['kind']): string {
  return kind === 'http'
    ? l10n.t(
        'No answer names its task. Let the application say its host name, or set in swarmscope.probe.services where it does (answeredBy).',
      )
    : l10n.t('A TCP connection alone does not say which task took it.');
}

/** Tasks that should have answered by now; undefined when there are none. */
export function describeOverdue(
  { tasks, named, unnamed }: AnswerSpread,
  nameOf: (taskId: string) => string,
): Remark | undefined {
  const overdue = tasks.filter((task) => task.overdue).map(({ taskId }) => nameOf(taskId));
  if (overdue.length === 0) {
    return undefined;
  }
  const names = listNames(overdue);
  const chance = formatPercent(chanceOfNone(named, tasks.length));
  return {
    tone: 'bad',
    sentence:
      unnamed === 0
        ? l10n.t('Never answered: {0}. By chance that happens in {1} of all cases.', names, chance)
        : l10n.t(
            'Never named in an answer: {0}. By chance that happens in {1} of all cases, unless it gave those that name nobody.',
            names,
            chance,
          ),
  };
}

function listNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const shown = names.slice(0, MOST_NAMED).map(plainName).join(', ');
  return more > 0 ? l10n.t('{0} and {1} more', shown, more) : shown;
}

/** How far a burst is, or how it ended; `where` is what it goes to, `losses` what it lost there. */
export function describeState(burst: BurstView, where: string, losses: Losses): Remark {
  const { made, wanted } = burst;
  switch (burst.state) {
    case 'running':
      return {
        tone: 'waiting',
        sentence: l10n.t('{0} of {1} connections to {2} made', made, wanted, where),
      };
    case 'done':
      return {
        tone: toneOfEnd(burst, losses),
        sentence: l10n.t(
          '{0} fresh connections to {1}, begun at {2}',
          wanted,
          where,
          formatTime(burst.startedAt),
        ),
      };
    case 'cancelled':
      return {
        tone: 'partial',
        sentence: l10n.t('Cancelled after {0} of {1} connections to {2}', made, wanted, where),
      };
    case 'late':
      return {
        tone: 'partial',
        sentence: l10n.t(
          'Ended at its deadline, after {0} of {1} connections to {2}',
          made,
          wanted,
          where,
        ),
      };
    case 'failed':
      return {
        tone: 'bad',
        sentence: l10n.t('The program that probes could not be run; the log says why.'),
      };
  }
}

function toneOfEnd({ answers }: BurstView, { failed, isUnexpected }: Losses): Tone {
  if (answers.some(isAnswer)) {
    return failed === 0 ? 'good' : 'partial';
  }
  return isUnexpected ? 'bad' : 'neutral';
}

/** What to read aloud when a burst ends; undefined while nothing has ended. */
export function burstNews(before: BurstView | undefined, after: BurstView): string | undefined {
  const hasEnded = before?.state === 'running' && after.state !== 'running';
  return hasEnded
    ? l10n.t(
        'The burst has ended: {0} of {1} connections were answered.',
        after.answers.filter(isAnswer).length,
        after.answers.length,
      )
    : undefined;
}

/** What a burst says of sessions, turns and changes. */
export function describeBurst(
  summary: BurstSummary,
  burst: BurstView,
  nodeOf: (entryId: string) => string,
): readonly Remark[] {
  const isMoot = burst.tasksChanged || !burst.balanced || burst.tasks.length < 2;
  return [
    ...(burst.tasksChanged
      ? [
          {
            tone: 'partial' as const,
            sentence: l10n.t(
              'Other tasks run behind the port than at the start: the shares tell of both.',
            ),
          },
        ]
      : []),
    ...(isMoot ? [] : describeRotation(summary)),
    ...describeSameTask(summary, burst.tasks.length, nodeOf),
    ...summary.cookies.map(describeCookie),
  ];
}

function describeRotation({ rotation }: BurstSummary): readonly Remark[] {
  const { pairs, switches, inTurn } = rotation;
  if (switches === 0) {
    return [];
  }
  const kept = l10n.t(
    'No session is kept: after {0} of {1} answers the next connection to the same node came to another task.',
    switches,
    pairs,
  );
  const turns = l10n.t('The tasks take turns (round robin).');
  return [{ tone: 'good', sentence: inTurn ? `${kept} ${turns}` : kept }];
}

function describeSameTask(
  { sameTask }: BurstSummary,
  tasks: number,
  nodeOf: (entryId: string) => string,
): readonly Remark[] {
  if (sameTask === undefined) {
    return [];
  }
  const nodes = listNames(sameTask.entryIds.map(nodeOf));
  const sentence =
    sameTask.failed === 0
      ? l10n.t(
          'Sticky: the answers of {0} come from one task each time, though {1} run; by chance that happens in {2} of all cases. The balancer of the swarm keeps no session: this is consistent with something in front of it or in the application that does.',
          nodes,
          tasks,
          formatPercent(sameTask.chance),
        )
      : l10n.t(
          'Only one task answers through {0}, and {1} connections fail there: consistent with the other tasks being out of reach from there, rather than with a session.',
          nodes,
          sameTask.failed,
        );
  return [{ tone: 'partial', sentence }];
}

function describeCookie({ name: given, kind, answers }: BurstSummary['cookies'][number]): Remark {
  const name = plainName(given);
  const words: Readonly<Record<typeof kind, string>> = {
    task: l10n.t(
      'Sticky: {0} answers set the cookie "{1}", which names a task. The balancer of the swarm reads no cookie: this is consistent with something in front of it or in the application that brings a client which sends it back to that task. These connections send none.',
      answers,
      name,
    ),
    balancer: l10n.t(
      'Sticky: {0} answers set the cookie "{1}", a name that balancers give theirs. The balancer of the swarm sets none: this is consistent with another one in front of it or in the application that keeps a client with a task.',
      answers,
      name,
    ),
    session: l10n.t(
      '{0} answers set the cookie "{1}", which looks like a session of the application. The balancer of the swarm does not read it, so a client\'s next connection may come to another task: they must share their sessions.',
      answers,
      name,
    ),
  };
  const tone: Tone = kind === 'session' ? 'neutral' : 'partial';
  return { tone, sentence: words[kind] };
}

function say(tone: Tone, text: string, sentence: string): Verdict {
  return { tone, text, sentence };
}
