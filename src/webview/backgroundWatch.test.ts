import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { lessonParts } from '../../test/fakes/swarms';
import { Emitter } from '../common/emitter';
import { silentLogger } from '../common/logger';
import type { OnSample, ProbeEngine, ProbeOptions, ProbeTarget } from '../probe/probe';
import { ProbeScheduler } from '../probe/probeScheduler';
import { Swarms } from '../store/swarms';
import { BackgroundWatches } from './backgroundWatch';

const INTERVAL_MS = 30_000;

/** Answers for every host but those that are down. */
class Nodes implements ProbeEngine {
  readonly label = 'nodes';
  readonly down = new Set<string>();
  rounds = 0;

  run(
    targets: readonly ProbeTarget[],
    _options: ProbeOptions,
    _signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    this.rounds += 1;
    for (const { id, host } of targets) {
      const isDown = this.down.has(host);
      const outcome = isDown ? 'refused' : 'answered';
      onSample(id, { at: 0, outcome, reachable: !isDown, phases: { total: 1 } });
    }
    return Promise.resolve();
  }
}

const connection = { id: 'a', name: 'lab', source: 'setting', address: 'tcp://a:1' } as const;

let clock: FakeClock;
let nodes: Nodes;
let swarms: Swarms;
let settings: Emitter<void>;
let isWanted: boolean;
let told: string[];
let watches: BackgroundWatches;

beforeEach(async () => {
  clock = new FakeClock();
  nodes = new Nodes();
  swarms = new Swarms({
    open: () => Promise.resolve(new FakeEngine(lessonParts())),
    logger: silentLogger,
    clock: new FakeClock(),
  });
  settings = new Emitter();
  isWanted = true;
  told = [];
  await swarms.connect(connection);
  watches = new BackgroundWatches({
    swarms,
    createScheduler: () =>
      new ProbeScheduler(
        {
          vantage: { name: 'here', chooseEngine: () => Promise.resolve(nodes) },
          clock,
          logger: silentLogger,
          random: () => 0,
          describe: String,
        },
        { intervalMs: INTERVAL_MS, timeoutMs: 1_000, maxPerSecond: 300 },
      ),
    clock,
    isWanted: () => isWanted,
    onDidChangeSettings: settings.event,
    ways: () => ({ nodeAddresses: new Map(), probes: new Map() }),
    tell: (id, text) => told.push(`${id}: ${text}`),
  });
});

afterEach(() => {
  watches.dispose();
  swarms.dispose();
});

test('tells once which ports became failing, where, and of which swarm', async () => {
  await clock.advance(2 * INTERVAL_MS);
  expect(told).toEqual([]);
  nodes.down.add('10.77.0.12').add('10.77.0.13');
  await clock.advance(600_000);
  expect(told).toEqual([
    'a: Published ports of "lab" are not as expected: 8080 of drupal on node2, 8080 of drupal on node3.',
  ]);
});

test('probes no faster than its interval', async () => {
  await clock.advance(10 * INTERVAL_MS - 1);
  expect(nodes.rounds).toBe(10);
});

test.each<readonly [string, () => void]>([
  ['while the panel is in sight', () => watches.setShown('a', true)],
  ['once the connection is closed', () => swarms.close('a')],
  [
    'once the person wants it no more',
    () => {
      isWanted = false;
      settings.fire();
    },
  ],
  ['once the extension ends', () => watches.dispose()],
])('nothing is alive %s', async (_when, end) => {
  await clock.advance(INTERVAL_MS);
  expect(clock.pending).toBeGreaterThan(0);
  const { rounds } = nodes;
  end();
  await clock.advance(10 * INTERVAL_MS);
  expect([clock.pending, nodes.rounds - rounds]).toEqual([0, 0]);
});

test('what was told is not told again after the panel was in sight', async () => {
  nodes.down.add('10.77.0.12');
  await clock.advance(2 * INTERVAL_MS);
  expect(told).toHaveLength(1);
  watches.setShown('a', true);
  await clock.advance(600_000);
  watches.setShown('a', false);
  await clock.advance(600_000);
  expect(told).toHaveLength(1);
});

test('goes on when the panel is out of sight again', async () => {
  watches.setShown('a', true);
  await clock.advance(INTERVAL_MS);
  const { rounds } = nodes;
  watches.setShown('a', false);
  await clock.advance(INTERVAL_MS);
  expect(nodes.rounds).toBeGreaterThan(rounds);
});
