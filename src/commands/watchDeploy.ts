import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import { COMMANDS } from '../contributions';
import type { ObjectReference } from '../model/objectReference';
import type { RunningGuard } from '../probe/actGuard';
import type { SwarmStore } from '../store/swarmStore';
import type { ActWarning } from './actWarning';
import { connected, type CommandContext, type ConnectedSwarm } from './commandContext';
import type { FailureReason } from './convergence';
import {
  OUTCOME_LIMIT,
  outcomeText,
  progressText,
  reasonsOf,
  reasonText,
  type WatchedAct,
} from './convergenceText';
import type { Outcome, Watched } from './follow';
import { followServices } from './followServices';
import { endOfGuard } from './guardEnd';
import { guardText } from './guardText';

/**
 * Follows a deploy or an update in a notification that can be cancelled (it goes on, only the watching
 * stops), and tells its end. `swarm` is the swarm as it was before the act.
 */
export async function watchDeploy(
  context: CommandContext,
  swarm: ConnectedSwarm,
  service: Watched,
  warnings: readonly ActWarning[],
  act: WatchedAct = 'deploy',
  guard?: RunningGuard,
): Promise<void> {
  const name = toPlainLine(service.name);
  const [outcome] = await followServices(swarm, {
    services: [service],
    title:
      act === 'deploy'
        ? l10n.t('Deploying "{0}"', name)
        : act === 'update'
          ? l10n.t('Updating "{0}"', name)
          : l10n.t('Rolling back "{0}"', name),
    message: ([now]) =>
      now?.kind === 'running'
        ? l10n.t('{0} running, watching that they stay', now.running)
        : now?.kind === 'converging'
          ? progressText(now)
          : '',
  });
  if (outcome !== undefined) {
    const probed = outcome.kind === 'stopped' ? undefined : guard && (await endOfGuard(guard));
    guard?.dispose();
    const probes = guardText(probed);
    await tell(context, swarm, { ...service, act }, outcome, {
      warnings: probes === undefined ? warnings : [probes, ...warnings],
      hasFailed: (probed?.failures.length ?? 0) > 0,
    });
  }
}

async function tell(
  context: CommandContext,
  swarm: ConnectedSwarm,
  { id, name, act }: Watched & { readonly act: WatchedAct },
  outcome: Outcome,
  {
    warnings,
    hasFailed,
  }: {
    readonly warnings: readonly ActWarning[];
    /** Whether probes of its ports failed meanwhile. */
    readonly hasFailed: boolean;
  },
): Promise<void> {
  const inspect = l10n.t('Inspect');
  const routing = l10n.t('Open Ingress Routing');
  const everyReason = l10n.t('All Reasons');
  const logs = l10n.t('Show Logs');
  const back = l10n.t('Roll Back…');
  const shown = toPlainLine(name);
  const reasons = reasonsOf(outcome);
  const text = outcomeText(outcome, shown, act, warnings);
  if (text === undefined) {
    return;
  }
  const isWell = !hasFailed && endedWell(outcome, act);
  const offersBack =
    outcome.kind === 'paused' ||
    (hasFailed && act === 'update' && canGoBack(swarm.store, id, outcome));
  const actions = [
    ...(offersBack ? [back] : []),
    ...(outcome.kind === 'running' && isPublished(swarm.store, id) ? [routing] : []),
    ...(reasons.some(({ ofProgram }) => ofProgram) ? [logs] : []),
    ...(reasons.length > 1 ? [everyReason] : []),
    ...(outcome.kind === 'gone' ? [] : [inspect]),
  ];
  const line = toPlainLine(text, OUTCOME_LIMIT);
  const chosen = isWell
    ? await vscode.window.showInformationMessage(line, ...actions)
    : await vscode.window.showWarningMessage(line, ...actions);
  const object: ObjectReference = { kind: 'service', id, name };
  const row = { connectionId: swarm.connection.id, object };
  if (chosen === inspect) {
    await context.openDocument(swarm.connection.id, object);
  } else if (chosen === back) {
    await vscode.commands.executeCommand(COMMANDS.rollBack, row);
  } else if (chosen === logs) {
    await vscode.commands.executeCommand(COMMANDS.showLogs, row);
  } else if (chosen === routing) {
    await context.openRouting(swarm.connection.id);
  } else if (chosen === everyReason) {
    await showReasons(l10n.t('Why "{0}" does not run', shown), reasons);
  }
}

function endedWell({ kind }: Outcome, act: WatchedAct): boolean {
  return (
    kind === 'running' || kind === 'completed' || (kind === 'rolled-back' && act === 'rollback')
  );
}

function isPublished(store: SwarmStore, id: string): boolean {
  const service = connected(store)?.snapshot.services.get(id);
  return service?.ports.some(({ mode }) => mode === 'ingress') === true;
}

/** Whether there is a spec before this one, to which the swarm has not gone back by itself. */
function canGoBack(store: SwarmStore, id: string, { kind }: Outcome): boolean {
  return (
    kind !== 'rolled-back' && connected(store)?.snapshot.services.get(id)?.hasPrevious === true
  );
}

/** Shows every reason in a dialog, where there is room for them. */
export async function showReasons(title: string, reasons: readonly FailureReason[]): Promise<void> {
  const detail = reasons.map((reason) => `• ${reasonText(reason)}`).join('\n');
  await vscode.window.showWarningMessage(title, { modal: true, detail });
}
