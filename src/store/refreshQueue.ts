import type { RefreshReason } from './swarmState';
import type { LoadPart } from './recordLoader';

/** One load to do: everything that was asked for since the last one began. */
interface Batch {
  readonly parts: Set<LoadPart>;
  reason: RefreshReason;
  readonly done: PromiseWithResolversLike;
}

interface PromiseWithResolversLike {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/**
 * Runs one load at a time and joins what is asked for meanwhile into the next, so an older answer
 * can never follow a newer one. An urgent request takes over the running load instead of waiting.
 */
export class RefreshQueue {
  private waiting: Batch | undefined;
  private running: { readonly batch: Batch; readonly controller: AbortController } | undefined;
  private disposed = false;

  /** `load` must not reject; an aborted one is taken up again by the request that aborted it. */
  constructor(
    private readonly load: (
      parts: ReadonlySet<LoadPart>,
      reason: RefreshReason,
      signal: AbortSignal,
    ) => Promise<void>,
  ) {}

  /** Resolves when a load that began after this call has ended, or the queue was disposed. */
  request(parts: Iterable<LoadPart>, reason: RefreshReason, urgent = false): Promise<void> {
    if (this.disposed) {
      return Promise.resolve();
    }
    const batch = (this.waiting ??= { parts: new Set(), reason, done: newSettling() });
    batch.reason = reason;
    for (const part of parts) {
      batch.parts.add(part);
    }
    if (this.running === undefined) {
      void this.runAll();
    } else if (urgent) {
      this.running.controller.abort();
    }
    return batch.done.promise;
  }

  /** Aborts what runs and resolves everybody who waits. */
  dispose(): void {
    this.disposed = true;
    this.running?.controller.abort();
    this.waiting?.done.resolve();
    this.waiting = undefined;
  }

  private async runAll(): Promise<void> {
    while (this.waiting !== undefined) {
      const batch: Batch = this.waiting;
      this.waiting = undefined;
      const controller = new AbortController();
      this.running = { batch, controller };
      await this.load(batch.parts, batch.reason, controller.signal);
      this.running = undefined;
      this.finish(batch, controller.signal.aborted);
    }
  }

  private finish(batch: Batch, aborted: boolean): void {
    const successor = aborted ? this.waiting : undefined;
    if (successor === undefined) {
      batch.done.resolve();
      return;
    }
    for (const part of batch.parts) {
      successor.parts.add(part);
    }
    void successor.done.promise.then(batch.done.resolve);
  }
}

function newSettling(): PromiseWithResolversLike {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
