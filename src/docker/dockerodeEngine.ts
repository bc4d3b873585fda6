import { systemClock, type Clock } from '../common/clock';
import { isSwarmscopeError, SwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import { isAtLeast, NEWEST_API, negotiateApi } from './apiVersion';
import { Caller, type EngineReply, type EngineRequest } from './caller';
import { newDialer, type DialerOptions } from './dialer';
import type {
  Created,
  Engine,
  ObjectKind,
  OverlayNetworkSpec,
  ServiceSpec,
  TaskFilter,
} from './engine';
import { classifyEngineAnswer } from './engineText';
import { readEvents } from './events';
import { findLostCreate, type LostCreate } from './lostCreate';
import type { EventRecord } from './records/event';
import { normalizeRows } from './records/fields';
import { normalizeInfo, type InfoRecord } from './records/info';
import { normalizeNetwork, type NetworkRecord } from './records/network';
import { normalizeNode, type NodeRecord } from './records/node';
import { normalizeService, type ServiceRecord } from './records/service';
import { normalizeTask, type TaskRecord } from './records/task';
import { isWebPage, readCreated, readJson } from './replies';
import { buildNetworkBody, buildServiceBody, isNetworkOf, isServiceOf } from './requestBodies';
import type { ConnectionTarget } from './target';
import { toTransportError, Transport } from './transport';
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

/** An engine that answers at all answers its ping at once. */
const PING_DEADLINE_MS = 2_000;
/** Bytes of a ping's answer, which is `OK`; whatever says more is no engine. */
const PING_LIMIT = 64 * 1024;
/** Starting or unlocking a swarm takes some seconds. */
const CHANGE_DEADLINE_MS = 30_000;

const COLLECTIONS: Readonly<Record<ObjectKind, string>> = {
  network: 'networks',
  service: 'services',
  node: 'nodes',
  task: 'tasks',
};

/** Builds the engine client for `target`; connects on {@link Engine.connect} only. */
export function createEngine(target: ConnectionTarget, options: EngineOptions): Engine {
  return new DockerodeEngine(target, options);
}

class DockerodeEngine implements Engine {
  readonly address: string;
  private readonly transport: Transport;
  private readonly caller: Caller;
  private readonly logger: Logger;
  private readonly clock: Clock;
  private readonly callDeadline: number;
  private readonly connectDeadline: number;
  private readonly pinned: string | undefined;
  private negotiated = '';
  /** Engine's clock minus ours in milliseconds; undefined until an answer bore a date. */
  private clockOffset: number | undefined;

  constructor(target: ConnectionTarget, options: EngineOptions) {
    this.address = options.address;
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

  async info(signal?: AbortSignal): Promise<InfoRecord> {
    return normalizeInfo(await this.read('/info', {}, signal));
  }

  async nodes(signal?: AbortSignal): Promise<readonly NodeRecord[]> {
    const rows = await this.read('/nodes', {}, signal);
    return normalizeRows(rows, 'nodes', normalizeNode, this.logger);
  }

  async networks(signal?: AbortSignal): Promise<readonly NetworkRecord[]> {
    const rows = await this.read('/networks', {}, signal);
    return normalizeRows(rows, 'networks', normalizeNetwork, this.logger);
  }

  async services(signal?: AbortSignal): Promise<readonly ServiceRecord[]> {
    const query = isAtLeast(this.version(), '1.41') ? { status: 'true' } : {};
    const rows = await this.read('/services', query, signal);
    return normalizeRows(rows, 'services', normalizeService, this.logger);
  }

  async tasks(filter: TaskFilter = {}, signal?: AbortSignal): Promise<readonly TaskRecord[]> {
    const filters = {
      ...(filter.serviceId === undefined ? {} : { service: [filter.serviceId] }),
      ...(filter.attachmentsOnly === true ? { runtime: ['attachment'] } : {}),
    };
    const query = Object.keys(filters).length > 0 ? { filters: JSON.stringify(filters) } : {};
    const rows = await this.read('/tasks', query, signal);
    return normalizeRows(rows, 'tasks', normalizeTask, this.logger);
  }

  async networkDetail(id: string, signal?: AbortSignal): Promise<NetworkRecord> {
    const query = { verbose: 'true', scope: 'swarm' };
    return normalizeNetwork(await this.read(`/networks/${encodeURIComponent(id)}`, query, signal));
  }

  inspect(kind: ObjectKind, id: string, signal?: AbortSignal): Promise<unknown> {
    const query = kind === 'network' ? { verbose: 'true' } : {};
    return this.read(`/${COLLECTIONS[kind]}/${encodeURIComponent(id)}`, query, signal);
  }

  async createNetwork(spec: OverlayNetworkSpec, signal?: AbortSignal): Promise<Created> {
    try {
      return await this.create('/networks/create', buildNetworkBody(spec), signal, {
        kind: 'network',
        name: spec.name,
        list: async () => {
          const networks = await this.networks(signal);
          return networks.filter((network) => isNetworkOf(spec, network));
        },
      });
    } catch (error) {
      throw await this.explainRefusal(error, signal);
    }
  }

  createService(spec: ServiceSpec, signal?: AbortSignal): Promise<Created> {
    return this.create('/services/create', buildServiceBody(spec), signal, {
      kind: 'service',
      name: spec.name,
      list: async () => {
        const services = await this.services(signal);
        return services
          .filter((service) => isServiceOf(spec, service))
          .map(({ id, createdAt }) => ({ id, created: createdAt }));
      },
    });
  }

  removeNetwork(id: string, signal?: AbortSignal): Promise<void> {
    return this.remove('network', id, signal);
  }

  removeService(id: string, signal?: AbortSignal): Promise<void> {
    return this.remove('service', id, signal);
  }

  removeNode(id: string, signal?: AbortSignal): Promise<void> {
    return this.remove('node', id, signal);
  }

  async initSwarm(advertiseAddress?: string, signal?: AbortSignal): Promise<void> {
    const body = {
      ListenAddr: '0.0.0.0:2377',
      ...(advertiseAddress === undefined ? {} : { AdvertiseAddr: advertiseAddress }),
    };
    await this.change('/swarm/init', body, signal);
  }

  async unlockSwarm(key: string, signal?: AbortSignal): Promise<void> {
    await this.change('/swarm/unlock', { UnlockKey: key }, signal);
  }

  async *events(since: string | undefined, signal: AbortSignal): AsyncGenerator<EventRecord> {
    if (signal.aborted) {
      return;
    }
    const query = {
      filters: JSON.stringify({ scope: ['swarm'] }),
      ...(since === undefined ? {} : { since }),
    };
    const request = this.request('GET', '/events', { query });
    let reply: Awaited<ReturnType<Caller['open']>> | undefined;
    try {
      reply = await this.caller.open(this.prefix(), request, signal);
      this.logger.debug(`GET ${this.prefix()}/events ${reply.message.statusCode} open`);
      if (reply.message.statusCode !== 200) {
        // Asked again as an ordinary call, whose answer is read with limits.
        await this.call(request, signal);
        throw new SwarmscopeError('connection-lost', { address: this.address });
      }
      yield* readEvents(reply.message, this.logger);
    } catch (error) {
      if (!signal.aborted) {
        throw reply?.explain(error) ?? toTransportError(error, this.address);
      }
    } finally {
      reply?.dispose();
    }
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

  private async remove(
    kind: ObjectKind,
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const path = `/${COLLECTIONS[kind]}/${encodeURIComponent(id)}`;
    await this.call(this.request('DELETE', path, { ownConnection: true }), signal);
  }

  /** An act on the swarm itself, which takes the engine longer than an ordinary call. */
  private async change(path: string, body: unknown, signal?: AbortSignal): Promise<void> {
    const deadline = Math.max(this.callDeadline, CHANGE_DEADLINE_MS);
    const request = this.request('POST', path, { body, deadline, ownConnection: true });
    await this.call(request, signal);
  }

  private async read(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    return readJson(await this.call(this.request('GET', path, { query }), signal), this.address);
  }

  /** Sends a create once; when its answer is lost, looks the object up instead of sending again. */
  private async create(
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
    lost: LostCreate,
  ): Promise<Created> {
    const request = this.request('POST', path, { body, ownConnection: true });
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

  /** Engines from 28 on give a worker the words of a node outside any swarm: ask which it is. */
  private async explainRefusal(error: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    if (!isSwarmscopeError(error, 'not-in-swarm')) {
      return error;
    }
    const info = await this.info(signal).catch(() => undefined);
    return info?.swarm.state === 'active'
      ? new SwarmscopeError('worker', error.details, { cause: error })
      : error;
  }

  private async call(
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

  private request(
    method: EngineRequest['method'],
    path: string,
    rest: Partial<EngineRequest> = {},
  ): EngineRequest {
    return { method, path, deadline: this.callDeadline, ...rest };
  }

  private prefix(): string {
    return `/v${this.version()}`;
  }

  private version(): string {
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
