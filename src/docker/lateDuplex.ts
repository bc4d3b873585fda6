import type { Duplex } from 'node:stream';
import { AgentDuplex } from './agentDuplex';

/** Opens the connection behind a {@link LateDuplex}; `signal` aborts when nobody wants it any more. */
export type OpenLate = (signal: AbortSignal) => Promise<Duplex>;

/**
 * A connection that can be handed over before it is made; what is written waits. Emits
 * 'secureConnect' when it is there, and 'error' when it could not be made.
 */
export class LateDuplex extends AgentDuplex {
  private readonly opening = new AbortController();
  private inner: Duplex | undefined;
  private waiting: ((inner: Duplex) => void) | undefined;
  private hasEnded = false;

  constructor(open: OpenLate) {
    super({ allowHalfOpen: false });
    void this.attach(open);
  }

  override _read(): void {
    this.inner?.resume();
  }

  override _write(
    chunk: Buffer,
    encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.whenOpen((inner) => inner.write(chunk, encoding, done));
  }

  override _final(done: (error?: Error | null) => void): void {
    this.whenOpen((inner) => {
      if (!inner.writableEnded && !inner.destroyed) {
        inner.end();
      }
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.opening.abort();
    this.inner?.destroy();
    done(error);
  }

  private async attach(open: OpenLate): Promise<void> {
    try {
      this.follow(await open(this.opening.signal));
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private follow(inner: Duplex): void {
    inner.on('error', (error) => this.destroy(error));
    if (this.destroyed) {
      inner.destroy();
      return;
    }
    if (inner.destroyed) {
      // It broke between being made and being handed over, and says so no more.
      this.destroy(inner.errored ?? undefined);
      return;
    }
    this.inner = inner;
    inner.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) {
        inner.pause();
      }
    });
    inner.on('end', () => {
      this.hasEnded = true;
      this.push(null);
    });
    inner.on('close', () => {
      // After an orderly end what was read is still to be delivered.
      if (!this.hasEnded) {
        this.destroy();
      }
    });
    this.emit('secureConnect');
    this.waiting?.(inner);
    this.waiting = undefined;
  }

  private whenOpen(run: (inner: Duplex) => void): void {
    if (this.inner === undefined) {
      this.waiting = run;
    } else {
      run(this.inner);
    }
  }
}
