import * as vscode from 'vscode';
import type { ConnectedSwarm } from './commandContext';
import { newestTask } from './convergence';
import { follow, PATIENCE_MS, type Outcome, type Standing, type Watched } from './follow';

/** What is followed, and how that is shown. */
export interface Following {
  readonly services: readonly Watched[];
  /** Title of the notification. */
  readonly title: string;
  /** What it says of the services, in their order. */
  readonly message: (now: readonly Standing[]) => string;
  /** Milliseconds after which nobody waits any longer; {@link PATIENCE_MS} when omitted. */
  readonly patienceMs?: number;
  /** Whether only their tasks move, and nothing of the services was changed. */
  readonly isMove?: boolean;
}

/**
 * Follows services after an act in one notification that can be cancelled: the act goes on, only the
 * watching stops. Gives how each ended, in their order. `snapshot` is the swarm as it was before the act.
 */
export async function followServices(
  { store, snapshot }: Pick<ConnectedSwarm, 'store' | 'snapshot'>,
  { services, title, message, patienceMs = PATIENCE_MS, isMove = false }: Following,
): Promise<readonly Outcome[]> {
  const expectation = store.expectChange(patienceMs);
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const abort = new AbortController();
        const listening = token.onCancellationRequested(() => abort.abort());
        try {
          // An older look may tell of a service as it was before.
          await store.refresh('after-command');
          const followed = services.map(({ id }) => ({
            id,
            before: newestTask(snapshot, id),
            isMove,
          }));
          const show = (now: readonly Standing[]): void =>
            progress.report({ message: message(now) });
          return await follow(store, followed, show, abort.signal, patienceMs);
        } finally {
          listening.dispose();
        }
      },
    );
  } finally {
    expectation.dispose();
  }
}
