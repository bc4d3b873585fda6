import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { assertNever } from '../common/assertNever';
import { DisposableStore } from '../common/disposable';
import { toPlainLine } from '../common/text';
import { COMMANDS } from '../contributions';
import type { ObjectReference } from '../model/objectReference';
import type { SwarmStore } from '../store/swarmStore';
import { connected, type CommandContext, type ConnectedSwarm } from './commandContext';
import {
  convergenceOf,
  failuresSince,
  newestTask,
  type Convergence,
  type FailureReason,
} from './convergence';
import { progressText, reasonText } from './convergenceText';

/** All tasks must run for this long before a deploy counts as converged. */
const STABLE_MS = 2_000;
/** Without an end by then we stop watching and say so. */
const PATIENCE_MS = 180_000;
/** Longest text of a notification, in characters. */
const TEXT_LIMIT = 700;

interface Watched {
  readonly id: string;
  readonly name: string;
}

/** What is watched: a new service, or one that was changed. */
export type WatchedAct = 'deploy' | 'update' | 'rollback';

type Outcome =
  | Convergence
  | { readonly kind: 'stopped' }
  | { readonly kind: 'patience'; readonly reasons: readonly FailureReason[] };

/**
 * Follows a deploy or an update in a notification that can be cancelled (it goes on, only the watching
 * stops), and tells its end. `swarm` is the swarm as it was before the act.
 */
export async function watchDeploy(
  context: CommandContext,
  swarm: ConnectedSwarm,
  service: Watched,
  warnings: readonly string[],
  act: WatchedAct = 'deploy',
): Promise<void> {
  const { store } = swarm;
  const expectation = store.expectChange(PATIENCE_MS);
  const outcome = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title:
        act === 'deploy'
          ? l10n.t('Deploying "{0}"', toPlainLine(service.name))
          : act === 'update'
            ? l10n.t('Updating "{0}"', toPlainLine(service.name))
            : l10n.t('Rolling back "{0}"', toPlainLine(service.name)),
      cancellable: true,
    },
    async (progress, token) => {
      // An older look may tell of the service as it was before.
      await store.refresh('after-command');
      const before = newestTask(swarm.snapshot, service.id);
      return await follow(store, { ...service, before }, progress, token);
    },
  );
  expectation.dispose();
  await tell(context, swarm, { ...service, act }, outcome, warnings);
}

function follow(
  store: SwarmStore,
  service: Watched & { readonly before: string },
  progress: vscode.Progress<{ message?: string }>,
  token: vscode.CancellationToken,
): Promise<Outcome> {
  const disposables = new DisposableStore();
  const startedAt = Date.now();
  return new Promise<Outcome>((resolve) => {
    let stable: NodeJS.Timeout | undefined;
    let seen = false;
    const look = (): void => {
      const { state } = store;
      if (token.isCancellationRequested || state.phase !== 'connected') {
        resolve({ kind: 'stopped' });
        return;
      }
      const now = convergenceOf(state.snapshot, service.id, Date.now() - startedAt, service.before);
      // The first look may be older than the service.
      seen ||= now.kind !== 'gone';
      if (now.kind !== 'running') {
        clearTimeout(stable);
        stable = undefined;
      }
      if (now.kind === 'running') {
        progress.report({ message: l10n.t('{0} running, watching that they stay', now.running) });
        stable ??= setTimeout(() => resolve(now), STABLE_MS);
      } else if (now.kind === 'converging') {
        progress.report({ message: progressText(now) });
      } else if (now.kind !== 'gone' || seen) {
        resolve(now);
      }
    };
    const giveUp = (): void => {
      const { state } = store;
      const reasons =
        state.phase === 'connected'
          ? failuresSince(state.snapshot, service.id, service.before)
          : [];
      resolve({ kind: 'patience', reasons });
    };
    const patience = setTimeout(giveUp, PATIENCE_MS);
    disposables.add({ dispose: () => clearTimeout(patience) });
    disposables.add({ dispose: () => clearTimeout(stable) });
    disposables.add(store.onDidChange(look));
    disposables.add(token.onCancellationRequested(() => resolve({ kind: 'stopped' })));
    look();
  }).finally(() => disposables.dispose());
}

async function tell(
  context: CommandContext,
  swarm: ConnectedSwarm,
  { id, name, act }: Watched & { readonly act: WatchedAct },
  outcome: Outcome,
  warnings: readonly string[],
): Promise<void> {
  const inspect = l10n.t('Inspect');
  const routing = l10n.t('Open Ingress Routing');
  const everyReason = l10n.t('All Reasons');
  const logs = l10n.t('Show Logs');
  const back = l10n.t('Roll Back…');
  const shown = toPlainLine(name);
  const reasons = reasonsOf(outcome);
  const text = textOf(outcome, shown, act, warnings);
  if (text === undefined) {
    return;
  }
  const isWell =
    outcome.kind === 'running' ||
    outcome.kind === 'completed' ||
    (outcome.kind === 'rolled-back' && act === 'rollback');
  const actions = [
    ...(outcome.kind === 'running' && isPublished(swarm.store, id) ? [routing] : []),
    ...(outcome.kind === 'paused' ? [back] : []),
    ...(reasons.some(({ ofProgram }) => ofProgram) ? [logs] : []),
    ...(reasons.length > 1 ? [everyReason] : []),
    ...(outcome.kind === 'gone' ? [] : [inspect]),
  ];
  const line = toPlainLine(text, TEXT_LIMIT);
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
    const detail = reasons.map((reason) => `• ${reasonText(reason)}`).join('\n');
    await vscode.window.showWarningMessage(l10n.t('Why "{0}" does not run', shown), {
      modal: true,
      detail,
    });
  }
}

function isPublished(store: SwarmStore, id: string): boolean {
  const service = connected(store)?.snapshot.services.get(id);
  return service?.ports.some(({ mode }) => mode === 'ingress') === true;
}

function reasonsOf(outcome: Outcome): readonly FailureReason[] {
  return 'reasons' in outcome ? outcome.reasons : [];
}

/** The sentence that tells how it ended; undefined when the person stopped watching. */
function textOf(
  outcome: Outcome,
  name: string,
  act: WatchedAct,
  warnings: readonly string[],
): string | undefined {
  switch (outcome.kind) {
    case 'running': {
      const words = warnings.map((warning) => toPlainLine(warning)).join(' ');
      return `${l10n.t('"{0}" runs: {1} of {1} tasks.', name, outcome.running)} ${words}`.trim();
    }
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
      return l10n.t('"{0}" was removed while it was being deployed.', name);
    case 'patience':
      return withReason(
        l10n.t('"{0}" is still being deployed. The tree shows how far it is.', name),
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
  return reasons.length > 0 ? withReason(text, reasons) : `${text} ${message}`.trim();
}

function withReason(text: string, [first]: readonly FailureReason[]): string {
  return `${text} ${first === undefined ? '' : reasonText(first)}`.trim();
}
