import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { silentLogger } from '../common/logger';
import type { ProbeOutcome, ProbeSample, ProbeView } from '../shared/routingView';
import { judge, nothingReachable, type HostSamples } from './cellHistory';
import type {
  HttpAnswer,
  OnSample,
  ProbeEngine,
  ProbeOptions,
  ProbeTarget,
  TaskSet,
  Vantage,
} from './probe';
import { ProbeScheduler, type TakenSample } from './probeScheduler';

function sample(outcome: ProbeOutcome): ProbeSample {
  return { at: 0, outcome, reachable: outcome === 'answered', phases: { total: 1 } };
}

/** Answers what its script says; counts what was asked of it. */
class ScriptedEngine implements ProbeEngine {
  readonly label = 'scripted';
  readonly rounds: (readonly ProbeTarget[])[] = [];
  outcomes: Record<string, ProbeOutcome> = {};
  hold = false;
  aborted = 0;

  async run(
    targets: readonly ProbeTarget[],
    _options: ProbeOptions,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    this.rounds.push(targets);
    if (this.hold) {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          this.aborted += 1;
          resolve();
        });
      });
      return;
    }
    for (const target of targets) {
      onSample(target.id, sample(this.outcomes[target.id] ?? 'answered'), {
        headers: [],
        body: `from ${target.id}`,
      });
    }
  }
}

function taskSet(count: number, generation = 1): TaskSet {
  return { count, key: `${count} of ${generation}` };
}

function target(id: string, port = 80, tasks = 3): ProbeTarget {
  return { id, host: '127.0.0.1', port, kind: 'http', tasks: taskSet(tasks) };
}

function setUp(): {
  clock: FakeClock;
  engine: ScriptedEngine;
  scheduler: ProbeScheduler;
  heard: ProbeView[];
} {
  const clock = new FakeClock();
  const engine = new ScriptedEngine();
  const scheduler = new ProbeScheduler(
    {
      vantage: { name: 'here', chooseEngine: async () => engine },
      clock,
      logger: silentLogger,
      describe: String,
    },
    { intervalMs: 5000, timeoutMs: 3000 },
  );
  const heard: ProbeView[] = [];
  scheduler.onDidChange((view) => heard.push(view));
  return { clock, engine, scheduler, heard };
}

describe('another vantage', () => {
  const elsewhere = (engine: ProbeEngine): Vantage => ({
    name: 'there',
    chooseEngine: async () => engine,
  });

  it('begins anew at once: no verdict is made of samples of two places', async () => {
    const { clock, engine, scheduler, heard } = setUp();
    scheduler.setTargets([target('a')], [], () => undefined);
    scheduler.setVisible(true);
    await clock.advance(1_000);
    expect(scheduler.view.cells[0]?.samples).toHaveLength(3);
    const other = new ScriptedEngine();
    other.outcomes = { a: 'refused' };
    scheduler.setVantage(elsewhere(other));
    expect(scheduler.view).toMatchObject({
      vantage: 'there',
      engine: '',
      cells: [{ samples: [] }],
    });
    await clock.advance(1_000);
    expect(other.rounds).toHaveLength(1);
    expect(engine.rounds).toHaveLength(1);
    const outcomes = scheduler.view.cells[0]?.samples.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['refused', 'refused', 'refused']);
    expect(heard.at(-1)).toMatchObject({ vantage: 'there', engine: 'scripted' });
    scheduler.dispose();
    expect(clock.pending).toBe(0);
  });

  it('ends a round of the one before, and takes nothing of it any more', async () => {
    const { clock, scheduler } = setUp();
    let late: (() => void) | undefined;
    let ended = false;
    const slow: ProbeEngine = {
      label: 'slow',
      run: async (targets, _options, signal, onSample) => {
        late = () => targets.forEach(({ id }) => onSample(id, sample('timed-out')));
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        ended = true;
      },
    };
    scheduler.setVantage(elsewhere(slow));
    scheduler.setTargets([target('a')], [], () => undefined);
    scheduler.setVisible(true);
    await clock.advance(1_000);
    const other = new ScriptedEngine();
    scheduler.setVantage({ ...elsewhere(other), name: 'third' });
    late?.();
    await clock.advance(500);
    late?.();
    expect(ended).toBe(true);
    const outcomes = scheduler.view.cells[0]?.samples.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['answered', 'answered', 'answered']);
    scheduler.dispose();
  });

  it('that cannot probe says why, until it can or another is chosen', async () => {
    const { clock, engine, scheduler, heard } = setUp();
    let reason: Error | undefined = new Error('no curl there');
    const broken: Vantage = {
      name: 'there',
      chooseEngine: async () => {
        if (reason !== undefined) {
          throw reason;
        }
        return engine;
      },
    };
    scheduler.setTargets([target('a')], [], () => undefined);
    scheduler.setVantage(broken);
    scheduler.setVisible(true);
    await clock.advance(1_000);
    expect(heard.at(-1)).toMatchObject({ problem: 'Error: no curl there', vantage: 'there' });
    reason = undefined;
    await clock.advance(5_000);
    expect(heard.at(-1)).not.toHaveProperty('problem');
    expect(engine.rounds).toHaveLength(1);
    reason = new Error('gone');
    scheduler.setVantage(broken);
    await clock.advance(1_000);
    expect(scheduler.view.problem).toBe('Error: gone');
    scheduler.setVantage({ name: 'here', chooseEngine: async () => engine });
    expect(scheduler.view).not.toHaveProperty('problem');
    scheduler.dispose();
  });
});

