import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { HEAD_BYTES, MAX_BODY_BYTES, writeCurlConfig } from './curlConfig';
import { toSample, type CurlResult } from './curlResult';
import { askOf, splitAnswer } from './httpAsk';
import type { OnSample, ProbeOptions, ProbeTarget } from './probe';
import { hasRoute } from './routeCheck';

/** A curl program and how it introduces itself to servers. */
export interface CurlProgram {
  readonly path: string;
  readonly userAgent: string;
}

const KILL_AFTER_MS = 1_000;

/**
 * Runs one curl over HTTP targets, which must be well-formed and at most 300; an abort ends the child
 * and removes its files. Rejects only when curl cannot be started.
 */
export async function runCurlBatch(
  curl: CurlProgram,
  targets: readonly ProbeTarget[],
  options: ProbeOptions,
  signal: AbortSignal,
  onSample: OnSample,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'swarmscope-probe-'));
  try {
    if (signal.aborted) {
      return;
    }
    const fileOf = (number: number): string => path.join(folder, String(number));
    const transfers = targets.map((target, number) => ({ number, target, output: fileOf(number) }));
    const config = writeCurlConfig(transfers, { ...options, userAgent: curl.userAgent });
    const reports: Promise<void>[] = [];
    await runCurl(curl.path, config, signal, ({ id, r }) => {
      const target = targets[id];
      if (target !== undefined) {
        const endedAt = Date.now();
        reports.push(report(target, r, endedAt, fileOf(id), signal, onSample));
      }
    });
    await Promise.all(reports);
    if (reports.length < transfers.length && !signal.aborted) {
      throw new Error(`curl gave ${reports.length} of ${transfers.length} results`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function report(
  target: ProbeTarget,
  result: CurlResult,
  endedAt: number,
  file: string,
  signal: AbortSignal,
  onSample: OnSample,
): Promise<void> {
  const ask = askOf(target);
  const wanted = HEAD_BYTES + (ask.bodyContains === undefined ? 0 : MAX_BODY_BYTES);
  const [text, routed] = await Promise.all([
    readHead(file, wanted),
    result.exitcode === 7 ? hasRoute(target.host) : true,
  ]);
  if (!signal.aborted) {
    const answer = splitAnswer(text);
    const sample = toSample(result, endedAt, ask, answer);
    onSample(target.id, routed ? sample : { ...sample, outcome: 'no-route' }, answer);
  }
}

interface ResultLine {
  readonly id: number;
  readonly r: CurlResult;
}

/** Resolves when the child and its output have ended, however it ended. */
function runCurl(
  program: string,
  config: string,
  signal: AbortSignal,
  onResult: (result: ResultLine) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child: ChildProcessByStdio<Writable, null, Readable> = spawn(program, ['-q', '-K', '-'], {
      stdio: ['pipe', 'ignore', 'pipe'],
      windowsHide: true,
    });
    let killer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      child.kill('SIGTERM');
      killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    };
    signal.addEventListener('abort', stop, { once: true });
    const lines = createInterface({ input: child.stderr });
    lines.on('line', (line) => {
      const result = parseLine(line);
      if (result !== undefined) {
        onResult(result);
      }
    });
    const finish = (then: () => void): void => {
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
      then();
    };
    child.once('error', (error) => finish(() => reject(error)));
    child.once('close', () => finish(resolve));
    // A curl that ends early closes its input: its exit tells, the broken pipe adds nothing.
    child.stdin.on('error', () => child.stdin.destroy());
    child.stdin.end(config);
  });
}

/** curl's own complaints stand between the result lines and are passed over. */
function parseLine(line: string): ResultLine | undefined {
  if (!line.startsWith('{"id":')) {
    return undefined;
  }
  try {
    return JSON.parse(line) as ResultLine;
  } catch {
    return undefined;
  }
}

async function readHead(file: string, bytes: number): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    // Nothing came, so curl made no file.
    return '';
  }
}
