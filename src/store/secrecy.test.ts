import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineServer, hangUp, json, type Play } from '../../test/fakes/engineServer';
import { playManager } from '../../test/fakes/hostileServers';
import { systemClock } from '../common/clock';
import { describeError, errorLine } from '../common/errorText';
import { toSwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import { createEngine } from '../docker/dockerodeEngine';
import type { Engine } from '../docker/engine';
import { buildServiceBody, type ServiceSpec } from '../docker/requestBodies';
import { readOwnConnections } from '../docker/ownConnections';
import { shownAddress } from '../common/shownAddress';
import { parseAddress } from '../docker/parseAddress';
import { documentText } from '../documents/documentText';
import { buildTree } from '../tree/buildTree';
import type { TreeNode } from '../tree/treeNode';
import { SwarmStore } from './swarmStore';
import type { SwarmState } from './swarmState';

/* No secret comes to where a person or a log reader sees it. Each case shows that it was there. */

const VALUE = 'marker-of-a-value"\\1';
const LISTED = 'marker-of-a-listed-value';
const KEY = 'SWMKEY-1-markerOfAnUnlockKey';
const TOKEN = 'SWMTKN-1-markerOfAJoinToken';
const ANY = /marker/i;

const spec: ServiceSpec = {
  name: 'vault',
  image: 'postgres',
  networks: [],
  mode: { kind: 'replicated', replicas: 1 },
  ports: [],
  env: ['PLAIN=ab', `POSTGRES_PASSWORD=${VALUE}`],
};

let server: EngineServer;
let lines: string[];
let engine: Engine;

function recordingLogger(): Logger {
  const write =
    (level: string) =>
    (message: string): void =>
      void lines.push(`${level} ${message}`);
  return {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

/** Answers with the whole request in the engine's sentence, as a careless engine does. */
function echo(status: number): Play {
  return (response, request) => {
    const message = `rpc error: code = Unknown desc = bad request ${request.body} or ${bare(request.body)}`;
    json({ message }, status)(response, request);
  };
}

/** The values of a body without their JSON. */
function bare(body: string): string {
  const parsed = JSON.parse(body) as {
    UnlockKey?: string;
    TaskTemplate?: { ContainerSpec: { Env: string[] } };
  };
  return [parsed.UnlockKey, ...(parsed.TaskTemplate?.ContainerSpec.Env ?? [])].join(' ');
}

/** All that can be seen of a failure. */
function everythingOf(thrown: unknown): string {
  const error = toSwarmscopeError(thrown);
  return [inspect(error, { depth: 9 }), inspect(describeError(error)), errorLine(error)].join('\n');
}

async function failure(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    return everythingOf(error);
  }
  return expect.unreachable('it succeeded');
}

beforeEach(async () => {
  server = new EngineServer();
  lines = [];
  playManager(server);
  const target = await server.listenTcp();
  engine = createEngine(target, {
    address: 'tcp://secret',
    logger: recordingLogger(),
    callDeadline: 1_000,
  });
  await engine.connect();
});

afterEach(async () => {
  engine.dispose();
  await server.close();
});

describe('a service that is created with a value', () => {
  it.each([400, 403, 404, 409, 500, 503])(
    'does not tell it when the engine repeats it with %i',
    async (status) => {
      server.on('POST /services/create', echo(status));
      const told = await failure(() => engine.createService(buildServiceBody(spec)));
      expect(server.requests.at(-1)?.body).toContain('marker-of-a-value');
      expect(told).toMatch(/bad request/);
      expect(told).toContain('POSTGRES_PASSWORD=***');
      expect(`${told}\n${lines.join('\n')}`).not.toMatch(ANY);
    },
  );

  it('does not tell what a cut would leave of it', async () => {
    server.on('POST /services/create', json({ message: `${'x'.repeat(990)} ${VALUE}` }, 400));
    const told = await failure(() => engine.createService(buildServiceBody(spec)));
    expect(told).toContain('x'.repeat(20));
    expect(told).not.toMatch(ANY);
  });

  it('does not tell it when the answer is lost or cannot be read', async () => {
    const odd: Play = (response) => void response.writeHead(201).end(`POSTGRES_PASSWORD=${VALUE}`);
    server.on('POST /services/create', hangUp, odd);
    server.on('GET /services', json([]));
    const lost = await failure(() => engine.createService(buildServiceBody(spec)));
    const unread = await failure(() => engine.createService(buildServiceBody(spec)));
    expect(lost).toContain('outcome-unknown');
    expect(unread).toContain('unexpected-answer');
    expect(`${lost}\n${unread}\n${lines.join('\n')}`).not.toMatch(ANY);
    expect(lines.filter((line) => line.includes('/services/create')).length).toBeGreaterThan(1);
  });

  it('reads the meaning of a sentence in which a value is a word of it', async () => {
    const message = "port '8080' is already in use by service 'web' (abcd)";
    server.on('POST /services/create', json({ message }, 400));
    const create = engine.createService(
      buildServiceBody({ ...spec, env: ['WORD=already', 'NAME=service'] }),
    );
    await expect(create).rejects.toMatchObject({
      code: 'port-taken',
      details: { port: 8080, service: 'web' },
    });
  });
});

it.each([400, 500])(
  'an unlock key is not told when the engine repeats it with %i',
  async (code) => {
    server.on('POST /swarm/unlock', echo(code));
    const told = await failure(() => engine.unlockSwarm(KEY));
    expect(server.requests.at(-1)?.body).toContain(KEY);
    expect(told).toMatch(/bad request/);
    expect(`${told}\n${lines.join('\n')}`).not.toMatch(ANY);
  },
);

it.each([
  `tcp://me:marker@host:2375`,
  `https://me:marker@host:2376/x`,
  `ssh://me:marker@host`,
  `ssh://me:marker@host:nope`,
  `fd://me:marker@host`,
  `ftp://me:marker@host`,
  `me:marker@host:2375`,
])('the password in %s is not told', (address) => {
  let told = 'none';
  try {
    parseAddress(address);
  } catch (error) {
    told = everythingOf(error);
  }
  expect(told).not.toBe('none');
  const warnings: string[] = [];
  const entries = readOwnConnections([{ name: 'own', address }], {
    home: '/home/me',
    warn: (line) => warnings.push(line),
  });
  const seen = [told, shownAddress(address), inspect(entries, { depth: 9 }), ...warnings];
  expect(seen.join('\n')).not.toMatch(ANY);
});

/** Every word of a tree, tooltips too. */
function wordsOf(nodes: readonly TreeNode[]): string {
  return nodes
    .map(({ children, tooltip, ...row }) =>
      [inspect(row, { depth: 9 }), inspect(tooltip?.()), wordsOf(children?.() ?? [])].join('\n'),
    )
    .join('\n');
}

async function settled(store: SwarmStore): Promise<SwarmState> {
  await expect.poll(() => store.state.phase, { timeout: 4_000 }).not.toBe('connecting');
  return store.state;
}

describe('a swarm that holds values, tokens and keys', () => {
  const service = {
    ID: 's1',
    Version: { Index: 1 },
    Spec: {
      Name: 'vault',
      TaskTemplate: { ContainerSpec: { Image: 'postgres', Env: [`PASSWORD=${LISTED}`] } },
      Mode: { Replicated: { Replicas: 1 } },
    },
    PreviousSpec: { TaskTemplate: { ContainerSpec: { Env: [`PASSWORD=${LISTED}`] } } },
  };
  const task = {
    ID: 't1',
    ServiceID: 's1',
    Slot: 1,
    Spec: { ContainerSpec: { Image: 'postgres', Env: [`PASSWORD=${LISTED}`] } },
    Status: { State: 'running' },
    DesiredState: 'running',
  };

  it('shows none of them in tree, documents, log and failures', async () => {
    const info = await engine.inspect('node', 'none').catch(() => undefined);
    expect(info).toBeUndefined();
    server.on('GET /services', json([service, { ID: 7, Spec: { Env: [LISTED] } }]));
    server.on('GET /tasks', json([task]));
    server.on('GET /services/s1', json(service));
    server.on('GET /tasks/t1', json(task));
    server.on('GET /nodes/n1', json({ ID: 'n1', JoinTokens: { Worker: TOKEN }, UnlockKey: KEY }));
    const store = new SwarmStore({
      open: async () => await Promise.resolve(engine),
      logger: recordingLogger(),
      clock: systemClock,
    });
    try {
      await store.connect({ id: 'a', name: 'lab', source: 'setting', address: 'tcp://secret' });
      const state = await settled(store);
      expect(state.phase).toBe('connected');
      expect(inspect(state, { depth: 20 })).toMatch(ANY);
      const tree = wordsOf(buildTree([state], { now: Date.now(), describeError }));
      expect(tree).toContain('vault');
      const documents = await Promise.all(
        (
          [
            ['service', 's1'],
            ['task', 't1'],
            ['node', 'n1'],
          ] as const
        ).map(async ([kind, id]) => {
          const raw = await engine.inspect(kind, id);
          expect(JSON.stringify(raw)).toMatch(ANY);
          return documentText(raw, { kind, swarm: 'lab', seenFrom: 'node1' });
        }),
      );
      expect(documents.join('\n')).toContain('PASSWORD=***');
      expect(lines.join('\n')).toMatch(/GET \S+\/services/);
      expect([tree, ...documents, ...lines].join('\n')).not.toMatch(ANY);
    } finally {
      store.dispose();
    }
  });

  it('tells none of them when its answers cannot be read', async () => {
    const half = JSON.stringify(service).slice(0, -20);
    const noise: Play = (response) => void response.end(`PASSWORD=${LISTED}`);
    server.on('GET /services', (response) => void response.end(half), noise);
    server.on('GET /services/s1', noise);
    const told = [
      await failure(() => engine.services()),
      await failure(() => engine.services()),
      await failure(() => engine.inspect('service', 's1')),
    ];
    expect(told.join('\n')).toContain('unexpected-answer');
    expect([...told, ...lines].join('\n')).not.toMatch(ANY);
  });
});
