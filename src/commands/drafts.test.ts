import { expect, test, vi } from 'vitest';
import { MemoryStorage } from '../../test/fakes/memoryStorage';
import { Drafts } from './drafts';

test('what is saved is loaded by another window, per form and connection, until it is cleared', async () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts(storage);
  await drafts.save('deploy', 'a', { name: 'web' });
  await drafts.save('deploy', 'b', { name: 'api' });
  const next = new Drafts(storage);
  expect(await next.load('deploy', 'a')).toEqual({ name: 'web' });
  expect(await next.load('deploy', 'b')).toEqual({ name: 'api' });
  expect(await next.load('network', 'a')).toBeUndefined();
  await next.clear('deploy', 'a');
  expect(await next.load('deploy', 'a')).toBeUndefined();
  expect(await next.load('deploy', 'b')).toEqual({ name: 'api' });
});

test('the last of several saves stays, and a clear after them too', async () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts(storage);
  void drafts.save('deploy', 'a', 1);
  void drafts.save('deploy', 'a', 2);
  expect(await drafts.load('deploy', 'a')).toBe(2);
  void drafts.save('deploy', 'a', 3);
  await drafts.clear('deploy', 'a');
  expect(storage.texts.size).toBe(0);
});

test('clearing what was never kept writes nothing', async () => {
  const storage = new MemoryStorage();
  const deletes = vi.spyOn(storage, 'delete');
  await new Drafts(storage).clear('deploy', 'a');
  expect(deletes).not.toHaveBeenCalled();
});

test('a storage that fails, or holds nonsense, costs the draft and nothing else', async () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts(storage);
  storage.store = () => Promise.reject(new Error('no keyring'));
  await drafts.save('deploy', 'a', 1);
  expect(await drafts.load('deploy', 'a')).toBeUndefined();
  storage.get = () => Promise.resolve('{');
  expect(await drafts.load('deploy', 'a')).toBeUndefined();
});

test('all drafts are forgotten, and counted', async () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts(storage);
  await drafts.save('deploy', 'a', { env: 'secret' });
  await drafts.save('network', 'b', { name: 'app' });
  await drafts.save('deploy', 'a', { env: 'other' });
  expect(await new Drafts(storage).forget()).toBe(2);
  expect(storage.texts.size).toBe(0);
  expect(await drafts.forget()).toBe(0);
});
