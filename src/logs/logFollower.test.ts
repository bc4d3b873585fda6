import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SwarmscopeError } from '../common/errors';
import type { LogOptions } from '../docker/engine';
import { FakeClock, settled } from '../../test/fakes/fakeClock';
import { FakeEngine, logFrame } from '../../test/fakes/fakeEngine';
import type { FollowedTask } from './followedTask';
import { LINE_CAP } from './logBuffer';
import type { LogEntry } from './logEntry';
import { LogFollower, LOOK_MS, type FollowOptions } from './logFollower';

const ORDER_MS = 250;

function task(digit: number, fields: Partial<FollowedTask> = {}): FollowedTask {
  return {
    id: `t${digit}`,
    name: `web.${digit}`,
    node: `node${digit}`,
    answers: true,
    ended: false,
    outcome: '',
    hasTerminal: false,
    ...fields,
  };
}

function frame(taskId: string, second: number, text: string, type = 1): Uint8Array {
  const time = `2026-11-26T13:34:${String(second).padStart(2, '0')}.5Z`;
  const details = `com.docker.swarm.node.id=n,com.docker.swarm.task.id=${taskId}`;
  return logFrame(`${time} ${details} ${text}\n`, type);
}

describe('following the logs of three tasks', () => {
  let engine: FakeEngine;
  let clock: FakeClock;
  let tasks: FollowedTask[];
  let most: number;
  let lookError: SwarmscopeError | undefined;
  let shown: LogEntry[];
  let dropped: number;
  let stop: AbortController;
  let ended: Promise<void>;
  let follower: LogFollower;

  const texts = (): string[] =>
    shown.map((entry) =>
      entry.kind === 'line' ? `${entry.task}: ${entry.text}` : `(${entry.tone}) ${entry.text}`,
    );

  function start(options: Partial<FollowOptions> = {}): void {
    follower = new LogFollower(
      {
        look: async () => {
          if (lookError !== undefined) {
            throw lookError;
          }
          return { tasks, most };
        },
        open: (id: string, wanted: LogOptions, signal) =>
          engine.logs({ kind: 'task', id }, wanted, signal),
        show: (entries, lost) => {
          shown.push(...entries);
          dropped += lost;
        },
      },
      { follow: true, stderrOnly: false, tail: 200, ...options },
      clock,
    );
    ended = follower.run(stop.signal);
  }

  beforeEach(() => {
    engine = new FakeEngine();
    clock = new FakeClock();
    tasks = [task(1), task(2), task(3)];
    most = 48;
    lookError = undefined;
    shown = [];
    dropped = 0;
    stop = new AbortController();
    for (const digit of [3, 1, 2]) {
      engine.writeLog(`t${digit}`, frame(`t${digit}`, digit, `hello ${digit}`));
    }
  });

  afterEach(async () => {
    stop.abort();
    await ended;
    expect(engine.logStreams).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('joins them in the order of time, each line once', async () => {
    start();
    await settled();
    await clock.advance(ORDER_MS);
    expect(texts()).toEqual(['web.1: hello 1', 'web.2: hello 2', 'web.3: hello 3']);
    engine.writeLog('t2', frame('t2', 21, 'later', 2));
    engine.writeLog('t1', frame('t1', 20, 'earlier'));
    await settled();
    await clock.advance(ORDER_MS);
    expect(texts().slice(3)).toEqual(['web.1: earlier', 'web.2: later']);
    expect(shown.map((entry) => entry.kind === 'line' && entry.isError)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('shows the newest lines of all tasks together', async () => {
    start({ tail: 2 });
    await settled();
    await clock.advance(ORDER_MS);
    expect(texts()).toEqual(['web.2: hello 2', 'web.3: hello 3']);
  });

  it('names a node that dies, goes on with the others, and with that task when the node is back', async () => {
    start();
    await settled();
    await clock.advance(ORDER_MS);
    engine.silentTasks.add('t3');
    tasks = [task(1), task(2), task(3, { answers: false })];
    await clock.advance(LOOK_MS + 1_500);
    engine.writeLog('t1', frame('t1', 30, 'goes on'));
    engine.writeLog('t3', frame('t3', 31, 'unheard for now'));
    await clock.advance(ORDER_MS);
    expect(texts().slice(3)).toEqual([
      '(warning) node3 does not answer: the logs of web.3 are missing',
      'web.1: goes on',
    ]);
    // Told once, however long it lasts.
    await clock.advance(60_000);
    expect(texts()).toHaveLength(5);
    engine.silentTasks.delete('t3');
    tasks = [task(1), task(2), task(3)];
    await clock.advance(LOOK_MS + ORDER_MS);
    expect(texts().slice(5).toSorted()).toEqual([
      '(info) node3 answers again: web.3 goes on',
      'web.3: unheard for now',
    ]);
  });

  it('names a node that is dead from the start, in the words of the engine', async () => {
    engine.silentTasks.add('t3');
    start();
    await settled();
    await clock.advance(ORDER_MS);
    expect(texts()).toEqual([
      'web.1: hello 1',
      'web.2: hello 2',
      '(warning) The logs of web.3 on node3 are missing: Error grabbing logs: node is not available',
    ]);
  });

  it('lets new tasks join from their first line, and ended ones leave', async () => {
    start({ tail: 1 });
    await settled();
    await clock.advance(ORDER_MS);
    engine.writeLog('t4', frame('t4', 40, 'one'));
    engine.writeLog('t4', frame('t4', 41, 'two'));
    engine.writeLog('t1', frame('t1', 42, 'last words'));
    engine.endedTasks.add('t1');
    engine.wakeLogs('t1');
    tasks = [task(4), task(2), task(3), task(1, { ended: true, outcome: 'failed: exit 1' })];
    await clock.advance(3 * LOOK_MS);
    expect(texts().slice(1).toSorted()).toEqual([
      '(info) web.1 on node1 ended: failed: exit 1',
      'web.1: last words',
      'web.4: one',
      'web.4: two',
    ]);
    expect(engine.logStreams).toBe(3);
  });

  it('opens a stream again that breaks, with growing pauses and no line twice', async () => {
    start();
    await settled();
    await clock.advance(ORDER_MS);
    const before = engine.count('logs');
    engine.fail('logs', new SwarmscopeError('connection-lost'));
    engine.endedTasks.add('t1');
    engine.wakeLogs('t1');
    await clock.advance(1_000);
    expect(engine.count('logs')).toBe(before + 1);
    await clock.advance(1_000);
    expect(engine.count('logs')).toBe(before + 1);
    await clock.advance(1_000);
    expect(engine.count('logs')).toBe(before + 2);
    engine.endedTasks.clear();
    engine.heal('logs');
    engine.writeLog('t1', frame('t1', 50, 'meanwhile'));
    await clock.advance(30_000);
    expect(texts().filter((text) => text === 'web.1: hello 1')).toHaveLength(1);
    expect(texts().filter((text) => text === 'web.1: meanwhile')).toHaveLength(1);
  });

  it('keeps no more streams than there may be: of the newest running tasks, and says which', async () => {
    most = 2;
    tasks = [task(3), task(2), task(1), task(4, { ended: true })];
    engine.endedTasks.add('t4');
    engine.writeLog('t4', frame('t4', 4, 'ended long ago'));
    start();
    await settled();
    await clock.advance(ORDER_MS);
    expect(texts()).toEqual([
      'web.2: hello 2',
      'web.3: hello 3',
      'web.4: ended long ago',
      '(info) Showing the newest 2 of 3 running tasks: web.3 (node3), web.2 (node2). ' +
        'Choose "Show Logs" on a task to see its log.',
    ]);
    expect(engine.logStreams).toBe(2);
    // Told once; the next one takes the place of one that ends.
    engine.writeLog('t2', frame('t2', 30, 'last words'));
    engine.endedTasks.add('t2');
    engine.wakeLogs('t2');
    tasks = [task(3), task(2, { ended: true, outcome: 'complete' }), task(1)];
    await clock.advance(3 * LOOK_MS);
    expect(texts().slice(4).toSorted()).toEqual([
      '(info) web.2 on node2 ended: complete',
      'web.1: hello 1',
      'web.2: last words',
    ]);
    expect(engine.logStreams).toBe(2);
  });

  it('goes on with a task that had to make room, without a line twice', async () => {
    most = 2;
    tasks = [task(2), task(1)];
    start();
    await settled();
    await clock.advance(ORDER_MS);
    tasks = [task(3), task(2), task(1)];
    await clock.advance(LOOK_MS + ORDER_MS);
    engine.writeLog('t1', frame('t1', 40, 'unheard for now'));
    await clock.advance(LOOK_MS);
    expect(
      texts()
        .slice(2)
        .map((text) => text.slice(0, 12)),
    ).toEqual(['(info) Showi', 'web.3: hello']);
    tasks = [task(2), task(1)];
    await clock.advance(2 * LOOK_MS);
    expect(texts().slice(4)).toEqual(['web.1: unheard for now']);
    expect(engine.logStreams).toBe(2);
  });

  it('reads a task for which there is room only later from then on, and a new one whole', async () => {
    most = 1;
    tasks = [task(2), task(1)];
    start();
    await settled();
    await clock.advance(ORDER_MS);
    tasks = [task(1)];
    await clock.advance(LOOK_MS + ORDER_MS);
    tasks = [task(3), task(1)];
    await clock.advance(LOOK_MS + ORDER_MS);
    const asked = (id: string): Partial<LogOptions> | undefined =>
      engine.calls
        .filter(({ args: [source] }) => (source as { id: string }).id === id)
        .map(({ args: [, options] }) => options as LogOptions)[0];
    expect(asked('t2')).toMatchObject({ tail: 200 });
    expect(asked('t1')?.tail).toBeUndefined();
    expect(Number(asked('t1')?.since)).toBeGreaterThan(0);
    expect([asked('t3')?.tail, asked('t3')?.since]).toEqual([undefined, undefined]);
  });

  it('reads ended tasks after a stop in the middle of their past', async () => {
    tasks = [task(1, { ended: true })];
    const logs = engine.logs.bind(engine);
    let holds = true;
    engine.logs = async function* (source, options, signal) {
      if (holds) {
        await new Promise<void>((resolve) => {
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
        return;
      }
      yield* logs(source, options, signal);
    };
    start();
    await settled();
    stop.abort();
    await ended;
    holds = false;
    stop = new AbortController();
    ended = follower.run(stop.signal);
    await settled();
    await clock.advance(ORDER_MS);
    expect(texts()).toContain('web.1: hello 1');
  });

  it('reads the past of a few tasks at once', async () => {
    tasks = Array.from({ length: 20 }, (_, index) => task(index + 10));
    let open = 0;
    let highest = 0;
    const logs = engine.logs.bind(engine);
    engine.logs = async function* (source, options, signal) {
      open += options.follow ? 0 : 1;
      highest = Math.max(highest, open);
      try {
        yield* logs(source, options, signal);
      } finally {
        open -= options.follow ? 0 : 1;
      }
    };
    for (const { id } of tasks) {
      engine.writeLog(id, frame(id, 1, 'hello'));
    }
    start();
    await settled();
    await clock.advance(ORDER_MS);
    await clock.advance(ORDER_MS);
    expect(texts()).toHaveLength(20);
    expect(highest).toBe(8);
    expect(engine.logStreams).toBe(20);
  });

  it('says that there is nothing yet, or no task at all', async () => {
    engine.logFiles.clear();
    start();
    await settled();
    await clock.advance(ORDER_MS);
    expect(texts()).toEqual(['(info) Nothing to show yet']);
    tasks = [];
    await clock.advance(3 * LOOK_MS);
    expect(texts().slice(1)).toEqual(['(info) There is no task with a log now']);
    expect(engine.logStreams).toBe(0);
  });

  it('says once that the manager is lost, and that it is back', async () => {
    start();
    await settled();
    lookError = new SwarmscopeError('connection-refused', { address: 'tcp://x' });
    await clock.advance(120_000);
    lookError = undefined;
    await clock.advance(31_000);
    const notes = shown.flatMap((entry) => (entry.kind === 'note' ? [entry.tone] : []));
    expect(notes).toEqual(['warning', 'info']);
  });

  it('goes on where it was stopped', async () => {
    start();
    await settled();
    await clock.advance(ORDER_MS);
    stop.abort();
    await ended;
    engine.writeLog('t2', frame('t2', 50, 'while stopped'));
    stop = new AbortController();
    ended = follower.run(stop.signal);
    await settled();
    await clock.advance(ORDER_MS);
    expect(texts().slice(3)).toEqual(['web.2: while stopped']);
  });

  it('ends by itself when it does not follow', async () => {
    start({ follow: false });
    await ended;
    expect(texts()).toEqual(['web.1: hello 1', 'web.2: hello 2', 'web.3: hello 3']);
    expect(engine.calls.every(({ args: [, options] }) => !(options as LogOptions).follow)).toBe(
      true,
    );
  });

  it('keeps a bounded number of lines of a flood, and counts the others', async () => {
    start();
    await settled();
    await clock.advance(ORDER_MS);
    const flood = LINE_CAP + 500;
    for (let count = 0; count < flood; count += 1) {
      engine.logFiles.get('t1')?.push(frame('t1', 55, 'x'));
    }
    engine.wakeLogs('t1');
    await settled();
    await clock.advance(ORDER_MS);
    expect(shown.length + dropped).toBe(flood + 3);
    expect(dropped).toBeGreaterThan(0);
  });
});
