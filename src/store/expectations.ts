import type { Clock } from '../common/clock';
import { toDisposable, type Disposable } from '../common/disposable';

/** Commands that wait for something to change, each for a time of its own. */
export class Expectations {
  private readonly running = new Set<Disposable>();

  constructor(
    private readonly clock: Clock,
    /** Called after one began or ended. */
    private readonly onChange: () => void,
  ) {}

  get any(): boolean {
    return this.running.size > 0;
  }

  /** Begins one that ends after `forMs` milliseconds or when what it gives is disposed. */
  add(forMs: number): Disposable {
    const timer = this.clock.after(forMs, () => expectation.dispose());
    const expectation = toDisposable(() => {
      timer.dispose();
      if (this.running.delete(expectation)) {
        this.onChange();
      }
    });
    this.running.add(expectation);
    this.onChange();
    return expectation;
  }

  /** Ends all. */
  clear(): void {
    for (const expectation of this.running) {
      expectation.dispose();
    }
  }
}
