import * as l10n from '@vscode/l10n';
import type { Duplex } from 'node:stream';
import pLimit from 'p-limit';
import type { Disposable } from '../common/disposable';
import { groupBy } from '../common/groupBy';
import type { ProbeSample } from '../shared/routingView';
import { HEAD_BYTES, MAX_BODY_BYTES, writeCurlConfig, type CurlTransfer } from './curlConfig';
import { isRecentCurl, partition, takeSound } from './curlEngine';
import { toSample } from './curlResult';
import { askOf, splitAnswer } from './httpAsk';
import { Lanes, nodeOf } from './lanes';
import type { ManagerDoor } from './managerDoor';
import { ManagerReader, type ManagerResult } from './managerReader';
import type { OnSample, ProbeEngine, ProbeOptions, ProbeTarget } from './probe';

/** Where the probes start that a manager makes. */
export interface ManagerShell {
  /** For people. */
  readonly name: string;
  /** Begins the script there: its stdin and stdout. Errors say why it could not. */
  readonly open: () => Duplex;
}

/** A failure of the vantage itself; its message is for people. */
export class VantageError extends Error {
  override readonly name = 'VantageError';
}

/** Transfers of one curl at most, all at once; the next begins when it has ended. */
const BATCH_SIZE = 50;
/** A batch ends so long after the last of its deadlines at the latest, milliseconds. */
const SLACK_MS = 15_000;
/** How long the manager has to say what it has, milliseconds, once it lets in. */
const GREETING_MS = 15_000;

/** A connection that nobody used for so long is ended, milliseconds. */
const IDLE_MS = 60_000;

/**
 * The engine that probes from a manager; rejects when none can, with a sentence for people. Disposed by
 * whoever asked for it.
 */
export async function chooseManagerEngine(
  shell: ManagerShell,
  productVersion: string,
  door: ManagerDoor,
  signal: AbortSignal = new AbortController().signal,
): Promise<ManagerProbeEngine> {
  const run = await openRun(shell, door, signal);
  try {
    const version = await run.version(signal);
    return new ManagerProbeEngine(shell, door, version, productVersion, run);
  } catch (error) {
    run.end();
    throw error;
  }
}

async function openRun(
  shell: ManagerShell,
  door: ManagerDoor,
  signal: AbortSignal,
): Promise<ManagerRun> {
  await door.turn(signal);
  signal.throwIfAborted();
  return new ManagerRun(shell);
}

/** Probes with the curl on a manager: over one ssh connection, kept until nobody probes for a while. */
export class ManagerProbeEngine implements ProbeEngine, Disposable {
  readonly label: string;
  /** Connections that begin at once are dropped at random (MaxStartups of sshd). */
  private readonly oneByOne = pLimit(1);
  private idle: Disposable | undefined;
  private disposed = false;

  /** `kept` is the connection that has told `version`, if it is there still. */
  constructor(
    private readonly shell: ManagerShell,
    private readonly door: ManagerDoor,
    version: string,
    private readonly productVersion: string,
    private kept?: ManagerRun,
  ) {
    this.label = `curl ${version}`;
    this.rest();
  }

  /** Ends the connection, and with it a run that is under way. */
  dispose(): void {
    this.disposed = true;
    this.idle?.dispose();
    this.kept?.end();
  }

  async run(
    targets: readonly ProbeTarget[],
    options: ProbeOptions,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    const sound = takeSound(targets, onSample);
    const [tcp, http] = partition(sound, ({ kind }) => kind === 'tcp');
    // As in this window: setting up TLS would hold up its neighbours in the same curl.
    const [secure, plain] = partition(http, (target) => askOf(target).scheme === 'https');
    if (sound.length > 0) {
      await this.oneByOne(() =>
        this.runAll([plain, secure, tcp], options, signal, (id, sample, answer) => {
          if (!signal.aborted) {
            onSample(id, sample, answer);
          }
        }),
      );
    }
  }

  private async runAll(
    groups: readonly (readonly ProbeTarget[])[],
    options: ProbeOptions,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    if (signal.aborted) {
      return;
    }
    this.idle?.dispose();
    try {
      const run = await this.connection(signal);
      const lanes = new Lanes(options);
      const size = Math.min(BATCH_SIZE, lanes.most);
      for (const group of groups) {
        // One batch after the other: a node that is dead may hold up its own only.
        const byNode = [...groupBy(group, nodeOf).values()].flat();
        for (let first = 0; first < byNode.length; first += size) {
          const batch = byNode.slice(first, first + size);
          await lanes.run(batch, signal, () =>
            this.runBatch(run, batch, options, signal, onSample),
          );
        }
      }
    } catch (error) {
      this.kept?.end();
      if (!signal.aborted) {
        throw error;
      }
    } finally {
      this.rest();
    }
  }

  /** The kept connection, or another one where that has ended. */
  private async connection(signal: AbortSignal): Promise<ManagerRun> {
    let run = this.kept;
    if (run === undefined || (run.hasEnded && !this.disposed)) {
      run = await openRun(this.shell, this.door, signal);
      this.kept = run;
      if (this.disposed) {
        run.end();
      }
    }
    await run.version(signal);
    return run;
  }

  private rest(): void {
    if (!this.disposed) {
      this.idle = this.door.clock.after(IDLE_MS, () => this.kept?.end());
    }
  }

