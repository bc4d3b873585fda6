import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import type { Logger } from '../common/logger';
import { toSwarmscopeError } from '../common/errors';
import type { Engine } from '../docker/engine';
import type { InfoRecord } from '../docker/records/info';
import type { ConnectionEntry } from '../docker/target';
import type { Acquaintances } from './acquaintances';
import { swarmProblem } from './swarmProblem';

/** A working manager, its engine open; whoever gets it disposes the engine. */
export interface FoundManager {
  readonly entry: ConnectionEntry;
  readonly engine: Engine;
  readonly info: InfoRecord;
  /** False while its swarm has no leader, or it cannot reach it. */
  readonly hasLeader: boolean;
}

/** What a search needs. */
export interface SeekTools {
  readonly open: (entry: ConnectionEntry, signal: AbortSignal) => Promise<Engine>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly acquaintances: Acquaintances;
}

/** An engine that did not answer by then is passed over, in milliseconds. */
const LOOK_MS = 4_000;
/** What a led swarm answers comes within this time, in milliseconds. */
const PROMPT_MS = 1_500;
/** A manager without a leader waits so long for one that has one, in milliseconds. */
const BETTER_MS = 1_000;

/**
 * Looks at all `entries` at once and gives the first that is a manager of the swarm `swarmId` with a
 * leader; else, when nothing better turns up, one that has none just now. Whatever else was opened
 * is closed again. Never rejects; undefined when there is none, or when aborted.
 */
export function seekManager(
  entries: readonly ConnectionEntry[],
  swarmId: string,
  tools: SeekTools,
  signal: AbortSignal,
): Promise<FoundManager | undefined> {
  return new Promise((resolve) => {
    const looks = new AbortController();
    const limit = tools.clock.after(LOOK_MS, () => finish());
    let patience = limit;
    let leaderless: FoundManager | undefined;
    let done = false;
    const finish = (found?: FoundManager): void => {
      if (done) {
        return;
      }
      done = true;
      limit.dispose();
      patience.dispose();
      looks.abort();
      signal.removeEventListener('abort', abort);
      if (leaderless !== undefined && found !== undefined) {
        leaderless.engine.dispose();
      }
      resolve(found ?? leaderless);
    };
    const abort = (): void => {
      leaderless?.engine.dispose();
      leaderless = undefined;
      finish();
    };
    const take = (found: FoundManager | undefined): void => {
      if (found === undefined) {
        return;
      }
      if (done || (!found.hasLeader && leaderless !== undefined)) {
        found.engine.dispose();
      } else if (found.hasLeader) {
        finish(found);
      } else {
        leaderless = found;
        patience = tools.clock.after(BETTER_MS, () => finish());
      }
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) {
      abort();
      return;
    }
    const looking = entries.map(async (entry) =>
      take(await lookFor(entry, swarmId, tools, looks.signal)),
    );
    void Promise.all(looking).then(() => finish());
  });
}

async function lookFor(
  entry: ConnectionEntry,
  swarmId: string,
  tools: SeekTools,
  signal: AbortSignal,
): Promise<FoundManager | undefined> {
  let engine: Engine | undefined;
  try {
    engine = await tools.open(entry, signal);
    const info = await infoOf(entry, engine, tools, signal);
    const isOfSwarm = info.swarm.cluster?.id === swarmId;
    if (isOfSwarm) {
      const hasLeader = await isLed(engine, tools, signal);
      return { entry, engine, info, hasLeader };
    }
    tools.logger.debug(`${entry.name} leads to another swarm`);
  } catch (error) {
    tools.logger.debug(`${entry.name} is no other manager now: ${toSwarmscopeError(error).code}`);
  }
  engine?.dispose();
  return undefined;
}

/**
 * What an engine tells of itself. While a swarm elects a leader even that waits for the election (seen
 * on Engine 20.10 and 28.5, some 12 s): then what the engine told before.
 */
async function infoOf(
  entry: ConnectionEntry,
  engine: Engine,
  { clock, acquaintances }: SeekTools,
  signal: AbortSignal,
): Promise<InfoRecord> {
  const asked = engine.info(signal).then((info) => {
    const problem = swarmProblem(info);
    if (problem !== undefined) {
      throw problem;
    }
    acquaintances.note(entry.id, info);
    return info;
  });
  const known = acquaintances.find(entry.id);
  return known === undefined ? await asked : await orAfter(clock, PROMPT_MS, asked, known);
}

/** Whether the node list, which only a led swarm gives, comes promptly. */
async function isLed(engine: Engine, { clock }: SeekTools, signal: AbortSignal): Promise<boolean> {
  const asked = engine.nodes(signal).then(
    () => true,
    (error: unknown) => {
      if (toSwarmscopeError(error).code === 'no-quorum') {
        return false;
      }
      throw error;
    },
  );
  return await orAfter(clock, PROMPT_MS, asked, false);
}

/** What `promise` gives, or `fallback` when that takes longer than `ms` milliseconds. */
async function orAfter<T>(clock: Clock, ms: number, promise: Promise<T>, fallback: T): Promise<T> {
  let timer: Disposable | undefined;
  const late = new Promise<T>((resolve) => {
    timer = clock.after(ms, () => resolve(fallback));
  });
  // Whatever comes later is of no interest, a failure neither.
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer?.dispose();
  }
}
