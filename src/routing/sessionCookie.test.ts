import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RouteBackend } from '../shared/routingView';
import { sessionCookieIn } from './sessionCookie';

const backend: RouteBackend = {
  taskId: 'task1',
  taskName: 'web.1',
  hostname: 'node1',
  state: 'running',
  active: true,
  addresses: ['10.0.0.5'],
  error: '',
  containerId: 'aaaaaaaaaaa1',
};
const read = sessionCookieIn({ backends: [backend] });
const cookie = (value: string): ReturnType<typeof read> => read([['Set-Cookie', value]]);

describe('sessionCookieIn', () => {
  it.each([
    ['who=web.1; Path=/', 'who', 'task'],
    ['JSESSIONID=0F3A.aaaaaaaaaaa1', 'JSESSIONID', 'task'],
    ['up=http%3A%2F%2F10.0.0.5%3A80', 'up', 'task'],
    ['SERVERID=s1', 'SERVERID', 'balancer'],
    ['AWSALBCORS=x; Expires=Wed', 'AWSALBCORS', 'balancer'],
    ['_1a2b3=x', '_1a2b3', 'balancer'],
    ['BIGipServerpool=x', 'BIGipServerpool', 'balancer'],
    ['PHPSESSID=x', 'PHPSESSID', 'session'],
    ['connect.sid=s%3Ax', 'connect.sid', 'session'],
    ['SESS49960de5880e8c687434170f6476605b=x', 'SESS49960de5880e8c687434170f6476605b', 'session'],
    ['odd=%zz web.1', 'odd', 'task'],
  ])('reads %s', (header, name, kind) => {
    expect(cookie(header)).toEqual({ name, kind });
  });

  it.each(['lang=de', 'SERVERID=', 'PHPSESSID=x; Max-Age=0', 'nonsense', '=x', 'side=left'])(
    'passes over %s',
    (header) => {
      expect(cookie(header)).toBeUndefined();
    },
  );

  it('chooses what binds most of several, and reads no other header', () => {
    expect(
      read([
        ['set-cookie', 'PHPSESSID=x'],
        ['SET-COOKIE', 'lb=web.1'],
        ['set-cookie', 'SERVERID=x'],
      ]),
    ).toEqual({ name: 'lb', kind: 'task' });
    expect(read([['X-Cookie', 'SERVERID=x']])).toBeUndefined();
  });

  it('keeps no value, and no name that is more than a short line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const found = cookie(`sess${name}=secret-value`);
        expect(JSON.stringify(found ?? '')).not.toContain('secret-value');
        expect(found?.name ?? '').not.toMatch(/\p{Cc}/u);
        expect(found?.name.length ?? 0).toBeLessThanOrEqual(61);
      }),
    );
  });
});
