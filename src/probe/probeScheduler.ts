import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import { Emitter } from '../common/emitter';
import type { Logger } from '../common/logger';
import type {
  CellVerdict,
  NotProbedReason,
  ProbeCell,
  ProbeSample,
  ProbeView,
} from '../shared/routingView';
import { BackOff } from './backOff';
import { nothingReachable } from './cellHistory';
import { CellRecords } from './cellRecords';
import { askOf } from './httpAsk';
import { Pace } from './pace';
import type { HttpAnswer, ProbeEngine, ProbeTarget, Vantage } from './probe';
import { planRound } from './roundPlan';

/** What the scheduler is built from. */
export interface ProbeSchedulerDependencies {
  readonly vantage: Vantage;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A sentence for people on why no round could be run. */
  readonly describe: (error: unknown) => string;
  /** From 0 to 1: windows that were opened together do not go on probing together. */
  readonly random: () => number;
}

/** Times in milliseconds. */
export interface ProbeSchedulerOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Connections that begin in one second, of all targets and of bursts. */
  readonly maxPerSecond: number;
}

/** A cell that is shown but cannot be probed. */
export interface NotProbed {
  readonly id: string;
  readonly why: NotProbedReason;
}

/** A sample with the target that it is of. */
export interface TakenSample {
  readonly id: string;
  readonly sample: ProbeSample;
}

/** The task that an answer names; undefined when it names none. */
export type AnswererOf = (entryId: string, answer: HttpAnswer) => string | undefined;

const CONCURRENCY = 50;
const PER_NODE = 25;
/** Rounds come up to this share of the interval early, never late. */
const JITTER = 0.1;
const TELL_EVERY_MS = 100;
/** After a change the swarm needs a moment until its nodes have heard of it. */
const SOON_MS = 500;
/** Rounds that changes bring about are not closer together than this. */
const SHORTEST_PAUSE_MS = 2_000;

/**
 * Probes all targets in rounds while somebody looks: several fresh connections to each, no
 * retry; dead ones every other round, see {@link BackOff}. A round that outlasts the interval delays the
 * next; hiding or pausing aborts it.
 */
export class ProbeScheduler implements Disposable {
  private readonly changeEmitter = new Emitter<ProbeView>();
  private readonly sampleEmitter = new Emitter<TakenSample>();
  private readonly records = new CellRecords();
  private targets: readonly ProbeTarget[] = [];
  /** What is asked of which address, by target id. */
  private addresses: ReadonlyMap<string, string> = new Map();
  private notProbed: readonly NotProbed[] = [];
  private answererOf: AnswererOf = () => undefined;
  private vantage: Vantage;
  private engine: Promise<ProbeEngine> | undefined;
  /** Why the last round could not be run. */
  private problem: string | undefined;
  /** The last failure in the log: a vantage that waits gives the same one again. */
  private logged: unknown;
  private engineLabel = '';
  private running = true;
  private visible = false;
  private round: AbortController | undefined;
  private backOff = new BackOff();
  /** What may pass of the interval until the next round. */
  private share = 1;
  /** A change asks for a round from then on. */
  private soonAt = Number.POSITIVE_INFINITY;
  /** Targets that were added ask for a round then. */
  private addedAt = Number.POSITIVE_INFINITY;
  private roundStartedAt = Number.NEGATIVE_INFINITY;
  private timer: Disposable | undefined;
  private telling: Disposable | undefined;
  /** Cells whose change has not been told. */
  private untold = new Set<string>();
  private allUntold = true;
  private disposed = false;

  /** Lets connections begin, those of the panel's bursts as well. */
  readonly pace: Pace;

  /** Fires at most ten times a second, with the cells that changed. */
  readonly onDidChange = this.changeEmitter.event;
  /** Fires with every sample as it comes. */
  readonly onDidSample = this.sampleEmitter.event;

  constructor(
    private readonly dependencies: ProbeSchedulerDependencies,
    private options: ProbeSchedulerOptions,
  ) {
    this.vantage = dependencies.vantage;
    this.pace = new Pace(dependencies.clock, options.maxPerSecond);
  }

  /** False while the person has paused. */
  get isRunning(): boolean {
    return this.running;
  }

  /** Time between rounds, milliseconds. */
  get intervalMs(): number {
    return this.options.intervalMs;
  }

  /** Milliseconds in which each target has its turn: the interval, or what the rate allows. */
  get roundMs(): number {
    const { intervalMs, maxPerSecond } = this.options;
    return Math.max(intervalMs, Math.ceil(this.targets.length / maxPerSecond) * 1_000);
  }

