import { describe, expect, it } from 'vitest';
import type { RouteBackend } from '../shared/routingView';
import { answererAmong } from './answeredBy';

const backend = (taskId: string, containerId: string): RouteBackend => ({
  taskId: `task${taskId}`,
  taskName: `web.${taskId}`,
  hostname: 'node1',
  state: 'running',
  active: true,
  addresses: [`10.0.0.${taskId}`, `10.0.1.${taskId}`],
  error: '',
  containerId,
});
const route = { backends: [backend('1', 'aaaaaaaaaaa1'), backend('2', 'bbbbbbbbbbb2')] };

describe('answererAmong', () => {
  it.each([
    ['the short id', 'Hello from bbbbbbbbbbb2!', '2'],
    ['the short id alone', 'aaaaaaaaaaa1', '1'],
    ['upper case', 'Hostname: AAAAAAAAAAA1', '1'],
    ['a tag', '<h1>bbbbbbbbbbb2</h1>', '2'],
    ['the full id', `id=${'bbbbbbbbbbb2'.padEnd(64, '0')}`, '2'],
    ['the name of the task', 'served by web.1', '1'],
    ['a qualified host name', 'bbbbbbbbbbb2.example', '2'],
    ['a longer number that only begins alike', 'aaaaaaaaaaa1f', undefined],
    ['its address', 'Server address: 10.0.1.2:80', '2'],
    ['the address of another', 'Client: 10.0.0.22', undefined],
    ['the id of the task', 'task1', '1'],
    ['the container before the address', 'aaaaaaaaaaa1 asked by 10.0.0.2', '1'],
    ['two tasks', 'aaaaaaaaaaa1 via bbbbbbbbbbb2', undefined],
    ['nobody', 'It works!', undefined],
    ['nothing', '', undefined],
  ])('reads %s', (_name, line, taskId) => {
    const found = answererAmong(route)({ headers: [], body: line });
    expect(found).toBe(taskId === undefined ? undefined : `task${taskId}`);
  });

  it('reads headers, and a body only as far as its beginning', () => {
    const named = (
      headers: readonly (readonly [string, string])[],
      body = '',
    ): string | undefined => answererAmong(route)({ headers, body });
    expect(named([['X-Served-By', 'bbbbbbbbbbb2']])).toBe('task2');
    expect(named([['ETag', 'bbbbbbbbbbb2']])).toBeUndefined();
    expect(named([], `${' '.repeat(9_000)}bbbbbbbbbbb2`)).toBeUndefined();
  });

  it('passes over tasks without a container', () => {
    expect(
      answererAmong({ backends: [backend('1', '')] })({ headers: [], body: 'x' }),
    ).toBeUndefined();
  });
});
