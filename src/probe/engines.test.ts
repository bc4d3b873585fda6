import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CertificateMaker } from '../../test/fakes/certificates';
import { LocalShell } from '../../test/fakes/localShell';
import type { ProbePhases, ProbeSample } from '../shared/routingView';
import { chooseProbeEngine } from './chooseEngine';
import { CurlProbeEngine, detectCurl } from './curlEngine';
import { ManagerDoor } from './managerDoor';
import { ManagerProbeEngine } from './managerEngine';
import { NodeProbeEngine } from './nodeEngine';
import { PLAIN_ASK, type HttpAsk } from '../shared/httpAsk';
import { type HttpAnswer, type ProbeEngine, type ProbeTarget } from './probe';
import { systemClock } from '../common/clock';
import { silentLogger } from '../common/logger';

const OPTIONS = { timeoutMs: 600, concurrency: 50 };

class Listeners {
  private readonly servers: (Server | TcpServer)[] = [];
  connections = 0;
  readonly ports = new Map<string, number>();

  async open(): Promise<void> {
    await this.add(
      'ok',
      createServer((_, response) => void response.end('web.1\nmore')),
    );
    await this.add(
      'error',
      createServer((_, response) => {
        response.statusCode = 500;
        response.end('broken');
      }),
    );
    await this.add(
      'hostile',
      createServer(
        (_, response) => void response.end('\u001B[31m<b>\u202Ex\u0000\n'.padEnd(99, 'y')),
      ),
    );
    await this.add(
      'huge',
      createServer((_, response) => {
        response.write('start\n');
        response.end(Buffer.alloc(400_000, 'x'));
      }),
    );
    await this.add(
      'halves',
      createServer((_, response) => {
        const text = Buffer.from('grün');
        response.write(text.subarray(0, 3));
        setTimeout(() => response.end(text.subarray(3)), 50);
      }),
    );
    await this.add(
      'silent',
      createTcpServer((socket) => void socket.on('error', () => {})),
    );
    await this.add(
      'closing',
      createTcpServer((socket) => void socket.once('data', () => socket.end())),
    );
    await this.add(
      'resetting',
      createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    );
    await this.add(
      'clinging',
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () =>
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok'),
        );
      }),
    );
    await this.add(
      'ssh',
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.write('SSH-2.0-OpenSSH_9.2\r\n');
      }),
    );
    await this.add(
      'asked',
      createServer((incoming, response) => {
        this.remember(incoming);
        response.setHeader('X-Served-By', 'web.7');
        response.statusCode = 204 + Number(incoming.url?.length);
        response.end();
      }),
    );
    const { cert, key } = certificates.issue('server', {
      names: 'DNS:shop.example,IP:127.0.0.1',
      usage: 'serverAuth',
    });
    const answer = (incoming: IncomingMessage, response: ServerResponse): void => {
      this.remember(incoming);
      response.end('over TLS');
    };
    await this.add(
      'secure',
      createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, answer),
    );
    const closed = createTcpServer();
    this.ports.set('refused', await listen(closed));
    closed.close();
    await once(closed, 'close');
  }

  private async add(name: string, server: Server | TcpServer): Promise<void> {
    server.on('connection', () => (this.connections += 1));
    this.ports.set(name, await listen(server));
    this.servers.push(server);
  }

  /** What the asked server was last asked, and with which headers. */
  lastAsked: { line: string; headers: IncomingHttpHeaders } = { line: '', headers: {} };

  private remember({ method, url, headers }: IncomingMessage): void {
    this.lastAsked = { line: `${method} ${url}`, headers };
  }

  asking(name: string, http: Partial<HttpAsk>): ProbeTarget {
    return { ...this.target(name), http: { ...PLAIN_ASK, ...http } };
  }

  target(name: string, kind: ProbeTarget['kind'] = 'http', id = name): ProbeTarget {
    return {
      id,
      host: '127.0.0.1',
      port: this.ports.get(name) ?? 0,
      kind,
      tasks: { count: 1, key: '' },
    };
  }

  async close(): Promise<void> {
    for (const server of this.servers) {
      if ('closeAllConnections' in server) {
        server.closeAllConnections();
      }
      server.close();
    }
  }
}

