import * as vscode from 'vscode';
import { DisposableStore } from '../common/disposable';
import type { SwarmSnapshot } from '../model/snapshot';
import type { SwarmStore } from '../store/swarmStore';
import type { ConnectedSwarm } from './commandContext';
import {
  convergenceOf,
  failuresSince,
  newestTask,
  type Convergence,
  type FailureReason,
} from './convergence';

/** All tasks must run for this long before an act counts as converged. */
const STABLE_MS = 2_000;
/** Without an end by then we stop watching and say so. */
const PATIENCE_MS = 180_000;

/** A service that is followed. */
export interface Watched {
  readonly id: string;
  readonly name: string;
}

/** How following a service ended. */
export type Outcome =
  | Convergence
  | { readonly kind: 'stopped' }
  | { readonly kind: 'patience'; readonly reasons: readonly FailureReason[] };

/** How far a service has come; undefined while no look has shown it yet. */
export type Standing = Convergence | undefined;

/** What is followed, and how that is shown. */
export interface Following {
  readonly services: readonly Watched[];
  /** Title of the notification. */
  readonly title: string;
  /** What it says of the services, in their order. */
  readonly message: (now: readonly Standing[]) => string;
}

/**
 * Follows services after an act in one notification that can be cancelled: the act goes on, only the
 * watching stops. Gives how each ended, in their order; one that fails is looked at until all have
 * ended, as it may be waiting for another. `snapshot` is the swarm as it was before the act.
 */
export async function followServices(
  { store, snapshot }: Pick<ConnectedSwarm, 'store' | 'snapshot'>,
  { services, title, message }: Following,
): Promise<readonly Outcome[]> {
  const expectation = store.expectChange(PATIENCE_MS);
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        // An older look may tell of a service as it was before.
        await store.refresh('after-command');
        const followed = services.map(({ id }) => ({ id, before: newestTask(snapshot, id) }));
        const show = (now: readonly Standing[]): void => progress.report({ message: message(now) });
        return await follow(store, followed, show, token);
      },
    );
  } finally {
    expectation.dispose();
  }
}

/** A service and its newest task of the time before the act. */
interface Followed {
  readonly id: string;
  readonly before: string;
}

function follow(
  store: SwarmStore,
  services: readonly Followed[],
  show: (now: readonly Standing[]) => void,
  token: vscode.CancellationToken,
): Promise<readonly Outcome[]> {
  const disposables = new DisposableStore();
  const startedAt = Date.now();
  const seen = new Set<string>();
  const standings = (snapshot: SwarmSnapshot): readonly Standing[] =>
    services.map(({ id, before }) => {
      const now = convergenceOf(snapshot, id, Date.now() - startedAt, before);
      if (now.kind !== 'gone') {
        seen.add(id);
      }
      // The first look may be older than the service.
      return seen.has(id) ? now : undefined;
    });
  const stopped = (): readonly Outcome[] => services.map(() => ({ kind: 'stopped' }));
  return new Promise<readonly Outcome[]>((resolve) => {
    let stable: NodeJS.Timeout | undefined;
    const look = (): void => {
      const { state } = store;
      if (token.isCancellationRequested || state.phase !== 'connected') {
        resolve(stopped());
        return;
      }
      const now = standings(state.snapshot);
      show(now);
      const ended = now.filter((standing) => standing !== undefined);
      if (ended.length < now.length || ended.some(({ kind }) => kind === 'converging')) {
        clearTimeout(stable);
        stable = undefined;
      } else if (ended.some(({ kind }) => kind === 'running')) {
        stable ??= setTimeout(endNow, STABLE_MS);
      } else {
        resolve(ended);
      }
    };
    const endNow = (): void => {
      const { state } = store;
      resolve(
        state.phase === 'connected'
          ? services.map((service, index) =>
              endOf(service, standings(state.snapshot)[index], state.snapshot),
            )
          : stopped(),
      );
    };
    const patience = setTimeout(endNow, PATIENCE_MS);
    disposables.add({ dispose: () => clearTimeout(patience) });
    disposables.add({ dispose: () => clearTimeout(stable) });
    disposables.add(store.onDidChange(look));
    disposables.add(token.onCancellationRequested(() => resolve(stopped())));
    look();
  }).finally(() => disposables.dispose());
}

/** What is told of a service that nobody looks at any longer. */
function endOf({ id, before }: Followed, now: Standing, snapshot: SwarmSnapshot): Outcome {
  return now === undefined || now.kind === 'converging'
    ? { kind: 'patience', reasons: failuresSince(snapshot, id, before) }
    : now;
}
