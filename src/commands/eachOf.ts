/** Connections that are looked at at once; more would only wait for each other. */
export const LOOKS_AT_ONCE = 6;

/** Runs `run` for every item, `atOnce` of them at a time. */
export async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await run(next);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
