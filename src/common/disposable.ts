/** Anything that holds a timer, socket, listener or child process and can let go of it. */
export interface Disposable {
  dispose(): void;
}

/** Collects disposables; once disposed itself it disposes late arrivals at once. */
export class DisposableStore implements Disposable {
  private readonly items = new Set<Disposable>();
  private disposed = false;

  /** True after {@link dispose}; whoever works asynchronously asks this before touching a result. */
  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Registers `item` and returns it, so that creation and registration are one expression. */
  add<T extends Disposable>(item: T): T {
    if (this.disposed) {
      item.dispose();
    } else {
      this.items.add(item);
    }
    return item;
  }

  /** Disposes `item` now and forgets it. */
  delete(item: Disposable): void {
    if (this.items.delete(item)) {
      item.dispose();
    }
  }

  /** Disposes everything in reverse order of registration; one that throws does not stop the rest. */
  dispose(): void {
    this.disposed = true;
    const errors: unknown[] = [];
    for (const item of [...this.items].toReversed()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    this.items.clear();
    if (errors.length > 0) {
      throw new AggregateError(errors, 'Disposing failed');
    }
  }
}

/** Wraps a function as a disposable that runs it at most once. */
export function toDisposable(run: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (!done) {
        done = true;
        run();
      }
    },
  };
}
