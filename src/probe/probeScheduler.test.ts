import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { silentLogger, type Logger } from '../common/logger';
import { pause } from '../common/pause';
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

const OPTIONS = { intervalMs: 5000, timeoutMs: 3000, maxPerSecond: 300 };

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

function setUp(
  random = 0,
  logger: Logger = silentLogger,
): {
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
      logger,
      describe: String,
      random: () => random,
    },
    OPTIONS,
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

  it('that gives the same failure again has it in the log once', async () => {
    const errors: string[] = [];
    const logger = { ...silentLogger, error: (line: string) => void errors.push(line) };
    const { clock, scheduler } = setUp(0, logger);
    let reason = new Error('refused');
    scheduler.setTargets([target('a')], [], () => undefined);
    scheduler.setVantage({ name: 'there', chooseEngine: async () => await Promise.reject(reason) });
    scheduler.setVisible(true);
    await clock.advance(30_000);
    reason = new Error('refused');
    await clock.advance(30_000);
    expect(errors).toEqual(Array.from({ length: 2 }, () => 'Probing failed: Error: refused'));
    scheduler.dispose();
  });

  it('keeps the engine that was chosen while a round of the one before failed', async () => {
    const { clock, engine, scheduler } = setUp();
    let fail = (): void => undefined;
    const failing: ProbeEngine = {
      label: 'failing',
      run: () => new Promise((_resolve, reject) => (fail = () => reject(new Error('gone')))),
    };
    const chosen: string[] = [];
    const chooseEngine = async (): Promise<ProbeEngine> => {
      const next = chosen.length === 0 ? failing : engine;
      chosen.push(next.label);
      return next;
    };
    scheduler.setTargets([target('a')], [], () => undefined);
    scheduler.setVantage({ name: 'there', chooseEngine });
    scheduler.setVisible(true);
    await clock.advance(100);
    scheduler.resetEngine();
    // A burst asks for it.
    await scheduler.chooseEngine();
    fail();
    await clock.advance(6_000);
    expect(engine.rounds).toHaveLength(1);
    expect(chosen).toEqual(['failing', 'scripted']);
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

test('what is added is probed at once, also where a change asks for a round later', async () => {
  const { clock, engine, scheduler } = setUp();
  scheduler.setTargets([target('a')], [], () => undefined);
  scheduler.setVisible(true);
  await clock.advance(2_500);
  scheduler.setTargets([target('a'), target('b')], [], () => undefined);
  scheduler.probeSoon();
  await clock.advance(10);
  expect(engine.rounds).toHaveLength(2);
  expect(engine.rounds[1]?.map(({ id }) => id)).toContain('b');
  // The round of the change comes none the less, and no further one.
  await clock.advance(2_100);
  expect(engine.rounds).toHaveLength(3);
  await clock.advance(4_000);
  expect(engine.rounds).toHaveLength(3);
  scheduler.dispose();
});

test('rounds come up to a tenth of the interval early, never late', async () => {
  const startsWith = async (random: number): Promise<readonly number[]> => {
    const { clock, engine, scheduler } = setUp(random);
    const began = clock.now();
    const starts: number[] = [];
    scheduler.onDidSample(() => starts.push(clock.now() - began));
    scheduler.setTargets([target('a')], [], () => undefined);
    scheduler.setVisible(true);
    await clock.advance(11_000);
    scheduler.dispose();
    expect(engine.rounds).toHaveLength(3);
    return [...new Set(starts)];
  };
  expect(await startsWith(0)).toEqual([0, 5_000, 10_000]);
  expect(await startsWith(0.5)).toEqual([0, 4_750, 9_500]);
  expect(await startsWith(1)).toEqual([0, 4_500, 9_000]);
});

test('a change brings about a round of its own, soon, whatever else is due or under way', async () => {
  const { clock, engine, scheduler } = setUp();
  scheduler.setTargets([target('a')], [], () => undefined);
  scheduler.setVisible(true);
  await clock.advance(4_900);
  scheduler.probeSoon();
  await clock.advance(200);
  // The swarm may not have heard of the change yet.
  expect(engine.rounds).toHaveLength(2);
  await clock.advance(2_000);
  expect(engine.rounds).toHaveLength(3);
  await clock.advance(4_800);
  expect(engine.rounds).toHaveLength(3);
  const run = engine.run.bind(engine);
  engine.run = async (targets, options, signal, onSample) => {
    await run(targets, options, signal, onSample);
    await pause(clock, 3_000, signal);
  };
  await clock.advance(200);
  scheduler.probeSoon();
  await clock.advance(2_700);
  expect(engine.rounds).toHaveLength(4);
  await clock.advance(200);
  expect(engine.rounds).toHaveLength(5);
  scheduler.dispose();
});

describe('a target that gives nothing', () => {
  /** Probes `a`, which is dead, and `b`; gives the second in which each round asked which. */
  async function dead(tasks = 3, random = 0) {
    const parts = setUp(random);
    const { clock, engine, scheduler } = parts;
    const began = clock.now();
    const asked: string[] = [];
    const run = engine.run.bind(engine);
    engine.run = async (targets, ...rest) => {
      const ids = [...new Set(targets.map(({ id }) => id))];
      asked.push(`${(clock.now() - began) / 1000}${ids.toSorted().join('')}`);
      await run(targets, ...rest);
    };
    engine.outcomes = { a: 'timed-out' };
    scheduler.setTargets([target('a', 80, tasks), target('b', 80, tasks)], [], () => undefined);
    scheduler.setVisible(true);
    const verdict = (): unknown => scheduler.view.cells[0]?.verdict;
    return { ...parts, asked, verdict };
  }

  it('in three rounds is left out of every other one', async () => {
    const { clock, scheduler, asked } = await dead();
    await clock.advance(41_000);
    expect(asked).toEqual(['0ab', '5ab', '10ab', '15b', '20ab', '25b', '30ab', '35b', '40ab']);
    scheduler.dispose();
    expect(clock.pending).toBe(0);
  });

  it('is left out of every other one as well where rounds outlast the interval', async () => {
    const { clock, engine, scheduler, asked } = await dead();
    const run = engine.run.bind(engine);
    engine.run = async (targets, options, signal, onSample) => {
      await run(targets, options, signal, onSample);
      await pause(clock, 7_000, signal);
    };
    await clock.advance(50_000);
    expect(asked).toEqual(['0ab', '7ab', '14ab', '21b', '28ab', '35b', '42ab', '49b']);
    scheduler.dispose();
  });

  it('is asked in the next round where the one that left it out was cut off', async () => {
    const { clock, engine, scheduler, asked } = await dead();
    await clock.advance(12_000);
    engine.hold = true;
    await clock.advance(3_000);
    scheduler.setVisible(false);
    engine.hold = false;
    scheduler.setVisible(true);
    await clock.advance(5_100);
    expect(asked.slice(3)).toEqual(['15b', '20ab']);
    scheduler.dispose();
  });

  it.each([
    [3, 0],
    [10, 0],
    [10, 0.7],
    [40, 1],
  ])(
    'with %i tasks reads as all within two intervals of its revival (%d)',
    async (tasks, random) => {
      const { clock, engine, scheduler, verdict } = await dead(tasks, random);
      for (const moment of [21_000, 24_900, 26_000, 30_001]) {
        engine.outcomes = { a: 'timed-out' };
        await clock.advance(moment);
        expect(verdict()).toMatchObject({ kind: 'none' });
        engine.outcomes = {};
        await clock.advance(10_000);
        expect(verdict()).toMatchObject({ kind: 'all' });
      }
      scheduler.dispose();
    },
  );

  it('gives a sign of life with a refusal, and is asked in every round again', async () => {
    const { clock, engine, scheduler, asked } = await dead();
    await clock.advance(16_000);
    engine.outcomes = { a: 'refused' };
    await clock.advance(20_000);
    expect(asked.slice(3)).toEqual(['15b', '20ab', '25ab', '30ab', '35ab']);
    scheduler.dispose();
  });

  it('is asked soon once something happened to its node or service, others are not', async () => {
    const { clock, scheduler, asked } = await dead();
    await clock.advance(16_000);
    scheduler.wake(['b']);
    await clock.advance(1_500);
    expect(asked.at(-1)).toBe('15b');
    scheduler.wake(['a', 'b']);
    await clock.advance(1_000);
    expect(asked.at(-1)).toBe('18ab');
    // The count begins anew.
    await clock.advance(25_000);
    expect(asked.slice(5)).toEqual(['23ab', '28ab', '33b', '38ab', '43b']);
    scheduler.dispose();
  });

  it('is asked in the next round once it has other tasks, and by hand in any', async () => {
    const { clock, scheduler, asked } = await dead();
    await clock.advance(16_000);
    scheduler.probeNow();
    await clock.advance(1_000);
    expect(asked.at(-1)).toBe('16ab');
    await clock.advance(5_000);
    expect(asked.at(-1)).toBe('21b');
    scheduler.setTargets(
      [{ ...target('a'), tasks: taskSet(3, 2) }, target('b')],
      [],
      () => undefined,
    );
    await clock.advance(15_000);
    expect(asked.slice(6)).toEqual(['26ab', '31ab', '36ab']);
    scheduler.dispose();
  });

  it('never waits longer than two intervals, whatever else makes rounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9_000 }), fc.boolean()), { maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (acts, random) => {
          const { clock, scheduler, asked } = await dead(3, random);
          await clock.advance(12_000);
          for (const [ms, isEvent] of acts) {
            await clock.advance(ms);
            if (isEvent) {
              scheduler.probeSoon();
            }
          }
          await clock.advance(10_000);
          scheduler.dispose();
          const times = asked
            .filter((one) => one.endsWith('ab'))
            .map((one) => Math.round(Number.parseFloat(one) * 1000));
          const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
          expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('where the rate is capped', () => {
  const many = (count: number): ProbeTarget[] =>
    Array.from({ length: count }, (_unused, index) => target(`t${index}`));

  it('sends fewer connections to each address before a round outlasts the interval', async () => {
    const { clock, engine, scheduler } = setUp();
    scheduler.setOptions({ ...OPTIONS, maxPerSecond: 20 });
    scheduler.setTargets(many(50), [], () => undefined);
    scheduler.setVisible(true);
    await clock.advance(100);
    expect(engine.rounds[0]).toHaveLength(100);
    expect(scheduler.view.longRound).toBeUndefined();
    expect(scheduler.roundMs).toBe(5_000);
    scheduler.dispose();
  });

  it('says how long a round of more addresses takes', async () => {
    const { scheduler, heard, clock } = setUp();
    scheduler.setTargets(many(240), [], () => undefined);
    scheduler.setOptions({ ...OPTIONS, maxPerSecond: 20 });
    await clock.advance(1_000);
    expect(heard.at(-1)?.longRound).toEqual({ ms: 12_000, perSecond: 20 });
    expect(scheduler.roundMs).toBe(12_000);
    scheduler.dispose();
  });

  it('hands the engine the bounds of a round', async () => {
    const { clock, engine, scheduler } = setUp();
    const given: ProbeOptions[] = [];
    const run = engine.run.bind(engine);
    engine.run = async (targets, options, ...rest) => {
      given.push(options);
      await run(targets, options, ...rest);
    };
    scheduler.setTargets(many(1), [], () => undefined);
    scheduler.setVisible(true);
    await clock.advance(100);
    expect(given).toEqual([
      { timeoutMs: 3_000, concurrency: 50, perNode: 25, pace: scheduler.pace },
    ]);
    expect(scheduler.pace.perSecond).toBe(300);
    scheduler.dispose();
  });
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

test('asks the addresses that are known once its engine is', async () => {
  const { clock, engine, scheduler } = setUp();
  scheduler.setTargets([target('a', 1)], [], () => undefined);
  scheduler.setVisible(true);
  const choose = scheduler.chooseEngine.bind(scheduler);
  scheduler.chooseEngine = async () => {
    await pause(clock, 50, new AbortController().signal);
    return await choose();
  };
  await clock.advance(10);
  scheduler.setTargets([target('a', 2)], [], () => undefined);
  await clock.advance(100);
  expect(engine.rounds[0]?.map(({ port }) => port)).toEqual([2, 2, 2]);
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
