import { expect, test } from 'vitest';
import { Turns } from './turns';

const never = new AbortController().signal;

/** Lets everything that can go on do so. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('lets so many go on at once, in the order in which they came', async () => {
  const turns = new Turns(2);
  const log: string[] = [];
  const enter = async (name: string): Promise<() => void> => {
    const turn = await turns.take(never);
    log.push(name);
    return () => turn.dispose();
  };
  const [first] = await Promise.all([enter('a'), enter('b')]);
  void enter('c');
  void enter('d');
  await settled();
  expect(log).toEqual(['a', 'b']);
  first();
  first();
  await settled();
  expect(log).toEqual(['a', 'b', 'c']);
});

test('who gives up waits no longer and takes nobody’s turn', async () => {
  const turns = new Turns(1);
  const held = await turns.take(never);
  const stop = new AbortController();
  const given = turns.take(stop.signal);
  const next = turns.take(never);
  stop.abort();
  (await given).dispose();
  let hasNext = false;
  void next.then(() => (hasNext = true));
  await settled();
  expect(hasNext).toBe(false);
  held.dispose();
  await settled();
  expect(hasNext).toBe(true);
});
