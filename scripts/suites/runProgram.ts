import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** How a program of a suite ended. */
export interface ProgramResult {
  /** 124 when it had to be ended at its limit. */
  readonly exitCode: number;
  /** Standard output and error, in the order they came. */
  readonly output: string;
}

/** How a program of a suite is run. */
export interface ProgramOptions {
  readonly cwd: string;
  readonly limitMs: number;
  /** False shows the output as it comes. */
  readonly quiet: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program, as Ctrl-C does. */
  readonly signal: AbortSignal;
}

const OUTPUT_LIMIT = 4_000_000;

/**
 * Runs a program of node_modules/.bin (or `node`) in a process group of its own, so that what it
 * started ends with it: at the limit, on abort and after its end.
 */
export async function runProgram(
  [program, ...args]: readonly [string, ...(readonly string[])],
  options: ProgramOptions,
): Promise<ProgramResult> {
  const binaries = path.join(options.cwd, 'node_modules/.bin');
  const child = spawn(program, args, {
    cwd: options.cwd,
    detached: process.platform !== 'win32',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...options.env,
      PATH: `${binaries}${path.delimiter}${process.env['PATH'] ?? ''}`,
      ...(process.stdout.isTTY && !options.quiet
        ? { FORCE_COLOR: '1' }
        : { NO_COLOR: '1', FORCE_COLOR: '0' }),
    },
  });
  const kill = (signal: NodeJS.Signals): void => killGroup(child.pid, signal);
  const onAbort = (): void => kill('SIGTERM');
  options.signal.addEventListener('abort', onAbort);
  let output = '';
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    kill('SIGKILL');
  }, options.limitMs);
  const onData = (data: Buffer): void => {
    output = (output + data.toString()).slice(-OUTPUT_LIMIT);
    if (!options.quiet) {
      process.stdout.write(data);
    }
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { exitCode: late ? 124 : (code ?? 1), output };
  } catch (error) {
    return { exitCode: 127, output: `${output}${String(error)}\n` };
  } finally {
    clearTimeout(limit);
    options.signal.removeEventListener('abort', onAbort);
    kill('SIGKILL');
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) {
      process.kill(process.platform === 'win32' ? pid : -pid, signal);
    }
  } catch {
    // The group is gone already.
  }
}
