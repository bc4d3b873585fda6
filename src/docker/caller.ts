import type { IncomingMessage } from 'node:http';
import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import { isSwarmscopeError, SwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import { toTransportError, type DialOptions, type Line, type Transport } from './transport';

/** One request as the engine client words it. */
export interface EngineRequest {
  readonly method: DialOptions['method'];
  /** Path without version prefix and query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** `X-Registry-Auth`; never logged. */
  readonly registryAuth?: string;
  /** Milliseconds until the call fails with 'timed-out', a second attempt included. */
  readonly deadline: number;
  /** Bytes of the answer that are read at most; those of the {@link Caller} when omitted. */
  readonly answerLimit?: number;
  /** Use a connection of its own; creates do, see {@link Transport.single}. */
  readonly ownConnection?: boolean;
}

/** An answer read to its end. */
export interface EngineReply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** Milliseconds since the epoch by the engine's own clock, from its Date header. */
  readonly date: number | undefined;
}

/** An answer whose body is still coming. */
export interface OpenReply extends Disposable {
  readonly message: IncomingMessage;
  /** Names the true cause of a failure while the body was read. */
  explain(error: unknown): SwarmscopeError;
}

/** Largest answer that is read, in bytes, so that a hostile endpoint cannot fill the memory. */
export const ANSWER_LIMIT = 64 * 1024 * 1024;

/** Every status reaches us as an answer: docker-modem would read an error's body without a limit. */
const EVERY_STATUS: Readonly<Record<number, true>> = Object.fromEntries(
  Array.from({ length: 500 }, (_, index) => [index + 100, true as const]),
);

/** Sends requests over a {@link Transport}, each with a deadline, logged, cancellable. */
export class Caller implements Disposable {
  private readonly running = new Set<AbortController>();
  private disposed = false;

  constructor(
    private readonly transport: Transport,
    private readonly address: string,
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly answerLimit = ANSWER_LIMIT,
  ) {}

  /**
   * Sends `request` and reads the whole answer, whatever its status. A read is sent once more when
   * the engine had closed a pooled connection.
   * @throws SwarmscopeError of the transport kinds; 'connection-lost' and 'timed-out' carry
   *   `details.sent` 1 when the request may have reached the engine.
   */
  async send(
    prefix: string,
    request: EngineRequest,
    signal: AbortSignal | undefined,
  ): Promise<EngineReply> {
    const started = this.clock.now();
    try {
      return await this.sendOnce(prefix, request, signal);
    } catch (error) {
      const deadline = request.deadline - (this.clock.now() - started);
      const isLost = isSwarmscopeError(error, 'connection-lost');
      if (request.method !== 'GET' || !isLost || deadline <= 0) {
        throw error;
      }
      this.logger.debug(`GET ${prefix}${request.path} once more: connection lost`);
      return await this.sendOnce(prefix, { ...request, deadline, ownConnection: true }, signal);
    }
  }

  /** Sends `request` and hands over the answer as a stream once its head has arrived. */
  async open(prefix: string, request: EngineRequest, signal: AbortSignal): Promise<OpenReply> {
    const line = this.transport.single();
    const deadline = new Deadline(this.clock, request.deadline, signal);
    this.running.add(deadline.controller);
    const dispose = (): void => {
      this.running.delete(deadline.controller);
      deadline.dispose();
      line.dispose();
    };
    try {
      const message = await this.dial(line, prefix, request, deadline);
      deadline.stopClock();
      const explain = (error: unknown): SwarmscopeError =>
        deadline.explain(error, this.address, true);
      return { message, explain, dispose };
    } catch (error) {
      dispose();
      throw deadline.explain(error, this.address, line.connected);
    }
  }

  dispose(): void {
    this.disposed = true;
    for (const controller of this.running) {
      controller.abort();
    }
  }

