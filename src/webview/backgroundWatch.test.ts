import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { makeNode, makeService } from '../../test/fakes/records';
import { lessonParts, lessonSnapshot } from '../../test/fakes/swarms';
import type { NodeRecord } from '../docker/records/node';
import { Emitter } from '../common/emitter';
import { silentLogger } from '../common/logger';
import type { OnSample, ProbeEngine, ProbeOptions, ProbeTarget } from '../probe/probe';
import { ProbeScheduler } from '../probe/probeScheduler';
import { buildRoutingView } from '../routing/buildRoutingView';
import { parseNodeAddresses, type NodeAddressMap } from '../routing/nodeAddresses';
import { Swarms } from '../store/swarms';
import { BackgroundWatches, newsText } from './backgroundWatch';

const INTERVAL_MS = 30_000;

/** Answers for every host but those that are down. */
class Nodes implements ProbeEngine {
  readonly label = 'nodes';
  readonly down = new Set<string>();
  /** Hosts of which nothing comes back. */
  readonly silent = new Set<string>();
  /** Hosts whose first probe of a round is lost, and in which rounds. */
  readonly lossy = new Map<string, (round: number) => boolean>();
  rounds = 0;
  /** Hosts of the newest round. */
  readonly targets: string[] = [];
  /** Whether nothing comes back at all. */
  isCutOff = false;

  run(
    targets: readonly ProbeTarget[],
    _options: ProbeOptions,
    _signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    this.rounds += 1;
    this.targets.length = 0;
    const met = new Set<string>();
    for (const { id, host } of targets) {
      this.targets.push(host);
      const isLost = !met.has(host) && this.lossy.get(host)?.(this.rounds) === true;
      const isDown = this.down.has(host) || isLost;
      const outcome =
        this.isCutOff || this.silent.has(host) ? 'timed-out' : isDown ? 'refused' : 'answered';
      const reachable = outcome === 'answered';
      onSample(id, { at: clock.now(), outcome, reachable, phases: { total: 1 } });
      met.add(host);
    }
    return Promise.resolve();
  }
}

const connection = { id: 'a', name: 'lab', source: 'setting', address: 'tcp://a:1' } as const;

let clock: FakeClock;
let nodes: Nodes;
let swarms: Swarms;
let engine: FakeEngine;
let settings: Emitter<void>;
let isWanted: boolean;
let nodeAddresses: NodeAddressMap;
let told: string[];
let failing: (number | undefined)[];
let watches: BackgroundWatches;

beforeEach(async () => {
  clock = new FakeClock();
  nodes = new Nodes();
  engine = new FakeEngine(lessonParts());
  swarms = new Swarms({
    open: () => Promise.resolve(engine),
    logger: silentLogger,
    clock: new FakeClock(),
  });
  settings = new Emitter();
  isWanted = true;
  nodeAddresses = new Map();
  told = [];
  failing = [];
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
    ways: () => ({ nodeAddresses, probes: new Map() }),
    tell: (id, text) => told.push(`${id}: ${text}`),
    onDidChangeFailing: (_id, ports) => failing.push(ports),
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
    'a: Published ports of "lab" are not as expected: 8080 of drupal on node2 and node3.',
  ]);
});

test.each<readonly [failing: Readonly<Record<string, readonly string[]>>, text: string]>([
  [{ a: ['n1', 'n2', 'n3'], b: ['n1', 'n2', 'n3'] }, '8001 of a and 8002 of b on 3 nodes'],
  [{ a: ['n1'], b: ['n1', 'n2'] }, '8001 of a on n1, 8002 of b on n1 and n2'],
  [{ a: ['n1'], b: ['n1'], c: ['n1'] }, '8001 of a, 8002 of b and 8003 of c on n1'],
  [
    { a: ['n2'], b: ['n1'], c: ['n2'], d: ['n1'] },
    '8001 of a and 8003 of c on n2, 8002 of b on n1 and 1 more port',
  ],
])('ports are told once each, those of the same nodes together: %j', (failing, text) => {
  const names = ['a', 'b', 'c', 'd'];
  const snapshot = lessonSnapshot({
    services: names.map((id, index) => {
      const published = 8_001 + index;
      const port = { protocol: 'tcp', targetPort: 80, publishedPort: published } as const;
      return makeService({ id, name: id, ports: [{ ...port, mode: 'ingress' }] });
    }),
    nodes: ['n1', 'n2', 'n3'].map((id) => makeNode({ id, hostname: id })),
  });
  const { routes } = buildRoutingView(snapshot, {
    connection,
    nodeAddresses,
    probes: new Map(),
    simulated: false,
  });
  const ids = routes.flatMap(({ serviceName, entries }) =>
    entries.filter(({ hostname }) => failing[serviceName]?.includes(hostname)).map(({ id }) => id),
  );
  expect(newsText({ swarmName: 'lab', routes }, new Set(ids))).toBe(
    `Published ports of "lab" are not as expected: ${text}.`,
  );
});

