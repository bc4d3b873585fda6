import * as http from 'node:http';
import { ApiError, clusterError } from './apiError';
import { checkVersion, decode, notFound, readBody, send } from './apiExchange';
import { findPost } from './apiPosts';
import { EventStreams } from './eventStreams';
import { readFlag } from './filters';
import { unreachableRegistry } from './images';
import { parseBody } from './json';
import { findNode, findTask, listNetworks, listNodes, listServices, listTasks } from './lists';
import { hasTerminal, LogStreams } from './logStreams';
import { renderNode, renderService, renderTask } from './render';
import { renderLocalNetwork, renderNetwork } from './renderNetwork';
import { API_VERSION, renderInfo, renderSwarm, renderVersion } from './systemAnswers';
import type { DemoSwarm } from './demoSwarm';
import { ENGINE_VERSION } from './render';

const MAX_CONNECTIONS = 256;
/** Collections that only managers which have a leader can answer for. */
const MANAGED: ReadonlySet<string> = new Set([
  ...['services', 'tasks', 'nodes', 'swarm', 'secrets', 'configs'],
]);
/** Collections whose removals answer 204. */
const EMPTY_REMOVALS: ReadonlySet<string> = new Set(['networks', 'secrets', 'configs']);

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
  private readonly events: EventStreams;
  private readonly logs: LogStreams;
  private dropNextPost = false;
  private hasNoLeader = false;

  /** `onLease` holds the connection of whoever needs the demo swarm to live. */
  constructor(
    private readonly swarm: DemoSwarm,
    private readonly onLease: (response: http.ServerResponse) => void,
  ) {
    this.events = new EventStreams(swarm.state);
    this.logs = new LogStreams(swarm.state);
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
    if (this.hasNoLeader && MANAGED.has(first)) {
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
    if (first === 'distribution' && route.startsWith('GET') && call.path.at(-1) === 'json') {
      throw unreachableRegistry(call.path.slice(1, -1).join('/'));
    }
    if (third === 'logs' && route.startsWith('GET') && call.path.length === 3) {
      this.streamLogs(first, second, call);
      return;
    }
    if (third !== undefined) {
      throw notFound();
    }
    if (call.method === 'DELETE') {
      this.remove(first, second);
      send(call.response, EMPTY_REMOVALS.has(first) ? 204 : 200);
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
      case 'GET secrets':
        return send(response, 200, this.swarm.secrets.list(query));
      case 'GET configs':
        return send(response, 200, this.swarm.configs.list(query));
      case 'GET events':
        return this.events.serve(response, query);
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
      case 'GET tasks':
        return renderTask(state, findTask(state, key));
      case 'GET secrets':
        return this.swarm.secrets.inspect(key);
      case 'GET configs':
        return this.swarm.configs.inspect(key);
      case 'GET networks':
        return this.inspectNetwork(key, query);
      default:
        throw notFound();
    }
  }

  private streamLogs(collection: string, key: string, { response, query }: Call): void {
    const { state, services } = this.swarm;
    if (collection === 'services') {
      const service = services.find(key);
      this.logs.serve(response, query, {
        isTty: hasTerminal(service.spec.TaskTemplate),
        tasks: () => state.tasks.ofService(service.id),
      });
    } else if (collection === 'tasks') {
      const task = findTask(state, key);
      this.logs.serve(response, query, { isTty: hasTerminal(task.template), tasks: () => [task] });
    } else {
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
    const post = findPost(this.swarm, call.path, call.query);
    const answer = post(parseBody(await readBody(call.request)));
    if (this.dropNextPost) {
      this.dropNextPost = false;
      call.response.destroy();
      return;
    }
    send(call.response, answer.status, answer.body);
  }

  private remove(collection: string, key: string): void {
    switch (collection) {
      case 'networks':
        return this.swarm.networks.remove(key);
      case 'services':
        return this.swarm.services.remove(key);
      case 'nodes':
        return this.swarm.nodes.remove(key);
      case 'secrets':
        return this.swarm.secrets.remove(key);
      case 'configs':
        return this.swarm.configs.remove(key);
      default:
        throw notFound();
    }
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
        return this.swarm.nodes.setState(String(body['node']), 'down');
      case 'node-up':
        return this.swarm.nodes.setState(String(body['node']), 'ready');
      case 'drop-post':
        this.dropNextPost = true;
        return;
      case 'no-leader':
        this.hasNoLeader = true;
        return;
      case 'close-events':
        return this.events.breakAll();
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
