import type { Clock } from '../common/clock';
import { SwarmscopeError } from '../common/errors';
import type { Created } from './engine';

/** How to look for what a create with a lost answer may have made. */
export interface LostCreate {
  readonly kind: 'network' | 'service' | 'secret' | 'config';
  readonly name: string;
  /** Objects of exactly this name that are what was asked for; `created` is ISO 8601. */
  readonly list: () => Promise<readonly { readonly id: string; readonly created: string }[]>;
}

/** What is known of the lost request. */
export interface LostRequest {
  /** When it was sent, in milliseconds since the epoch by the engine's clock, if that is known. */
  readonly notBefore: number | undefined;
  readonly cause: SwarmscopeError;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** Pauses between look-ups, in milliseconds: the engine may still be at work. */
const PAUSES = [0, 500, 1500];

/** Managers stamp by their own clocks; a Date header has whole seconds. */
const CLOCK_TOLERANCE_MS = 30_000;

/**
 * Looks for the object that a create with a lost answer made.
 * @throws SwarmscopeError 'outcome-unknown' (details.kind, details.name, details.reason) when it is
 *   not there, when it is not one of its kind, or when the engine cannot be asked; 'cancelled'.
 */
export async function findLostCreate(lost: LostCreate, request: LostRequest): Promise<Created> {
  let reason = 'absent';
  for (const pause of PAUSES) {
    await wait(pause, request);
    try {
      const rows = await lost.list();
      const fresh = rows.filter((row) => isFresh(row.created, request.notBefore));
      const [only] = fresh;
      if (only !== undefined && fresh.length === 1) {
        return { id: only.id, warnings: [], foundAfterLoss: true };
      }
      reason = fresh.length > 1 ? 'several' : rows.length > 0 ? 'older' : 'absent';
    } catch (error) {
      if (request.signal?.aborted === true) {
        throw error;
      }
      reason = 'unreachable';
    }
  }
  const { kind, name } = lost;
  throw new SwarmscopeError('outcome-unknown', { kind, name, reason }, { cause: request.cause });
}

function isFresh(created: string, notBefore: number | undefined): boolean {
  const at = Date.parse(created);
  return notBefore === undefined || Number.isNaN(at) || at >= notBefore - CLOCK_TOLERANCE_MS;
}

function wait(ms: number, { clock, signal }: LostRequest): Promise<void> {
  if (ms === 0) {
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = (): void => {
      timer.dispose();
      reject(new SwarmscopeError('cancelled'));
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
