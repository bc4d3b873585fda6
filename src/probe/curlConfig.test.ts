import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CurlProbeEngine } from './curlEngine';
import { isSoundAsk } from './httpAsk';
import { PLAIN_ASK, type HttpAsk } from '../shared/httpAsk';
import { isProbeAddress, quoteCurlValue, writeCurlConfig } from './curlConfig';

const hostile = fc.string({
  unit: fc.constantFrom('\n', '\r', '"', '\\', 'n', ' ', 'url', '=', '#', '\0', 'ü'),
});

test('a value with a control character is refused', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom('\n', '\r', '\0', '\u2028'), hostile, (a, control, b) => {
      expect(() => quoteCurlValue(a + control + b)).toThrow(RangeError);
    }),
  );
});

test('any other value is one line that decodes to itself', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const value = text.replaceAll(/\p{Cc}/gu, '');
      const quoted = quoteCurlValue(value);
      expect(quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1')).toBe(value);
      expect(quoted.slice(1, -1).replaceAll(/\\./g, '')).not.toContain('"');
    }),
  );
});

test('real curl reads no other URL from a hostile value', () => {
  const value = 'x" \\" url = "file:///etc/passwd" \\n url = file:///etc/passwd';
  const output = spawnSync('curl', ['-q', '-K', '-'], {
    input: `url = "file:///dev/null"\nuser-agent = ${quoteCurlValue(value)}\n`,
    encoding: 'utf8',
  });
  expect({ status: output.status, stdout: output.stdout }).toEqual({ status: 0, stdout: '' });
});

const hostileText = fc.string({
  unit: fc.constantFrom(
    '\n',
    '\r',
    '"',
    '\\',
    '\t',
    ' ',
    '#',
    '?',
    '%',
    '@',
    ':',
    '/',
    '.',
    '=',
    'a',
    'ü',
  ),
  maxLength: 40,
});

test('real curl asks one server once, whatever path and headers were given', async () => {
  const asked: { url: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push({ url, headers });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const engine = new CurlProbeEngine('curl', 'test', '0.0.0');
  await fc.assert(
    fc.asyncProperty(hostileText, hostileText, hostileText, async (tail, name, value) => {
      asked.length = 0;
      const http: HttpAsk = {
        ...PLAIN_ASK,
        path: `/${tail}`,
        headers: [
          ['X-Given', value],
          [`X-${name}`, 'there'],
        ],
      };
      const target = {
        id: 'a',
        host: '127.0.0.1',
        port,
        kind: 'http',
        tasks: { count: 1, key: '' },
        http,
      } as const;
      const outcomes: string[] = [];
      const options = { timeoutMs: 5_000, concurrency: 1 };
      await engine.run([target], options, new AbortController().signal, (_id, { outcome }) =>
        outcomes.push(outcome),
      );
      const isSound = isSoundAsk(http);
      expect(outcomes).toEqual([isSound ? 'answered' : 'failed']);
      const heard = asked.map(({ url, headers }) => [
        url,
        headers['x-given'],
        headers[`x-${name}`.toLowerCase()],
      ]);
      expect(heard).toEqual(isSound ? [[http.path, value.trim(), 'there']] : []);
    }),
    { numRuns: 60 },
  );
  server.close();
}, 60_000);

test('a malformed target never becomes config', () => {
  for (const host of ['a b', 'a/b', 'a"b', 'a\nb', '', '-x', 'u@h', 'fe80::1%eth0']) {
    expect(isProbeAddress(host, 80)).toBe(false);
    expect(() =>
      writeCurlConfig(
        [
          {
            number: 0,
            output: '/x',
            target: { id: 'a', host, port: 80, kind: 'http', tasks: { count: 1, key: '' } },
          },
        ],
        {
          timeoutMs: 1000,
          concurrency: 1,
          userAgent: 'swarmscope/test',
        },
      ),
    ).toThrow(RangeError);
  }
});
