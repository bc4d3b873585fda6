import { execFile } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { systemClock } from '../common/clock';
import { groupBy } from '../common/groupBy';
import { pause } from '../common/pause';
import type { ProbeSample } from '../shared/routingView';
import { runCurlBatch } from './curlBatch';
import { isProbeAddress } from './curlConfig';
import { askOf, isSoundAsk } from './httpAsk';
import { Lanes, nodeOf } from './lanes';
import type { OnSample, ProbeEngine, ProbeOptions, ProbeTarget } from './probe';
import { inMoments } from './roundPlan';
import { probeTcp } from './tcpProbe';

/**
 * Transfers of one curl, all at once: later ones would reuse a connection that a server kept open, and
 * a dead address holds up no more than these.
 */
const BATCH_SIZE = 25;
/** Between the repetitions of one address: a disturbance of 100 ms does not fail all of them. */
const APART_MS = 120;
const VERSION_MS = 3_000;
/** Per-transfer `exitcode` and `errormsg` came with this version. */
const LEAST_VERSION = [7, 75] as const;

/** Probes with one curl process per batch; TCP-only targets go through Node. */
export class CurlProbeEngine implements ProbeEngine {
  readonly label: string;

  /** `version` as {@link detectCurl} found it; `productVersion` goes into the user agent. */
  constructor(
    private readonly path: string,
    version: string,
    private readonly productVersion: string,
  ) {
    this.label = `curl ${version}`;
  }

  async run(
    targets: readonly ProbeTarget[],
    options: ProbeOptions,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    const sound = takeSound(targets, onSample);
    const lanes = new Lanes(options);
    await Promise.all(
      inMoments(sound).map(async (moment, index) => {
        if (index > 0) {
          await pause(systemClock, index * APART_MS, signal);
        }
        await this.runMoment(moment, options.timeoutMs, lanes, signal, onSample);
      }),
    );
  }

  private async runMoment(
    targets: readonly ProbeTarget[],
    timeoutMs: number,
    lanes: Lanes,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    const http = targets.filter(({ kind }) => kind === 'http');
    // Setting up TLS would hold up its neighbours in the same curl.
    const [secure, plain] = partition(http, (target) => askOf(target).scheme === 'https');
    await Promise.all([
      this.runHttp(plain, timeoutMs, lanes, signal, onSample),
      this.runHttp(secure, timeoutMs, lanes, signal, onSample),
      runTcp(
        targets.filter(({ kind }) => kind === 'tcp'),
        timeoutMs,
        lanes,
        signal,
        onSample,
      ),
    ]);
  }

  private async runHttp(
    targets: readonly ProbeTarget[],
    timeoutMs: number,
    lanes: Lanes,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    const curl = { path: this.path, userAgent: `swarmscope/${this.productVersion}` };
    const size = Math.min(BATCH_SIZE, lanes.most);
    // A node that is dead holds up as few others as can be.
    const byNode = [...groupBy(targets, nodeOf).values()].flat();
    const batches = Array.from({ length: Math.ceil(byNode.length / size) }, (_, index) =>
      byNode.slice(index * size, (index + 1) * size),
    );
    await Promise.all(
      batches.map((batch) =>
        lanes.run(batch, signal, () =>
          runCurlBatch(curl, batch, { timeoutMs, concurrency: size }, signal, onSample),
        ),
      ),
    );
  }
}

/** Runs TCP-only targets within `lanes`; aborted ones give no sample. */
export async function runTcp(
  targets: readonly ProbeTarget[],
  timeoutMs: number,
  lanes: Lanes,
  signal: AbortSignal,
  onSample: OnSample,
): Promise<void> {
  // One listener for each probe under way is no leak.
  setMaxListeners(0, signal);
  await Promise.all(
    targets.map((target) =>
      lanes.run([target], signal, async () => {
        const sample = await probeTcp(target, target.timeoutMs ?? timeoutMs, signal);
        if (sample !== undefined) {
          onSample(target.id, sample);
        }
      }),
    ),
  );
}

/** Whether a target's address and request can be nothing but that. */
function isSoundTarget(target: ProbeTarget): boolean {
  return isProbeAddress(target.host, target.port) && isSoundAsk(askOf(target));
}

/** The sound ones of some targets; tells what the others get. */
export function takeSound(
  targets: readonly ProbeTarget[],
  onSample: OnSample,
): readonly ProbeTarget[] {
  const [sound, malformed] = partition(targets, isSoundTarget);
  for (const { id } of malformed) {
    onSample(id, malformedSample());
  }
  return sound;
}

/** The items that pass, and the others. */
export function partition<T>(
  items: readonly T[],
  test: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** What a target gets whose address can be none: it is never handed to anything that connects. */
function malformedSample(): ProbeSample {
  return {
    at: Date.now(),
    outcome: 'failed',
    reachable: false,
    phases: { total: 0 },
    detail: 'malformed address',
  };
}

/** The version of the curl at `path`; undefined when there is none or it is older than 7.75. */
export async function detectCurl(path: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    return await askVersion(path, signal);
  } catch {
    // Some paths (a file with a slash behind it) fail before a process is made.
    return undefined;
  }
}

/** Whether a curl's version, such as `7.88.1`, is one that probes can be made with. */
export function isRecentCurl(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  const [leastMajor, leastMinor] = LEAST_VERSION;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function askVersion(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      path,
      ['-q', '--version'],
      { timeout: VERSION_MS, windowsHide: true, maxBuffer: 65_536, ...(signal && { signal }) },
      (error, stdout) => {
        const version = /^curl (\d+\.\d+\S*)/.exec(stdout)?.[1];
        resolve(error === null && isRecentCurl(version) ? version : undefined);
      },
    );
  });
}