test('probes every target three times a round, one round per interval, while visible', async () => {
  const { clock, engine, scheduler } = setUp();
  scheduler.setTargets([target('a'), target('b')], [], () => undefined);
  await clock.advance(60_000);
  expect(engine.rounds).toEqual([]);
  scheduler.setVisible(true);
  await clock.advance(11_000);
  expect(engine.rounds.map((round) => round.map(({ id }) => id).join(''))).toEqual([
    'ababab',
    'ababab',
    'ababab',
  ]);
  scheduler.setVisible(false);
  await clock.advance(60_000);
  expect(engine.rounds).toHaveLength(3);
  scheduler.dispose();
  expect(clock.pending).toBe(0);
});

test('reads as none one round after a node fell silent, and as all one round after it is back', async () => {
  const { clock, engine, scheduler } = setUp();
  scheduler.setTargets([target('a')], [], () => undefined);
  scheduler.setVisible(true);
  const verdict = (): unknown => scheduler.view.cells[0]?.verdict;
  expect(verdict()).toEqual({ kind: 'waiting' });
  await clock.advance(5_500);
  expect(verdict()).toEqual({ kind: 'all', of: 6 });
  engine.outcomes = { a: 'timed-out' };
  await clock.advance(5_000);
  expect(verdict()).toEqual({ kind: 'none', of: 3 });
  engine.outcomes = {};
  await clock.advance(5_000);
  expect(verdict()).toEqual({ kind: 'all', of: 3 });
  await clock.advance(20_000);
  expect(verdict()).toEqual({ kind: 'all', of: 10 });
  scheduler.dispose();
});

test('a verdict begins anew with other tasks, and stays until the first probe of them', async () => {
  const { clock, engine, scheduler } = setUp();
  scheduler.setTargets([target('a', 80, 10)], [], () => undefined);
  scheduler.setVisible(true);
  const verdict = (): unknown => scheduler.view.cells[0]?.verdict;
  await clock.advance(100);
  engine.outcomes = { a: 'timed-out' };
  scheduler.pause();
  scheduler.probeNow();
  await clock.advance(100);
  engine.outcomes = {};
  scheduler.setTargets([{ ...target('a'), tasks: taskSet(10, 2) }], [], () => undefined);
  expect(verdict()).toEqual({ kind: 'some', answered: 8, of: 16 });
  scheduler.probeNow();
  await clock.advance(100);
  expect(verdict()).toEqual({ kind: 'all', of: 8 });
  expect(scheduler.view.cells[0]?.samples).toHaveLength(24);
  expect(scheduler.view.cells[0]?.current).toBe(8);
  scheduler.dispose();
});

test('knocks more often where more tasks answer, and less where there are very many addresses', async () => {
  const { clock, engine, scheduler } = setUp();
  scheduler.setTargets(
    [target('a', 1, 0), target('b', 2, 10), target('c', 3, 100)],
    [],
    () => undefined,
  );
  scheduler.setVisible(true);
  await clock.advance(100);
  const count = (id: string): number | undefined =>
    engine.rounds[0]?.filter((probed) => probed.id === id).length;
  expect([count('a'), count('b'), count('c')]).toEqual([3, 8, 10]);
  scheduler.setTargets(
    Array.from({ length: 1_000 }, (_unused, index) => target(`t${index}`)),
    [],
    () => undefined,
  );
  await clock.advance(6_000);
  expect(engine.rounds.at(-1)).toHaveLength(1_000);
  scheduler.dispose();
});

