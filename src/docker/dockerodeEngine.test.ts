import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineServer, hangUp, json, staySilent, type Play } from '../../test/fakes/engineServer';
import type { Logger } from '../common/logger';
import { silentLogger } from '../common/logger';
import { buildServiceBody } from './requestBodies';
import { toNetworkBody } from '../spec/networkBody';
import { createEngine } from './dockerodeEngine';
import type { EngineOptions } from './engineRequests';
import type { Engine, LogOptions, LogSource } from './engine';
import type { EventRecord } from './records/event';
import type { ConnectionTarget } from './target';

let server: EngineServer;
let target: ConnectionTarget;
let engine: Engine | undefined;

beforeEach(async () => {
  server = new EngineServer();
  target = await server.listenUnix();
});

afterEach(async () => {
  engine?.dispose();
  await server.drained();
  await server.close();
  engine = undefined;
});

function build(options: Partial<EngineOptions> = {}, to = target): Engine {
  engine = createEngine(to, { address: 'test://engine', logger: silentLogger, ...options });
  return engine;
}

async function connected(options: Partial<EngineOptions> = {}): Promise<Engine> {
  const built = build(options);
  await built.connect();
  return built;
}

function ping(version: string): Play {
  return (response) => {
    response.writeHead(200, { 'Api-Version': version });
    response.end('OK');
  };
}

const overlay = toNetworkBody({
  name: 'mydrupal',
  subnets: [{ subnet: '10.9.0.0/24' }],
  attachable: true,
  encrypted: true,
});

const web = buildServiceBody({
  name: 'web',
  image: 'nginx',
  networks: ['n1'],
  mode: { kind: 'replicated', replicas: 3 },
  ports: [{ protocol: 'tcp', targetPort: 80, publishedPort: 8080, mode: 'ingress' }],
  env: ['PASSWORD=secret'],
});

function webRow(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const body = JSON.parse(
    server.requests.find(({ path }) => path.endsWith('/create'))?.body ?? '{}',
  );
  return { ID: 's1', CreatedAt: new Date().toISOString(), Spec: body, ...fields };
}

