import * as http from 'node:http';
import { ApiError, clusterError } from './apiError';
import {
  BODY_LIMIT,
  checkVersion,
  decode,
  notFound,
  readBody,
  readTime,
  send,
} from './apiExchange';
import { eventLine, type DemoEvent } from './eventLog';
import { passes, readFilters, readFlag } from './filters';
import { parseBody } from './json';
import { findNode, listNetworks, listNodes, listServices, listTasks } from './lists';
import { renderLocalNetwork, renderNetwork, renderNode, renderService, renderTask } from './render';
import { API_VERSION, renderInfo, renderSwarm, renderVersion } from './systemAnswers';
import type { DemoSwarm } from './demoSwarm';
import { ENGINE_VERSION } from './render';

const MAX_CONNECTIONS = 256;

/** One request with its path cut up. */
interface Call {
  readonly method: string;
  /** Parts of the path without version prefix. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
}

/** Speaks the Engine API, and under `/_demo` what the extension and the tests need besides. */
export class ApiServer {
  readonly server: http.Server;
  private readonly eventStreams = new Set<http.ServerResponse>();
  private dropNextPost = false;
  private hasNoLeader = false;

  /** `onLease` holds the connection of whoever needs the demo swarm to live. */
  constructor(
    private readonly swarm: DemoSwarm,
    private readonly onLease: (response: http.ServerResponse) => void,
  ) {
    this.server = http.createServer((request, response) => void this.serve(request, response));
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.headersTimeout = 10_000;
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    request.on('error', () => response.destroy());
    response.on('error', () => response.destroy());
    response.setHeader('Server', `Docker/${ENGINE_VERSION} (linux)`);
    response.setHeader('Api-Version', API_VERSION);
    response.setHeader('Ostype', 'linux');
    response.setHeader('Docker-Experimental', 'false');
    try {
      const url = new URL(request.url ?? '/', 'http://engine');
      const [, version, rest = ''] = /^(?:\/v(\d+\.\d+))?(\/.*)$/.exec(url.pathname) ?? [];
      checkVersion(version);
      const path = rest
        .split('/')
        .slice(1)
        .map((part) => decode(part));
      await this.route({
        method: request.method ?? '',
        path,
        query: url.searchParams,
        request,
        response,
      });
    } catch (error) {
      this.refuse(response, error);
    }
  }

  private async route(call: Call): Promise<void> {
    const [first = '', second, third] = call.path;
    const route = `${call.method === 'HEAD' ? 'GET' : call.method} ${first}`;
    if (first === '_demo') {
      await this.demo(call);
      return;
    }
    if (this.hasNoLeader && ['services', 'tasks', 'nodes', 'swarm'].includes(first)) {
      const hint = "It's possible that too few managers are online.";
      const advice = 'Make sure more than half of the managers are online.';
      const text = `The swarm does not have a leader. ${hint} ${advice}`;
      throw new ApiError(503, clusterError('Unknown', text).message);
    }
    if (call.method === 'POST') {
      await this.post(call);
      return;
    }
    if (second === undefined) {
      this.answerCollection(call, route);
      return;
    }
    if (third !== undefined) {
      throw notFound();
    }
    if (call.method === 'DELETE') {
      this.remove(first, second);
      send(call.response, first === 'networks' ? 204 : 200);
      return;
    }
    send(call.response, 200, this.inspect(route, second, call.query));
  }

  private answerCollection({ response, query }: Call, route: string): void {
    const { state, networks } = this.swarm;
    switch (route) {
      case 'GET _ping':
        response.writeHead(200, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Cache-Control': 'no-cache, no-store, must-revalidate',
          'Builder-Version': '2',
          Swarm: 'active/manager',
        });
        response.end('OK');
        return;
      case 'GET version':
        return send(response, 200, renderVersion());
      case 'GET info':
        return send(response, 200, renderInfo(state));
      case 'GET swarm':
        return send(response, 200, renderSwarm(state));
      case 'GET nodes':
        return send(response, 200, listNodes(state, query));
      case 'GET networks':
        return send(response, 200, listNetworks(state, networks, query));
      case 'GET services':
        return send(response, 200, listServices(state, query));
      case 'GET tasks':
        return send(response, 200, listTasks(state, query));
      case 'GET events':
        return this.streamEvents(response, query);
      default:
        throw notFound();
    }
  }

  private inspect(route: string, key: string, query: URLSearchParams): unknown {
    const { state, services } = this.swarm;
    switch (route) {
      case 'GET nodes':
        return renderNode(state, findNode(state, key));
      case 'GET services':
        return renderService(state, services.find(key), false);
      case 'GET tasks': {
        const found =
          state.tasks.get(key) ?? state.tasks.all().find((task) => task.id.startsWith(key));
        if (found === undefined) {
          throw new ApiError(404, `task ${key} not found`);
        }
        return renderTask(state, found);
      }
      case 'GET networks':
        return this.inspectNetwork(key, query);
      default:
        throw notFound();
    }
  }