  /** Everything that is known now. */
  get view(): ProbeView {
    return { ...this.summary(), cells: this.cells(), complete: true };
  }

  private summary(): Omit<ProbeView, 'cells' | 'complete'> {
    const { roundMs } = this;
    const { intervalMs, maxPerSecond } = this.options;
    return {
      running: this.running,
      intervalMs,
      ...(roundMs > intervalMs ? { longRound: { ms: roundMs, perSecond: maxPerSecond } } : {}),
      engine: this.engineLabel,
      vantage: this.vantage.name,
      ...(this.problem === undefined ? {} : { problem: this.problem }),
      nothingReachable: nothingReachable(
        this.targets.map(({ id, host }) => ({ host, samples: this.records.samplesOf(id) })),
      ),
    };
  }

  /** Replaces what is probed; histories of ids that stay are kept, a changed address starts anew. */
  setTargets(
    targets: readonly ProbeTarget[],
    notProbed: readonly NotProbed[],
    answererOf: AnswererOf,
  ): void {
    this.answererOf = answererOf;
    const sameOthers = isDeepStrictEqual(this.notProbed, notProbed);
    this.notProbed = notProbed;
    if (sameTargets(this.targets, targets)) {
      if (!sameOthers) {
        this.allUntold = true;
        this.tell();
      }
      return;
    }
    this.allUntold = true;
    const before = this.addresses;
    const after = new Map(targets.map((target) => [target.id, addressOf(target)]));
    this.backOff.wake(this.records.setTargets(targets, (id) => before.get(id) === after.get(id)));
    const added = targets.some((target) => before.get(target.id) !== addressOf(target));
    this.targets = targets;
    this.addresses = after;
    this.tell();
    if (added && this.round === undefined) {
      this.addedAt = this.dependencies.clock.now();
      this.schedule();
    }
  }

  /** The tasks behind the targets changed: looks again soon, not in the middle of a pause. */
  probeSoon(): void {
    this.soonAt = this.dependencies.clock.now() + SOON_MS;
    this.schedule();
  }

  /** Something happened to the nodes or services of these targets: none of them waits any longer. */
  wake(ids: Iterable<string>): void {
    if (this.backOff.wake(ids)) {
      this.probeSoon();
    }
  }

  start(): void {
    this.running = true;
    this.tell();
    this.schedule();
  }

  pause(): void {
    this.running = false;
    this.stop();
    this.tell();
  }

  /** One round now, also while paused; does nothing while hidden or while a round runs. */
  probeNow(): void {
    if (this.visible && this.round === undefined) {
      void this.runRound('all');
    }
  }

  setOptions(options: ProbeSchedulerOptions): void {
    this.options = options;
    this.pace.perSecond = options.maxPerSecond;
    this.tell();
    this.schedule();
  }

  /** While not visible nothing is sent. */
  setVisible(visible: boolean): void {
    if (visible === this.visible) {
      return;
    }
    this.visible = visible;
    if (visible) {
      this.schedule();
    } else {
      this.stop();
    }
  }

  /** Makes the next round choose its engine again (the curl path changed). */
  resetEngine(): void {
    this.engine = undefined;
  }

  /** Probes from elsewhere from now on, beginning anew: no verdict is made of samples of two places. */
  setVantage(vantage: Vantage): void {
    this.stop();
    this.vantage = vantage;
    this.engine = undefined;
    this.engineLabel = '';
    this.problem = undefined;
    this.records.clear();
    this.backOff = new BackOff();
    this.allUntold = true;
    this.roundStartedAt = Number.NEGATIVE_INFINITY;
    this.tell();
    this.schedule();
  }

  dispose(): void {
    this.disposed = true;
    this.stop();
    this.telling?.dispose();
    this.changeEmitter.dispose();
    this.sampleEmitter.dispose();
  }

  private stop(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.round?.abort();
  }

  /**
   * Plans the next round for when the interval since the last is over; earlier where a change asks for it,
   * never later.
   */
  private schedule(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (!this.running || !this.visible || this.disposed || this.round !== undefined) {
      return;
    }
    const { clock } = this.dependencies;
    const due = this.roundStartedAt + this.options.intervalMs * this.share;
    const soon = Math.max(this.soonAt, this.roundStartedAt + SHORTEST_PAUSE_MS);
    const wait = Math.min(due, soon, this.addedAt) - clock.now();
    this.timer = clock.after(Math.max(0, wait), () => {
      void this.runRound('due');
    });
  }

