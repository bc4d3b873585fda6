import { afterAll, beforeAll, expect, test } from 'vitest';
import { CurlProbeEngine, detectCurl } from '../../src/probe/curlEngine';
import type { ProbeTarget } from '../../src/probe/probe';
import { BareCurl } from './support/bareCurl';
import { BenchServer } from './support/benchServer';
import { type Cost, costOf, median } from './support/cost';
import { round, tell } from './support/report';

/*
 * What a sweep costs beside curl alone, in one run: both in turn, and which comes first in turn too,
 * so that what else the machine does hits both alike.
 */

const OPTIONS = { timeoutMs: 30_000, concurrency: 50 };
const TARGETS = 1_000;
/** Of the wall and of the processor time of curl alone. */
const MOST = 1.2;
/** A busy machine may need more rounds until the middle of them says something. */
const ROUNDS = { least: 8, most: 24 };
const LIMIT_MS = 80_000;

interface Round {
  readonly ours: Cost;
  readonly bare: Cost;
}

let server: BenchServer;
let engine: CurlProbeEngine;
let bare: BareCurl;
let targets: readonly ProbeTarget[];

beforeAll(async () => {
  server = await BenchServer.start(0);
  targets = Array.from({ length: TARGETS }, (_, index) => ({
    id: `target ${index}`,
    host: `127.1.${index >> 8}.${index & 255}`,
    port: server.port,
    kind: 'http',
    tasks: { count: 1, key: '' },
  }));
  const version = (await detectCurl('curl')) ?? 'none that is new enough';
  engine = new CurlProbeEngine('curl', version, '0.0.0');
  bare = await BareCurl.prepare(targets, OPTIONS, 'swarmscope/0.0.0');
});

afterAll(async () => {
  await bare?.dispose();
  await server?.stop();
});

async function sweep(): Promise<Cost> {
  const answered = new Set<string>();
  const cost = await costOf(
    async () =>
      await engine.run(targets, OPTIONS, new AbortController().signal, (id, sample, answer) => {
        if (sample.outcome === 'answered' && answer?.body === 'web.1\nhello\n') {
          answered.add(id);
        }
      }),
  );
  expect(answered.size).toBe(TARGETS);
  return cost;
}

async function runBare(): Promise<Cost> {
  const cost = await costOf(async () => await bare.run());
  expect(await bare.collect()).toEqual({ results: TARGETS, bodies: TARGETS });
  return cost;
}

/** The middle of the rounds' ratios. */
function ratio(rounds: readonly Round[], of: keyof Cost): number {
  return median(rounds.map(({ ours, bare: alone }) => ours[of] / alone[of]));
}

test('a sweep of 1,000 targets costs at most 1.2 times what curl alone does', async () => {
  await sweep();
  await runBare();
  await server.served();
  const rounds: Round[] = [];
  const started = Date.now();
  const isEnough = (): boolean =>
    rounds.length >= ROUNDS.least &&
    (Math.max(ratio(rounds, 'wall'), ratio(rounds, 'cpu')) <= MOST ||
      rounds.length >= ROUNDS.most ||
      Date.now() - started > LIMIT_MS);
  while (!isEnough()) {
    if (rounds.length % 2 === 0) {
      rounds.push({ ours: await sweep(), bare: await runBare() });
    } else {
      const first = await runBare();
      rounds.push({ ours: await sweep(), bare: first });
    }
    expect(await server.served()).toHaveLength(2 * TARGETS);
  }
  await tell(
    `Sweep of ${TARGETS} targets, ${rounds.length} rounds (ms, middle values)`,
    (['wall', 'cpu'] as const).map((of) => ({
      of,
      'our engine': round(median(rounds.map(({ ours }) => ours[of]))),
      'curl alone': round(median(rounds.map(({ bare: alone }) => alone[of]))),
      ratio: round(ratio(rounds, of)),
    })),
  );
  expect(ratio(rounds, 'wall')).toBeLessThanOrEqual(MOST);
  expect(ratio(rounds, 'cpu')).toBeLessThanOrEqual(MOST);
});
