import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { DisposableStore } from '../common/disposable';
import { toPlainLine } from '../common/text';
import type { SwarmStore } from '../store/swarmStore';
import { connected, type CommandContext, type ConnectedSwarm } from './commandContext';
import { convergenceOf, type Convergence } from './convergence';

/** All tasks must run for this long before a deploy counts as converged. */
const STABLE_MS = 2_000;
/** Without an end by then we stop watching and say so. */
const PATIENCE_MS = 180_000;

interface Watched {
  readonly id: string;
  readonly name: string;
}

type Outcome = Convergence | { readonly kind: 'stopped' } | { readonly kind: 'patience' };

/** Follows a deploy in a notification that can be cancelled (the deploy goes on), and tells its end. */
export async function watchDeploy(
  context: CommandContext,
  swarm: ConnectedSwarm,
  service: Watched,
  warnings: readonly string[],
): Promise<void> {
  const { store } = swarm;
  const expectation = store.expectChange(PATIENCE_MS);
  void store.refresh('after-command');
  const outcome = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Deploying "{0}"', service.name),
      cancellable: true,
    },
    (progress, token) => follow(store, service, progress, token),
  );
  expectation.dispose();
  await tell(context, swarm, service, outcome, warnings);
}

function follow(
  store: SwarmStore,
  service: Watched,
  progress: vscode.Progress<{ message?: string }>,
  token: vscode.CancellationToken,
): Promise<Outcome> {
  const disposables = new DisposableStore();
  return new Promise<Outcome>((resolve) => {
    let stable: NodeJS.Timeout | undefined;
    let seen = false;
    const look = (): void => {
      const { state } = store;
      if (state.phase !== 'connected') {
        resolve({ kind: 'stopped' });
        return;
      }
      const now = convergenceOf(state.snapshot, service.id);
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
        progress.report({
          message: l10n.t('{0} of {1} running ({2})', now.running, now.desired, now.doing),
        });
      } else if (now.kind === 'failing' || seen) {
        resolve(now);
      }
    };
    const patience = setTimeout(() => resolve({ kind: 'patience' }), PATIENCE_MS);
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
  { id, name }: Watched,
  outcome: Outcome,
  warnings: readonly string[],
): Promise<void> {
  const inspect = l10n.t('Inspect');
  const routing = l10n.t('Open Ingress Routing');
  const chosen = await notify(swarm.store, id, name, outcome, warnings, { inspect, routing });
  if (chosen === inspect) {
    await context.openDocument(swarm.connection.id, { kind: 'service', id, name });
  } else if (chosen === routing) {
    await context.openRouting(swarm.connection.id);
  }
}

function notify(
  store: SwarmStore,
  id: string,
  name: string,
  outcome: Outcome,
  warnings: readonly string[],
  { inspect, routing }: { readonly inspect: string; readonly routing: string },
): Thenable<string | undefined> {
  switch (outcome.kind) {
    case 'running': {
      const service = connected(store)?.snapshot.services.get(id);
      const published = service?.ports.some(({ mode }) => mode === 'ingress') === true;
      const words = warnings.map((warning) => toPlainLine(warning)).join(' ');
      const text = l10n.t('"{0}" runs: {1} of {1} tasks.', name, outcome.running);
      return vscode.window.showInformationMessage(
        `${text} ${words}`.trim(),
        ...(published ? [routing] : []),
        inspect,
      );
    }
    case 'failing':
      return vscode.window.showWarningMessage(
        l10n.t(
          '"{0}" does not come up. Task {1}: {2}. {3} The swarm goes on trying.',
          name,
          outcome.task,
          outcome.error,
          outcome.hint,
        ),
        inspect,
      );
    case 'gone':
      return vscode.window.showWarningMessage(
        l10n.t('"{0}" was removed while it was being deployed.', name),
      );
    case 'patience':
    case 'converging':
      return vscode.window.showWarningMessage(
        l10n.t('"{0}" is still being deployed. The tree shows how far it is.', name),
        inspect,
      );
    case 'stopped':
      return Promise.resolve(undefined);
  }
}
