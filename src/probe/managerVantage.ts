import type { Clock } from '../common/clock';
import { DisposableStore, type Disposable } from '../common/disposable';
import type { ManagerDoor } from './managerDoor';
import { chooseManagerEngine, type ManagerShell } from './managerEngine';
import type { ProbeEngine, Vantage } from './probe';

/** What leads to the manager; loaded when it is first wanted. */
export interface ManagerHost extends Disposable, Pick<ManagerShell, 'open'> {}

/** Guards at a door count those who come in vain: the next try waits this long, then twice as long. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 600_000;
/** A person's own try waits this long after the last one. */
const RETRY_MS = 10_000;
/** What was replaced is let go when nothing ran for so long: the waves of a burst have pauses. */
const LINGER_MS = 2_000;

/** Probes that start at a swarm's manager, until it is disposed. */
export class ManagerVantage implements Vantage, Disposable {
  private readonly ended = new AbortController();
  private way: Way | undefined;
  private failed:
    | {
        readonly error: unknown;
        readonly at: number;
        readonly waitMs: number;
        readonly until: number;
      }
    | undefined;

  constructor(
    readonly name: string,
    private readonly parts: {
      readonly load: () => Promise<ManagerHost>;
      readonly productVersion: string;
      readonly clock: Clock;
      /** Of the manager: whoever probes from it comes through the same. */
      readonly door: ManagerDoor;
    },
  ) {}

  /**
   * Rejects with the last failure, without another try, while its wait lasts. That is over for good when a
   * run of the engine has succeeded.
   */
  readonly chooseEngine = async (): Promise<ProbeEngine> => {
    const { failed } = this;
    if (failed !== undefined && this.parts.clock.now() < failed.until) {
      throw failed.error;
    }
    this.ended.signal.throwIfAborted();
    // The settings of ssh may have changed since.
    this.way?.retire();
    const way = new Way(this.parts.clock, this.ended.signal);
    this.way = way;
    try {
      return await way.use(() => this.engineOn(way));
    } catch (error) {
      way.end();
      this.note(way, error);
      throw error;
    }
  };

  /** Waits no longer after a failure, but keeps a pause for its sake. */
  readonly retry = (): void => {
    const { failed } = this;
    if (failed !== undefined) {
      const until = Math.min(failed.until, failed.at + RETRY_MS);
      this.failed = { ...failed, waitMs: 0, until };
    }
  };

  dispose(): void {
    this.ended.abort();
  }

  private async engineOn(way: Way): Promise<ProbeEngine> {
    const { load, productVersion, door } = this.parts;
    const { signal } = this.ended;
    const host = way.keep(await load());
    signal.throwIfAborted();
    const shell = { name: this.name, open: host.open };
    const engine = way.keep(await chooseManagerEngine(shell, productVersion, door, signal));
    return {
      label: engine.label,
      run: async (targets, options, aborted, onSample) => {
        try {
          await way.use(() => engine.run(targets, options, aborted, onSample));
        } catch (error) {
          this.note(way, error);
          throw error;
        }
        if (this.way === way && targets.length > 0 && !aborted.aborted) {
          this.failed = undefined;
        }
      },
    };
  }

  /** What fails of an earlier way says nothing of this one. */
  private note(way: Way, error: unknown): void {
    if (this.way !== way) {
      return;
    }
    const at = this.parts.clock.now();
    const waitMs = Math.min(
      LONGEST_WAIT_MS,
      Math.max(FIRST_WAIT_MS, (this.failed?.waitMs ?? 0) * 2),
    );
    this.failed = { error, at, waitMs, until: at + waitMs };
  }
}

/** What leads to the manager by the settings of one moment, until nobody uses it any more. */
class Way {
  private readonly kept = new DisposableStore();
  private users = 0;
  private isRetired = false;
  private lingering: Disposable | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', this.end, { once: true });
  }

  /** Lets go of `what` in the end; at once when that was before. */
  keep<T extends Disposable>(what: T): T {
    return this.kept.add(what);
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    this.users += 1;
    this.lingering?.dispose();
    try {
      return await work();
    } finally {
      this.users -= 1;
      this.endSoon();
    }
  }

  /** Ends as soon as nothing runs any more. */
  retire(): void {
    this.isRetired = true;
    this.endSoon();
  }

  readonly end = (): void => {
    this.signal.removeEventListener('abort', this.end);
    this.lingering?.dispose();
    this.kept.dispose();
  };

  private endSoon(): void {
    if (this.isRetired && this.users === 0 && !this.kept.isDisposed) {
      this.lingering?.dispose();
      this.lingering = this.clock.after(LINGER_MS, this.end);
    }
  }
}