test('a hidden page aborts the round under way; a late sample of a gone target is dropped', async () => {
  const { clock, engine, scheduler } = setUp();
  engine.hold = true;
  scheduler.setTargets([target('a')], [], () => undefined);
  scheduler.setVisible(true);
  await clock.advance(10);
  scheduler.setVisible(false);
  await clock.advance(10);
  expect(engine.aborted).toBe(1);
  engine.hold = false;
  scheduler.setTargets([target('b')], [{ id: 'c', why: 'udp' }], () => undefined);
  scheduler.setVisible(true);
  await clock.advance(5_100);
  expect(scheduler.view.cells.map(({ entryId, verdict }) => [entryId, verdict.kind])).toEqual([
    ['b', 'all'],
    ['c', 'not-probed'],
  ]);
  scheduler.dispose();
});

test('pause ends the rounds, "now" runs one all the same', async () => {
  const { clock, engine, scheduler } = setUp();
  scheduler.setTargets([target('a')], [], () => undefined);
  scheduler.setVisible(true);
  await clock.advance(100);
  scheduler.pause();
  await clock.advance(20_000);
  expect(engine.rounds).toHaveLength(1);
  scheduler.probeNow();
  await clock.advance(100);
  expect(engine.rounds).toHaveLength(2);
  scheduler.start();
  await clock.advance(5_000);
  expect(engine.rounds.length).toBeGreaterThan(2);
  scheduler.dispose();
});

test('keeps a history while the address stays, starts anew when it changed, names who answered', async () => {
  const { clock, scheduler } = setUp();
  const answererOf = (id: string, { body }: HttpAnswer): string => `${id}|${body}`;
  scheduler.setTargets([target('a', 1), target('b', 2)], [], answererOf);
  scheduler.setVisible(true);
  await clock.advance(100);
  scheduler.setTargets([target('a', 1), target('b', 3)], [], answererOf);
  expect(scheduler.view.cells.map((cell) => cell.samples.length)).toEqual([3, 0]);
  expect(scheduler.view.cells[0]?.samples[0]?.answeredBy).toBe('a|from a');
  scheduler.dispose();
});

test('hands on every sample as it comes, with who answered', async () => {
  const { clock, scheduler } = setUp();
  const taken: TakenSample[] = [];
  scheduler.onDidSample((one) => taken.push(one));
  scheduler.setTargets([target('a')], [], () => 'task1');
  scheduler.setVisible(true);
  await clock.advance(100);
  expect(taken.map(({ id, sample: { answeredBy } }) => [id, answeredBy])).toEqual(
    Array.from({ length: 3 }, () => ['a', 'task1']),
  );
  scheduler.dispose();
});

test('tells at most ten times a second', async () => {
  const { clock, scheduler, heard } = setUp();
  scheduler.setTargets(
    Array.from({ length: 50 }, (_unused, index) => target(`t${index}`)),
    [],
    () => undefined,
  );
  scheduler.setVisible(true);
  await clock.advance(1_000);
  expect(heard.length).toBeLessThanOrEqual(10);
  expect(heard.at(-1)?.engine).toBe('scripted');
  scheduler.dispose();
});

test('tells the cells that changed, and all of them once the targets changed', async () => {
  const { clock, scheduler, heard } = setUp();
  scheduler.setTargets([target('a', 1), target('b', 2)], [], () => undefined);
  scheduler.setVisible(true);
  await clock.advance(1_000);
  heard.length = 0;
  scheduler.pause();
  await clock.advance(1_000);
  expect(heard).toMatchObject([{ running: false, complete: false, cells: [] }]);
  heard.length = 0;
  scheduler.probeNow();
  await clock.advance(1_000);
  const told = new Set(heard.flatMap(({ cells }) => cells.map(({ entryId }) => entryId)));
  expect([...told].toSorted()).toEqual(['a', 'b']);
  expect(heard.every(({ complete }) => !complete)).toBe(true);
  heard.length = 0;
  scheduler.setTargets([target('a', 1)], [], () => undefined);
  await clock.advance(1_000);
  expect(heard).toMatchObject([{ complete: true, cells: [{ entryId: 'a' }] }]);
  scheduler.dispose();
});

