import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CurlProbeEngine, detectCurl } from '../../src/probe/curlEngine';
import { NodeProbeEngine } from '../../src/probe/nodeEngine';
import type { ProbeEngine, ProbeTarget } from '../../src/probe/probe';
import type { ProbeSample } from '../../src/shared/routingView';
import { BenchServer, type Served } from './support/benchServer';
import { median } from './support/cost';
import { round, tell, type Figures } from './support/report';

/*
 * Whether the times of our probes are those of curl run by hand and of the server's own clock. Each
 * round asks all of them in turn, so that what else the machine does hits all alike.
 */

const DELAY_MS = 20;
/** The first ones load what the others find loaded. */
const WARM_UP = 3;
/** A busy machine may need more rounds until the middle of them says something. */
const ROUNDS = { least: 30, most: 100 };
const OPTIONS = { timeoutMs: 10_000, concurrency: 50 };

/** Times of one answer in milliseconds since its connection was begun. */
interface Times {
  readonly connect: number;
  readonly firstByte: number;
  readonly total: number;
}

/** One answer as its client and as its server saw it. */
interface Pair {
  readonly seen: Times;
  readonly served: Served;
  /** When the client says that it began, in milliseconds since the epoch. */
  readonly at: number;
}

let server: BenchServer;

beforeAll(async () => {
  server = await BenchServer.start(DELAY_MS);
});

afterAll(async () => {
  await server?.stop();
});

function target(path: string): ProbeTarget {
  const http = { scheme: 'http', method: 'GET', path, headers: [] } as const;
  const address = { id: path, host: '127.0.0.1', port: server.port };
  return { ...address, kind: 'http', http, tasks: { count: 1, key: '' } };
}

/** Probes one target among `others` of the same kind. */
async function probe(
  engine: ProbeEngine,
  path: string,
  others: number,
): Promise<Omit<Pair, 'served'>> {
  const samples = new Map<string, ProbeSample>();
  const neighbours = Array.from({ length: others }, (_, index) => target(`${path}-${index}`));
  await engine.run(
    [target(path), ...neighbours],
    OPTIONS,
    new AbortController().signal,
    (id, one) => samples.set(id, one),
  );
  const sample = samples.get(path);
  const { connect = Number.NaN, firstByte = Number.NaN, total = Number.NaN } = sample?.phases ?? {};
  return { at: sample?.at ?? Number.NaN, seen: { connect, firstByte, total } };
}

/** What a person types to time a request. */
async function byHand(path: string): Promise<Omit<Pair, 'served'>> {
  const format = '%{time_connect} %{time_starttransfer} %{time_total}';
  const url = `http://127.0.0.1:${server.port}${path}`;
  const args = ['-q', '-s', '-o', '/dev/null', '-w', format, '-H', 'Connection: close', url];
  const { stdout } = await promisify(execFile)('curl', args);
  const [connect = Number.NaN, firstByte = Number.NaN, total = Number.NaN] = stdout
    .split(' ')
    .map((seconds) => 1000 * Number(seconds));
  return { at: Date.now() - total, seen: { connect, firstByte, total } };
}

const ENGINES = ['curl engine', 'Node engine'] as const;

type Way = 'curl engine' | 'Node engine' | 'by hand';

type Pairs = Readonly<Record<Way, readonly Pair[]>>;

