import { expect, test } from 'vitest';
import { isOfAnotherSwarm } from './drafts';
import { readKeptService, type KeptService } from './keptService';

test('a new service’s document knows after a reload which swarm it was begun for', () => {
  const kept: KeptService = { text: 'a', pristine: 'b', registryAuth: true, cluster: 'one' };
  const read = readKeptService(structuredClone(kept));
  expect(read).toEqual(kept);
  expect(isOfAnotherSwarm(read, 'one')).toBe(false);
  expect(isOfAnotherSwarm(read, 'two')).toBe(true);
});

test('a document that was kept without a swarm counts as of the one that is there', () => {
  const read = readKeptService({ text: 'a', pristine: 'a', cluster: 7 });
  expect(read).toEqual({ text: 'a', pristine: 'a', registryAuth: false });
  expect(isOfAnotherSwarm(read, 'one')).toBe(false);
  expect(readKeptService({ text: 'a' })).toBeUndefined();
});
