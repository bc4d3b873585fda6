import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import { COMMANDS } from '../contributions';
import type { ObjectReference } from '../model/objectReference';
import type { RunningGuard } from '../probe/actGuard';
import type { CommandContext, ConnectedSwarm } from './commandContext';
import { isUp, outcomesText, reasonsOf, standingsText } from './convergenceText';
import type { Outcome, Watched } from './follow';
import { followServices } from './followServices';
import { endOfGuard } from './guardEnd';
import { guardText } from './guardText';
import { withoutIcons } from './quickUi';
import { singleFrame } from './vscodeQuickUi';
import { showReasons } from './watchDeploy';

/** Longest text of a notification, in characters. */
const TEXT_LIMIT = 900;

/** Services that one act changed. */
export interface WatchedServices {
  readonly services: readonly (Watched & {
    /** A shorter name to tell it by, such as that in a stack's file. */
    readonly shortName?: string;
  })[];
  /** Title of the notification while they are followed. */
  readonly title: string;
  /** The sentence that tells the end; `ends` is how many run, and why the others do not. */
  readonly told: (ends: string) => string;
  /** Offers the extension's log, where an act wrote into it what is worth reading. */
  readonly offersLog?: boolean;
}

/**
 * Follows services that one act changed, in one notification that can be cancelled (the act goes on,
 * only the watching stops), and tells the end of all. `swarm` is the swarm as it was before the act.
 */
export async function watchServices(
  context: CommandContext,
  swarm: ConnectedSwarm,
  { services, title, told, offersLog = false }: WatchedServices,
  guard?: RunningGuard,
): Promise<void> {
  const names = services.map(({ name, shortName }) => shortName ?? name);
  const outcomes = await followServices(swarm, {
    services,
    title: toPlainLine(title, 200),
    message: (now) => standingsText(names, now),
  });
  if (outcomes.some(({ kind }) => kind === 'stopped')) {
    return;
  }
  const probed = guard && (await endOfGuard(guard));
  const probes = guardText(probed);
  const hasFailed = (probed?.failures.length ?? 0) > 0;
  const isWell = !hasFailed && outcomes.every(isUp);
  const reasons = outcomes.flatMap(reasonsOf);
  const ofProgram = services.filter((_service, index) => tellsInLogs(outcomes[index]));
  const showLogs = l10n.t('Show Logs');
  const everyReason = l10n.t('All Reasons');
  const showLog = l10n.t('Show Log');
  const back = l10n.t('Roll Back…');
  const actions = [
    ...(hasFailed ? [back] : []),
    ...(ofProgram.length > 0 ? [showLogs] : []),
    ...(reasons.length > 1 ? [everyReason] : []),
    ...(offersLog ? [showLog] : []),
  ];
  const ends = told(outcomesText(names, outcomes));
  const line = [
    toPlainLine(ends, TEXT_LIMIT - (probes?.length ?? 0)),
    ...(probes === undefined ? [] : [probes]),
  ].join(' ');
  const chosen = isWell
    ? await vscode.window.showInformationMessage(line, ...actions)
    : await vscode.window.showWarningMessage(line, ...actions);
  if (chosen === back) {
    // Which of them, the person says.
    await vscode.commands.executeCommand(COMMANDS.rollBack);
  } else if (chosen === showLogs) {
    await openLogs(context, swarm, ofProgram);
  } else if (chosen === everyReason) {
    await showReasons(l10n.t('Why services do not run'), reasons);
  } else if (chosen === showLog) {
    context.showLog();
  }
}

function tellsInLogs(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && reasonsOf(outcome).some(({ ofProgram }) => ofProgram);
}

/** Opens the logs of the service that failed, or of the one that the person picks. */
async function openLogs(
  { ui }: CommandContext,
  { connection }: ConnectedSwarm,
  services: readonly Watched[],
): Promise<void> {
  const [first, ...others] = services;
  const answer =
    others.length === 0
      ? ({ kind: 'value', value: first } as const)
      : await ui.pick(singleFrame(l10n.t('Show Logs')), {
          placeholder: l10n.t('Logs of which service?'),
          choices: services.map((service) => ({
            label: withoutIcons(service.name),
            value: service,
          })),
        });
  if (answer.kind === 'value' && answer.value !== undefined) {
    const { id, name } = answer.value;
    const object: ObjectReference = { kind: 'service', id, name };
    await vscode.commands.executeCommand(COMMANDS.showLogs, {
      connectionId: connection.id,
      object,
    });
  }
}