describe('connect', () => {
  it.each([
    ['1.41', '1.41', ['GET /_ping']],
    ['1.24', '1.24', ['GET /_ping']],
    ['1.55', '1.55', ['GET /_ping']],
    ['1.99', '1.55', ['GET /_ping', 'GET /v1.55/_ping']],
  ])('of an engine at %s speaks %s', async (theirs, ours, log) => {
    server.on('GET /_ping', ping(theirs));
    const { apiVersion } = await connected();
    expect({ apiVersion, log: server.log }).toEqual({ apiVersion: ours, log });
  });

  it('says that an engine is too old', async () => {
    server.on('GET /_ping', ping('1.18'));
    await expect(connected()).rejects.toMatchObject({
      code: 'api-too-old',
      details: { engine: '1.18', ours: '1.24' },
    });
  });

  it('says that an engine is too new', async () => {
    server.on('GET /_ping', ping('1.99'), (response) => {
      response.writeHead(400);
      response.end(
        'client version 1.55 is too old. Minimum supported API version is 1.60, please upgrade your client to a newer version',
      );
    });
    await expect(connected()).rejects.toMatchObject({
      code: 'api-too-new',
      details: { ours: '1.55', engine: '1.60' },
    });
  });

  it.each<[string, Play]>([
    ['a web page', (response) => response.end('<html>OK</html>')],
    [
      'a 404 page',
      (response) => response.writeHead(404, { 'Content-Type': 'text/html' }).end('<p>'),
    ],
    ['a 403', json({ message: 'no' }, 403)],
    ['an odd version', ping('banana')],
    ['a redirect', (response) => response.writeHead(302, { Location: '/login' }).end()],
    ['an odd redirect', (response) => response.writeHead(302, { Location: 'ftp://x' }).end()],
  ])('says that %s is no engine', async (_, play) => {
    server.on('GET /_ping', play);
    await expect(connected()).rejects.toMatchObject({ code: 'not-an-engine' });
  });

  it('says that text which is no HTTP is no engine', async () => {
    server.on('GET /_ping', (response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await expect(connected()).rejects.toMatchObject({ code: 'not-an-engine' });
  });

  it('recognises a TLS port', async () => {
    server.on('GET /_ping', (response) =>
      response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.\n'),
    );
    await expect(connected()).rejects.toMatchObject({ code: 'tls-required' });
  });

  it('says that nothing listens', async () => {
    const gone = new EngineServer();
    const closed = await gone.listenTcp();
    await gone.close();
    const missing: ConnectionTarget = { kind: 'unix', path: '/nonexistent/docker.sock' };
    await expect(build({}, closed).connect()).rejects.toMatchObject({ code: 'connection-refused' });
    await expect(build({}, missing).connect()).rejects.toMatchObject({ code: 'socket-missing' });
  });

  it('gives up at its deadline', async () => {
    server.on('GET /_ping', staySilent);
    await expect(connected({ connectDeadline: 50 })).rejects.toMatchObject({
      code: 'timed-out',
      details: { seconds: 0.05 },
    });
  });

  it('ignores DOCKER_HOST and leaves it as it was', async () => {
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://[bad';
    try {
      const { apiVersion } = await connected();
      expect([apiVersion, process.env['DOCKER_HOST']]).toEqual(['1.41', 'tcp://[bad']);
    } finally {
      if (before === undefined) {
        delete process.env['DOCKER_HOST'];
      } else {
        process.env['DOCKER_HOST'] = before;
      }
    }
  });

  it('works over tcp and names the host', async () => {
    const other = new EngineServer();
    const tcp = await other.listenTcp();
    await build({}, tcp).connect();
    const host = other.requests[0]?.headers.host;
    engine?.dispose();
    await other.drained();
    await other.close();
    expect(tcp.kind === 'tcp' ? `${tcp.host}:${tcp.port}` : '').toBe(host);
  });
});

describe('reads', () => {
  it('ask with version, query and filters, over few connections', async () => {
    server.on('GET /services', json([]));
    server.on('GET /tasks', json(null));
    server.on('GET /networks/n1', json({ Id: 'n1', Name: 'app' }));
    const built = await connected();
    await built.services();
    await built.tasks({ serviceId: 's1' });
    await built.tasks({ attachmentsOnly: true });
    await built.networkDetail('n1');
    expect(server.connections).toBe(1);
    expect(server.requests.slice(1).map(({ path, query }) => [path, query])).toEqual([
      ['/v1.41/services', { status: 'true' }],
      ['/v1.41/tasks', { filters: '{"service":["s1"]}' }],
      ['/v1.41/tasks', { filters: '{"runtime":["attachment"]}' }],
      ['/v1.41/networks/n1', { verbose: 'true', scope: 'swarm' }],
    ]);
  });

  it('do not ask an old engine for the service status', async () => {
    server.on('GET /_ping', ping('1.40'));
    server.on('GET /services', json([]));
    await (await connected()).services();
    expect(server.requests[1]?.query).toEqual({});
  });

  it('leave out a bad row, keep the rest and say so', async () => {
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
    server.on('GET /nodes', json([{ ID: 'a' }, { Status: {} }, null, { ID: 'b' }]));
    const nodes = await (await connected({ logger })).nodes();
    expect(nodes.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(warnings).toEqual([
      'Left out row 1 of nodes: unexpected-answer {"path":"node.ID"}',
      'Left out row 2 of nodes: unexpected-answer {"path":"node"}',
    ]);
  });

  it('refuse an answer that is no list', async () => {
    server.on('GET /nodes', json({}));
    await expect((await connected()).nodes()).rejects.toMatchObject({
      code: 'unexpected-answer',
      details: { path: 'nodes' },
    });
  });

  it('refuse a web page and broken JSON', async () => {
    server.on(
      'GET /info',
      (response) => response.end('<html>'),
      (response) => response.end('{"Name":'),
    );
    const built = await connected();
    await expect(built.info()).rejects.toMatchObject({ code: 'not-an-engine' });
    await expect(built.info()).rejects.toMatchObject({ code: 'unexpected-answer' });
  });

  it('are sent once more when the connection was lost, and only once', async () => {
    server.on('GET /info', hangUp, json({ Name: 'node1' }), hangUp);
    const built = await connected();
    expect((await built.info()).engineName).toBe('node1');
    await expect(built.info()).rejects.toMatchObject({ code: 'connection-lost' });
    expect(server.log.filter((entry) => entry.endsWith('/info'))).toHaveLength(4);
  });

  it('stop at the size limit', async () => {
    server.on('GET /info', json({ Name: 'x'.repeat(5000) }));
    await expect((await connected({ answerLimit: 1000 })).info()).rejects.toMatchObject({
      code: 'unexpected-answer',
      details: { path: 'body' },
    });
  });

  it('give up at the deadline in the middle of a slow body', async () => {
    server.on('GET /info', (response) => void response.write('{"Name":'));
    await expect((await connected({ callDeadline: 100 })).info()).rejects.toMatchObject({
      code: 'timed-out',
    });
  });

  it('end when aborted: before, while waiting, in the body', async () => {
    const built = await connected();
    await expect(built.info(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    for (const begin of [staySilent, ((response) => void response.write('{')) as Play]) {
      const controller = new AbortController();
      server.on('GET /info', (response, request) => {
        begin(response, request);
        setImmediate(() => controller.abort());
      });
      await expect(built.info(controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    }
  });

  it('end as cancelled when the engine is disposed, and later ones too', async () => {
    const built = await connected();
    server.on('GET /info', () => built.dispose());
    await expect(built.info()).rejects.toMatchObject({ code: 'cancelled' });
    await expect(built.info()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('are logged with status and time, never with a body', async () => {
    const lines: string[] = [];
    const logger: Logger = { ...silentLogger, debug: (message) => lines.push(message) };
    server.on('POST /services/create', json({ ID: 's1' }, 201));
    const clock = { now: () => 5, after: () => ({ dispose() {} }) };
    await (await connected({ logger, clock })).createService(web);
    expect(lines).toEqual(['GET /_ping 200 0 ms', 'POST /v1.41/services/create 201 0 ms']);
  });

  it('fail with the meaning of the refusal', async () => {
    const message =
      "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state.";
    server.on('GET /services', json({ message }, 503));
    await expect((await connected()).services()).rejects.toMatchObject({ code: 'worker' });
  });
});

describe('creates', () => {
  it('send the network that was asked for', async () => {
    server.on('POST /networks/create', json({ Id: 'n9', Warning: 'careful' }, 201));
    const created = await (await connected()).createNetwork(overlay);
    expect(created).toEqual({ id: 'n9', warnings: ['careful'], foundAfterLoss: false });
    expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({
      Name: 'mydrupal',
      Driver: 'overlay',
      Attachable: true,
      Internal: false,
      EnableIPv6: false,
      IPAM: { Driver: 'default', Options: {}, Config: [{ Subnet: '10.9.0.0/24' }] },
      Options: { encrypted: '' },
      Labels: {},
    });
  });

  it('send the service that was asked for, nothing of it in headers or address', async () => {
    server.on('POST /services/create', json({ ID: 's1', Warnings: null }, 201));
    const created = await (await connected()).createService(web);
    const request = server.requests[1];
    expect(created).toEqual({ id: 's1', warnings: [], foundAfterLoss: false });
    expect(JSON.stringify([request?.headers, request?.query, request?.path])).not.toContain(
      'secret',
    );
    expect(JSON.parse(request?.body ?? '')).toEqual({
      Name: 'web',
      Labels: {},
      TaskTemplate: {
        ContainerSpec: { Image: 'nginx', Env: ['PASSWORD=secret'] },
        Networks: [{ Target: 'n1' }],
      },
      Mode: { Replicated: { Replicas: 3 } },
      EndpointSpec: {
        Mode: 'vip',
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }],
      },
    });
  });

  it('find the service whose answer was lost, without sending again', async () => {
    server.on('POST /services/create', hangUp);
    server.on('GET /services', (response, request) => json([webRow()])(response, request));
    const created = await (await connected()).createService(web);
    expect(created).toEqual({ id: 's1', warnings: [], foundAfterLoss: true });
    expect(server.log).toEqual([
      'GET /_ping',
      'POST /v1.41/services/create',
      'GET /v1.41/services',
    ]);
  });

  it('find the network whose answer came too late', async () => {
    server.on('POST /networks/create', staySilent);
    const row = {
      Id: 'n9',
      Name: 'mydrupal',
      Scope: 'swarm',
      Driver: 'overlay',
      Created: new Date().toISOString(),
      Attachable: true,
      Options: { encrypted: '' },
      IPAM: { Config: [{ Subnet: '10.9.0.0/24' }] },
    };
    server.on('GET /networks', json([{ ...row, Id: 'other', Name: 'mydrupal2' }, row]));
    const created = await (await connected({ callDeadline: 200 })).createNetwork(overlay);
    expect(created).toEqual({ id: 'n9', warnings: [], foundAfterLoss: true });
  });

  it.each<[string, () => Play]>([
    ['absent', () => json([])],
    ['absent', () => json([webRow({ Spec: { Name: 'web' } })])],
    ['older', () => json([webRow({ CreatedAt: '2020-01-01T00:00:00Z' })])],
    ['unreachable', () => hangUp],
  ])('say that the outcome is unknown when the look-up says %s', async (reason, play) => {
    const clock = instantClock();
    server.on('POST /services/create', hangUp);
    server.on('GET /services', (response, request) => play()(response, request));
    await expect((await connected({ clock })).createService(web)).rejects.toMatchObject({
      code: 'outcome-unknown',
      details: { kind: 'service', name: 'web', reason },
    });
    expect(server.log.filter((entry) => entry.startsWith('POST'))).toHaveLength(1);
  });

  it('do not look up what was never sent', async () => {
    const built = await connected();
    await server.close();
    await expect(built.createService(web)).rejects.toMatchObject({ code: 'socket-missing' });
  });

  it('tell a worker from a node outside a swarm', async () => {
    const message =
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join"';
    server.on('POST /networks/create', json({ message }, 403));
    server.on(
      'GET /info',
      json({ Swarm: { LocalNodeState: 'active' } }),
      json({ Swarm: { LocalNodeState: 'inactive' } }),
    );
    const built = await connected();
    await expect(built.createNetwork(overlay)).rejects.toMatchObject({ code: 'worker' });
    await expect(built.createNetwork(overlay)).rejects.toMatchObject({ code: 'not-in-swarm' });
  });
});

describe('removals', () => {
  it('ask for exactly the object', async () => {
    const gone: Play = (response) => response.writeHead(204).end();
    server.on('DELETE /networks/n%2F1', gone);
    server.on('DELETE /services/s1', gone);
    server.on('DELETE /nodes/x', json({ message: 'node x is not down and can’t be removed' }, 400));
    const built = await connected();
    await built.removeNetwork('n/1');
    await built.removeService('s1');
    await expect(built.removeNode('x')).rejects.toMatchObject({ code: 'invalid' });
    expect(server.log.slice(1)).toEqual([
      'DELETE /v1.41/networks/n%2F1',
      'DELETE /v1.41/services/s1',
      'DELETE /v1.41/nodes/x',
    ]);
  });
});

describe('events', () => {
  const first =
    '{"Type":"service","Action":"create","Actor":{"ID":"s1","Attributes":{"name":"wéb"}},"time":1795428000,"timeNano":1795428000123456789}\n';
  const record: EventRecord = {
    type: 'service',
    action: 'create',
    id: 's1',
    attributes: { name: 'wéb' },
    time: '1795428000.123456789',
  };

  async function collect(since: string | undefined, signal: AbortSignal): Promise<EventRecord[]> {
    const events: EventRecord[] = [];
    for await (const event of (await connected()).events(since, signal)) {
      events.push(event);
    }
    return events;
  }

  it('arrive whole from split chunks, without malformed lines', async () => {
    server.on('GET /events', (response) => {
      const bytes = Buffer.from(`${first}not json\n\n{}\n${first}`);
      response.write(bytes.subarray(0, 70));
      response.write(bytes.subarray(70, 78));
      response.end(bytes.subarray(78));
    });
    const events = await collect('1795428000.1', new AbortController().signal);
    expect(events).toEqual([record, record]);
    expect(server.requests[1]?.query).toEqual({
      filters: '{"scope":["swarm"]}',
      since: '1795428000.1',
    });
  });

  it('end quietly when aborted, and the connection with them', async () => {
    const controller = new AbortController();
    server.on('GET /events', (response) => void response.write(first));
    const events: EventRecord[] = [];
    for await (const event of (await connected()).events(undefined, controller.signal)) {
      events.push(event);
      setImmediate(() => controller.abort());
    }
    expect(events).toEqual([record]);
    engine?.dispose();
    expect(await collect(undefined, AbortSignal.abort())).toEqual([]);
  });

  it('close the connection when the reader leaves', async () => {
    server.on('GET /events', (response) => void response.write(first));
    for await (const event of (await connected()).events(undefined, new AbortController().signal)) {
      expect(event).toEqual(record);
      break;
    }
    engine?.dispose();
    await server.drained();
    expect(server.sockets.size).toBe(0);
  });

  it('break with an error when the connection is lost, the engine refuses or is disposed', async () => {
    const { signal } = new AbortController();
    server.on('GET /events', (response) => {
      response.write(first, () => response.socket?.destroy());
    });
    await expect(collect(undefined, signal)).rejects.toMatchObject({ code: 'connection-lost' });
    engine?.dispose();
    server.on('GET /events', json({ message: 'broken' }, 500));
    await expect(collect(undefined, signal)).rejects.toMatchObject({ code: 'engine-failed' });
    engine?.dispose();
    server.on('GET /events', (response) => response.write(first, () => engine?.dispose()));
    await expect(collect(undefined, signal)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('logs', () => {
  async function read(
    built: Engine,
    source: LogSource,
    options: LogOptions,
    signal = new AbortController().signal,
  ): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of built.logs(source, options, signal)) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('latin1');
  }

  it('are asked for with times and details, and come as they are sent', async () => {
    server.on('GET /tasks/t1/logs', (response) => response.end('\u0001 raw'));
    server.on('GET /services/s1/logs', (response) => response.end('all'));
    const built = await connected();
    const options = { follow: true, since: '1795428000.5', tail: 20, stderrOnly: true };
    expect(await read(built, { kind: 'task', id: 't1' }, options)).toBe('\u0001 raw');
    expect(await read(built, { kind: 'service', id: 's1' }, { follow: false })).toBe('all');
    const [, one, two] = server.requests;
    const always = { stderr: '1', timestamps: '1', details: '1' };
    expect(one?.query).toEqual({ ...always, follow: '1', since: '1795428000.5', tail: '20' });
    expect(two?.query).toEqual({ ...always, stdout: '1' });
  });

  it('outlive the deadline while nothing is written, and end when the reader leaves', async () => {
    server.on('GET /tasks/t1/logs', (response) => {
      response.flushHeaders();
      setTimeout(() => response.write('late'), 300);
    });
    const built = await connected({ callDeadline: 100 });
    const source = { kind: 'task', id: 't1' } as const;
    const { signal } = new AbortController();
    for await (const chunk of built.logs(source, { follow: true }, signal)) {
      expect(String(chunk)).toBe('late');
      break;
    }
    built.dispose();
    await server.drained();
    expect(server.sockets.size).toBe(0);
  });

  it('of a task that is gone are refused as such', async () => {
    server.on('GET /tasks/t1/logs', json({ message: 'task t1 not found' }, 404));
    const built = await connected();
    await expect(read(built, { kind: 'task', id: 't1' }, { follow: true })).rejects.toMatchObject({
      code: 'not-found',
      details: { kind: 'task', id: 't1' },
    });
  });
});

/** Fires short timers at once, deadlines never. */
function instantClock(): NonNullable<EngineOptions['clock']> {
  return {
    now: () => Date.now(),
    after(ms, run) {
      if (ms < 5000) {
        queueMicrotask(run);
      }
      return { dispose() {} };
    },
  };
}

describe('changes', () => {
  const row = {
    ID: 's1',
    Version: { Index: 7 },
    Spec: { ...web, Something: { unknown: true } },
    PreviousSpec: null,
  };

  it('of a service send back the whole spec with its version, once', async () => {
    server.on('GET /services/s1', json(row));
    server.on('POST /services/s1/update', json({ Warnings: ['careful'] }));
    const built = await connected();
    const { version, spec, previous } = await built.serviceState('s1');
    expect(previous).toBeUndefined();
    expect(await built.updateService('s1', { version, spec })).toEqual(['careful']);
    const sent = server.requests.at(-1);
    expect(sent?.query).toEqual({ version: '7', registryAuthFrom: 'spec' });
    expect(JSON.parse(sent?.body ?? '')).toEqual(row.Spec);
  });

  it('back to the spec before take its registry secret, and a new one goes into a header', async () => {
    server.on('POST /services/s1/update', json({ Warnings: null }));
    const built = await connected();
    const update = { version: 7, spec: web };
    expect(await built.updateService('s1', { ...update, rollback: true })).toEqual([]);
    expect(server.requests.at(-1)?.query).toEqual({
      version: '7',
      rollback: 'previous',
      registryAuthFrom: 'previous-spec',
    });
    await built.updateService('s1', { ...update, registryAuth: 'eyJ9' });
    expect(server.requests.at(-1)?.headers['x-registry-auth']).toBe('eyJ9');
    expect(server.requests.at(-1)?.query).toEqual({ version: '7' });
  });

  it('of what somebody else changed are told so', async () => {
    const message = 'rpc error: code = Unknown desc = update out of sequence';
    server.on('POST /services/s1/update', json({ message }, 500));
    const update = (await connected()).updateService('s1', { version: 6, spec: web });
    await expect(update).rejects.toMatchObject({ code: 'out-of-sequence' });
  });

  it('of a node send its spec with its version', async () => {
    const Spec = { Role: 'worker', Availability: 'active', Labels: { zone: 'a' } };
    server.on('GET /nodes/n1', json({ ID: 'n1', Version: { Index: 3 }, Spec }));
    server.on('POST /nodes/n1/update', (response) => response.end());
    const built = await connected();
    const { version, spec } = await built.nodeSpec('n1');
    await built.updateNode('n1', { version, spec: { ...spec, Availability: 'drain' } });
    const sent = server.requests.at(-1);
    expect(sent?.query).toEqual({ version: '3' });
    expect(JSON.parse(sent?.body ?? '')).toEqual({ ...Spec, Availability: 'drain' });
  });
});

describe('secrets and configs', () => {
  it('are listed without what is in them', async () => {
    const Spec = { Name: 'key', Labels: null, Data: 'c2VjcmV0' };
    server.on('GET /configs', json([{ ID: 'c1', CreatedAt: '2026-01-01T00:00:00Z', Spec }]));
    const configs = await (await connected()).configs();
    expect(configs).toEqual([
      { id: 'c1', name: 'key', createdAt: '2026-01-01T00:00:00Z', labels: {} },
    ]);
  });

  it('are created once, and never repeated by a refusal', async () => {
    const message = 'bad data c2VjcmV0LXdvcmQ=';
    server.on('POST /secrets/create', json({ ID: 'x1' }, 201), json({ message }, 400));
    const built = await connected();
    const secret = { name: 'key', data: Buffer.from('secret-word') };
    expect(await built.createSecret(secret)).toMatchObject({ id: 'x1' });
    expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toEqual({
      Name: 'key',
      Labels: {},
      Data: 'c2VjcmV0LXdvcmQ=',
    });
    await expect(built.createSecret(secret)).rejects.toMatchObject({
      code: 'invalid',
      details: { message: 'bad data ***' },
    });
  });
});

it('an image is looked up with every part of its name', async () => {
  server.on(
    'GET /distribution/ghcr.io/a/b%3A1/json',
    json({
      Descriptor: { digest: 'sha256:1' },
      Platforms: [{ architecture: 'arm64', os: 'linux', variant: 'v8' }],
    }),
  );
  expect(await (await connected()).imageFacts('ghcr.io/a/b:1', 'eyJ9')).toEqual({
    digest: 'sha256:1',
    platforms: [{ architecture: 'arm64', os: 'linux' }],
  });
  expect(server.requests.at(-1)?.headers['x-registry-auth']).toBe('eyJ9');
});
