import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { HEAD_BYTES, MAX_BODY_BYTES, writeCurlConfig } from './curlConfig';
import { parseResult, toSample, type CurlResult } from './curlResult';
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
    await runCurl(curl.path, config, signal, (number, result) => {
      const target = targets[number];
      if (target !== undefined) {
        const endedAt = Date.now();
        reports.push(report(target, result, endedAt, fileOf(number), signal, onSample));
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
  const text = takeHead(file, wanted);
  const routed = result.exitcode !== 7 || (await hasRoute(target.host));
  if (!signal.aborted) {
    const answer = splitAnswer(text);
    const sample = toSample(result, endedAt, ask, answer);
    onSample(target.id, routed ? sample : { ...sample, outcome: 'no-route' }, answer);
  }
}

/** Resolves when the child and its output have ended, however it ended. */
function runCurl(
  program: string,
  config: string,
  signal: AbortSignal,
  onResult: (number: number, result: CurlResult) => void,
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
    let rest = '';
    // A line comes in many pieces, so few things are done for each.
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      rest += piece;
      if (piece.includes('\n')) {
        const lines = rest.split(/\r?\n/);
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const said = parseResult(line);
          if (said !== undefined) {
            onResult(said.number, said.result);
          }
        }
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

/**
 * Reads the beginning of a file and removes it. At once, not in steps: curl wrote it a moment ago, and
 * each step would cost as much as the probe.
 */
function takeHead(file: string, bytes: number): string {
  let text = '';
  try {
    const handle = openSync(file, 'r');
    try {
      const buffer = Buffer.allocUnsafe(bytes);
      text = buffer.toString('utf8', 0, readSync(handle, buffer, 0, bytes, 0));
    } finally {
      closeSync(handle);
    }
    unlinkSync(file);
  } catch {
    // Nothing came, so curl made no file; one that stays is removed with its folder.
  }
  return text;
}
