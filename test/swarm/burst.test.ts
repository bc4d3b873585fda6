import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/common/clock';
import { silentLogger } from '../../src/common/logger';
import { createEngine } from '../../src/docker/dockerodeEngine';
import { buildSnapshot } from '../../src/model/buildSnapshot';
import { BurstRunner, type BurstPlan } from '../../src/probe/burst';
import { chooseProbeEngine } from '../../src/probe/chooseEngine';
import { Pace } from '../../src/probe/pace';
import { buildRoutingView } from '../../src/routing/buildRoutingView';
import { readProbeSettings } from '../../src/routing/probePlan';
import { summarizeBurst } from '../../src/shared/burstSummary';
import type { BurstView } from '../../src/shared/burstView';
import type { PortRoute, RoutingView } from '../../src/shared/routingView';
import { burstPlan } from '../../src/webview/routingModel';
import { makeParts } from '../fakes/swarms';
import { until } from '../lab/processes';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';

/*
 * A burst on a real swarm: three tasks that write down every request under a number of its own, which
 * stands in the answer, too.
 */

const SCRIPT = [
  "trap 'exit 0' TERM INT",
  'busybox mkdir -p /www/cgi-bin',
  'cat >/www/cgi-bin/who <<"END"',
  '#!/bin/sh',
  'read number </proc/sys/kernel/random/uuid',
  'echo "request $number" >&2',
  'echo "Content-Type: text/plain"',
  'echo',
  'hostname',
  'echo "$number"',
  'END',
  'busybox chmod +x /www/cgi-bin/who',
  'httpd -f -p 80 -h /www &',
  'wait',
].join('\n');
const PATH = '/cgi-bin/who';

let acquired: AcquiredLab;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'burst', engine: 'oldest' });
  await acquired.lab.docker('node1', [
    ...['service', 'create', '--quiet', '--detach', '--no-resolve-image', '--name=who'],
    ...['--replicas=3', '--publish=8080:80', 'drupal', 'busybox', 'sh', '-c', SCRIPT],
  ]);
  await untilAnswered();
});

afterAll(async () => {
  await acquired?.release();
});

/** Waits until every node has passed a connection to each of the three tasks. */
async function untilAnswered(): Promise<void> {
  const { lab } = acquired;
  await until(
    'every node answers for three tasks',
    async () => {
      for (const { address } of lab.nodes) {
        const hosts = new Set<string>();
        for (let count = 0; count < 3; count += 1) {
          const url = `http://${address}:8080${PATH}`;
          const options = ['-sSf', '--noproxy', '*', '--max-time', '2'];
          const { exitCode, stdout } = await lab.runAsClient('curl', [...options, url], {
            reject: false,
          });
          hosts.add(exitCode === 0 ? (stdout.split('\n')[0] ?? '') : '');
        }
        if (hosts.size !== 3 || hosts.has('')) {
          return false;
        }
      }
      return true;
    },
    60_000,
  );
}

/** What the product makes of the swarm now. */
async function lookAt(): Promise<readonly [RoutingView, PortRoute]> {
  const { socket } = acquired.lab.manager;
  const engine = createEngine(
    { kind: 'unix', path: socket },
    { address: `unix://${socket}`, logger: silentLogger },
  );
  await engine.connect();
  const [info, nodes, networks, services, tasks] = await Promise.all([
    engine.info(),
    engine.nodes(),
    engine.networks(),
    engine.services(),
    engine.tasks(),
  ]);
  const { apiVersion } = engine;
  engine.dispose();
  const parts = makeParts({ info, nodes, networks, services, tasks, apiVersion });
  const view = buildRoutingView(buildSnapshot(parts), {
    connection: { id: 'lab', name: 'lab', source: 'setting', address: 'unix://' },
    nodeAddresses: new Map(),
    probes: readProbeSettings({ who: { path: PATH } }).settings,
    simulated: false,
  });
  const route = view.routes.find(({ serviceName }) => serviceName === 'who');
  if (route === undefined) {
    throw new Error('The service has no published port');
  }
  return [view, route];
}

