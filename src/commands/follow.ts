import { DisposableStore } from '../common/disposable';
import type { SwarmSnapshot } from '../model/snapshot';
import type { SwarmStore } from '../store/swarmStore';
import {
  ALLOCATION_PATIENCE_MS,
  convergenceOf,
  failuresSince,
  type Convergence,
  type FailureReason,
} from './convergence';

/** All tasks must run for this long before an act counts as converged; what left a node is gone as long. */
export const STABLE_MS = 2_000;
/** Without an end by then we stop watching and say so. */
export const PATIENCE_MS = 180_000;

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

/** A service and its newest task of the time before the act. */
export interface Followed {
  readonly id: string;
  readonly before: string;
  /** Only its tasks move: how its last update ended says nothing. */
  readonly isMove?: boolean;
}

/**
 * Looks at services until all have ended: they run and stay so, are done, or do not come up. One that
 * fails is looked at as long as others are waited for, as it may be waiting for them itself. Gives how
 * each ended, in their order.
 */
export function follow(
  store: Pick<SwarmStore, 'state' | 'onDidChange'>,
  services: readonly Followed[],
  show: (now: readonly Standing[]) => void,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<readonly Outcome[]> {
  const disposables = new DisposableStore();
  const startedAt = Date.now();
  const seen = new Set<string>();
  const standings = (snapshot: SwarmSnapshot): readonly Standing[] =>
    services.map(({ id, before, isMove }) => {
      const now = convergenceOf(snapshot, id, Date.now() - startedAt, before, isMove);
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
      if (signal.aborted || state.phase !== 'connected') {
        resolve(stopped());
        return;
      }
      const now = standings(state.snapshot);
      show(now);
      const ended = now.filter((standing) => standing !== undefined);
      if (ended.length < now.length || ended.some(({ kind }) => kind === 'converging')) {
        clearTimeout(stable);
        stable = undefined;
      } else if (ended.some(({ kind }) => kind === 'running') || services.some(isMoving)) {
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
    // Where nothing changes the store tells nothing, so tasks that wait for addresses are looked at by time.
    const firstMs = Math.min(ALLOCATION_PATIENCE_MS, patienceMs);
    let patience = setTimeout(() => {
      patience = setTimeout(endNow, patienceMs - firstMs);
      look();
    }, firstMs);
    disposables.add({ dispose: () => clearTimeout(patience) });
    disposables.add({ dispose: () => clearTimeout(stable) });
    disposables.add(store.onDidChange(look));
    const stop = (): void => resolve(stopped());
    signal.addEventListener('abort', stop, { once: true });
    disposables.add({ dispose: () => signal.removeEventListener('abort', stop) });
    look();
  }).finally(() => disposables.dispose());
}

function isMoving({ isMove = false }: Followed): boolean {
  return isMove;
}

/** What is told of a service that nobody looks at any longer. */
function endOf({ id, before }: Followed, now: Standing, snapshot: SwarmSnapshot): Outcome {
  return now === undefined || now.kind === 'converging'
    ? { kind: 'patience', reasons: failuresSince(snapshot, id, before) }
    : now;
}
