import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { shellCommand } from '../common/shellQuote';
import { sshCommandLine } from './sshCommand';

test('a command line brings its command to the shell there as it is', () => {
  const folder = mkdtempSync(path.join(tmpdir(), "swarmscope it's $HOME-"));
  const program = path.join(folder, 'ssh');
  // What ssh does with its last argument: the login shell there reads it.
  writeFileSync(program, '#!/bin/sh\nfor last; do :; done\necho "$#: $*"\nexec sh -c "$last"\n', {
    mode: 0o755,
  });
  const words = [
    'printf',
    '%s|',
    "it's",
    '$(id)',
    'a "b"',
    '*',
    '`x`',
    'back\\slash',
    '; rm -rf /',
  ];
  const line = sshCommandLine(
    { kind: 'ssh', user: 'me', host: 'manager', port: 2222 },
    { program, configFile: '/home/me/my config' },
    shellCommand(words),
  );
  const [first = '', ...rest] = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\n');
  rmSync(folder, { recursive: true });
  expect(first).toMatch(/^9: -F \/home\/me\/my config -p 2222 -l me -- manager printf /);
  expect(rest.join('\n')).toBe(`${words.slice(2).join('|')}|`);
});

test('it names no more than it was told', () => {
  expect(sshCommandLine({ kind: 'ssh', host: 'far' }, {}, 'curl x')).toBe("ssh -- far 'curl x'");
});
