import { spawn, type ChildProcess } from 'node:child_process';
import { endGroup } from '../common/endGroup';
import { toPlainLine } from '../common/text';
import { isHint, withoutValues } from './cliText';

/** How a program is run. */
export interface CliRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Not the workspace: on Windows a program is looked for in the working folder first. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Hears each line of both outputs as harmless text. */
  readonly onLine?: (line: string) => void;
}

/** How a program ended; it does not run any more, nor does what it started. */
export type CliEnd =
  /** `tail`: the last lines of stderr, or of stdout where there are none, as harmless text. */
  | {
      readonly kind: 'ended';
      readonly code: number;
      readonly stdout: string;
      readonly tail: string;
    }
  | { readonly kind: 'cancelled' }
  /** It cannot be started: it is not there, or it may not be run. */
  | { readonly kind: 'missing'; readonly reason: string };

/** Characters of stdout that are kept for whoever reads it as a whole. */
const MOST_STDOUT = 4_000_000;
const LONGEST_LINE = 2_000;
/** Lines that are told of one run; what comes after is counted only. */
const MOST_LINES = 1_000;
const TAIL_LINES = 3;
/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE_MS = 2_000;
/** Milliseconds that what a program left behind may hold on to its output. */
const CLOSE_MS = 1_000;

/** Runs a program without a shell; ends it and what it started when the signal aborts. Never rejects. */
export async function runCli(run: CliRun): Promise<CliEnd> {
  if (run.signal.aborted) {
    return { kind: 'cancelled' };
  }
  const child = spawn(run.program, [...run.args], {
    cwd: run.cwd,
    env: run.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    // A session of its own: no terminal to ask at, and what it starts (ssh, plugins) ends with it.
    detached: process.platform !== 'win32',
  });
  const lines = new Lines(run.onLine);
  let stdout = '';
  const [out, err] = [lines.reader('out'), lines.reader('err')];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = stdout.length < MOST_STDOUT ? stdout + text : stdout;
    out.take(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.take(text));
  const stop = (): void => endGroup(child, GRACE_MS);
  run.signal.addEventListener('abort', stop, { once: true });
  try {
    const end = await ended(child);
    out.flush();
    err.flush();
    lines.close();
    if (end instanceof Error) {
      return { kind: 'missing', reason: (end as NodeJS.ErrnoException).code ?? end.message };
    }
    return run.signal.aborted
      ? { kind: 'cancelled' }
      : { kind: 'ended', code: end, stdout, tail: lines.tail() };
  } finally {
    run.signal.removeEventListener('abort', stop);
  }
}

/** The exit code (-1 after a signal), or why it could not be started. */
function ended(child: ChildProcess): Promise<number | Error> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: number | Error): void => {
      clearTimeout(timer);
      resolve(result);
    };
    child.on('error', (error) => {
      if (child.pid === undefined) {
        finish(error);
      }
    });
    child.on('exit', (code) => {
      timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        finish(code ?? -1);
      }, CLOSE_MS);
    });
    child.on('close', (code) => finish(code ?? -1));
  });
}

/** Cuts outputs into lines, tells so many of them and remembers the last. */
class Lines {
  private told = 0;
  private readonly last = { out: [] as string[], err: [] as string[] };

  constructor(private readonly tell: ((line: string) => void) | undefined) {}

  reader(from: 'out' | 'err'): LineReader {
    return new LineReader((line) => this.add(from, line));
  }

  /** The last lines of what complains, or of what there is. */
  tail(): string {
    const { out, err } = this.last;
    return (err.length > 0 ? err : out).join(' ');
  }

  /** Says how much was left out. */
  close(): void {
    if (this.told > MOST_LINES) {
      this.tell?.(`… ${this.told - MOST_LINES} more lines`);
    }
  }

  private add(from: 'out' | 'err', text: string): void {
    const line = withoutValues(toPlainLine(text, LONGEST_LINE));
    if (line === '') {
      return;
    }
    this.told += 1;
    if (this.told <= MOST_LINES) {
      this.tell?.(line);
    }
    if (!isHint(line)) {
      const kept = this.last[from];
      kept.push(line);
      kept.splice(0, kept.length - TAIL_LINES);
    }
  }
}

/** One output as lines; a line without an end is cut where it gets too long. */
class LineReader {
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  take(text: string): void {
    const parts = (this.rest + text).split(/[\r\n]+/);
    this.rest = parts.pop() ?? '';
    parts.forEach(this.onLine);
    if (this.rest.length > LONGEST_LINE * 4) {
      this.flush();
    }
  }

  flush(): void {
    const { rest } = this;
    this.rest = '';
    this.onLine(rest);
  }
}