/** The curl that probes, inside the namespace from which the nodes are reached. */
function clientCurl(): string {
  const { lab } = acquired;
  const file = path.join(lab.folder, 'client-curl');
  writeFileSync(file, `#!/bin/sh\nexec nsenter --net=${lab.clientNetns} curl "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Runs a burst; gives the numbers that its answers carry as well, by the task they name. */
async function run(plan: BurstPlan | undefined): Promise<[BurstView, Map<string, string>]> {
  if (plan === undefined) {
    throw new Error('There is nothing to ask');
  }
  const namedBy = new Map<string, string>();
  const runner = new BurstRunner({
    chooseEngine: () =>
      chooseProbeEngine({ curlPath: clientCurl(), productVersion: '0', logger: silentLogger }),
    clock: systemClock,
    logger: silentLogger,
    pace: new Pace(systemClock, 300),
  });
  await runner.start({
    ...plan,
    read: (answer) => {
      const who = plan.read(answer);
      namedBy.set(answer.body.split('\n')[1] ?? '', who.answeredBy ?? 'nobody');
      return who;
    },
  });
  const { view } = runner;
  runner.dispose();
  if (view === undefined) {
    throw new Error('The burst left no view');
  }
  return [view, namedBy];
}

/** The numbers that a task wrote into its log. */
async function numbersOf(taskId: string): Promise<readonly string[]> {
  const { stdout, stderr } = await acquired.lab.docker('node1', [
    ...['service', 'logs', '--raw', taskId],
  ]);
  return `${stdout}\n${stderr}`.split('\n').flatMap((line) => {
    const [, number] = /^request (\S+)$/.exec(line.trim()) ?? [];
    return number === undefined ? [] : [number];
  });
}

it('finds the even spread of three tasks with 300 connections, and who gave each answer', async () => {
  const [view, route] = await lookAt();
  const ask = { type: 'startBurst', routeId: route.id, connections: 300 } as const;
  // Each answer is a run of the script: on a busy machine some take long.
  const plan = burstPlan(view, ask, 30_000);
  const [burst, namedBy] = await run(plan);
  const summary = summarizeBurst(burst);
  expect(burst.state).toBe('done');
  expect(summary).toMatchObject({ answered: 300, failures: [], sameTask: undefined, cookies: [] });
  expect(summary.spread).toMatchObject({ named: 300, verdict: { kind: 'even' } });
  // Nothing else asks, and each of the three nodes takes turns by itself: 33 or 34 each.
  expect(summary.spread.tasks.filter(({ answers }) => Math.abs(answers - 100) > 3)).toEqual([]);
  expect(summary.rotation.inTurn).toBe(true);
  expect(namedBy.size).toBe(300);

  const tasks = route.backends.filter(({ active }) => active);
  expect(tasks).toHaveLength(3);
  for (const { taskId } of tasks) {
    const told = [...namedBy].flatMap(([number, by]) => (by === taskId ? [number] : []));
    await until(
      'the log of the task holds what its answers say',
      async () => {
        const written = new Set(await numbersOf(taskId));
        return told.every((number) => written.has(number));
      },
      60_000,
    );
    // And nothing of what it wrote down was said to be another's.
    const written = (await numbersOf(taskId)).filter((number) => namedBy.has(number));
    expect(written.toSorted()).toEqual(told.toSorted());
  }
});

it('names the task that a node cannot reach, by its answers alone', async () => {
  const [view, route] = await lookAt();
  const [entry] = route.entries;
  const ask = { type: 'startBurst', routeId: route.id, connections: 50 } as const;
  const plan = burstPlan(view, { ...ask, entryId: entry?.id ?? '' }, 3_000);
  await acquired.lab.fault('vxlan', 'node3');
  try {
    const [burst] = await run(plan);
    const summary = summarizeBurst(burst);
    const cut = route.backends.filter(({ hostname }) => hostname === 'node3');
    const overdue = summary.spread.tasks.filter((task) => task.overdue);
    expect(overdue.map(({ taskId }) => taskId).toSorted()).toEqual(
      cut.map(({ taskId }) => taskId).toSorted(),
    );
    expect(summary.failures.map(({ outcome }) => outcome)).toEqual(['timed-out']);
  } finally {
    await acquired.lab.heal();
  }
});
