import type { Clock } from '../common/clock';
import { pause } from '../common/pause';

const WINDOW_MS = 1_000;

/** Lets no more connections begin in any one second than `perSecond`, first come, first served. */
export class Pace {
  /** What began in the last second, oldest first. */
  private begun: readonly { readonly at: number; readonly count: number }[] = [];
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    public perSecond: number,
  ) {}

  /** Waits until `count` more may begin; false when aborted before. */
  async take(count: number, signal: AbortSignal): Promise<boolean> {
    const turn = this.last.then(() => this.admit(count, signal));
    this.last = turn;
    return await turn;
  }

  private async admit(count: number, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const now = this.clock.now();
      // What lies ahead was written down before the machine's clock was set back.
      this.begun = this.begun.filter(({ at }) => at > now - WINDOW_MS && at <= now);
      const [oldest] = this.begun;
      const used = this.begun.reduce((sum, one) => sum + one.count, 0);
      // More than a whole second may hold begins alone: the limit was lowered meanwhile.
      if (oldest === undefined || used + count <= this.perSecond) {
        this.begun = [...this.begun, { at: now, count }];
        return true;
      }
      await pause(this.clock, oldest.at + WINDOW_MS - now, signal);
    }
    return false;
  }
}
