import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineServer, hangUp, json, staySilent, type Play } from '../../test/fakes/engineServer';
import { longestStall } from '../../test/fakes/eventLoop';
import { FakeClock } from '../../test/fakes/fakeClock';
import {
  BlackHole,
  drips,
  floods,
  HostileServer,
  page,
  says,
  saysAndCloses,
  type Behaviour,
} from '../../test/fakes/hostileServers';
import { countResources, leftBehind } from '../../test/fakes/leftovers';
import type { ErrorCode } from '../common/errors';
import { silentLogger } from '../common/logger';
import { createEngine } from './dockerodeEngine';
import type { EngineOptions } from './engineRequests';
import type { Engine } from './engine';
import type { ConnectionTarget } from './target';

/*
 * Endpoints that mean no good, over real sockets: every call ends by its deadline with a code, the
 * event loop goes on meanwhile, and nothing stays open.
 */

const DEADLINE_MS = 400;
/** What a busy machine may add to a deadline. */
const MARGIN_MS = 1_000;
/** Far above what a sound event loop needs, far below what anybody would notice as a freeze. */
const STALL_MS = 250;

function build(target: ConnectionTarget, options: Partial<EngineOptions> = {}): Engine {
  return createEngine(target, {
    address: 'tcp://hostile',
    logger: silentLogger,
    connectDeadline: DEADLINE_MS,
    callDeadline: DEADLINE_MS,
    ...options,
  });
}

/** Lets `act` fail; gives its code and the milliseconds it took. */
async function failure(act: () => Promise<unknown>): Promise<{ code: unknown; took: number }> {
  const started = performance.now();
  let code: unknown = 'none: it succeeded';
  const stall = await longestStall(async () => {
    try {
      await act();
    } catch (error) {
      ({ code } = error as { code?: unknown });
    }
  });
  expect(stall).toBeLessThan(STALL_MS);
  return { code, took: performance.now() - started };
}

const HEAD = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nTransfer-Encoding: chunked\r\n\r\n';
const LARGE = 'x'.repeat(16_384);

describe('the checks themselves', () => {
  it('see a socket, a timer and a child that stay', async () => {
    const server = new EngineServer();
    const { port } = (await server.listenTcp()) as { readonly port: number };
    const before = countResources();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    // Several: one of an earlier test file may end just now and hide one of these.
    const timers = Array.from({ length: 8 }, () => setTimeout(() => {}, 60_000));
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
    expect(await leftBehind(before, 0)).toMatchObject({ TCPSocketWrap: 2, ProcessWrap: 1 });
    expect((await leftBehind(before, 0))['Timeout']).toBeGreaterThan(3);
    for (const timer of timers) {
      clearTimeout(timer);
    }
    child.kill();
    socket.destroy();
    expect(await leftBehind(before)).toEqual({});
    await server.close();
  });

  it('see an event loop that stands still', async () => {
    const stall = await longestStall(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const until = performance.now() + STALL_MS + 50;
      while (performance.now() < until) {
        // Nothing else can run.
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    });
    expect(stall).toBeGreaterThan(STALL_MS);
  });
});

