import type { Clock } from '../common/clock';
import type { Logger } from '../common/logger';
import { toSwarmscopeError } from '../common/errors';
import type { Engine } from '../docker/engine';
import type { InfoRecord } from '../docker/records/info';
import type { ConnectionEntry } from '../docker/target';
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
}

/** An engine that did not answer by then is passed over, in milliseconds. */
const LOOK_MS = 4_000;
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
  { open, logger }: SeekTools,
  signal: AbortSignal,
): Promise<FoundManager | undefined> {
  let engine: Engine | undefined;
  try {
    engine = await open(entry, signal);
    const info = await engine.info(signal);
    const problem = swarmProblem(info);
    if (problem !== undefined) {
      throw problem;
    }
    if (info.swarm.cluster?.id !== swarmId) {
      engine.dispose();
      return undefined;
    }
    const found = { entry, engine, info };
    try {
      await engine.nodes(signal);
      return { ...found, hasLeader: true };
    } catch (error) {
      if (toSwarmscopeError(error).code !== 'no-quorum') {
        throw error;
      }
      return { ...found, hasLeader: false };
    }
  } catch (error) {
    logger.debug(`${entry.name} is no other manager now: ${toSwarmscopeError(error).code}`);
    engine?.dispose();
    return undefined;
  }
}
