import { toDisposable, type Disposable } from './disposable';

/** Subscribes a listener; structurally equal to `vscode.Event`, so core rooms need no vscode import. */
export type Event<T> = (listener: (value: T) => unknown) => Disposable;

/** A minimal event source for rooms that must not import vscode at run time. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(value: T) => unknown>();

  /** The subscription side; hand this out, keep the emitter private. */
  readonly event: Event<T> = (listener) => {
    const own = (value: T): unknown => listener(value);
    this.listeners.add(own);
    return toDisposable(() => this.listeners.delete(own));
  };

  /** Calls every listener; one that throws does not keep the value from the others. */
  fire(value: T): void {
    const errors: unknown[] = [];
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) {
      throw new AggregateError(errors, 'An event listener failed');
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}
