import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Options, execa } from 'execa';

/** A process that stays itself: a pid may be given to another, its start time may not. */
export interface ProcessRef {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc(5)). */
  readonly startTime: number;
}

/** What a finished command left; `failed` when it could not start or ended with another code than 0. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
  readonly failed: boolean;
}

/** Seconds for which a rule waits for the lock that all engines, labs and tests of the machine share. */
export const RULE_WAIT = '60';

/** Runs a program with an argument array; rejects with its stderr unless `reject` is false. */
export async function run(
  file: string,
  args: readonly string[],
  options: Options = {},
): Promise<CommandResult> {
  const result = await execa(file, args, { ...options, reject: false });
  if (result.failed && options.reject !== false) {
    throw new Error(
      `${file} ${args.join(' ')} failed (${result.exitCode ?? result.code ?? result.signal}): ${String(result.stderr).trim()}`,
    );
  }
  return {
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    exitCode: result.exitCode,
    failed: result.failed,
  };
}

/**
 * Starts a program that outlives this process, with nothing of its input or output; throws with `what`
 * when it cannot be started.
 */
export function startDetached(
  what: string,
  file: string,
  args: readonly string[],
  options: Pick<Options, 'cwd' | 'env' | 'extendEnv'>,
): ProcessRef {
  const child = execa(file, args, {
    ...options,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
    buffer: false,
    reject: false,
  });
  child.unref();
  const ref = child.pid === undefined ? undefined : readProcess(child.pid);
  if (ref === undefined) throw new Error(`${what} could not be started.`);
  return ref;
}

/** Reads when a process started; undefined when there is none or only its zombie. */
export function readProcess(pid: number): ProcessRef | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; fields are counted after it, from number 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return { pid, startTime: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

/** Tells whether exactly this process still runs. */
export function isAlive(ref: ProcessRef): boolean {
  return readProcess(ref.pid)?.startTime === ref.startTime;
}

/** Ends exactly this process: SIGTERM, `graceMs` milliseconds, then SIGKILL. */
export async function endProcess(ref: ProcessRef, graceMs = 10_000): Promise<void> {
  signal(ref, 'SIGTERM');
  if (await waitForEnd(ref, graceMs)) return;
  signal(ref, 'SIGKILL');
  await waitForEnd(ref, 5_000);
}

/** Ends exactly this process at once, with no chance to tidy up. */
export async function killProcess(ref: ProcessRef): Promise<void> {
  signal(ref, 'SIGKILL');
  await waitForEnd(ref, 5_000);
}

/** Lists pids whose file under /proc (such as `cmdline` or `cgroup`) satisfies `matches`. */
export function findProcesses(
  file: 'cmdline' | 'cgroup',
  matches: (text: string) => boolean,
): { ref: ProcessRef; text: string }[] {
  const found: { ref: ProcessRef; text: string }[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const text = readProcFile(pid, file);
    if (text === undefined || !matches(text)) continue;
    const ref = readProcess(pid);
    if (ref !== undefined) found.push({ ref, text });
  }
  return found;
}

/** The processes that were started by `parent`. */
export function findChildren(parent: number): ProcessRef[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === parent)
    .map((pid) => readProcess(pid))
    .filter((ref) => ref !== undefined);
}

function parentOf(pid: number): number | undefined {
  const stat = readProcFile(pid, 'stat');
  return stat === undefined
    ? undefined
    : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** Waits until `condition` holds, asking every `everyMs`; rejects with `what` after `timeoutMs`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 50,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await delay(everyMs);
  }
}

function readProcFile(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return undefined;
  }
}

function signal(ref: ProcessRef, name: NodeJS.Signals): void {
  if (!isAlive(ref)) return;
  try {
    process.kill(ref.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

async function waitForEnd(ref: ProcessRef, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(ref)) {
    if (Date.now() > deadline) return false;
    await delay(25);
  }
  return true;
}