/** Asks each way in turn, each round beginning with another one, until `isEnough` or the last round. */
async function ask(others: number, isEnough: (pairs: Pairs) => boolean): Promise<Pairs> {
  const curl = new CurlProbeEngine('curl', (await detectCurl('curl')) ?? '', '0.0.0');
  const node = new NodeProbeEngine('0.0.0');
  const ways: readonly (readonly [Way, (path: string) => Promise<Omit<Pair, 'served'>>])[] = [
    ['curl engine', async (path) => await probe(curl, path, others)],
    ['by hand', byHand],
    ['Node engine', async (path) => await probe(node, path, others)],
  ];
  const pairs: Record<Way, Pair[]> = { 'curl engine': [], 'Node engine': [], 'by hand': [] };
  for (let number = 0; number < WARM_UP + ROUNDS.most; number += 1) {
    const first = number % ways.length;
    for (const [way, once] of [...ways.slice(first), ...ways.slice(0, first)]) {
      const path = `/${way.replace(' ', '-')}/${number}`;
      const asked = await once(path);
      const served = (await server.served()).find((one) => one.path === path);
      if (served === undefined) {
        throw new Error(`The server has not seen ${path}`);
      }
      if (number >= WARM_UP) {
        pairs[way].push({ ...asked, served });
      }
    }
    const rounds = number + 1 - WARM_UP;
    if (rounds >= ROUNDS.least && rounds % 10 === 0 && isEnough(pairs)) {
      break;
    }
  }
  return pairs;
}

function middle(pairs: readonly Pair[], figure: (pair: Pair) => number): number {
  return median(pairs.map(figure));
}

/** The larger of 1 ms and 10 %. */
function within(expected: number): number {
  return Math.max(1, expected / 10);
}

function row(way: Way, pairs: readonly Pair[]): Figures {
  return {
    way,
    connect: round(middle(pairs, ({ seen }) => seen.connect)),
    'first byte': round(middle(pairs, ({ seen }) => seen.firstByte)),
    total: round(middle(pairs, ({ seen }) => seen.total)),
    'server first byte': round(middle(pairs, ({ served }) => served.firstByte)),
    'server total': round(middle(pairs, ({ served }) => served.total)),
    'begun before accepted': round(middle(pairs, ({ at, served }) => served.acceptedAt - at)),
  };
}

/** Where an engine's times are not the server's, which knows nothing of the time of connecting. */
function notAsServed(pairs: Pairs): readonly string[] {
  return ENGINES.flatMap((way) => {
    const off = (figure: (pair: Pair) => number): number => Math.abs(middle(pairs[way], figure));
    const total = off(({ seen, served }) => seen.total - seen.connect - served.total);
    const first = off(({ seen, served }) => seen.firstByte - seen.connect - served.firstByte);
    const begin = off(({ at, seen, served }) => at + seen.connect - served.acceptedAt);
    return [
      ...(total <= within(2 * DELAY_MS) ? [] : [`${way}: total is ${total} ms off`]),
      ...(first <= within(DELAY_MS) ? [] : [`${way}: first byte is ${first} ms off`]),
      // Samples stand on an axis of seconds; when they were taken is said in whole milliseconds.
      ...(begin <= 5 ? [] : [`${way}: when it began is ${begin} ms off`]),
    ];
  });
}

/** Where an engine's times are not those of curl run by hand. */
function notAsByHand(pairs: Pairs): readonly string[] {
  const total = (way: Way): number => middle(pairs[way], ({ seen }) => seen.total);
  const hand = total('by hand');
  return ENGINES.flatMap((way) =>
    Math.abs(total(way) - hand) <= within(hand)
      ? []
      : [`${way}: ${total(way)} ms, by hand ${hand} ms`],
  );
}

async function tellPairs(title: string, pairs: Pairs): Promise<void> {
  await tell(
    `${title}, ${pairs['by hand'].length} rounds (ms, middle values)`,
    ([...ENGINES, 'by hand'] as const).map((way) => row(way, pairs[way])),
  );
}

test('the times of both engines are those of curl by hand and of the server', async () => {
  const problems = (pairs: Pairs): readonly string[] => [
    ...notAsByHand(pairs),
    ...notAsServed(pairs),
  ];
  const pairs = await ask(0, (some) => problems(some).length === 0);
  await tellPairs('Times of one target alone', pairs);
  expect(problems(pairs)).toEqual([]);
});

// By hand nothing else is asked meanwhile, so only the server can say how long it took.
test('in a sweep of 16 they are those of the server', async () => {
  const pairs = await ask(15, (some) => notAsServed(some).length === 0);
  await tellPairs('Times of one target in a sweep of 16', pairs);
  expect(notAsServed(pairs)).toEqual([]);
});