  private inspectNetwork(key: string, query: URLSearchParams): unknown {
    const { state, networks } = this.swarm;
    const verbose = readFlag('verbose', query.get('verbose'));
    const scope = query.get('scope');
    const found = scope === 'local' ? undefined : networks.find(key);
    if (found !== undefined) {
      return renderNetwork(state, found, { local: true, verbose });
    }
    const local = scope === 'swarm' ? undefined : networks.findLocal(key);
    if (local === undefined) {
      throw new ApiError(404, `network ${key} not found`);
    }
    return renderLocalNetwork(local);
  }

  private async post(call: Call): Promise<void> {
    const { networks, services } = this.swarm;
    const body = async (): Promise<ReturnType<typeof parseBody>> =>
      parseBody(await readBody(call.request));
    const [first, second, third] = call.path;
    let status = 201;
    let answer: unknown;
    if (first === 'networks' && second === 'create' && third === undefined) {
      answer = { Id: networks.create(await body()), Warning: '' };
    } else if (first === 'services' && second === 'create' && third === undefined) {
      answer = { ID: services.create(await body()), Warnings: null };
    } else if (first === 'services' && second !== undefined && third === 'update') {
      services.update(second, call.query.get('version') ?? '', await body());
      status = 200;
      answer = { Warnings: null };
    } else {
      throw notFound();
    }
    if (this.dropNextPost) {
      this.dropNextPost = false;
      call.response.destroy();
      return;
    }
    send(call.response, status, answer);
  }

  private remove(collection: string, key: string): void {
    switch (collection) {
      case 'networks':
        return this.swarm.networks.remove(key);
      case 'services':
        return this.swarm.services.remove(key);
      case 'nodes':
        return this.swarm.removeNode(key);
      default:
        throw notFound();
    }
  }

  /** What is past comes first; the stream ends at once when `until` is past too. */
  private streamEvents(response: http.ServerResponse, query: URLSearchParams): void {
    const since = readTime(query.get('since'));
    const until = readTime(query.get('until'));
    const filters = readFilters(query.get('filters'));
    const fits = (event: DemoEvent): boolean =>
      passes(filters, 'type', (wanted) => wanted === event.type) &&
      passes(filters, 'event', (wanted) => wanted === event.action) &&
      passes(filters, 'scope', (wanted) => wanted === 'swarm') &&
      ['service', 'network', 'node'].every((kind) =>
        passes(
          filters,
          kind,
          (wanted) => event.type === kind && [event.id, event.attributes['name']].includes(wanted),
        ),
      );
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    const { events, clock } = this.swarm.state;
    for (const event of events.history) {
      const isPast = since !== undefined || until !== undefined;
      if (
        isPast &&
        event.stamp >= (since ?? 0n) &&
        event.stamp <= (until ?? event.stamp) &&
        fits(event)
      ) {
        response.write(eventLine(event));
      }
    }
    const left = until === undefined ? undefined : Number(until / 1_000_000n) - clock.now();
    if (left !== undefined && left <= 0) {
      response.end();
      return;
    }
    const following = events.onDidAdd((event) => {
      if (fits(event) && response.writableLength < BODY_LIMIT) {
        response.write(eventLine(event));
      }
    });
    const timer = left === undefined ? undefined : clock.after(left, () => response.end());
    this.eventStreams.add(response);
    response.once('close', () => {
      following.dispose();
      timer?.dispose();
      this.eventStreams.delete(response);
    });
  }

  private async demo({ method, path, request, response }: Call): Promise<void> {
    const route = `${method} ${path[1] ?? ''}`;
    if (route === 'GET addresses') {
      await this.swarm.listeners.settled();
      send(response, 200, this.swarm.listeners.addresses());
    } else if (route === 'GET lease') {
      this.onLease(response);
    } else if (route === 'POST fault') {
      this.fault(parseBody(await readBody(request)));
      send(response, 200, {});
    } else {
      throw notFound();
    }
  }

  private fault(body: ReturnType<typeof parseBody>): void {
    switch (body['kind']) {
      case 'node-down':
        return this.swarm.setNodeState(String(body['node']), 'down');
      case 'node-up':
        return this.swarm.setNodeState(String(body['node']), 'ready');
      case 'drop-post':
        this.dropNextPost = true;
        return;
      case 'no-leader':
        this.hasNoLeader = true;
        return;
      case 'close-events':
        for (const stream of this.eventStreams) {
          stream.destroy();
        }
        return;
      case 'clear':
        this.dropNextPost = false;
        this.hasNoLeader = false;
        return;
      default:
        throw new ApiError(400, 'unknown fault');
    }
  }

  private refuse(response: http.ServerResponse, error: unknown): void {
    if (response.headersSent) {
      response.destroy();
    } else if (error instanceof ApiError && error.isText) {
      response.writeHead(error.status, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(`${error.message}\n`);
    } else if (error instanceof ApiError) {
      send(response, error.status, { message: error.message });
    } else {
      send(response, 500, { message: error instanceof Error ? error.message : String(error) });
    }
  }
}
