import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import { Emitter } from '../common/emitter';
import type { Logger } from '../common/logger';
import { pause } from '../common/pause';
import type { BurstAnswer, BurstView, SessionCookie } from '../shared/burstView';
import type { Pace } from './pace';
import type { HttpAnswer, ProbeEngine, ProbeTarget } from './probe';

/** What a burst is to do. */
export interface BurstPlan extends Pick<
  BurstView,
  'routeId' | 'entryId' | 'wanted' | 'tasks' | 'balanced'
> {
  /** The nodes to ask, in turn; at least one. */
  readonly targets: readonly ProbeTarget[];
  /** Deadline of one connection, milliseconds. */
  readonly timeoutMs: number;
  /** What an answer says of who gave it. */
  readonly read: (answer: HttpAnswer) => {
    readonly answeredBy?: string;
    readonly cookie?: SessionCookie;
  };
}

/** What bursts are run with. */
export interface BurstDependencies {
  /** The engine of the scheduler's own rounds; may reject. */
  readonly chooseEngine: () => Promise<ProbeEngine>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The rounds' own: both together keep to it. */
  readonly pace: Pace;
}

/** So many connections begin at once, and none after them before they have ended. */
const WAVE = 25;
/** Waves begin no closer together than this: at most 100 connections a second. */
const WAVE_MS = 250;
/** Everything ends by then, whatever the nodes do, or in this many times what the rate lets it take. */
const DEADLINE = { ms: 120_000, times: 2 };
const TELL_EVERY_MS = 200;

/**
 * Runs one burst of fresh connections at a time, without retry, beside the scheduler's rounds: what it
 * finds counts toward no verdict. A new burst ends the one before it.
 */
export class BurstRunner implements Disposable {
  private readonly changeEmitter = new Emitter<BurstView>();
  private current: Burst | undefined;

  /** Fires at most five times a second, and at the end. */
  readonly onDidChange = this.changeEmitter.event;

  constructor(private readonly dependencies: BurstDependencies) {}

  /** The running burst or the last one. */
  get view(): BurstView | undefined {
    return this.current?.view;
  }

  /** Begins; resolves when the burst has ended, however it ended. */
  async start(plan: BurstPlan): Promise<void> {
    this.cancel();
    const burst = new Burst(plan, this.dependencies, (view) => {
      if (this.current === burst) {
        this.changeEmitter.fire(view);
      }
    });
    this.current = burst;
    await burst.run();
  }

  cancel(): void {
    this.current?.end('cancelled');
  }

  /** Ends the running burst and lets go of the last one, without telling. */
  forget(): void {
    const { current } = this;
    this.current = undefined;
    current?.end('cancelled');
  }

  /** Hears which tasks run behind a port now. */
  noteTasks(routeId: string, taskIds: readonly string[]): void {
    if (this.current?.view.routeId === routeId) {
      this.current.noteTasks(taskIds);
    }
  }

  /** Ends a running burst without telling: whoever listens may be gone already. */
  dispose(): void {
    this.changeEmitter.dispose();
    this.cancel();
  }
}

class Burst {
  private readonly controller = new AbortController();
  private readonly answers = new Map<number, BurstAnswer>();
  private readonly startedAt: number;
  private state: BurstView['state'] = 'running';
  private tasksChanged = false;
  /** Connections of the waves that have ended. */
  private whole = 0;
  private telling: Disposable | undefined;

  constructor(
    private readonly plan: BurstPlan,
    private readonly dependencies: BurstDependencies,
    private readonly tell: (view: BurstView) => void,
  ) {
    this.startedAt = dependencies.clock.now();
  }

  get view(): BurstView {
    const { routeId, entryId, wanted, tasks, balanced } = this.plan;
    const { state, startedAt, tasksChanged } = this;
    return {
      routeId,
      ...(entryId === undefined ? {} : { entryId }),
      state,
      wanted,
      startedAt,
      tasks,
      balanced,
      tasksChanged,
      made: this.answers.size,
      answers: [...this.answers.values()]
        .filter(({ index }) => index < this.whole)
        .toSorted((a, b) => a.index - b.index),
    };
  }

  noteTasks(taskIds: readonly string[]): void {
    const before = new Set(this.plan.tasks.map(({ taskId }) => taskId));
    const isSame = before.size === taskIds.length && taskIds.every((id) => before.has(id));
    if (this.state === 'running' && !isSame && !this.tasksChanged) {
      this.tasksChanged = true;
      this.tellSoon();
    }
  }

  /** Ends a running burst; what is under way is cut off and counts nowhere. */
  end(state: 'done' | 'cancelled' | 'late' | 'failed'): void {
    if (this.state === 'running') {
      this.state = state;
      this.controller.abort();
      this.telling?.dispose();
      this.telling = undefined;
      this.tell(this.view);
    }
  }

  async run(): Promise<void> {
    const { clock, logger, pace } = this.dependencies;
    const paced = DEADLINE.times * (this.plan.wanted / pace.perSecond) * 1_000;
    const deadline = clock.after(Math.max(DEADLINE.ms, paced), () => this.end('late'));
    this.tell(this.view);
    try {
      const engine = await this.dependencies.chooseEngine();
      for (let sent = 0; sent < this.plan.wanted && this.state === 'running'; sent += WAVE) {
        const isLast = sent + WAVE >= this.plan.wanted;
        const rest = isLast ? undefined : pause(clock, WAVE_MS, this.controller.signal);
        await this.runWave(engine, sent, Math.min(WAVE, this.plan.wanted - sent));
        if (this.state === 'running') {
          this.whole = sent + WAVE;
          this.tellSoon();
        }
        await rest;
      }
      this.end('done');
    } catch (error) {
      logger.error(`A burst of probes failed: ${String(error)}`);
      this.end('failed');
    } finally {
      deadline.dispose();
    }
  }

  private async runWave(engine: ProbeEngine, first: number, count: number): Promise<void> {
    const { targets, timeoutMs } = this.plan;
    const { pace } = this.dependencies;
    const wave = Array.from({ length: count }, (_unused, offset) => {
      const target = targets[(first + offset) % targets.length];
      return target === undefined ? [] : [{ ...target, id: String(first + offset) }];
    }).flat();
    await engine.run(
      wave,
      { timeoutMs, concurrency: WAVE, pace },
      this.controller.signal,
      (id, { outcome, phases }, answer) => {
        const index = Number(id);
        const entryId = targets[index % targets.length]?.id;
        if (this.state === 'running' && entryId !== undefined) {
          const who = answer === undefined ? {} : this.plan.read(answer);
          this.answers.set(index, { index, entryId, outcome, ms: phases.total, ...who });
          this.tellSoon();
        }
      },
    );
  }

  private tellSoon(): void {
    this.telling ??= this.dependencies.clock.after(TELL_EVERY_MS, () => {
      this.telling = undefined;
      this.tell(this.view);
    });
  }
}