async function listen(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function probe(
  engine: ProbeEngine,
  targets: readonly ProbeTarget[],
  signal = new AbortController().signal,
): Promise<ReadonlyMap<string, ProbeSample>> {
  const samples = new Map<string, ProbeSample>();
  await engine.run(targets, OPTIONS, signal, (id, sample) => samples.set(id, sample));
  return samples;
}

const certificates = new CertificateMaker();
const listeners = new Listeners();
beforeAll(() => listeners.open());
afterAll(async () => {
  await listeners.close();
  certificates.dispose();
});

const managers: ManagerProbeEngine[] = [];
afterEach(() => {
  for (const engine of managers.splice(0)) {
    engine.dispose();
  }
});

function managerEngine(): ManagerProbeEngine {
  const door = new ManagerDoor(systemClock);
  const engine = new ManagerProbeEngine(new LocalShell(), door, 'test', '0.0.0');
  managers.push(engine);
  return engine;
}

describe.each([
  ['curl', () => new CurlProbeEngine('curl', 'test', '0.0.0')],
  ['node', () => new NodeProbeEngine('0.0.0')],
  ['manager', managerEngine],
] as const)('%s', (_, make) => {
  test('names what each kind of listener does', async () => {
    const names = ['ok', 'error', 'hostile', 'huge', 'silent', 'closing', 'resetting', 'refused'];
    const samples = await probe(
      make(),
      names.map((name) => listeners.target(name)),
    );
    const told = names.map((name) => {
      const sample = samples.get(name);
      return [name, sample?.outcome, sample?.reachable, sample?.httpStatus, sample?.firstLine];
    });
    expect(told).toEqual([
      ['ok', 'answered', true, 200, 'web.1'],
      ['error', 'answered', true, 500, 'broken'],
      ['hostile', 'answered', true, 200, '[31m<b>x'],
      ['huge', 'answered', true, 200, 'start'],
      ['silent', 'silent', true, undefined, undefined],
      ['closing', 'empty', true, undefined, undefined],
      ['resetting', 'reset', true, undefined, undefined],
      ['refused', 'refused', false, undefined, undefined],
    ]);
    const phases: ProbePhases = samples.get('ok')?.phases ?? { total: 0 };
    expect(phases.connect).toBeGreaterThan(0);
    expect(phases.total).toBeGreaterThanOrEqual(phases.firstByte ?? Infinity);
  });

  test('opens a fresh connection per probe', async () => {
    const before = listeners.connections;
    const targets = Array.from({ length: 12 }, (_unused, index) =>
      listeners.target('ok', 'http', `ok${index}`),
    );
    const samples = await probe(make(), targets);
    expect(samples.size).toBe(12);
    expect(listeners.connections - before).toBe(12);
  });

  test('opens a fresh connection per probe though the server keeps them open', async () => {
    const before = listeners.connections;
    const targets = Array.from({ length: 120 }, (_unused, index) =>
      listeners.target('clinging', 'http', `clinging${index}`),
    );
    const samples = await probe(make(), targets);
    expect(samples.size).toBe(120);
    expect([...samples.values()].every(({ reachable }) => reachable)).toBe(true);
    expect(listeners.connections - before).toBe(120);
  });

  test('asks as it was told, and hears what the headers say', async () => {
    const answers: HttpAnswer[] = [];
    const target = listeners.asking('asked', {
      path: '/a/../b?q=1&r="x"',
      headers: [
        ['Host', 'shop.example'],
        ['X-Probe', 'a: b; "c" \\ d'],
        ['X-Empty', ''],
      ],
    });
    const { signal } = new AbortController();
    await make().run([target], OPTIONS, signal, (_id, _sample, answer) => {
      if (answer !== undefined) {
        answers.push(answer);
      }
    });
    const { line, headers } = listeners.lastAsked;
    expect(line).toBe('GET /a/../b?q=1&r="x"');
    expect([headers.host, headers['x-probe'], headers['x-empty']]).toEqual([
      'shop.example',
      'a: b; "c" \\ d',
      '',
    ]);
    expect(answers[0]?.headers).toContainEqual(['X-Served-By', 'web.7']);
  });

  test('HEAD brings no body, and a status or a text that was asked for is looked at', async () => {
    const outcome = async (target: ProbeTarget): Promise<string | undefined> =>
      (await probe(make(), [target])).get(target.id)?.outcome;
    expect(await outcome(listeners.asking('ok', { method: 'HEAD' }))).toBe('answered');
    expect(await outcome(listeners.asking('error', { status: [[200, 399]] }))).toBe('wrong-status');
    expect(await outcome(listeners.asking('ok', { bodyContains: 'more' }))).toBe('answered');
    expect(await outcome(listeners.asking('ok', { bodyContains: 'less' }))).toBe('wrong-body');
    expect(await outcome(listeners.asking('halves', { bodyContains: 'grün' }))).toBe('answered');
  });

  test('finds a text at the beginning of a long page, and wants an answer where one was asked for', async () => {
    const ask = { bodyContains: 'start' };
    const long = (await probe(make(), [listeners.asking('huge', ask)])).get('huge');
    expect([long?.outcome, long?.asAsked]).toEqual(['answered', true]);
    const silent = (await probe(make(), [listeners.asking('silent', ask)])).get('silent');
    expect([silent?.outcome, silent?.reachable, silent?.asAsked]).toEqual(['silent', true, false]);
    const other = (await probe(make(), [listeners.asking('ssh', ask)])).get('ssh');
    expect([other?.outcome, other?.asAsked]).toEqual(['answered', false]);
    const plain = (await probe(make(), [listeners.target('silent')])).get('silent');
    expect(plain?.asAsked).toBeUndefined();
  });

  test('checks a certificate against the trusted authorities and the name', async () => {
    const told = async (change: Partial<HttpAsk>): Promise<unknown> => {
      const target = listeners.asking('secure', { scheme: 'https', ...change });
      const sample = (await probe(make(), [target])).get('secure');
      return [sample?.outcome, sample?.reachable, sample?.firstLine];
    };
    expect(await told({})).toEqual(['tls-failed', true, undefined]);
    // Each engine has its own name for it.
    vi.stubEnv('SSL_CERT_FILE', certificates.ca);
    vi.stubEnv('CURL_CA_BUNDLE', certificates.ca);
    try {
      expect(await told({})).toEqual(['answered', true, 'over TLS']);
      expect(await told({ serverName: 'shop.example' })).toEqual(['answered', true, 'over TLS']);
      expect(listeners.lastAsked.headers.host).toMatch(/^shop\.example:/);
      expect(await told({ serverName: 'other.example' })).toEqual(['tls-failed', true, undefined]);
      const samples = await probe(make(), [listeners.asking('secure', { scheme: 'https' })]);
      const { connect = 0, tls = 0, firstByte = 0 } = samples.get('secure')?.phases ?? {};
      expect([connect > 0, tls > connect, firstByte >= tls]).toEqual([true, true, true]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('a port that speaks no TLS fails at TLS', async () => {
    const samples = await probe(make(), [listeners.asking('ok', { scheme: 'https' })]);
    expect(samples.get('ok')).toMatchObject({ outcome: 'tls-failed', reachable: true });
  });

  test('a server of another language is reached', async () => {
    const samples = await probe(make(), [listeners.target('ssh')]);
    expect(samples.get('ssh')).toMatchObject({ outcome: 'answered', reachable: true });
    expect(samples.get('ssh')?.httpStatus).toBeUndefined();
  });

  test('a TCP probe says nothing and needs no HTTP', async () => {
    const samples = await probe(make(), [
      listeners.target('silent', 'tcp'),
      listeners.target('refused', 'tcp'),
    ]);
    expect(samples.get('silent')).toMatchObject({ outcome: 'answered', reachable: true });
    expect(samples.get('refused')).toMatchObject({ outcome: 'refused', reachable: false });
  });

  test('a malformed address is never connected to and does not spoil its batch', async () => {
    const bad = {
      id: 'bad',
      host: '127.0.0.1/x\nurl=file:///etc/passwd',
      port: 80,
      kind: 'http',
      tasks: { count: 1, key: '' },
    } as const;
    const tcp = { ...bad, id: 'tcp', kind: 'tcp' } as const;
    const samples = await probe(make(), [bad, tcp, listeners.target('ok')]);
    for (const id of ['bad', 'tcp']) {
      expect(samples.get(id)).toMatchObject({ outcome: 'failed', detail: 'malformed address' });
    }
    expect(samples.get('ok')?.outcome).toBe('answered');
  });

  test('an abort ends the batch at once, without samples', async () => {
    const controller = new AbortController();
    const started = Date.now();
    const running = probe(make(), [listeners.target('silent')], controller.signal);
    setTimeout(() => controller.abort(), 30);
    expect((await running).size).toBe(0);
    expect(Date.now() - started).toBeLessThan(OPTIONS.timeoutMs);
  });

  test('neither proxies nor a ~/.curlrc divert it', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'swarmscope-home-'));
    await writeFile(path.join(home, '.curlrc'), 'proxy = "http://127.0.0.1:1"\n');
    const kept = { ...process.env };
    Object.assign(process.env, {
      HOME: home,
      http_proxy: 'http://127.0.0.1:1',
      HTTP_PROXY: 'http://127.0.0.1:1',
      all_proxy: 'http://127.0.0.1:1',
    });
    try {
      const samples = await probe(make(), [listeners.target('ok')]);
      expect(samples.get('ok')?.outcome).toBe('answered');
    } finally {
      for (const name of ['HOME', 'http_proxy', 'HTTP_PROXY', 'all_proxy']) {
        delete process.env[name];
      }
      Object.assign(process.env, kept);
      await rm(home, { recursive: true });
    }
  });
});

test('curl leaves no files behind, aborted or not', async () => {
  const own = async (): Promise<number> =>
    (await readdir(tmpdir())).filter((name) => name.startsWith('swarmscope-probe-')).length;
  const before = await own();
  const engine = new CurlProbeEngine('curl', 'test', '0.0.0');
  await probe(engine, [listeners.target('ok')]);
  const controller = new AbortController();
  const running = probe(engine, [listeners.target('silent')], controller.signal);
  controller.abort();
  await running;
  expect(await own()).toBe(before);
});

test.each(['http', 'tcp'] as const)(
  'curl: a disturbance of 100 ms does not meet all %s repetitions of an address',
  async (kind) => {
    const came: number[] = [];
    const server = createServer((_, response) => void response.end('ok'));
    server.on('connection', () => came.push(Date.now()));
    const port = await listen(server);
    const target: ProbeTarget = {
      id: 'a',
      host: '127.0.0.1',
      port,
      kind,
      tasks: { count: 3, key: '' },
    };
    const samples: ProbeSample[] = [];
    await new CurlProbeEngine('curl', 'test', '0').run(
      [target, target, target],
      OPTIONS,
      new AbortController().signal,
      (_id, sample) => samples.push(sample),
    );
    server.closeAllConnections();
    server.close();
    expect(samples.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered']);
    expect(Math.max(...came) - Math.min(...came)).toBeGreaterThan(100);
  },
);

test('a path that cannot be a program is no curl', async () => {
  expect(await detectCurl('/usr/bin/curl/')).toBeUndefined();
});

test('finds curl, and falls back to Node where there is none or it is too old', async () => {
  expect(await detectCurl('curl')).toMatch(/^\d+\.\d+/);
  expect(await detectCurl('/nonexistent/curl')).toBeUndefined();
  const folder = await mkdtemp(path.join(tmpdir(), 'swarmscope-curl-'));
  const old = path.join(folder, 'curl');
  await writeFile(old, '#!/bin/sh\necho "curl 7.74.0 (x86_64)"\n', { mode: 0o700 });
  const choose = (curlPath: string): Promise<ProbeEngine> =>
    chooseProbeEngine({ curlPath, productVersion: '0.0.0', logger: silentLogger });
  expect((await choose(old)).label).toBe('Node.js');
  expect((await choose('curl')).label).toMatch(/^curl 7|^curl 8/);
  await rm(folder, { recursive: true });
});
