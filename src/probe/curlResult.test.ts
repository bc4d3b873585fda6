import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { ProbeOutcome } from '../shared/routingView';
import { parseResult, readFirstLine, toSample, type CurlResult } from './curlResult';
import { PLAIN_ASK, type HttpAsk } from '../shared/httpAsk';
import { probeTcp } from './tcpProbe';

const good: CurlResult = {
  exitcode: 0,
  errormsg: null,
  http_code: 500,
  time_namelookup: 0.001,
  time_connect: 0.002,
  time_appconnect: 0,
  time_starttransfer: 0.003,
  time_total: 0.004,
};

test('a result is read from its line alone', () => {
  const line = '@17 28 000 0.000021 0.000111 0.000000 0.000000 0.600311 Operation timed out: @1 0';
  expect(parseResult(line)).toEqual({
    number: 17,
    result: {
      exitcode: 28,
      http_code: 0,
      time_namelookup: 0.000021,
      time_connect: 0.000111,
      time_appconnect: 0,
      time_starttransfer: 0,
      time_total: 0.600311,
      errormsg: 'Operation timed out: @1 0',
    },
  });
  const none = ['', 'curl: (7) Failed to connect', '@1 0 200 1 2 3', ` ${line}`, '@x 0 200'];
  expect(none.map(parseResult)).toEqual(none.map(() => undefined));
});

test('an HTTP error is an answer', () => {
  expect(toSample(good, 1004, undefined, { headers: [], body: 'web.1' })).toEqual({
    at: 1000,
    outcome: 'answered',
    reachable: true,
    httpStatus: 500,
    firstLine: 'web.1',
    phases: { lookup: 1, connect: 2, firstByte: 3, total: 4 },
  });
});

test('an answer is held against what was asked for', () => {
  const outcome = (ask: Partial<HttpAsk>): ProbeOutcome =>
    toSample(good, 1004, { ...PLAIN_ASK, ...ask }, { headers: [], body: 'all is well' }).outcome;
  expect([
    outcome({ status: [[200, 299]] }),
    outcome({
      status: [
        [200, 200],
        [500, 503],
      ],
    }),
    outcome({ bodyContains: 'well' }),
    outcome({ bodyContains: 'ill' }),
    // There is no body to look into.
    outcome({ method: 'HEAD', bodyContains: 'ill' }),
  ]).toEqual(['wrong-status', 'answered', 'answered', 'wrong-body', 'answered']);
});

test.each([
  [6, 0, 0.1, 'lookup-failed'],
  [7, 0, 0.001, 'refused'],
  [7, 0, 3, 'no-route'],
  [28, 0, 3, 'timed-out'],
  [28, 0.001, 3, 'silent'],
  [52, 0.001, 0.1, 'empty'],
  [56, 0.001, 0.1, 'reset'],
  [1, 0, 0.1, 'failed'],
  [1, 0.001, 0.1, 'answered'],
  [7, 0, 1.1, 'refused'],
  [60, 0.001, 0.1, 'tls-failed'],
  [35, 0.001, 0.1, 'tls-failed'],
])('exit %i, connect %d, total %d reads as its outcome', (exitcode, connected, total, outcome) => {
  const result = { ...good, exitcode, http_code: 0, time_connect: connected, time_total: total };
  expect(toSample(result, 0).outcome).toBe(outcome);
});

test('a hostile body gives one stripped, capped line', () => {
  expect(readFirstLine('\u001b[31mred\u0000\r\nsecond')).toBe('[31mred');
  expect(readFirstLine('x'.repeat(500))).toHaveLength(80);
  expect(readFirstLine('\n')).toBeUndefined();
});

test('a TCP probe tells a listener from a closed port, and gives nothing when aborted', async () => {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const target = {
    id: 'a',
    host: '127.0.0.1',
    port,
    kind: 'tcp',
    tasks: { count: 1, key: '' },
  } as const;
  const open = await probeTcp(target, 1000, new AbortController().signal);
  await new Promise((resolve) => server.close(resolve));
  const closed = await probeTcp(target, 1000, new AbortController().signal);
  expect([open?.outcome, open?.reachable]).toEqual(['answered', true]);
  expect([closed?.outcome, closed?.reachable]).toEqual(['refused', false]);
  expect(await probeTcp(target, 1000, AbortSignal.abort())).toBeUndefined();
});
