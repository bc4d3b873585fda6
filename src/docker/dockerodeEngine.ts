import { isSwarmscopeError, SwarmscopeError } from '../common/errors';
import { isAtLeast } from './apiVersion';
import type { NetworkBody, ServiceBody } from './bodies';
import type { Caller } from './caller';
import type {
  Created,
  Engine,
  ImageFacts,
  LogOptions,
  LogSource,
  NodeSpecState,
  ObjectKind,
  ServiceState,
  ServiceUpdate,
  StoredFile,
  TaskFilter,
} from './engine';
import {
  CHANGE_DEADLINE_MS,
  COLLECTIONS,
  EngineRequests,
  type EngineOptions,
} from './engineRequests';
import { readEvents } from './events';
import type { EventRecord } from './records/event';
import { normalizeRows } from './records/fields';
import { normalizeInfo, type InfoRecord } from './records/info';
import { normalizeNetwork, type NetworkRecord } from './records/network';
import { normalizeNode, type NodeRecord } from './records/node';
import { normalizeService, type ServiceRecord } from './records/service';
import { normalizeStoredFile, type StoredFileRecord } from './records/storedFile';
import { normalizeTask, type TaskRecord } from './records/task';
import { readJson } from './replies';
import { isNetworkOf, isServiceOf } from './requestBodies';
import { readImageFacts, readNodeSpec, readServiceState, readWarnings } from './specs';
import type { ConnectionTarget } from './target';
import { toTransportError } from './transport';

/** Builds the engine client for `target`; connects on {@link Engine.connect} only. */
export function createEngine(target: ConnectionTarget, options: EngineOptions): Engine {
  return new DockerodeEngine(target, options);
}

class DockerodeEngine extends EngineRequests implements Engine {
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

  async createNetwork(body: NetworkBody, signal?: AbortSignal): Promise<Created> {
    try {
      return await this.create({ path: '/networks/create', body }, signal, {
        kind: 'network',
        name: body.Name,
        list: async () => {
          const networks = await this.networks(signal);
          return networks.filter((network) => isNetworkOf(body, network));
        },
      });
    } catch (error) {
      throw await this.explainRefusal(error, signal);
    }
  }

  createService(body: ServiceBody, registryAuth?: string, signal?: AbortSignal): Promise<Created> {
    return this.create({ path: '/services/create', body, registryAuth }, signal, {
      kind: 'service',
      name: body.Name,
      list: async () => {
        const services = await this.services(signal);
        return services
          .filter((service) => isServiceOf(body, service))
          .map(({ id, createdAt }) => ({ id, created: createdAt }));
      },
    });
  }

  async serviceState(id: string, signal?: AbortSignal): Promise<ServiceState> {
    return readServiceState(await this.inspect('service', id, signal));
  }

  async updateService(
    id: string,
    { version, spec, rollback, registryAuth }: ServiceUpdate,
    signal?: AbortSignal,
  ): Promise<readonly string[]> {
    const request = this.request('POST', `/services/${encodeURIComponent(id)}/update`, {
      query: {
        version: String(version),
        ...(rollback === true ? { rollback: 'previous' } : {}),
        ...(registryAuth === undefined
          ? { registryAuthFrom: rollback === true ? 'previous-spec' : 'spec' }
          : {}),
      },
      body: spec,
      ownConnection: true,
      ...(registryAuth === undefined ? {} : { registryAuth }),
    });
    return readWarnings(readJson(await this.call(request, signal), this.address));
  }

  async nodeSpec(id: string, signal?: AbortSignal): Promise<NodeSpecState> {
    return readNodeSpec(await this.inspect('node', id, signal));
  }

  async updateNode(
    id: string,
    { version, spec }: NodeSpecState,
    signal?: AbortSignal,
  ): Promise<void> {
    const path = `/nodes/${encodeURIComponent(id)}/update`;
    const query = { version: String(version) };
    await this.call(this.request('POST', path, { query, body: spec, ownConnection: true }), signal);
  }

