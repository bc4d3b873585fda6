import { systemClock, type Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import { isSwarmscopeError, SwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import { Turns } from '../common/turns';
import { NEWEST_API, negotiateApi } from './apiVersion';
import { Caller, type EngineReply, type EngineRequest } from './caller';
import { newDialer, type DialerOptions } from './dialer';
import { streamLimits, type StreamLimits } from './dialerLimits';
import type { Created, ObjectKind } from './engine';
import { classifyEngineAnswer } from './engineText';
import { findLostCreate, type LostCreate } from './lostCreate';
import { isWebPage, readCreated, readJson } from './replies';
import type { ConnectionTarget } from './target';
import { Transport } from './transport';
import { withoutSecrets } from './withoutSecrets';

/** Collaborators and limits of an engine client. */
export interface EngineOptions extends DialerOptions {
  /** The parsed address as text, for logs and messages. */
  readonly address: string;
  /** Spoken instead of what is negotiated, `1.41`. */
  readonly apiVersion?: string;
  readonly clock?: Clock;
  /** Milliseconds for an ordinary call; 10,000 when omitted. */
  readonly callDeadline?: number;
  /** Milliseconds for the first contact; 5,000 when omitted. */
  readonly connectDeadline?: number;
  /** Bytes of an answer that are read at most; 64 MiB when omitted. */
  readonly answerLimit?: number;
}

/** A create as it is sent. */
interface Creation {
  readonly path: string;
  readonly body: unknown;
  readonly registryAuth?: string | undefined;
}

/** An engine that answers at all answers its ping at once. */
const PING_DEADLINE_MS = 2_000;
/** Bytes of a ping's answer, which is `OK`; whatever says more is no engine. */
const PING_LIMIT = 64 * 1024;
/** Starting or unlocking a swarm takes some seconds. */
export const CHANGE_DEADLINE_MS = 30_000;

/** Collections of the Engine API by kind of object. */
export const COLLECTIONS: Readonly<Record<ObjectKind, string>> = {
  network: 'networks',
  service: 'services',
  node: 'nodes',
  task: 'tasks',
};

/** One engine that requests are sent to: version, deadlines, refusals and lost answers. */
export abstract class EngineRequests implements Disposable {
  readonly address: string;
  readonly streamLimits: StreamLimits;
  protected readonly starting: Turns;
  private readonly transport: Transport;
  protected readonly caller: Caller;
  protected readonly logger: Logger;
  private readonly clock: Clock;
  protected readonly callDeadline: number;
  private readonly connectDeadline: number;
  private readonly pinned: string | undefined;
  private negotiated = '';
  /** Engine's clock minus ours in milliseconds; undefined until an answer bore a date. */
  private clockOffset: number | undefined;

  constructor(target: ConnectionTarget, options: EngineOptions) {
    this.address = options.address;
    this.streamLimits = streamLimits(target.kind);
    this.starting = new Turns(this.streamLimits.starting);
    this.pinned = options.apiVersion;
    this.logger = options.logger;
    this.clock = options.clock ?? systemClock;
    this.callDeadline = options.callDeadline ?? 10_000;
    this.connectDeadline = options.connectDeadline ?? 5_000;
    this.transport = new Transport(newDialer(target, options));
    this.caller = new Caller(
      this.transport,
      options.address,
      options.logger,
      this.clock,
      options.answerLimit,
    );
  }

  get apiVersion(): string {
    return this.negotiated;
  }

  async connect(signal?: AbortSignal): Promise<void> {
    await this.transport.prepare(signal);
    const reply = await this.askPing('', this.connectDeadline, signal);
    const engineNewest = reply.headers['api-version'];
    if (typeof engineNewest !== 'string') {
      throw new SwarmscopeError('not-an-engine', { address: this.address });
    }
    const version = this.pinned ?? negotiateApi(engineNewest);
    if (this.pinned !== undefined || (version === NEWEST_API && engineNewest !== NEWEST_API)) {
      // An engine of the future may have dropped our newest version, and an engine of the past does
      // not know a pinned one; its ping does not tell.
      await this.askPing(`/v${version}`, this.connectDeadline, signal);
    }
    this.negotiated = version;
    this.logger.info(`Engine at ${this.address} speaks API ${engineNewest}, using ${version}`);
  }

  async ping(signal?: AbortSignal): Promise<void> {
    await this.askPing('', Math.min(PING_DEADLINE_MS, this.connectDeadline), signal);
  }

  dispose(): void {
    this.caller.dispose();
    this.transport.dispose();
  }

  private async askPing(
    prefix: string,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<EngineReply> {
    const request = this.request('GET', '/_ping', { deadline, answerLimit: PING_LIMIT });
    const reply = await this.caller.send(prefix, request, signal).catch((error: unknown) => {
      throw isSwarmscopeError(error, 'unexpected-answer')
        ? new SwarmscopeError('not-an-engine', { address: this.address }, { cause: error })
        : error;
    });
    this.noteClock(reply);
    if (reply.status !== 200) {
      throw this.refusal(request, reply);
    }
    return reply;
  }

  protected async remove(
    kind: ObjectKind,
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const path = `/${COLLECTIONS[kind]}/${encodeURIComponent(id)}`;
    await this.call(this.request('DELETE', path, { ownConnection: true }), signal);
  }

  /** An act on the swarm itself, which takes the engine longer than an ordinary call. */
  protected async change(path: string, body: unknown, signal?: AbortSignal): Promise<void> {
    const deadline = Math.max(this.callDeadline, CHANGE_DEADLINE_MS);
    const request = this.request('POST', path, { body, deadline, ownConnection: true });
    await this.call(request, signal);
  }

  protected async read(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    return readJson(await this.call(this.request('GET', path, { query }), signal), this.address);
  }

  /** Sends a create once; when its answer is lost, looks the object up instead of sending again. */
  protected async create(
    { path, body, registryAuth }: Creation,
    signal: AbortSignal | undefined,
    lost: LostCreate,
  ): Promise<Created> {
    const request = this.request('POST', path, {
      body,
      ownConnection: true,
      ...(registryAuth === undefined ? {} : { registryAuth }),
    });
    const notBefore =
      this.clockOffset === undefined ? undefined : this.clock.now() + this.clockOffset;
    try {
      return readCreated(await this.call(request, signal), this.address);
    } catch (error) {
      if (
        !isSwarmscopeError(error, 'connection-lost', 'timed-out') ||
        error.details['sent'] !== 1
      ) {
        throw error;
      }
      this.logger.warn(`Answer to POST ${path} lost (${error.code}), looking ${lost.name} up`);
      return await findLostCreate(lost, { notBefore, cause: error, clock: this.clock, signal });
    }
  }

  protected async call(
    request: EngineRequest,
    signal: AbortSignal | undefined,
  ): Promise<EngineReply> {
    const reply = await this.caller.send(this.prefix(), request, signal);
    this.noteClock(reply);
    if (reply.status < 200 || reply.status >= 300) {
      throw this.refusal(request, reply);
    }
    return reply;
  }

  private refusal(request: EngineRequest, reply: EngineReply): SwarmscopeError {
    const { method, path } = request;
    if (isWebPage(reply)) {
      return new SwarmscopeError('not-an-engine', { address: this.address, status: reply.status });
    }
    const message = readMessage(reply.text);
    const known = classifyEngineAnswer({
      status: reply.status,
      message,
      // Engines repeat what they refuse.
      shown: withoutSecrets(message, request.body),
      request: { method, path },
    });
    // Whatever else refuses its ping is no engine.
    return path === '/_ping' && isSwarmscopeError(known, 'not-found', 'invalid', 'forbidden')
      ? new SwarmscopeError('not-an-engine', { address: this.address, status: reply.status })
      : known;
  }

  private noteClock(reply: EngineReply): void {
    if (reply.date !== undefined) {
      this.clockOffset = reply.date - this.clock.now();
    }
  }

  protected request(
    method: EngineRequest['method'],
    path: string,
    rest: Partial<EngineRequest> = {},
  ): EngineRequest {
    return { method, path, deadline: this.callDeadline, ...rest };
  }

  protected prefix(): string {
    return `/v${this.version()}`;
  }

  protected version(): string {
    if (this.negotiated === '') {
      throw new SwarmscopeError('not-an-engine', {
        address: this.address,
        reason: 'not connected',
      });
    }
    return this.negotiated;
  }
}

/** `message` of an error body, or the body itself. */
function readMessage(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'message' in body
      ? String(body.message)
      : text;
  } catch {
    return text;
  }
}