test('keeps at most 60 samples', async () => {
  const { clock, scheduler } = setUp();
  scheduler.setTargets([target('a')], [], () => undefined);
  scheduler.setVisible(true);
  await clock.advance(200_000);
  expect(scheduler.view.cells[0]?.samples).toHaveLength(60);
  scheduler.dispose();
});

test('a verdict counts connections, whatever HTTP said', () => {
  const silent: ProbeSample = { ...sample('silent'), reachable: true };
  expect(judge([silent, silent], 1)).toEqual({ kind: 'all', of: 2 });
  expect(judge([sample('answered'), sample('refused'), sample('answered')], 1)).toEqual({
    kind: 'some',
    answered: 2,
    of: 3,
  });
});

test('an answer that is not as asked for does not stand, and the connection is told all the same', () => {
  const wrong: ProbeSample = { ...sample('silent'), reachable: true, asAsked: false };
  const right: ProbeSample = { ...sample('answered'), asAsked: true };
  expect(judge([wrong, { ...wrong, reachable: false }], 1)).toEqual({
    kind: 'none',
    of: 2,
    asked: true,
    connected: 1,
  });
  expect(judge([right, right], 1)).toEqual({ kind: 'all', of: 2, asked: true });
});

test('a port that has tasks now, or has none any more, waits for its first probe since', async () => {
  const { clock, scheduler } = setUp();
  const verdict = (): unknown => scheduler.view.cells[0]?.verdict;
  scheduler.setTargets([target('a')], [], () => undefined);
  scheduler.setVisible(true);
  await clock.advance(100);
  scheduler.setTargets([target('a', 80, 0)], [], () => undefined);
  expect(verdict()).toEqual({ kind: 'waiting' });
  scheduler.probeNow();
  await clock.advance(100);
  expect(verdict()).toEqual({ kind: 'all', of: 3 });
  scheduler.dispose();
});

describe('a verdict', () => {
  const samples = (text: string): ProbeSample[] =>
    Array.from(text, (letter) => sample(letter === '+' ? 'answered' : 'timed-out'));
  const verdict = (text: string, tasks: number): string => {
    const judged = judge(samples(text), tasks);
    return judged.kind === 'some' ? `${judged.answered}/${judged.of}` : judged.kind;
  };

  it.each([
    ['', 3, 'waiting'],
    ['++-++-++-++-', 3, '6/10'],
    // One in three tasks answers: two failures in a row are usual, and so is a third by chance.
    ['+--+--+--+---', 3, '3/10'],
    // Half of ten tasks fail, one after the other: runs of five are the balancer's turn.
    ['+++++-----+++++-----', 10, '10/20'],
    ['++++++++++---', 3, 'none'],
    ['++++++++++----------+++', 3, 'all'],
    // A node with many tasks behind it needs longer to read as silent.
    ['++++++++++++++++++++---', 10, '20/23'],
    ['++++++++++++++++++++----------', 10, 'none'],
  ])('over %j of %i tasks is %s', (text, tasks, expected) => {
    expect(verdict(text, tasks)).toBe(expected);
  });

  it('of a mesh in which one of N tasks fails is k of N, never none, whatever the turn', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: 0, max: 300 }),
        (tasks, turn) => {
          const text = Array.from({ length: 3 * tasks + turn }, (_unused, at) =>
            (at + turn) % tasks === 0 ? '-' : '+',
          ).join('');
          const judged = judge(samples(text), tasks);
          expect(judged.kind).toBe('some');
        },
      ),
    );
  });
});

test('nothing is reachable only when not even a refusal came back from anywhere', () => {
  const late = Array.from({ length: 3 }, () => sample('timed-out'));
  const none = Array.from({ length: 3 }, () => sample('no-route'));
  const at = (host: string, samples: ProbeSample[]): HostSamples => ({ host, samples });
  expect(nothingReachable([at('a', late), at('b', none)])).toBe(true);
  expect(nothingReachable([at('a', late), at('b', [...late, sample('refused')])])).toBe(false);
  expect(nothingReachable([at('a', late), at('b', late.slice(1))])).toBe(false);
  // One round of a host is enough, whichever of its ports it went to.
  expect(nothingReachable([at('a', late.slice(1)), at('a', late.slice(2))])).toBe(true);
  // What was reached a moment ago is an outage, not a private address.
  expect(nothingReachable([at('a', [sample('answered'), ...late])])).toBe(false);
  expect(nothingReachable([])).toBe(false);
});
