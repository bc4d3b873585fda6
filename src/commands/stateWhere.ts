import type { SwarmState } from '../store/swarmState';
import type { SwarmStore } from '../store/swarmStore';

/** Resolves true as soon as the store's state fits, false after `timeoutMs` milliseconds. */
export function stateWhere(
  store: Pick<SwarmStore, 'state' | 'onDidChange'>,
  fits: (state: SwarmState) => boolean,
  timeoutMs: number,
): Promise<boolean> {
  if (fits(store.state)) {
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    const finish = (value: boolean): void => {
      clearTimeout(timer);
      subscription.dispose();
      resolve(value);
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    const subscription = store.onDidChange((state) => {
      if (fits(state)) {
        finish(true);
      }
    });
  });
}
