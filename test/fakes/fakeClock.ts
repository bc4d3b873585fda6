import type { Clock } from '../../src/common/clock';
import { toDisposable, type Disposable } from '../../src/common/disposable';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until told; promises settle between any two of its timers. */
export class FakeClock implements Clock {
  private readonly timers = new Set<Timer>();
  private order = 0;

  constructor(private time = 1_000_000) {}

  /** Number of timers that wait. */
  get pending(): number {
    return this.timers.size;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): Disposable {
    const timer = { at: this.time + ms, order: (this.order += 1), run };
    this.timers.add(timer);
    return toDisposable(() => this.timers.delete(timer));
  }

  /** Lets `ms` milliseconds pass, running every timer at its time. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settled();
    for (let timer = this.nextBefore(end); timer !== undefined; timer = this.nextBefore(end)) {
      this.timers.delete(timer);
      this.time = timer.at;
      timer.run();
      await settled();
    }
    this.time = end;
  }

  private nextBefore(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) {
      const isFirst =
        next === undefined ||
        timer.at < next.at ||
        (timer.at === next.at && timer.order < next.order);
      next = timer.at <= end && isFirst ? timer : next;
    }
    return next;
  }
}

/** Resolves after everything that only waits for promises has run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
