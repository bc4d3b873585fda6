import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
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

test('a malformed target never becomes config', () => {
  for (const host of ['a b', 'a/b', 'a"b', 'a\nb', '', '-x', 'u@h', 'fe80::1%eth0']) {
    expect(isProbeAddress(host, 80)).toBe(false);
    expect(() =>
      writeCurlConfig(
        [{ number: 0, output: '/x', target: { id: 'a', host, port: 80, kind: 'http', tasks: 1 } }],
        {
          timeoutMs: 1000,
          concurrency: 1,
          userAgent: 'swarmscope/test',
        },
      ),
    ).toThrow(RangeError);
  }
});
