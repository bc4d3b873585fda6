import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import { toSwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import type { Engine } from '../docker/engine';
import type { EventRecord } from '../docker/records/event';

/** What the follower needs from its session. */
export interface FollowerHost {
  onEvent(event: EventRecord): void;
  /** The stream is being opened again; a full look is due. */
  onReconnected(): void;
  /** Resolves true when the engine answers as a working manager; reports the failure itself. */
  probe(signal: AbortSignal): Promise<boolean>;
  /** Longest pause between two attempts just now, in milliseconds. */
  longestPause(): number;
}

const FIRST_DELAY_MS = 250;
/** A stream that lived this long was sound: the next break starts with the shortest delay. */
const SOUND_STREAM_MS = 10_000;

/** Follows the event stream and opens it again with `since` whenever it ends. */
export class EventFollower implements Disposable {
  private readonly disposal = new AbortController();
  private stream = new AbortController();
  private delay = FIRST_DELAY_MS;
  private resume: (() => void) | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly host: FollowerHost,
    /**
     * From when on events are wanted, as the engine's clock has it: the stream opens beside the first
     * look, and through ssh a good while after it.
     */
    private since?: string,
    /** 0 to 1; spreads the attempts of several windows. */
    private readonly random: () => number = Math.random,
  ) {}

  /** Opens the stream; returns when disposed. Never rejects. */
  async run(): Promise<void> {
    for (let first = true; !this.disposal.signal.aborted; first = false) {
      const openedAt = this.clock.now();
      const following = this.follow();
      if (!first) {
        this.host.onReconnected();
      }
      await following;
      if (this.clock.now() - openedAt >= SOUND_STREAM_MS) {
        this.delay = FIRST_DELAY_MS;
      }
      await this.waitForEngine();
    }
  }

  /** Gives up the present stream, which may hang silently on a dead connection. */
  restart(): void {
    this.stream.abort();
  }

  /** Ends a wait between two attempts now. */
  wake(): void {
    this.resume?.();
  }

  dispose(): void {
    this.disposal.abort();
    this.stream.abort();
    this.wake();
  }

  private async follow(): Promise<void> {
    this.stream = new AbortController();
    try {
      for await (const event of this.engine.events(this.since, this.stream.signal)) {
        if (this.disposal.signal.aborted) {
          return;
        }
        this.since = event.time;
        this.host.onEvent(event);
      }
      this.logger.debug('Event stream closed by the engine');
    } catch (error) {
      this.logger.debug(`Event stream ended: ${toSwarmscopeError(error).code}`);
    }
  }

  private async waitForEngine(): Promise<void> {
    const { signal } = this.disposal;
    do {
      // Up to a fifth longer, so that many windows do not knock in step.
      await this.sleep(this.delay * (1 + this.random() / 5));
      this.delay = Math.min(this.delay * 2, this.host.longestPause());
    } while (!signal.aborted && !(await this.host.probe(signal)));
  }

  /** Waits `ms`, until woken or disposed. */
  private async sleep(ms: number): Promise<void> {
    if (this.disposal.signal.aborted) {
      return;
    }
    let timer: Disposable | undefined;
    await new Promise<void>((resolve) => {
      this.resume = resolve;
      timer = this.clock.after(ms, resolve);
    });
    timer?.dispose();
    this.resume = undefined;
  }
}
