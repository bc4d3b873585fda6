import { setTimeout as pause } from 'node:timers/promises';

/** Asks `look` again and again until it gives something true; a throw counts as "not yet". */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  timeoutMs = 60_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined && value !== null && value !== false) {
        return value;
      }
      last = value;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (Date.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}; last: ${String(last)}`);
    }
    await pause(100);
  }
}