  private async sendOnce(
    prefix: string,
    request: EngineRequest,
    signal: AbortSignal | undefined,
  ): Promise<EngineReply> {
    const started = this.clock.now();
    const line = request.ownConnection === true ? this.transport.single() : this.transport.pool;
    const deadline = new Deadline(this.clock, request.deadline, signal);
    this.running.add(deadline.controller);
    let outcome = 'failed';
    try {
      const message = await this.dial(line, prefix, request, deadline);
      const limit = request.answerLimit ?? this.answerLimit;
      const text = await readBody(message, limit, deadline.controller.signal);
      outcome = String(message.statusCode);
      return {
        status: message.statusCode ?? 0,
        headers: message.headers,
        text,
        date: readDate(message.headers.date),
      };
    } catch (error) {
      const explained = deadline.explain(error, this.address, line.connected);
      outcome = explained.code;
      throw explained;
    } finally {
      this.running.delete(deadline.controller);
      deadline.dispose();
      if (line !== this.transport.pool) {
        line.dispose();
      }
      // Never the body: it holds environment values.
      const took = this.clock.now() - started;
      this.logger.debug(`${request.method} ${prefix}${request.path} ${outcome} ${took} ms`);
    }
  }

  private dial(
    line: Line,
    prefix: string,
    request: EngineRequest,
    deadline: Deadline,
  ): Promise<IncomingMessage> {
    if (this.disposed) {
      deadline.controller.abort();
    }
    const { signal } = deadline.controller;
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new SwarmscopeError('cancelled'));
        return;
      }
      const options: DialOptions = {
        path: `${prefix}${request.path}?`,
        method: request.method,
        options: {
          _query: request.query ?? {},
          ...(request.body === undefined ? {} : { _body: request.body }),
        },
        headers: {
          Host: this.transport.host,
          'User-Agent': 'swarmscope',
          ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(request.registryAuth === undefined
            ? {}
            : { 'X-Registry-Auth': request.registryAuth }),
        },
        isStream: true,
        statusCodes: EVERY_STATUS,
        abortSignal: signal,
      };
      line.modem.dial(options, (error, message) => {
        if (message === null) {
          reject(error instanceof Error ? error : new Error(String(error)));
        } else {
          resolve(message);
        }
      });
    });
  }
}

/** Joins the caller's signal and a time limit into one controller and remembers which one struck. */
class Deadline implements Disposable {
  readonly controller = new AbortController();
  private expired = false;
  private readonly timer: Disposable;
  private readonly abort = (): void => this.controller.abort();

  constructor(
    clock: Clock,
    private readonly ms: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.timer = clock.after(ms, () => {
      this.expired = true;
      this.controller.abort();
    });
    if (signal?.aborted === true) {
      this.controller.abort();
    }
    signal?.addEventListener('abort', this.abort, { once: true });
  }

  /** Lifts the time limit, keeps the signal. */
  stopClock(): void {
    this.timer.dispose();
  }

  /** Names the true cause: what an abort leaves behind looks like a lost connection. */
  explain(error: unknown, address: string, sent: boolean): SwarmscopeError {
    if (this.expired) {
      const details = { address, seconds: this.ms / 1000, sent: Number(sent) };
      return new SwarmscopeError('timed-out', details, { cause: error });
    }
    if (this.controller.signal.aborted) {
      return new SwarmscopeError('cancelled', { address }, { cause: error });
    }
    const known = toTransportError(error, address);
    return new SwarmscopeError(
      known.code,
      { ...known.details, sent: Number(sent) },
      { cause: known.cause ?? known },
    );
  }

  dispose(): void {
    this.timer.dispose();
    this.signal?.removeEventListener('abort', this.abort);
  }
}

/**
 * Reads a body to its end.
 * @throws SwarmscopeError 'unexpected-answer' beyond `limit` bytes, or the stream's own error.
 */
function readBody(message: IncomingMessage, limit: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', onAbort);
      message.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(new SwarmscopeError('cancelled'));
    if (signal.aborted) {
      fail(new SwarmscopeError('cancelled'));
      return;
    }
    signal.addEventListener('abort', onAbort);
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        fail(new SwarmscopeError('unexpected-answer', { path: 'body', limit }));
        return;
      }
      chunks.push(chunk);
    });
    message.on('error', fail);
    message.on('close', () => fail(Object.assign(new Error('Closed'), { code: 'ECONNRESET' })));
    message.on('end', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}

function readDate(header: string | undefined): number | undefined {
  const date = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(date) ? undefined : date;
}