  private async runBatch(
    run: ManagerRun,
    targets: readonly ProbeTarget[],
    options: ProbeOptions,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    const transfers = targets.map(toTransfer);
    const config = writeCurlConfig(transfers, {
      timeoutMs: options.timeoutMs,
      concurrency: targets.length,
      userAgent: `swarmscope/${this.productVersion}`,
    });
    const longest = Math.max(...targets.map(({ timeoutMs }) => timeoutMs ?? options.timeoutMs));
    const left = new Map(targets.entries());
    await run.batch(config, longest + SLACK_MS, signal, (told) => {
      const target = left.get(told.number);
      left.delete(told.number);
      if (target !== undefined) {
        report(target, told, onSample);
      }
    });
    if (left.size > 0) {
      throw new VantageError(
        l10n.t(
          'curl on {0} gave {1} of {2} results.',
          this.shell.name,
          targets.length - left.size,
          targets.length,
        ),
      );
    }
  }
}

function toTransfer(target: ProbeTarget, number: number): CurlTransfer {
  const cap = HEAD_BYTES + (askOf(target).bodyContains === undefined ? 0 : MAX_BODY_BYTES);
  // Names are resolved before curl can be refused: they have a route.
  const address = /^[\d.]+$|:/.test(target.host) ? target.host : '127.0.0.1';
  const line = `${number} ${cap} ${address} %{exitcode} %{json}\\n`;
  return { number, target, output: String(number), report: line };
}

function report(target: ProbeTarget, told: ManagerResult, onSample: OnSample): void {
  const endedAt = Date.now();
  if (target.kind === 'tcp') {
    onSample(target.id, tcpSample(told, endedAt));
    return;
  }
  const answer = splitAnswer(told.text);
  const sample = toSample(told.result, endedAt, askOf(target), answer);
  onSample(target.id, told.routed ? sample : { ...sample, outcome: 'no-route' }, answer);
}

/** Of a connection that is there nothing more was wanted: what curl waited for afterwards is left out. */
function tcpSample({ result, routed }: ManagerResult, endedAt: number): ProbeSample {
  const sample = toSample(result, endedAt);
  const { connect } = sample.phases;
  if (connect === undefined) {
    return routed ? sample : { ...sample, outcome: 'no-route' };
  }
  return {
    at: sample.at,
    outcome: 'answered',
    reachable: true,
    phases: { connect, total: connect },
  };
}

/** One ssh connection with the script behind it, for any number of batches. */
class ManagerRun {
  private readonly connection: Duplex;
  private failure: Error | undefined;
  private timer: NodeJS.Timeout | undefined;
  private onResult: (told: ManagerResult) => void = () => undefined;
  /** Called with what is awaited: the greeting's version, or the end of a batch. */
  private settle: ((what: string | Error) => void) | undefined;
  private readonly greeting: Promise<string>;

  constructor(private readonly shell: ManagerShell) {
    const reader = new ManagerReader(
      {
        onGreeting: (version) => this.settle?.(version),
        onResult: (told) => this.onResult(told),
        onEnd: () => this.settle?.(''),
      },
      HEAD_BYTES + MAX_BODY_BYTES,
    );
    this.connection = shell.open();
    this.connection.on('data', (chunk: Buffer) => {
      try {
        reader.take(chunk);
      } catch {
        this.fail(this.lost());
      }
    });
    this.connection.on('error', (error) => this.fail(error));
    this.connection.on('close', () => this.fail(this.lost()));
    this.greeting = this.wait();
    // The deadline begins when it lets in: until then ssh has one of its own.
    this.connection.once('connect', () => this.limit(GREETING_MS));
  }

  get hasEnded(): boolean {
    return this.failure !== undefined;
  }

  /** The version of its curl. */
  async version(signal: AbortSignal): Promise<string> {
    const line = await this.unlessAborted(this.greeting, signal);
    if (this.failure !== undefined) {
      throw this.failure;
    }
    const { name } = this.shell;
    const version = /^curl (\d+\.\d+\S*)/.exec(line)?.[1];
    if (version === undefined) {
      throw new VantageError(
        l10n.t(
          "curl was not found on {0}. Install it there, or probe from this window's host.",
          name,
        ),
      );
    }
    if (!isRecentCurl(version)) {
      throw new VantageError(
        l10n.t(
          "curl {1} on {0} is too old: probes need 7.75 or newer. Bring it up to date there, or probe from this window's host.",
          name,
          version,
        ),
      );
    }
    return version;
  }

  /** Runs one curl; settles at its end. An abort ends the connection: curl there ends with nothing less. */
  async batch(
    config: string,
    deadlineMs: number,
    signal: AbortSignal,
    onResult: (told: ManagerResult) => void,
  ): Promise<void> {
    this.onResult = onResult;
    const end = this.wait();
    this.limit(deadlineMs);
    this.connection.write(`${Buffer.byteLength(config)}\n${config}`);
    await this.unlessAborted(end, signal);
  }

  /** Ends the connection, and with it whatever runs there. */
  end(): void {
    this.failure ??= this.lost();
    clearTimeout(this.timer);
    this.connection.destroy();
  }

  private async unlessAborted<T>(what: Promise<T>, signal: AbortSignal): Promise<T> {
    const abort = (): void => this.fail(new VantageError('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await what;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  private lost(): VantageError {
    return new VantageError(
      l10n.t('The connection to {0} ended while it probed.', this.shell.name),
    );
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.settle?.(this.failure);
    this.connection.destroy();
  }

  private limit(ms: number): void {
    clearTimeout(this.timer);
    if (this.failure !== undefined) {
      return;
    }
    this.timer = setTimeout(
      () => this.fail(new VantageError(l10n.t('{0} does not answer.', this.shell.name))),
      ms,
    );
  }

  private wait(): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) {
        reject(this.failure);
        return;
      }
      this.settle = (what) => {
        this.settle = undefined;
        clearTimeout(this.timer);
        if (typeof what === 'string') {
          resolve(what);
        } else {
          reject(what);
        }
      };
    });
  }
}
