import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { runCli, type CliEnd } from './runCli';

/** Runs a Node script as the program. */
async function run(
  script: string,
  options: { readonly signal?: AbortSignal; readonly program?: string } = {},
): Promise<{ readonly end: CliEnd; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const end = await runCli({
    program: options.program ?? process.execPath,
    args: ['-e', script],
    env: process.env,
    cwd: tmpdir(),
    signal: options.signal ?? new AbortController().signal,
    onLine: (line) => lines.push(line),
  });
  return { end, lines };
}

/** Whether a process runs; one that has ended and only waits to be noticed does not. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
  } catch {
    return false;
  }
};

describe('runCli', () => {
  it('gives the output, and each line as harmless text', async () => {
    const { end, lines } = await run(
      String.raw`console.log('one\u001b[31m two\r\nthree \u202e x'); console.log('é')`,
    );
    expect(end).toMatchObject({ kind: 'ended', code: 0 });
    expect(lines).toEqual(['one [31m two', 'three   x', 'é']);
  });

  it('gives the code and the last words of a failure, without hints', async () => {
    const { end } = await run(
      `console.log('Creating network'); console.error('1\\n2\\nSince --detach=false was not');
       console.error('3\\nno such network'); process.exit(3)`,
    );
    expect(end).toMatchObject({ kind: 'ended', code: 3, tail: '2 3 no such network' });
  });

  it('tells a flood of lines up to a limit, and a line without an end in parts', async () => {
    const { end, lines } = await run(
      `for (let n = 0; n < 1500; n++) console.log('line ' + n);
       process.stderr.write('x'.repeat(100000))`,
    );
    expect(end).toMatchObject({ kind: 'ended', code: 0 });
    expect(lines).toHaveLength(1001);
    expect(lines.at(-1)).toMatch(/^… \d+ more lines$/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(2000);
  });

  it('says that a program is missing', async () => {
    const { end } = await run('', { program: '/nonexistent/docker' });
    expect(end).toEqual({ kind: 'missing', reason: 'ENOENT' });
  });

  it('ends a program and what it started when it is cancelled', async () => {
    const abort = new AbortController();
    const pids: number[] = [];
    const ended = runCli({
      program: process.execPath,
      args: [
        '-e',
        `const child = require('node:child_process').spawn(process.execPath,
           ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
         console.log(process.pid + ' ' + child.pid); setInterval(() => {}, 1000)`,
      ],
      env: process.env,
      cwd: tmpdir(),
      signal: abort.signal,
      onLine: (line) => {
        pids.push(...line.split(' ').map(Number));
        abort.abort();
      },
    });
    expect(await ended).toEqual({ kind: 'cancelled' });
    expect(pids).toHaveLength(2);
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), 3_000);
  });

  it('starts nothing when it is cancelled before', async () => {
    const { end, lines } = await run('console.log(1)', { signal: AbortSignal.abort() });
    expect([end, lines]).toEqual([{ kind: 'cancelled' }, []]);
  });
});
