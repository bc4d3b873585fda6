import type { Duplex } from 'node:stream';
import type { Disposable } from '../common/disposable';
import { SwarmscopeError, type ErrorDetails } from '../common/errors';
import { toPlainLine } from '../common/text';

/** Its answer has no body, so that it is over with the head (RFC 9110 section 9.3.2). */
const QUESTION = 'HEAD /_ping HTTP/1.1\r\nHost: localhost\r\nUser-Agent: swarmscope\r\n\r\n';
const HEAD_LIMIT = 16_000;

/**
 * Asks the engine for a sign of life over a new connection, and leaves the connection as it was, for
 * others to use: ssh itself does not tell when a session is up and what runs in it.
 * @throws whatever the connection fails with; 'not-an-engine' (details.message) when something else
 *   answers, such as a login shell that greets; 'connection-lost'.
 */
export function checkIn(connection: Duplex, where: ErrorDetails): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = '';
    const settle = (run: () => void): void => {
      // It flows on, so that its end shows; an engine says nothing by itself.
      connection.off('data', onData).off('error', onError).off('close', onClose);
      run();
    };
    const fail = (error: Error): void =>
      settle(() => {
        connection.destroy();
        reject(error);
      });
    const onError = (error: Error): void => fail(error);
    const onClose = (): void => fail(new SwarmscopeError('connection-lost', where));
    const onData = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      const start = 'HTTP/'.slice(0, head.length);
      if (!head.startsWith(start) || head.length > HEAD_LIMIT) {
        // ssh may be about to end and say more: an account without a login greets and leaves.
        fail(new SwarmscopeError('ssh-failed', { ...where, message: toPlainLine(head) }));
      } else if (head.endsWith('\r\n\r\n')) {
        settle(() => resolve());
      }
    };
    connection.on('data', onData).on('error', onError).on('close', onClose);
    connection.write(QUESTION);
  });
}

/** A deadline that does not run while it is paused. */
export class Patience implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private started = 0;
  private pauses = 0;

  /** Calls `run` once `left` milliseconds have passed. */
  constructor(
    private left: number,
    private readonly run: () => void,
  ) {
    this.go();
  }

  pause(): void {
    this.pauses += 1;
    if (this.pauses === 1) {
      clearTimeout(this.timer);
      this.left -= Date.now() - this.started;
    }
  }

  /** Ends one {@link pause}. */
  resume(): void {
    this.pauses -= 1;
    if (this.pauses === 0) {
      this.go();
    }
  }

  dispose(): void {
    // A pause that never ends.
    this.pauses += 1;
    clearTimeout(this.timer);
  }

  private go(): void {
    this.started = Date.now();
    this.timer = setTimeout(this.run, Math.max(0, this.left));
  }
}
