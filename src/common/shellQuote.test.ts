import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellCommand } from './shellQuote';

test('a real shell reads back exactly the arguments that went in', () => {
  const argument = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
  const command = fc.array(argument, { minLength: 1, maxLength: 8 });
  fc.assert(
    // One shell runs many commands: starting it is what takes time.
    fc.property(fc.array(command, { minLength: 1, maxLength: 20 }), (commands) => {
      const given = commands.map((words) =>
        words.map((text) => Buffer.from(text, 'utf8').toString('utf8')),
      );
      const script = given
        .map((words) => shellCommand(['printf', String.raw`%s\0`, ...words]))
        .join('\n');
      const printed = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
      expect(printed.split('\0').slice(0, -1)).toEqual(given.flat());
    }),
    { numRuns: 10 },
  );
});

test('nothing that a terminal obeys is left in a command', () => {
  const hostile = "\u001B[201~\u0003\r\u009B2J it's \\x";
  const command = shellCommand(['printf', '%s', hostile]);
  expect(command).not.toMatch(/\p{Cc}/u);
  expect(execFileSync('bash', ['-c', command], { encoding: 'utf8' })).toBe(hostile);
});

test('plain words stay readable', () => {
  expect(shellCommand(['docker', 'network', 'create', '--opt', 'encrypted=', "it's"])).toBe(
    String.raw`docker network create --opt encrypted= 'it'\''s'`,
  );
});
