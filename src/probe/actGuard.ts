import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../common/clock';
import { groupBy } from '../common/groupBy';
import type { Logger } from '../common/logger';
import { pause } from '../common/pause';
import { isGood } from '../shared/goodSample';
import type { ProbeSample } from '../shared/routingView';
import { burstOf } from './cellHistory';
import type { ProbeEngine, ProbeTarget } from './probe';

/** One node's side of a published port, as the swarm's state has it. */
export interface GuardedCell {
  readonly target: ProbeTarget;
  readonly hostname: string;
  readonly port: number;
  /** Whether it has to answer: false where what was asked for shuts it. */
  readonly owed: boolean;
}

/** Failed probes of one node. */
interface NodeFailures {
  readonly hostname: string;
  readonly count: number;
  /** Milliseconds from the first of them to the last. */
  readonly spanMs: number;
}

/** Where cells are; both lists are empty without any. */
export interface GuardedPlaces {
  /** Each once, the smallest first. */
  readonly ports: readonly number[];
  /** Each once. */
  readonly hostnames: readonly string[];
}

/** What probes around an act found. */
export interface GuardResult {
  /** Ports that were watched: those which answered before and have to after; smallest first. */
  readonly ports: readonly number[];
  /** What had to answer and did not before the act: nothing is held against it there. */
  readonly silent: GuardedPlaces;
  /** What too little is known of from before the act: the look did not get there in time, or some fail now. */
  readonly unsure: GuardedPlaces;
  /** Of the watched ports, those with failed probes. */
  readonly failedPorts: readonly number[];
  /** Of those, the ports that answered on none of their watched nodes at the end. */
  readonly deadPorts: readonly number[];
  /** The worst node first. */
  readonly failures: readonly NodeFailures[];
}

/** Probes that go on around an act. */
export interface RunningGuard {
  /** Sends no more, waits for those under way (at most a probe's deadline), and tells what was found. */
  end(): Promise<GuardResult>;
  /** Cuts everything off. */
  dispose(): void;
}

/** What a guard is built from. */
export interface GuardDependencies {
  /** The cells as they are now. */
  readonly cells: () => readonly GuardedCell[];
  readonly chooseEngine: () => Promise<ProbeEngine>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Deadline of one probe, milliseconds. */
  readonly timeoutMs: number;
  /** Aborted when the extension ends. */
  readonly signal: AbortSignal;
}

/** An act waits no longer for the look before it. */
const BEFORE_MS = 1_000;
const PACE_MS = 250;
/** At most so many connections a second, however many cells there are. */
const MOST_PER_SECOND = 100;
/** The look before sends no more connections than this, but one to each cell. */
const MOST_BEFORE = 300;
/** An act that is not done by then is guarded no longer. */
const DEADLINE_MS = 240_000;
const CONCURRENCY = 50;

interface WatchedCell {
  readonly cell: GuardedCell;
  /** Whether the look before asks every task behind it, where they have their turn one after the other. */
  readonly isKnown: boolean;
  /** Probes of the look before that have not ended. */
  left: number;
  /** Good ones among those that have. */
  good: number;
  /** Probes of the time after it that have ended. */
  probed: number;
  /** Whether every probe before got an answer, not a connection alone. */
  answered: boolean;
  busy: boolean;
  /** Whether the newest probe of the time after failed. */
  isDown: boolean;
  readonly failedAt: number[];
}

/**
 * Probes published ports from just before an act until it is done: first as many connections to each
 * cell as have every task asked, to know what answered before, then one to each at a tight pace. A cell
 * waits for its own probe only, so that a dead node holds up no other.
 *
 * Where {@link MOST_BEFORE} lets a cell have fewer connections than it has tasks, one of those that were
 * not asked may have been bad all along. There failed probes are held against the act only if they are
 * more than half of the cell's; fewer leave it {@link GuardResult.unsure}.
 */
export class ActGuard implements RunningGuard {
  private readonly watched = new Map<string, WatchedCell>();
  private readonly silent = new Set<GuardedCell>();
  /** Cells that the look before did not get to in time. */
  private readonly late = new Set<GuardedCell>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly cut = new AbortController();
  private readonly enough = new AbortController();
  /** Everything ends with it. */
  private readonly signal: AbortSignal;
  /** When the act began: what was sent later says nothing of the time before. */
  private actAt = Number.POSITIVE_INFINITY;

  private constructor(private readonly dependencies: GuardDependencies) {
    this.signal = AbortSignal.any([this.cut.signal, dependencies.signal]);
  }

  /** Takes the look before, for at most a second, and goes on probing. */
  static async begin(dependencies: GuardDependencies): Promise<ActGuard> {
    const guard = new ActGuard(dependencies);
    await guard.begin();
    return guard;
  }

  async end(): Promise<GuardResult> {
    this.enough.abort();
    while (this.underWay.size > 0 && !this.signal.aborted) {
      await Promise.all(this.underWay);
    }
    this.dispose();
    return this.result();
  }

  dispose(): void {
    this.cut.abort();
  }

  private async begin(): Promise<void> {
    const { cells, clock, chooseEngine } = this.dependencies;
    const owed = cells().filter((cell) => cell.owed);
    const share = Math.max(1, Math.floor(MOST_BEFORE / owed.length));
    for (const cell of owed) {
      const { id, tasks } = cell.target;
      const left = Math.min(share, Math.max(burstOf(tasks.count), tasks.count));
      const isKnown = left >= tasks.count;
      const nothing = {
        answered: true,
        busy: false,
        isDown: false,
        probed: 0,
        good: 0,
        failedAt: [],
      };
      this.watched.set(id, { cell, isKnown, left, ...nothing });
    }
    if (this.watched.size === 0) {
      return;
    }
    const engine = chooseEngine();
    const looked = new AbortController();
    const before = [...this.watched.values()].flatMap(({ cell, left }) =>
      Array.from({ length: left }, () => cell.target),
    );
    void this.run(engine, before).finally(() => looked.abort());
    await pause(clock, BEFORE_MS, AbortSignal.any([this.signal, looked.signal]));
    this.actAt = clock.now();
    void this.goOn(engine);
  }

