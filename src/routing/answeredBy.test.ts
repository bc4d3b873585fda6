import { describe, expect, it } from 'vitest';
import type { RouteBackend } from '../shared/routingView';
import { PLAIN_ASK, type AnswererRule } from '../shared/httpAsk';
import { answererOf } from './answeredBy';

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

describe('answererOf', () => {
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
    const found = answererOf(route)({ headers: [], body: line });
    expect(found).toBe(taskId === undefined ? undefined : `task${taskId}`);
  });

  it('reads headers, and a body only as far as its beginning', () => {
    const named = (
      headers: readonly (readonly [string, string])[],
      body = '',
    ): string | undefined => answererOf(route)({ headers, body });
    expect(named([['X-Served-By', 'bbbbbbbbbbb2']])).toBe('task2');
    expect(named([['ETag', 'bbbbbbbbbbb2']])).toBeUndefined();
    expect(named([], `${' '.repeat(9_000)}bbbbbbbbbbb2`)).toBeUndefined();
  });

  it('passes over tasks without a container', () => {
    expect(
      answererOf({ backends: [backend('1', '')] })({ headers: [], body: 'x' }),
    ).toBeUndefined();
  });
  const ruled = (
    answeredBy: AnswererRule,
    answer: { headers?: readonly (readonly [string, string])[]; body?: string },
    backends = route.backends,
  ): string | undefined =>
    answererOf({
      backends,
      probe: { kind: 'http', ask: { ...PLAIN_ASK, answeredBy }, problems: [] },
    })({ headers: answer.headers ?? [], body: answer.body ?? '' });

  it('looks where the person says, and nowhere else', () => {
    const header = { kind: 'header', name: 'X-Task' } as const;
    const headers = [
      ['x-other', 'aaaaaaaaaaa1'],
      ['x-task', 'web.2'],
    ] as const;
    expect(ruled(header, { headers, body: 'aaaaaaaaaaa1' })).toBe('task2');
    expect(ruled(header, { body: 'aaaaaaaaaaa1' })).toBeUndefined();
    const pattern = { kind: 'pattern', source: String.raw`self: (\S+)` } as const;
    const body = 'peers: aaaaaaaaaaa1\nself: bbbbbbbbbbb2\n';
    expect(ruled(pattern, { body })).toBe('task2');
    expect(ruled(pattern, { body: 'aaaaaaaaaaa1' })).toBeUndefined();
    expect(ruled(pattern, { body: ' '.repeat(9_000) + body })).toBeUndefined();
    // One that cannot be followed finds nobody; the settings refuse it beforehand.
    expect(ruled({ kind: 'pattern', source: '(' }, { body })).toBeUndefined();
  });

  it('takes the name of a node where the person says so and one task runs there', () => {
    const apart = route.backends.map((one, index) => ({
      ...one,
      nodeId: `n${index}`,
      hostname: `node${index}`,
    }));
    const pattern = { kind: 'pattern', source: 'from (.*)' } as const;
    expect(ruled(pattern, { body: 'from node1' }, apart)).toBe('task2');
    expect(answererOf({ backends: apart })({ headers: [], body: 'node1' })).toBeUndefined();
    const together = apart.map((one) => ({ ...one, nodeId: 'n1', hostname: 'node1' }));
    expect(ruled(pattern, { body: 'from node1' }, together)).toBeUndefined();
  });
});
