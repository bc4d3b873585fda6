import { SwarmscopeError } from '../common/errors';

/** Oldest API version this client speaks (Engine 1.12). */
export const OLDEST_API = '1.24';

/** Newest API version this client was written against (Engine 29.7). */
export const NEWEST_API = '1.55';

/**
 * Chooses the version to speak: min(ours, the engine's newest).
 * @throws SwarmscopeError 'not-an-engine' for an unreadable version, 'api-too-old' below {@link OLDEST_API}.
 */
export function negotiateApi(engineNewest: string): string {
  if (!/^1\.\d{1,4}$/.test(engineNewest)) {
    throw new SwarmscopeError('not-an-engine', { version: engineNewest.slice(0, 40) });
  }
  if (!isAtLeast(engineNewest, OLDEST_API)) {
    throw new SwarmscopeError('api-too-old', { engine: engineNewest, ours: OLDEST_API });
  }
  return isAtLeast(engineNewest, NEWEST_API) ? NEWEST_API : engineNewest;
}

/** Whether API version `version` (`1.41`) is `wanted` or newer. */
export function isAtLeast(version: string, wanted: string): boolean {
  return minor(version) >= minor(wanted);
}

function minor(version: string): number {
  return Number(version.split('.')[1]);
}