  private async runRound(which: 'due' | 'all'): Promise<void> {
    const round = new AbortController();
    const startedAt = this.dependencies.clock.now();
    const found = new Map<string, ProbeSample[]>();
    const { backOff } = this;
    let used: Promise<ProbeEngine> | undefined;
    this.round = round;
    this.roundStartedAt = startedAt;
    this.soonAt = startedAt < this.soonAt ? this.soonAt : Number.POSITIVE_INFINITY;
    this.addedAt = Number.POSITIVE_INFINITY;
    this.share = 1 - JITTER * this.dependencies.random();
    this.timer?.dispose();
    try {
      const choosing = this.chooseEngine();
      used = this.engine;
      const engine = await choosing;
      if (!round.signal.aborted) {
        const asked = this.addresses;
        const { intervalMs, timeoutMs, maxPerSecond } = this.options;
        const targets = which === 'all' ? this.targets : backOff.due(this.targets);
        await engine.run(
          planRound(targets, (id) => backOff.isDead(id), (maxPerSecond * intervalMs) / 1_000),
          {
            timeoutMs,
            concurrency: CONCURRENCY,
            perNode: PER_NODE,
            pace: this.pace,
          },
          round.signal,
          (id, sample, answer) => {
            // What an address said that is no longer this one's is not this one's.
            if (!round.signal.aborted && asked.get(id) === this.addresses.get(id)) {
              found.set(id, [...(found.get(id) ?? []), sample]);
              this.take(id, sample, answer);
            }
          },
        );
        if (!round.signal.aborted) {
          this.problem = undefined;
        }
      }
    } catch (error) {
      // The engine itself could not be started: look for one again, say so, go on.
      if (error !== this.logged) {
        this.logged = error;
        this.dependencies.logger.error(`Probing failed: ${String(error)}`);
      }
      // What fails of an aborted round may be that of another vantage.
      if (!round.signal.aborted) {
        this.engine = this.engine === used ? undefined : this.engine;
        this.problem = this.dependencies.describe(error);
      }
    }
    // What an engine that failed has left under way.
    round.abort();
    backOff.note(found);
    this.round = undefined;
    this.tell();
    this.schedule();
  }

  /** The engine that rounds run with; rejects when it cannot be told. */
  async chooseEngine(): Promise<ProbeEngine> {
    const chosen = (this.engine ??= this.vantage.chooseEngine());
    try {
      const engine = await chosen;
      if (this.engine === chosen && this.engineLabel !== engine.label) {
        this.engineLabel = engine.label;
        this.tell();
      }
      return engine;
    } catch (error) {
      if (this.engine === chosen) {
        this.engine = undefined;
        this.problem = this.dependencies.describe(error);
        this.tell();
      }
      throw error;
    }
  }

  private take(id: string, sample: ProbeSample, answer: HttpAnswer | undefined): void {
    if (!this.addresses.has(id)) {
      return;
    }
    const answeredBy = answer === undefined ? undefined : this.answererOf(id, answer);
    const taken = answeredBy === undefined ? sample : { ...sample, answeredBy };
    this.records.take(id, taken);
    this.sampleEmitter.fire({ id, sample: taken });
    this.untold.add(id);
    this.tell();
  }

  private cells(): readonly ProbeCell[] {
    const probed = this.targets.map(({ id }) => this.records.cell(id));
    const others = this.notProbed.map(({ id, why }): ProbeCell => {
      const verdict: CellVerdict = { kind: 'not-probed', why };
      return { entryId: id, verdict, samples: [] };
    });
    return [...probed, ...others];
  }

  private tell(): void {
    if (this.disposed) {
      return;
    }
    this.telling ??= this.dependencies.clock.after(TELL_EVERY_MS, () => {
      this.telling = undefined;
      const untold = [...this.untold].filter((id) => this.addresses.has(id));
      const view: ProbeView = this.allUntold
        ? this.view
        : { ...this.summary(), cells: untold.map((id) => this.records.cell(id)), complete: false };
      this.untold = new Set();
      this.allUntold = false;
      this.changeEmitter.fire(view);
    });
  }
}

function addressOf(target: ProbeTarget): string {
  const ask = target.kind === 'http' ? JSON.stringify(askOf(target)) : '';
  return `${target.kind} ${target.host} ${target.port} ${target.timeoutMs ?? ''} ${ask}`;
}

function sameTargets(a: readonly ProbeTarget[], b: readonly ProbeTarget[]): boolean {
  return (
    a.length === b.length &&
    a.every((target, index) => {
      const other = b[index];
      return (
        other?.id === target.id &&
        addressOf(other) === addressOf(target) &&
        other.tasks.key === target.tasks.key
      );
    })
  );
}