test('asks nothing where nothing is promised: at the second family of a node', async () => {
  await clock.advance(INTERVAL_MS);
  const before = nodes.targets.toSorted();
  ({ map: nodeAddresses } = parseNodeAddresses({ node2: ['10.77.0.12', '2001:db8::2'] }));
  settings.fire();
  await clock.advance(2 * INTERVAL_MS);
  expect(nodes.targets.toSorted()).toEqual(before);
});

test('a port whose service has lost all its tasks is told; one that has had none yet is not', async () => {
  await clock.advance(INTERVAL_MS);
  const [, drupal] = engine.swarm.services;
  const ports = drupal?.ports.map((port) => ({ ...port, publishedPort: 9090 })) ?? [];
  engine.swarm.services = [
    ...engine.swarm.services,
    makeService({ id: 'shop', ports, mode: { kind: 'replicated', replicas: 1 } }),
  ];
  nodes.down.add('10.77.0.11').add('10.77.0.12').add('10.77.0.13');
  engine.swarm.tasks = engine.swarm.tasks.filter(({ serviceId }) => serviceId !== 'drupal');
  await swarms.find('a')?.refresh('manual');
  await clock.advance(600_000);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('8080 of drupal');
  expect(told[0]).not.toContain('shop');
  expect(failing.at(-1)).toBe(2);
  watches.dispose();
  expect(failing.at(-1)).toBeUndefined();
});

test('a single lost probe is not told, whatever the verdict remembers', async () => {
  await clock.advance(2 * INTERVAL_MS);
  const lostIn = nodes.rounds + 1;
  nodes.lossy.set('10.77.0.12', (round) => round === lostIn);
  await clock.advance(600_000);
  expect(nodes.rounds).toBeGreaterThan(lostIn);
  expect(told).toEqual([]);
});

test.each<readonly [string, (round: number) => boolean]>([
  ['every round', () => true],
  ['every other round', (round) => round % 2 === 0],
])('a port that fails in %s is told', async (_when, isLost) => {
  nodes.lossy.set('10.77.0.12', isLost);
  await clock.advance(600_000);
  expect(told).toEqual([
    'a: Published ports of "lab" are not as expected: 8080 of drupal on node2.',
  ]);
});

test('nothing is told while nothing at all can be reached from here', async () => {
  nodes.isCutOff = true;
  await clock.advance(600_000);
  expect(told).toEqual([]);
});

/** Changes node 2 as the managers know it, and looks at the swarm again. */
async function changeNode(change: Partial<NodeRecord>): Promise<void> {
  engine.swarm.nodes = engine.swarm.nodes.map((node) =>
    node.id === 'n2' ? { ...node, ...change } : node,
  );
  await swarms.find('a')?.refresh('manual');
}

test('what the managers know as down meanwhile is not told', async () => {
  await clock.advance(2 * INTERVAL_MS);
  nodes.down.add('10.77.0.12');
  // The round after that has failed as well.
  await clock.advance(INTERVAL_MS + 32_000);
  await changeNode({ state: 'down' });
  await clock.advance(INTERVAL_MS - 2_000 - 1);
  expect(told).toEqual([]);
});

test('a dead node to which something happens is probed at once', async () => {
  await clock.advance(INTERVAL_MS);
  nodes.silent.add('10.77.0.12');
  await clock.advance(10 * INTERVAL_MS);
  nodes.silent.clear();
  const { rounds } = nodes;
  await changeNode({ availability: 'pause' });
  await clock.advance(3_000);
  expect([nodes.rounds - rounds, nodes.targets.includes('10.77.0.12')]).toEqual([1, true]);
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
