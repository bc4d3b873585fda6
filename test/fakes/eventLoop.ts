import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Runs `act` and gives the longest time, in milliseconds, for which nothing else could run meanwhile. */
export async function longestStall(act: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  try {
    await act();
  } finally {
    delay.disable();
  }
  return delay.max / 1e6;
}
