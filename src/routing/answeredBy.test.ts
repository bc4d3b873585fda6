import { describe, expect, it } from 'vitest';
import type { RouteBackend } from '../shared/routingView';
import { findAnswerer } from './answeredBy';

const backend = (taskId: string, containerId: string): RouteBackend => ({
  taskId,
  taskName: `web.${taskId}`,
  hostname: 'node1',
  state: 'running',
  active: true,
  error: '',
  containerId,
});
const route = { backends: [backend('1', 'aaaaaaaaaaa1'), backend('2', 'bbbbbbbbbbb2')] };

describe('findAnswerer', () => {
  it.each([
    ['the short id', 'Hello from bbbbbbbbbbb2!', '2'],
    ['the short id alone', 'aaaaaaaaaaa1', '1'],
    ['upper case', 'Hostname: AAAAAAAAAAA1', '1'],
    ['a tag', '<h1>bbbbbbbbbbb2</h1>', '2'],
    ['the full id', `id=${'bbbbbbbbbbb2'.padEnd(64, '0')}`, '2'],
    ['the name of the task', 'served by web.1', '1'],
    ['a qualified host name', 'bbbbbbbbbbb2.example', '2'],
    ['a longer number that only begins alike', 'aaaaaaaaaaa1f', undefined],
    ['two tasks', 'aaaaaaaaaaa1 via bbbbbbbbbbb2', undefined],
    ['nobody', 'It works!', undefined],
    ['nothing', '', undefined],
  ])('reads %s', (_name, line, taskId) => {
    expect(findAnswerer(route, line)).toBe(taskId);
  });

  it('passes over tasks without a container', () => {
    expect(findAnswerer({ backends: [backend('1', '')] }, 'x')).toBeUndefined();
  });
});
