import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import {
  connect,
  createServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { afterEach, describe, expect, it, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { systemClock } from '../common/clock';
import { silentLogger } from '../common/logger';
import { answererOf } from '../routing/answeredBy';
import { sessionCookieIn } from '../routing/sessionCookie';
import { summarizeBurst, type BurstSummary } from '../shared/burstSummary';
import type { BurstView } from '../shared/burstView';
import type { RouteBackend } from '../shared/routingView';
import { BurstRunner, type BurstPlan } from './burst';
import { chooseProbeEngine } from './chooseEngine';
import { NodeProbeEngine } from './nodeEngine';
import { Pace } from './pace';
import type { OnSample, ProbeEngine, ProbeOptions, ProbeTarget } from './probe';

/** Answers at once, or holds everything until the abort; counts what was asked of it. */
class ScriptedEngine implements ProbeEngine {
  readonly label = 'scripted';
  readonly waves: { readonly at: number; readonly targets: readonly ProbeTarget[] }[] = [];
  readonly concurrency: number[] = [];
  hold = false;

  constructor(private readonly clock: FakeClock) {}

  async run(
    targets: readonly ProbeTarget[],
    { concurrency }: ProbeOptions,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    this.waves.push({ at: this.clock.now(), targets });
    this.concurrency.push(concurrency);
    if (this.hold) {
      const [first] = targets;
      await once(signal, 'abort');
      // A result that was already on its way.
      onSample(first?.id ?? '', SAMPLE);
      return;
    }
    // Backwards: the order of the results is not that of the connections.
    for (const { id, host } of targets.toReversed()) {
      onSample(id, SAMPLE, { headers: [], body: host });
    }
  }
}

const SAMPLE = { at: 0, outcome: 'answered', reachable: true, phases: { total: 2 } } as const;

function target(id: string): ProbeTarget {
  return { id, host: id, port: 80, kind: 'http', tasks: { count: 0, key: '' } };
}

function makePlan(change: Partial<BurstPlan> = {}): BurstPlan {
  return {
    routeId: 'web',
    wanted: 50,
    tasks: [
      { taskId: 't1', taskName: 'web.1' },
      { taskId: 't2', taskName: 'web.2' },
    ],
    balanced: true,
    targets: [target('a'), target('b')],
    timeoutMs: 1_000,
    read: () => ({}),
    ...change,
  };
}

function setUp(perSecond = 300): {
  clock: FakeClock;
  engine: ScriptedEngine;
  runner: BurstRunner;
  heard: BurstView[];
} {
  const clock = new FakeClock();
  const engine = new ScriptedEngine(clock);
  const runner = new BurstRunner({
    chooseEngine: async () => engine,
    clock,
    logger: silentLogger,
    pace: new Pace(clock, perSecond),
  });
  const heard: BurstView[] = [];
  runner.onDidChange((view) => heard.push(view));
  return { clock, engine, runner, heard };
}

describe('BurstRunner', () => {
  it('judges no wave that was cut off: its slow connections would be missing', async () => {
    const { clock, engine, runner } = setUp();
    engine.run = async (targets, _options, signal, onSample) => {
      onSample(targets[0]?.id ?? '', SAMPLE);
      await once(signal, 'abort');
    };
    const ended = runner.start(makePlan());
    await clock.advance(1_000);
    expect(runner.view).toMatchObject({ state: 'running', made: 1, answers: [] });
    runner.cancel();
    await ended;
    expect(runner.view).toMatchObject({ state: 'cancelled', made: 1, answers: [] });
  });

  it('forgets a burst of another place, which tells nothing any more', async () => {
    const { clock, engine, runner, heard } = setUp();
    engine.run = async (_targets, _options, signal) => void (await once(signal, 'abort'));
    const ended = runner.start(makePlan());
    await clock.advance(1_000);
    const before = heard.length;
    runner.forget();
    await ended;
    await clock.advance(1_000);
    expect([runner.view, heard.length]).toEqual([undefined, before]);
    expect(clock.pending).toBe(0);
  });

  it('makes as many connections as asked for, the nodes in turn, each once', async () => {
    const { clock, engine, runner, heard } = setUp();
    const ended = runner.start(makePlan({ wanted: 101 }));
    await clock.advance(10_000);
    await ended;
    const asked = engine.waves.flatMap(({ targets }) => targets);
    expect(asked).toHaveLength(101);
    expect(new Set(asked.map(({ id }) => id)).size).toBe(101);
    const { answers, state } = heard.at(-1) ?? {};
    expect(state).toBe('done');
    expect(answers?.map(({ index }) => index)).toEqual([...Array.from({ length: 101 }).keys()]);
    expect(answers?.slice(0, 3).map(({ entryId }) => entryId)).toEqual(['a', 'b', 'a']);
    expect(clock.pending).toBe(0);
  });

  it('sends no more than 100 connections a second, and 25 at once', async () => {
    const { clock, engine, runner } = setUp();
    void runner.start(makePlan({ wanted: 300 }));
    await clock.advance(60_000);
    const start = engine.waves[0]?.at ?? 0;
    expect(engine.waves.map(({ at }) => at - start)).toEqual(
      Array.from({ length: 12 }, (_unused, index) => index * 250),
    );
    expect(engine.waves.every(({ targets }) => targets.length <= 25)).toBe(true);
    expect(new Set(engine.concurrency)).toEqual(new Set([25]));
  });

  it('ends at once when it is cancelled, and takes nothing afterwards', async () => {
    const { clock, engine, runner, heard } = setUp();
    engine.hold = true;
    const ended = runner.start(makePlan());
    await clock.advance(100);
    runner.cancel();
    await ended;
    await clock.advance(10_000);
    expect(engine.waves).toHaveLength(1);
    expect(heard.at(-1)).toMatchObject({ state: 'cancelled', answers: [] });
    expect(runner.view?.state).toBe('cancelled');
    expect(clock.pending).toBe(0);
  });

  it('ends in the pause between two waves as well', async () => {
    const { clock, engine, runner, heard } = setUp();
    const ended = runner.start(makePlan());
    await clock.advance(100);
    runner.cancel();
    await ended;
    expect(engine.waves).toHaveLength(1);
    expect(heard.at(-1)).toMatchObject({ state: 'cancelled' });
    expect(heard.at(-1)?.answers).toHaveLength(25);
    expect(clock.pending).toBe(0);
  });

  it('ends at its deadline', async () => {
    const { clock, engine, runner, heard } = setUp();
    engine.hold = true;
    void runner.start(makePlan());
    await clock.advance(121_000);
    expect(heard.at(-1)?.state).toBe('late');
    expect(clock.pending).toBe(0);
  });

  it('has time for as many connections as a low rate lets it make', async () => {
    const { clock, engine, runner } = setUp(1);
    engine.run = async (targets, { pace }, signal, onSample) => {
      for (const { id } of targets) {
        if (await pace?.take(1, signal)) {
          onSample(id, SAMPLE);
        }
      }
    };
    void runner.start(makePlan({ wanted: 300 }));
    await clock.advance(310_000);
    expect(runner.view).toMatchObject({ state: 'done', made: 300 });
    engine.run = async (_targets, _options, signal) => void (await once(signal, 'abort'));
    void runner.start(makePlan({ wanted: 300 }));
    await clock.advance(599_000);
    expect(runner.view?.state).toBe('running');
    await clock.advance(1_000);
    expect(runner.view?.state).toBe('late');
    expect(clock.pending).toBe(0);
  });

  it('says that the program could not be started', async () => {
    const { clock, heard } = setUp();
    const runner = new BurstRunner({
      chooseEngine: () => Promise.reject(new Error('no curl')),
      clock,
      logger: silentLogger,
      pace: new Pace(clock, 300),
    });
    runner.onDidChange((view) => heard.push(view));
    await runner.start(makePlan());
    expect(heard.at(-1)?.state).toBe('failed');
    expect(clock.pending).toBe(0);
  });

  it('ends the one before when another begins, and tells of the new one alone', async () => {
    const { clock, engine, runner, heard } = setUp();
    engine.hold = true;
    const first = runner.start(makePlan({ routeId: 'one' }));
    await clock.advance(100);
    engine.hold = false;
    const second = runner.start(makePlan({ routeId: 'two', wanted: 20 }));
    await first;
    await clock.advance(1_000);
    await second;
    expect(heard.findLast(({ routeId }) => routeId === 'one')?.state).toBe('cancelled');
    expect(runner.view).toMatchObject({ routeId: 'two', state: 'done' });
  });

  it('notes that other tasks run meanwhile', async () => {
    const { clock, runner, heard } = setUp();
    void runner.start(makePlan());
    await clock.advance(100);
    runner.noteTasks('other', []);
    runner.noteTasks('web', ['t2', 't1']);
    expect(runner.view?.tasksChanged).toBe(false);
    runner.noteTasks('web', ['t1', 't3']);
    await clock.advance(1_000);
    expect(heard.at(-1)).toMatchObject({ state: 'done', tasksChanged: true });
    runner.noteTasks('web', ['t1', 't2']);
    expect(runner.view?.tasksChanged).toBe(true);
  });

  it('tells at most five times a second', async () => {
    const { clock, runner, heard } = setUp();
    const ended = runner.start(makePlan({ wanted: 300 }));
    await clock.advance(1_000);
    expect(heard.length).toBeLessThanOrEqual(6);
    const before = heard.length;
    runner.dispose();
    await ended;
    expect(heard).toHaveLength(before);
    expect(clock.pending).toBe(0);
  });
});

/** Real servers on loopback: tasks, and balancers before them that choose a task per connection. */
class Swarm {
  private readonly servers: (Server | TcpServer)[] = [];
  private readonly sockets = new Set<Socket>();
  /** Requests that each task saw. */
  readonly seen = new Map<string, number>();

  async task(name: string, cookie?: string): Promise<number> {
    return this.listen(
      createHttpServer((_request, response) => {
        this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
        if (cookie !== undefined) {
          response.setHeader('Set-Cookie', cookie);
        }
        response.end(`Hello from ${name}\n`);
      }),
    );
  }

  /** Takes connections and never says a word. */
  async silentTask(): Promise<number> {
    return this.listen(createServer((socket) => this.keep(socket)));
  }

  async balancer(choose: (connection: number) => number): Promise<number> {
    let connections = 0;
    return this.listen(
      createServer((socket) => {
        this.keep(socket);
        const behind = connect(choose(connections), '127.0.0.1');
        connections += 1;
        this.keep(behind);
        socket.pipe(behind).pipe(socket);
      }),
    );
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await Promise.all(this.servers.map((server) => new Promise((done) => server.close(done))));
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }

  private async listen(server: Server | TcpServer): Promise<number> {
    this.servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
}

const backends = [1, 2, 3].map((slot): RouteBackend => ({
  taskId: `task${slot}`,
  taskName: `web.${slot}`,
  hostname: `node${slot}`,
  state: 'running',
  active: true,
  addresses: [],
  error: '',
  containerId: String(slot).repeat(12),
}));
const containers = backends.map(({ containerId = '' }) => containerId);

const engines: readonly [string, () => Promise<ProbeEngine>][] = [
  [
    'curl',
    () => chooseProbeEngine({ curlPath: 'curl', productVersion: '0', logger: silentLogger }),
  ],
  ['Node.js', async () => new NodeProbeEngine('0')],
];

describe.each(engines)('a burst of %s at real servers', (_name, chooseEngine) => {
  let swarm = new Swarm();

  afterEach(async () => {
    await swarm.close();
    swarm = new Swarm();
  });

  async function burst(port: number, wanted: number): Promise<[BurstView, BurstSummary]> {
    const runner = new BurstRunner({
      chooseEngine,
      clock: systemClock,
      logger: silentLogger,
      pace: new Pace(systemClock, 300),
    });
    const find = answererOf({ backends });
    const cookieOf = sessionCookieIn({ backends });
    await runner.start({
      ...makePlan(),
      wanted,
      tasks: backends,
      targets: [{ ...target('web@node1'), host: '127.0.0.1', port }],
      read: (answer) => {
        const answeredBy = find(answer);
        const cookie = cookieOf(answer.headers);
        return {
          ...(answeredBy === undefined ? {} : { answeredBy }),
          ...(cookie === undefined ? {} : { cookie }),
        };
      },
    });
    const { view } = runner;
    runner.dispose();
    if (view === undefined) {
      throw new Error('The burst left no view');
    }
    return [view, summarizeBurst(view)];
  }

  it('finds three tasks in turn, each connection as the task saw it', async () => {
    const tasks: number[] = [];
    for (const name of containers) {
      tasks.push(await swarm.task(name));
    }
    const port = await swarm.balancer((connection) => tasks[connection % 3] ?? 0);
    const [view, summary] = await burst(port, 100);
    expect(view).toMatchObject({ state: 'done', wanted: 100 });
    expect(summary).toMatchObject({ answered: 100, failures: [], sameTask: undefined });
    expect(summary.spread.verdict.kind).toBe('even');
    expect(summary.spread.tasks.map(({ answers }) => answers)).toEqual(
      containers.map((name) => swarm.seen.get(name)),
    );
    expect([...swarm.seen.values()].toSorted((a, b) => a - b)).toEqual([33, 33, 34]);
    expect(summary.rotation).toMatchObject({ pairs: 99, inTurn: true });
    expect(summary.latency?.p50).toBeGreaterThan(0);
    expect(summary.latency?.most).toBeGreaterThanOrEqual(summary.latency?.p99 ?? Infinity);
  });

  it('tells one sticky task apart, and the cookie that names it', async () => {
    const [name = ''] = containers;
    const sticky = await swarm.task(name, `who=${name}; Path=/`);
    const port = await swarm.balancer(() => sticky);
    const [, summary] = await burst(port, 20);
    expect(summary.spread.verdict).toMatchObject({ kind: 'one', taskId: 'task1' });
    expect(summary.sameTask).toEqual({ entryIds: ['web@node1'], chance: 3 ** -19, failed: 0 });
    expect(summary.cookies).toEqual([{ name: 'who', kind: 'task', answers: 20 }]);
    expect(summary.rotation).toMatchObject({ pairs: 19, switches: 0, inTurn: false });
    expect(
      summary.spread.tasks.filter(({ overdue }) => overdue).map(({ taskId }) => taskId),
    ).toEqual(['task2', 'task3']);
  });

  it('names the task that never answers, and counts its connections as what became of them', async () => {
    const tasks = [
      await swarm.task(containers[0] ?? ''),
      await swarm.task(containers[1] ?? ''),
      await swarm.silentTask(),
    ];
    const port = await swarm.balancer((connection) => tasks[connection % 3] ?? 0);
    const [, summary] = await burst(port, 50);
    expect(summary.failures).toEqual([{ outcome: 'silent', count: 16 }]);
    expect(summary.answered).toBe(34);
    expect(
      summary.spread.tasks.filter(({ overdue }) => overdue).map(({ taskId }) => taskId),
    ).toEqual(['task3']);
    expect(summary.spread.verdict.kind).toBe('uneven');
  });
});

test('two nodes that each lead to a task of their own are both told', () => {
  const answers = Array.from({ length: 40 }, (_unused, index) => ({
    index,
    entryId: index % 2 === 0 ? 'a' : 'b',
    outcome: 'answered' as const,
    ms: 1,
    answeredBy: index % 2 === 0 ? 't1' : 't2',
  }));
  const { targets: _targets, timeoutMs: _timeout, read: _read, ...rest } = makePlan();
  const view: BurstView = {
    ...rest,
    state: 'done',
    startedAt: 0,
    tasksChanged: false,
    made: 40,
    answers,
  };
  const summary = summarizeBurst(view);
  expect(summary.spread.verdict.kind).toBe('even');
  expect(summary.sameTask?.entryIds).toEqual(['a', 'b']);
  expect(summary.rotation.switches).toBe(0);
  expect(summarizeBurst({ ...view, tasksChanged: true }).sameTask).toBeUndefined();
});