describe('the first contact with', () => {
  it.each<[string, ErrorCode, Behaviour]>([
    ['a server that accepts and never answers', 'timed-out', () => {}],
    ['a web page', 'not-an-engine', says(page('200 OK', 'text/html', '<html>hello'))],
    ['a web page that is not there', 'not-an-engine', says(page('404 No', 'text/html', '<p>'))],
    ['a broken gateway', 'not-an-engine', says(page('502 Bad Gateway', 'text/html', '<html>'))],
    ['a gateway that names no type', 'not-an-engine', says(page('502 Bad', 'x/y', '<html>'))],
    ['an ssh server', 'not-an-engine', says('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n')],
    ['binary noise', 'not-an-engine', says('\u0000\u0015\u0003\u0001\u0000\u0002\u0002P')],
    ['half a head', 'connection-lost', saysAndCloses('HTTP/1.1 200 OK\r\nApi-Ver')],
    ['half an answer', 'connection-lost', saysAndCloses(`${HEAD}ff\r\nO`)],
    ['nothing at all', 'connection-lost', saysAndCloses('')],
    ['a head that drips', 'timed-out', drips('HTTP/1.1 200 OK\r\nX-Long: ', 'a', 25)],
    ['a body that drips', 'timed-out', drips(HEAD, '1\r\nO\r\n', 25)],
    ['a head without end', 'not-an-engine', floods('HTTP/1.1 200 OK\r\n', `X-A: ${LARGE}\r\n`)],
    ['a body without end', 'not-an-engine', floods(HEAD, `4000\r\n${LARGE}\r\n`)],
  ])('%s fails as %s', async (_name, code, behave) => {
    const server = new HostileServer(behave);
    const target = await server.listen();
    try {
      const before = countResources();
      const engine = build(target);
      const { took, ...failed } = await failure(() => engine.connect());
      engine.dispose();
      expect(failed).toEqual({ code });
      expect(took).toBeLessThan(DEADLINE_MS + MARGIN_MS);
      expect(await leftBehind(before)).toEqual({});
      expect(server.sockets.size).toBe(0);
      // A lost one is tried once more, nothing else is.
      expect(server.connections).toBe(code === 'connection-lost' ? 2 : 1);
    } finally {
      await server.close();
    }
  });

  it('a byte a second ends by the whole deadline, not by an idle one', async () => {
    const server = new HostileServer(drips(HEAD, '1\r\nO\r\n', 1_000));
    const target = await server.listen();
    try {
      const before = countResources();
      const engine = build(target, { connectDeadline: 2_500 });
      const { code, took } = await failure(() => engine.connect());
      engine.dispose();
      expect(code).toBe('timed-out');
      expect(took).toBeGreaterThan(2_400);
      expect(took).toBeLessThan(2_500 + MARGIN_MS);
      expect(await leftBehind(before)).toEqual({});
    } finally {
      await server.close();
    }
  });

  // Elsewhere a full backlog refuses.
  it.runIf(process.platform === 'linux')('a black hole fails as timed-out', async () => {
    const hole = await BlackHole.open();
    try {
      const before = countResources();
      const engine = build(hole.target);
      const { code, took } = await failure(() => engine.connect());
      expect(code).toBe('timed-out');
      expect(took).toBeGreaterThan(DEADLINE_MS - 50);
      expect(took).toBeLessThan(DEADLINE_MS + MARGIN_MS);
      // The connection that was being made is given up at the deadline, not only with the engine.
      expect(await leftBehind(before)).toEqual({});
      engine.dispose();
    } finally {
      await hole.close();
    }
  });

  it.runIf(process.platform === 'linux')('a black hole ends at once when aborted', async () => {
    const hole = await BlackHole.open();
    try {
      const before = countResources();
      const engine = build(hole.target, { connectDeadline: 60_000 });
      const { code, took } = await failure(() => engine.connect(AbortSignal.timeout(50)));
      engine.dispose();
      expect(code).toBe('cancelled');
      expect(took).toBeLessThan(MARGIN_MS);
      expect(await leftBehind(before)).toEqual({});
    } finally {
      await hole.close();
    }
  });
});

describe('an engine', () => {
  let server: EngineServer;
  let engine: Engine;
  let before: ReturnType<typeof countResources>;

  beforeEach(async () => {
    server = new EngineServer();
    const target = await server.listenTcp();
    before = countResources();
    engine = build(target);
    await engine.connect();
  });

  afterEach(async () => {
    engine.dispose();
    const left = await leftBehind(before);
    const { size } = server.sockets;
    await server.close();
    expect({ left, open: size }).toEqual({ left: {}, open: 0 });
  });

  const hostilePlays: readonly [string, ErrorCode, Play][] = [
    ['hangs', 'timed-out', staySilent],
    ['closes', 'connection-lost', hangUp],
    [
      'sends half a JSON and closes',
      'connection-lost',
      (response) => {
        response.writeHead(200, { 'Content-Length': '400' });
        response.write('{"Name":"node1","Swa', () => response.socket?.destroy());
      },
    ],
    ['sends half a JSON as if it were all', 'unexpected-answer', (r) => void r.end('{"Name":"no')],
    [
      'drips',
      'timed-out',
      (response) => {
        const timer = setInterval(() => response.write(' '), 25);
        response.once('close', () => clearInterval(timer));
      },
    ],
    [
      'never stops',
      'unexpected-answer',
      (response) => {
        const pump = (): void => {
          while (!response.destroyed && response.write(LARGE)) {
            // Until the other side's buffers are full.
          }
        };
        response.on('drain', pump);
        pump();
      },
    ],
    [
      'is behind a broken gateway',
      'not-an-engine',
      (response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>'),
    ],
  ];

  it.each(hostilePlays)(
    'that %s after its ping fails each call as %s',
    async (_name, code, play) => {
      engine.dispose();
      server.on('GET /info', play);
      server.on('GET /networks', json([]));
      const target = { kind: 'tcp', host: '127.0.0.1', port: server.port } as const;
      engine = build(target, { answerLimit: 4 * 1024 * 1024 });
      await engine.connect();
      const { took, ...failed } = await failure(() => engine.info());
      expect(failed).toEqual({ code });
      expect(took).toBeLessThan(DEADLINE_MS + MARGIN_MS);
      // What works goes on working over the same pool.
      expect(await engine.networks()).toEqual([]);
    },
  );

  it('that never begins its event stream fails it at the deadline', async () => {
    server.on('GET /events', staySilent);
    const { signal } = new AbortController();
    const { code, took } = await failure(async () => {
      for await (const event of engine.events(undefined, signal)) {
        expect.unreachable(event.id);
      }
    });
    expect(code).toBe('timed-out');
    expect(took).toBeLessThan(DEADLINE_MS + MARGIN_MS);
  });

  it('that closes each kept connection just when it is used again is read all the same', async () => {
    const used = new WeakSet();
    server.on('GET /networks', (response, request) => {
      const { socket } = response;
      if (socket !== null && used.has(socket)) {
        socket.destroy();
      } else {
        used.add(socket ?? {});
        json([])(response, request);
      }
    });
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await engine.networks()).toEqual([]);
    }
    expect(server.log.filter((entry) => entry.endsWith('/networks')).length).toBeGreaterThan(5);
  });
});