  /** One connection to each cell that waits for none, again and again. */
  private async goOn(engine: Promise<ProbeEngine>): Promise<void> {
    const { clock } = this.dependencies;
    const signal = AbortSignal.any([this.signal, this.enough.signal]);
    const pace = Math.max(PACE_MS, (this.watched.size * 1_000) / MOST_PER_SECOND);
    while (!signal.aborted && clock.now() < this.actAt + DEADLINE_MS) {
      const free = [...this.watched.values()].filter(({ left, busy }) => left === 0 && !busy);
      for (const watched of free) {
        watched.busy = true;
      }
      if (free.length > 0) {
        const targets = free.map(({ cell }) => cell.target);
        void this.run(engine, targets);
      }
      await pause(clock, pace, signal);
    }
  }

  /** Never rejects: without an engine there is nothing to tell. */
  private async run(engine: Promise<ProbeEngine>, targets: readonly ProbeTarget[]): Promise<void> {
    const { timeoutMs, logger } = this.dependencies;
    const running = engine
      .then(async (found) => {
        if (!this.signal.aborted) {
          await found.run(
            targets,
            { timeoutMs, concurrency: CONCURRENCY },
            this.signal,
            (id, sample) => this.take(id, sample),
          );
        }
      })
      .catch((error: unknown) => {
        logger.error(`Probing around an act failed: ${String(error)}`);
        this.watched.clear();
        this.dispose();
      });
    this.underWay.add(running);
    await running;
    this.underWay.delete(running);
  }

  private take(id: string, sample: ProbeSample): void {
    const watched = this.watched.get(id);
    if (watched === undefined) {
      return;
    }
    const isAnswer = sample.outcome === 'answered';
    if (watched.left === 0) {
      watched.busy = false;
      watched.probed += 1;
      // Who said something before and only takes connections now has failed.
      watched.isDown = !isGood(sample) || (watched.answered && !isAnswer);
      if (watched.isDown) {
        watched.failedAt.push(sample.at);
      }
      return;
    }
    watched.left -= 1;
    watched.answered &&= isAnswer;
    watched.good += isGood(sample) ? 1 : 0;
    // What was sent before and waited into the act may have failed by it, where others got through.
    const isLate =
      sample.at > this.actAt || (watched.good > 0 && this.dependencies.clock.now() > this.actAt);
    if (sample.at > this.actAt || !isGood(sample)) {
      this.watched.delete(id);
      (isLate ? this.late : this.silent).add(watched.cell);
    }
  }

  private result(): GuardResult {
    const now = new Map(this.dependencies.cells().map((cell) => [cell.target.id, cell]));
    const isOwed = ({ target }: GuardedCell): boolean => {
      const cell = now.get(target.id);
      return cell?.owed === true && isSameAddress(cell.target, target);
    };
    const watched = [...this.watched.values()].filter(
      ({ cell, left }) => left === 0 && isOwed(cell),
    );
    const told = watched.filter(isTelling);
    const unsure = watched.filter((one) => !isTelling(one)).map(({ cell }) => cell);
    const failing = told.filter(({ failedAt }) => failedAt.length > 0);
    // What nobody knows the end of may answer.
    const late = [...this.late].filter(isOwed);
    const up = watched.filter(({ isDown }) => !isDown).map(({ cell }) => cell);
    const alive = new Set([...up, ...late].map(({ port }) => port));
    const failedPorts = portsOf(failing.map(({ cell }) => cell));
    const byNode = groupBy(failing, ({ cell }) => nodeOf(cell));
    return {
      ports: portsOf(told.map(({ cell }) => cell)),
      silent: placesOf([...this.silent].filter(isOwed)),
      unsure: placesOf([...late, ...unsure]),
      failedPorts,
      deadPorts: failedPorts.filter((port) => !alive.has(port)),
      failures: [...byNode]
        .map(([, cells]): NodeFailures => {
          const hostname = cells[0]?.cell.hostname ?? '';
          const at = cells.flatMap(({ failedAt }) => failedAt).toSorted((a, b) => a - b);
          return { hostname, count: at.length, spanMs: (at.at(-1) ?? 0) - (at[0] ?? 0) };
        })
        .toSorted((a, b) => b.count - a.count || b.spanMs - a.spanMs),
    };
  }
}

/** Whether what the probes of a cell found can be told of the act, see {@link ActGuard}. */
function isTelling({ isKnown, probed, failedAt }: WatchedCell): boolean {
  return isKnown || failedAt.length === 0 || failedAt.length * 2 > probed;
}

/** Whether an act left a cell where it was: another port or question has nothing to do with it. */
function isSameAddress(a: ProbeTarget, b: ProbeTarget): boolean {
  return isDeepStrictEqual({ ...a, tasks: undefined }, { ...b, tasks: undefined });
}

function placesOf(cells: readonly GuardedCell[]): GuardedPlaces {
  const byNode = new Map(cells.map((cell) => [nodeOf(cell), cell.hostname]));
  return { ports: portsOf(cells), hostnames: [...byNode.values()] };
}

/** A node with two addresses is one. */
function nodeOf({ target, hostname }: GuardedCell): string {
  return target.nodeId ?? hostname;
}

function portsOf(cells: readonly GuardedCell[]): readonly number[] {
  return [...new Set(cells.map(({ port }) => port))].toSorted((a, b) => a - b);
}
