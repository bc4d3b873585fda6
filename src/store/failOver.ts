import pLimit from 'p-limit';
import type { Disposable } from '../common/disposable';
import { toSwarmscopeError } from '../common/errors';
import type { ConnectionEntry } from '../docker/target';
import { seekManager, type FoundManager, type SeekTools } from './seekManager';

/** A manager as its swarm names it. */
export interface KnownManager {
  readonly nodeId: string;
  /** Empty when it is not known. */
  readonly hostname: string;
  /** Host or IP address without port. */
  readonly address: string;
}

/**
 * The ways that there may be to managers of a connection's swarm: other connections, and what the
 * connection's own template makes of `managers`. Which of them lead to that swarm is found by asking.
 */
export type FindRoutes = (
  connection: ConnectionEntry,
  managers: readonly KnownManager[],
) => Promise<readonly ConnectionEntry[]>;

/** What is sought. */
export interface Sought {
  /** The connection that the person chose. */
  readonly preferred: ConnectionEntry;
  /** What is in use and does not work, or the stand-in that does. */
  readonly inUse: ConnectionEntry;
  readonly swarmId: string;
  readonly managers: readonly KnownManager[];
  /** True: a manager without a leader is no better than what is in use. */
  readonly needsLeader: boolean;
  /** False while nobody looks. */
  readonly attentive: boolean;
}

/** What a fail-over asks and tells. */
export interface FailOverHost {
  /** What is sought as it is now; undefined when nothing of the swarm is known. */
  sought(): Sought | undefined;
  /** Hands over a working manager. */
  adopt(found: FoundManager): void;
}

/** Pauses between two searches while somebody looks, and while nobody does, in milliseconds. */
const PAUSE_MS = { first: 1_000, longest: 5_000, unwatched: 60_000 };
/** How often a preferred manager that is not in use is looked at, in milliseconds. */
const RETURN_MS = { watched: 5_000, unwatched: 60_000 };
/** A preferred manager must answer so many times in a row, or one that flaps would be followed. */
const RETURN_LOOKS = 2;
const LOOKS_AT_ONCE = 6;
/** Ways that are tried at the most; a person has a handful. */
const MOST_ROUTES = 24;

/** Looks for a manager to use while the one in use is lost, and for the preferred one afterwards. */
export class FailOver implements Disposable {
  private search: AbortController | undefined;
  private learning: AbortController | undefined;
  private seeking = false;
  private resume: (() => void) | undefined;

  constructor(
    private readonly tools: SeekTools & { readonly routes: FindRoutes },
    private readonly host: FailOverHost,
  ) {}

  /**
   * Looks once at everything that may lead to the swarm, so that it is known when the manager in use
   * goes: then the others may have to elect a leader before they tell anything. Gives what leads there.
   */
  async learn({
    preferred,
    inUse,
    swarmId,
    managers,
  }: Sought): Promise<readonly ConnectionEntry[]> {
    const learning = new AbortController();
    this.learning?.abort();
    this.learning = learning;
    const limit = pLimit(LOOKS_AT_ONCE);
    const entries = await this.routesBeside(preferred, inUse, managers);
    const led = await Promise.all(
      entries.map((entry) =>
        limit(async () => {
          const found = await seekManager([entry], swarmId, this.tools, learning.signal);
          found?.engine.dispose();
          return found === undefined ? [] : [entry];
        }),
      ),
    );
    return learning.signal.aborted ? [] : led.flat();
  }

  /** Looks for another manager now and again, until {@link stop}; does nothing when it does already. */
  seek(): void {
    if (!this.seeking) {
      this.stop();
      this.seeking = true;
      void this.seekUntilFound(this.newSearch());
    }
  }

  /** Looks for the preferred manager from time to time, until {@link stop}. */
  awaitPreferred(): void {
    this.stop();
    void this.returnWhenFound(this.newSearch());
  }

  /** Ends a pause now: somebody looks again. */
  wake(): void {
    this.resume?.();
  }

  /** Gives up what is under way. */
  stop(): void {
    this.search?.abort();
    this.search = undefined;
    this.seeking = false;
  }

  dispose(): void {
    this.stop();
    this.learning?.abort();
  }

  /** One search through everything that may lead to the swarm. */
  async seekOnce(sought: Sought, signal: AbortSignal): Promise<FoundManager | undefined> {
    const { preferred, inUse, managers, swarmId } = sought;
    const entries = await this.routesBeside(preferred, inUse, managers);
    return await seekManager(entries, swarmId, this.tools, signal);
  }

  private async routesBeside(
    preferred: ConnectionEntry,
    inUse: ConnectionEntry,
    managers: readonly KnownManager[],
  ): Promise<readonly ConnectionEntry[]> {
    const others = await this.tools.routes(preferred, managers);
    return [preferred, ...others].filter(({ id }) => id !== inUse.id).slice(0, MOST_ROUTES);
  }

  private newSearch(): AbortSignal {
    this.search = new AbortController();
    return this.search.signal;
  }

  private async seekUntilFound(signal: AbortSignal): Promise<void> {
    let pause = PAUSE_MS.first;
    while (!signal.aborted) {
      const sought = this.host.sought();
      if (sought === undefined) {
        this.stop();
        return;
      }
      const found = await this.guarded(() => this.seekOnce(sought, signal));
      if (found !== undefined && !(sought.needsLeader && !found.hasLeader) && !signal.aborted) {
        this.stop();
        this.host.adopt(found);
        return;
      }
      found?.engine.dispose();
      await this.wait(sought.attentive ? pause : PAUSE_MS.unwatched, signal);
      pause = Math.min(pause * 2, PAUSE_MS.longest);
    }
  }

  private async returnWhenFound(signal: AbortSignal): Promise<void> {
    let looks = 0;
    for (;;) {
      const attentive = this.host.sought()?.attentive === true;
      await this.wait(attentive ? RETURN_MS.watched : RETURN_MS.unwatched, signal);
      const sought = this.host.sought();
      if (signal.aborted || sought === undefined) {
        return;
      }
      const { preferred, swarmId } = sought;
      const found = await this.guarded(() => seekManager([preferred], swarmId, this.tools, signal));
      looks = found?.hasLeader === true ? looks + 1 : 0;
      if (found !== undefined && looks === RETURN_LOOKS && !signal.aborted) {
        this.stop();
        this.host.adopt(found);
        return;
      }
      found?.engine.dispose();
    }
  }

  private async guarded<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      this.tools.logger.warn(`Looking for another manager: ${toSwarmscopeError(error).message}`);
      return undefined;
    }
  }

  private wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        timer.dispose();
        signal.removeEventListener('abort', finish);
        this.resume = undefined;
        resolve();
      };
      this.resume = finish;
      const timer = this.tools.clock.after(ms, finish);
      signal.addEventListener('abort', finish, { once: true });
      if (signal.aborted) {
        finish();
      }
    });
  }
}
