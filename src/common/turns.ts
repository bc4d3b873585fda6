import { toDisposable, type Disposable } from './disposable';

/** Lets a bounded number of things go on at once; the others wait, first come, first served. */
export class Turns {
  private taken = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly most: number) {}

  /** Resolves with a turn, which ends when it is disposed; at once, with none, when `signal` aborts. */
  async take(signal: AbortSignal): Promise<Disposable> {
    while (this.taken >= this.most && !signal.aborted) {
      await this.wait(signal);
    }
    if (signal.aborted) {
      return toDisposable(() => {});
    }
    this.taken += 1;
    let isOver = false;
    return toDisposable(() => {
      if (!isOver) {
        isOver = true;
        this.taken -= 1;
        this.next();
      }
    });
  }

  private async wait(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      this.waiting.add(go);
      signal.addEventListener('abort', go, { once: true });
    });
  }

  private next(): void {
    const [first] = this.waiting;
    first?.();
  }
}
