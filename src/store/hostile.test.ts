import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineServer, hangUp, staySilent, type Play } from '../../test/fakes/engineServer';
import { longestStall } from '../../test/fakes/eventLoop';
import {
  BlackHole,
  drips,
  HostileServer,
  page,
  playManager,
  says,
  saysAndCloses,
  type Behaviour,
} from '../../test/fakes/hostileServers';
import { countResources, leftBehind } from '../../test/fakes/leftovers';
import { systemClock } from '../common/clock';
import type { ErrorCode } from '../common/errors';
import { silentLogger } from '../common/logger';
import { createEngine } from '../docker/dockerodeEngine';
import type { Engine } from '../docker/engine';
import type { ConnectionEntry, ConnectionTarget } from '../docker/target';
import { failedStateOf } from './failedState';
import { lookAt } from './lookAt';
import { SwarmStore } from './swarmStore';
import type { SwarmState } from './swarmState';

/* What hostile endpoints make of a connection's state; the engine client is the real one. */

const DEADLINE_MS = 400;
const MARGIN_MS = 1_500;
const STALL_MS = 250;

const entry: ConnectionEntry = {
  id: 'setting:hostile',
  name: 'hostile',
  source: 'setting',
  address: 'tcp://hostile',
};

/** Opens `target` as the product does, with deadlines that a test can wait for. */
function opener(target: ConnectionTarget) {
  return async (_entry: ConnectionEntry, signal: AbortSignal): Promise<Engine> => {
    const engine = createEngine(target, {
      address: entry.address,
      logger: silentLogger,
      connectDeadline: DEADLINE_MS,
      callDeadline: DEADLINE_MS,
    });
    try {
      await engine.connect(signal);
      return engine;
    } catch (error) {
      engine.dispose();
      throw error;
    }
  };
}

function newStore(target: ConnectionTarget): SwarmStore {
  return new SwarmStore({ open: opener(target), logger: silentLogger, clock: systemClock });
}

/** The state in the words of these tests. */
function summary(state: SwarmState): string {
  switch (state.phase) {
    case 'failed':
      return `failed: ${state.error.code}, shown as ${failedStateOf(state.error.code)}`;
    case 'connected': {
      const { lost, snapshot } = state;
      const failed = Object.entries(snapshot.parts).flatMap(([name, part]) =>
        part.kind === 'failed' ? [`${name} ${part.error.code}`] : [],
      );
      return [
        `connected`,
        ...failed,
        ...(lost === undefined ? [] : [`lost ${lost.error.code}`]),
      ].join(', ');
    }
    default:
      return state.phase;
  }
}

async function timed(act: () => Promise<void>): Promise<number> {
  const started = performance.now();
  expect(await longestStall(act)).toBeLessThan(STALL_MS);
  return performance.now() - started;
}

describe('connecting to', () => {
  const head = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n';

  it.each<[string, ErrorCode, string, Behaviour]>([
    ['a server that never answers', 'timed-out', 'unreachable', () => {}],
    ['a web page', 'not-an-engine', 'refused', says(page('200 OK', 'text/html', '<html>'))],
    ['a broken gateway', 'not-an-engine', 'refused', says(page('502 Bad', 'text/html', '<html>'))],
    ['an ssh server', 'not-an-engine', 'refused', says('SSH-2.0-OpenSSH_9.2p1\r\n')],
    ['half an answer', 'connection-lost', 'unreachable', saysAndCloses('HTTP/1.1 200 OK\r\nAp')],
    ['a drip', 'timed-out', 'unreachable', drips(head, 'O', 25)],
  ])('%s is %s, shown as %s', async (_name, code, shown, behave) => {
    const server = new HostileServer(behave);
    const target = await server.listen();
    try {
      const before = countResources();
      const store = newStore(target);
      const took = await timed(() => store.connect(entry));
      expect(summary(store.state)).toBe(`failed: ${code}, shown as ${shown}`);
      expect(took).toBeLessThan(DEADLINE_MS + MARGIN_MS);
      // Nothing stays open while the failure is shown, nor is anything tried again.
      expect(await leftBehind(before)).toEqual({});
      expect(server.sockets.size).toBe(0);
      store.dispose();
    } finally {
      await server.close();
    }
  });

  it.runIf(process.platform === 'linux')('a black hole is timed-out', async () => {
    const hole = await BlackHole.open();
    try {
      const before = countResources();
      const store = newStore(hole.target);
      const took = await timed(() => store.connect(entry));
      expect(summary(store.state)).toBe('failed: timed-out, shown as unreachable');
      expect(took).toBeLessThan(DEADLINE_MS + MARGIN_MS);
      expect(await leftBehind(before)).toEqual({});
      store.dispose();
    } finally {
      await hole.close();
    }
  });

  it.runIf(process.platform === 'linux')('a black hole can be given up at once', async () => {
    const hole = await BlackHole.open();
    try {
      const before = countResources();
      const store = newStore(hole.target);
      const connecting = store.connect(entry);
      expect(store.state.phase).toBe('connecting');
      store.disconnect();
      const took = await timed(() => connecting);
      expect(took).toBeLessThan(DEADLINE_MS / 2);
      expect(store.state.phase).toBe('disconnected');
      expect(await leftBehind(before)).toEqual({});
      store.dispose();
    } finally {
      await hole.close();
    }
  });
});

