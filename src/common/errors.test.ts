import { expect, test, vi } from 'vitest';
import { isSwarmscopeError, SwarmscopeError, toSwarmscopeError } from './errors';

test('an error of another bundle’s copy of the class is one of ours', async () => {
  vi.resetModules();
  const copy = await import('./errors');
  expect(copy.SwarmscopeError).not.toBe(SwarmscopeError);
  const foreign = new copy.SwarmscopeError('worker');
  expect(isSwarmscopeError(foreign, 'worker')).toBe(true);
  expect(toSwarmscopeError(foreign)).toBe(foreign);
});

test('anything else becomes one, with what it was as cause', () => {
  const cause = new Error('boom');
  expect(toSwarmscopeError(cause)).toMatchObject({ code: 'internal', cause });
  const abort = Object.assign(new Error('x'), { name: 'AbortError' });
  expect(toSwarmscopeError(abort).code).toBe('cancelled');
  expect(toSwarmscopeError('text').details).toEqual({ message: 'text' });
});