  async secrets(signal?: AbortSignal): Promise<readonly StoredFileRecord[]> {
    const rows = await this.read('/secrets', {}, signal);
    return normalizeRows(rows, 'secrets', normalizeStoredFile, this.logger);
  }

  async configs(signal?: AbortSignal): Promise<readonly StoredFileRecord[]> {
    const rows = await this.read('/configs', {}, signal);
    return normalizeRows(rows, 'configs', normalizeStoredFile, this.logger);
  }

  createSecret(secret: StoredFile, signal?: AbortSignal): Promise<Created> {
    return this.store('secret', secret, () => this.secrets(signal), signal);
  }

  createConfig(config: StoredFile, signal?: AbortSignal): Promise<Created> {
    return this.store('config', config, () => this.configs(signal), signal);
  }

  async imageFacts(
    image: string,
    registryAuth?: string,
    signal?: AbortSignal,
  ): Promise<ImageFacts> {
    // The reference is part of the path, slashes and all (moby api/server/router/distribution).
    const path = `/distribution/${image.split('/').map(encodeURIComponent).join('/')}/json`;
    const deadline = Math.max(this.callDeadline, CHANGE_DEADLINE_MS);
    const request = this.request('GET', path, {
      deadline,
      ownConnection: true,
      ...(registryAuth === undefined ? {} : { registryAuth }),
    });
    return readImageFacts(readJson(await this.call(request, signal), this.address));
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
    const query = {
      filters: JSON.stringify({ scope: ['swarm'] }),
      ...(since === undefined ? {} : { since }),
    };
    yield* this.stream('/events', query, signal, (body) => readEvents(body, this.logger));
  }

  async *logs(
    { kind, id }: LogSource,
    { follow, since, tail, stderrOnly }: LogOptions,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const query = {
      ...(stderrOnly === true ? {} : { stdout: '1' }),
      stderr: '1',
      timestamps: '1',
      details: '1',
      ...(follow ? { follow: '1' } : {}),
      ...(since === undefined ? {} : { since }),
      ...(tail === undefined ? {} : { tail: String(tail) }),
    };
    const path = `/${COLLECTIONS[kind]}/${encodeURIComponent(id)}/logs`;
    const turn = await this.starting.take(signal);
    try {
      yield* this.stream<Uint8Array>(path, query, signal, (body) => {
        turn.dispose();
        return body;
      });
    } finally {
      turn.dispose();
    }
  }

  /** Reads an answer that has no end of its own; only its head has a deadline. */
  private async *stream<T>(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    read: (body: AsyncIterable<Buffer>) => AsyncIterable<T>,
  ): AsyncGenerator<T> {
    if (signal.aborted) {
      return;
    }
    const request = this.request('GET', path, { query });
    let reply: Awaited<ReturnType<Caller['open']>> | undefined;
    try {
      reply = await this.caller.open(this.prefix(), request, signal);
      this.logger.debug(`GET ${this.prefix()}${path} ${reply.message.statusCode} open`);
      if (reply.message.statusCode !== 200) {
        // Asked again as an ordinary call, whose answer is read with limits.
        await this.call(request, signal);
        throw new SwarmscopeError('connection-lost', { address: this.address });
      }
      yield* read(reply.message);
    } catch (error) {
      if (!signal.aborted) {
        throw reply?.explain(error) ?? toTransportError(error, this.address);
      }
    } finally {
      reply?.dispose();
    }
  }

  private store(
    kind: 'secret' | 'config',
    { name, data, labels }: StoredFile,
    list: () => Promise<readonly StoredFileRecord[]>,
    signal: AbortSignal | undefined,
  ): Promise<Created> {
    const Data = Buffer.from(data).toString('base64');
    const body = { Name: name, Labels: labels ?? {}, Data };
    return this.create({ path: `/${kind}s/create`, body }, signal, {
      kind,
      name,
      list: async () =>
        (await list())
          .filter((row) => row.name === name)
          .map(({ id, createdAt }) => ({ id, created: createdAt })),
    });
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
}