describe('a manager', () => {
  let server: EngineServer;
  let target: ConnectionTarget;
  let store: SwarmStore;
  let before: ReturnType<typeof countResources>;

  beforeEach(async () => {
    server = new EngineServer();
    playManager(server);
    target = await server.listenTcp();
    before = countResources();
    store = newStore(target);
  });

  afterEach(async () => {
    store.disconnect();
    const left = await leftBehind(before);
    const { size } = server.sockets;
    store.dispose();
    await server.close();
    expect({ left, open: size }).toEqual({ left: {}, open: 0 });
  });

  const halfJson: Play = (response) => {
    response.writeHead(200, { 'Content-Length': '400' });
    response.write('[{"ID":"node1","Swa', () => response.socket?.destroy());
  };
  const gateway: Play = (response) => response.writeHead(502).end('<html>Bad Gateway');
  const lists = ['GET /nodes', 'GET /networks', 'GET /services', 'GET /tasks'];

  it.each<[string, readonly string[], Play, string]>([
    ['hangs on /info', ['GET /info'], staySilent, 'failed: timed-out, shown as unreachable'],
    ['breaks on /info', ['GET /info'], halfJson, 'failed: connection-lost, shown as unreachable'],
    ['hangs on /nodes', ['GET /nodes'], staySilent, 'connected, nodes timed-out'],
    ['breaks on /nodes', ['GET /nodes'], halfJson, 'connected, nodes connection-lost'],
    ['hides /nodes', ['GET /nodes'], gateway, 'connected, nodes not-an-engine'],
    ['hangs on every list', lists, staySilent, 'failed: timed-out, shown as unreachable'],
    ['never begins its event stream', ['GET /events'], staySilent, 'connected'],
    ['breaks each event stream', ['GET /events'], hangUp, 'connected'],
    ['hides its event stream', ['GET /events'], gateway, 'connected'],
  ])('that %s', async (_name, requests, play, expected) => {
    for (const request of requests) {
      server.on(request, play);
    }
    const took = await timed(() => store.connect(entry));
    expect(summary(store.state)).toBe(expected);
    // One deadline for the greeting, one for /info, one for the lists, one for their details.
    expect(took).toBeLessThan(4 * DEADLINE_MS + MARGIN_MS);
  });

  it.each<[string, Play, ErrorCode]>([
    ['answers nothing more', staySilent, 'timed-out'],
    ['hides behind a broken gateway', gateway, 'not-an-engine'],
    ['breaks every answer', halfJson, 'connection-lost'],
  ])('that %s is lost and keeps what was shown', async (_name, play, code) => {
    await store.connect(entry);
    const { state: first } = store;
    for (const request of ['GET /info', 'GET /_ping', 'GET /events', ...lists]) {
      server.on(request, play);
    }
    const took = await timed(() => store.refresh('manual'));
    expect(summary(store.state)).toBe(`connected, lost ${code}`);
    expect(took).toBeLessThan(3 * DEADLINE_MS + MARGIN_MS);
    const { state } = store;
    expect(state.phase === 'connected' && state.snapshot).toBe(
      first.phase === 'connected' && first.snapshot,
    );
    playManager(server);
    await expect.poll(() => summary(store.state), { timeout: 4_000 }).toBe('connected');
  });

  it('that closes each kept connection when it is used again is shown whole', async () => {
    const used = new WeakSet();
    const closeWhenReused =
      (play: Play): Play =>
      (response, request) => {
        const socket = response.socket ?? {};
        if (used.has(socket)) {
          response.socket?.destroy();
        } else {
          used.add(socket);
          play(response, request);
        }
      };
    server.wrap(closeWhenReused);
    await store.connect(entry);
    await store.refresh('manual');
    expect(summary(store.state)).toBe('connected');
  });
});

describe('a look from the picker', () => {
  it.runIf(process.platform === 'linux')('that is left leaves nothing', async () => {
    const hole = await BlackHole.open();
    const silent = new EngineServer();
    silent.on('GET /_ping', staySilent);
    const hanging = new EngineServer();
    hanging.on('GET /info', staySilent);
    try {
      const targets = [hole.target, await silent.listenTcp(), await hanging.listenTcp()];
      const before = countResources();
      const leaving = new AbortController();
      const looks = targets.map((target) => lookAt(entry, opener(target), leaving.signal));
      await expect.poll(() => hanging.log).toContain('GET /v1.41/info');
      await expect.poll(() => silent.log).toContain('GET /_ping');
      const took = await timed(async () => {
        leaving.abort();
        await Promise.all(looks);
      });
      expect(await Promise.all(looks)).toMatchObject(
        targets.map(() => ({ kind: 'problem', error: { code: 'cancelled' } })),
      );
      expect(took).toBeLessThan(DEADLINE_MS / 2);
      expect(await leftBehind(before)).toEqual({});
      expect([silent.sockets.size, hanging.sockets.size]).toEqual([0, 0]);
    } finally {
      await hole.close();
      await silent.close();
      await hanging.close();
    }
  });

  it.each<[string, Behaviour, ErrorCode]>([
    ['a silent server', () => {}, 'timed-out'],
    ['a web page', says(page('200 OK', 'text/html', '<html>')), 'not-an-engine'],
    ['a drip', drips('HTTP/1.1 200 OK\r\n', 'X', 25), 'timed-out'],
  ])('at %s ends by itself and leaves nothing', async (_name, behave, code) => {
    const server = new HostileServer(behave);
    const target = await server.listen();
    try {
      const before = countResources();
      const { signal } = new AbortController();
      const standing = await lookAt(entry, opener(target), signal);
      expect(standing).toMatchObject({ kind: 'problem', error: { code } });
      expect(await leftBehind(before)).toEqual({});
      expect(server.sockets.size).toBe(0);
    } finally {
      await server.close();
    }
  });
});