describe('the product’s own deadlines', () => {
  let server: EngineServer;
  let engine: Engine;
  let clock: FakeClock;

  beforeEach(async () => {
    server = new EngineServer();
    clock = new FakeClock();
    const target = await server.listenTcp();
    engine = createEngine(target, { address: 'tcp://slow', logger: silentLogger, clock });
  });

  afterEach(async () => {
    engine.dispose();
    await server.drained();
    await server.close();
  });

  /** The code with which `call` fails once `ms` have passed, and not a millisecond before. */
  async function codeAfter(ms: number, call: Promise<unknown>, requests: number): Promise<unknown> {
    let code: unknown;
    const ended = call.catch((error: { code?: unknown }) => {
      ({ code } = error);
    });
    await expect.poll(() => server.requests.length).toBe(requests);
    await clock.advance(ms - 1);
    expect(code).toBeUndefined();
    await clock.advance(1);
    await ended;
    return code;
  }

  it('are 5 s for the first contact', async () => {
    server.on('GET /_ping', staySilent);
    expect(await codeAfter(5_000, engine.connect(), 1)).toBe('timed-out');
    expect(clock.pending).toBe(0);
  });

  it('are 5 s for both attempts of the first contact together', async () => {
    server.on('GET /_ping', () => {}, staySilent);
    const connecting = engine.connect();
    connecting.catch(() => {});
    await expect.poll(() => server.sockets.size).toBe(1);
    await expect.poll(() => server.requests.length).toBe(1);
    await clock.advance(3_000);
    server.sockets.forEach((socket) => socket.destroy());
    expect(await codeAfter(2_000, connecting, 2)).toBe('timed-out');
  });

  it('are 10 s for the first contact with an engine of the future, which is asked twice', async () => {
    server.on(
      'GET /_ping',
      (response) => response.writeHead(200, { 'Api-Version': '1.99' }).end('OK'),
      staySilent,
    );
    expect(await codeAfter(5_000, engine.connect(), 2)).toBe('timed-out');
  });

  it('are 10 s for a call, 2 s for a ping', async () => {
    await engine.connect();
    server.on('GET /info', staySilent);
    server.on('GET /_ping', staySilent);
    expect(await codeAfter(10_000, engine.info(), 2)).toBe('timed-out');
    expect(await codeAfter(2_000, engine.ping(), 3)).toBe('timed-out');
  });

  it('are 10 s until an event stream begins, and none afterwards', async () => {
    await engine.connect();
    server.on('GET /events', staySilent);
    const abort = new AbortController();
    const next = engine.events(undefined, abort.signal)[Symbol.asyncIterator]().next();
    expect(await codeAfter(10_000, next, 2)).toBe('timed-out');
    server.on('GET /events', (response) => response.writeHead(200).flushHeaders());
    const later = engine.events(undefined, abort.signal)[Symbol.asyncIterator]().next();
    await expect.poll(() => clock.pending).toBe(1);
    await expect.poll(() => clock.pending).toBe(0);
    await clock.advance(3_600_000);
    abort.abort();
    expect(await later).toEqual({ done: true, value: undefined });
  });
});
