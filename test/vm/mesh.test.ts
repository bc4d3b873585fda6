import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BURST, judge } from '../../src/probe/cellHistory';
import type { ProbeTarget } from '../../src/probe/probe';
import type {
  CellVerdict,
  PortRoute,
  ProbeSample,
  RouteBackend,
} from '../../src/shared/routingView';
import { answererIn, probeTargets } from '../../src/webview/routingModel';
import type { IpvsService } from '../lab/vm/ipvs';
import { acquireVm, type AcquiredVm } from '../lab/vm/sharedVm';
import type { VmLab } from '../lab/vm/vmLab';
import { type ProbeAnswer, probeInside } from './support/probes';
import { type Look, VmSwarm } from './support/vmSwarm';

const port = { web: 8080, host: 8081 };
/** Rounds that a cell is judged by, and connections to each node in them. */
const ROUNDS = 2;
const PROBES = ROUNDS * BURST;
/** Milliseconds that an answer may take, and those after which none is expected any more. */
const patience = { answer: 30_000, silence: 10_000 };

/** What the probes of one node found. */
interface Cell {
  readonly verdict: CellVerdict;
  /** Tasks that answered, once for each answer, in order of their ids. */
  readonly answeredBy: readonly string[];
  /** Outcomes of connections that nobody answered, each named once. */
  readonly failures: readonly string[];
}

describe('the routing mesh on the kernel’s own IPVS', () => {
  let acquired: AcquiredVm;
  let lab: VmLab;
  let swarm: VmSwarm;

  beforeAll(async () => {
    acquired = await acquireVm('test-mesh');
    ({ lab } = acquired);
    swarm = await VmSwarm.open(lab);
    await swarm.publish('web', 3, { publishedPort: port.web, mode: 'ingress' });
    await swarm.publish('host', 1, { publishedPort: port.host, mode: 'host' });
  });

  afterAll(async () => {
    swarm?.dispose();
    await acquired?.release();
  });

  it('spreads a burst evenly, as its balancer counted it', async () => {
    const look = await untilSpread();
    const each = (connections: number): Record<string, number> =>
      Object.fromEntries(look.route.backends.map((task) => [addressOf(task), connections]));
    expect(await connectionsAt('node2')).toEqual(each(0));
    const answers = await probeInside(lab, {
      targets: targetsAt(look, 'node2', 4 * look.route.backends.length),
      rounds: 1,
      timeoutMs: patience.answer,
    });
    const whoAnswered = answererIn(look.view);
    const seen = answers.map(({ id, answer }) => {
      const taskId = answer && whoAnswered(id, answer);
      return addressOf(look.route.backends.find((backend) => backend.taskId === taskId));
    });
    expect(count(seen)).toEqual(each(4));
    // The kernel brings its counters up to date every two seconds (ip_vs_est.c).
    await expect
      .poll(() => connectionsAt('node2'), { timeout: 60_000, interval: 1_000 })
      .toEqual(count(seen));
  });

  it('answers on every node, for every task alike', async () => {
    const look = await untilSpread();
    const tasks = taskIds(look.route);
    const cells = await probeAll(look, patience.answer);
    expect(cells).toEqual(onEveryNode(twice(tasks)));
    expect(look.route).toMatchObject({ running: 3, desired: 3 });
  });

  it('host mode: answers only where its task runs', async () => {
    let look = await swarm.look();
    const running = () =>
      [...look.snapshot.tasks.values()].filter(
        ({ name, state }) => name.startsWith('host.') && state === 'running',
      );
    await swarm.insist('the task in host mode runs', async () => {
      look = await swarm.look();
      return running().length === 1;
    });
    const nodes = [...look.snapshot.nodes.values()];
    const targets = nodes.map(({ hostname, address = '' }): ProbeTarget => ({
      id: hostname,
      host: address,
      port: port.host,
      kind: 'http',
      tasks: { count: 1, key: '' },
    }));
    let answers: readonly ProbeAnswer[] = [];
    const probeEach = async (): Promise<unknown> => {
      answers = await probeInside(lab, { targets, rounds: 1, timeoutMs: patience.answer });
      return Object.fromEntries(answers.map(({ id, sample }) => [id, whatCame(sample)]));
    };
    const [task] = running();
    // A container runs some moments before the program in it listens.
    await expect
      .poll(probeEach, { timeout: 240_000, interval: 1_000 })
      .toEqual(
        Object.fromEntries(
          nodes.map(({ id, hostname }) => [
            hostname,
            id === task?.nodeId ? task.containerId?.slice(0, 12) : 'refused',
          ]),
        ),
      );
    // What the product expects of each node is what came.
    const route = look.view.routes.find(({ mode }) => mode === 'host');
    const expected = route?.entries.map((entry) => [entry.hostname, entry.expected.kind] as const);
    expect(Object.fromEntries(expected ?? [])).toEqual(
      Object.fromEntries(
        answers.map(({ id, sample }) => [id, sample.outcome === 'answered' ? 'answer' : 'refusal']),
      ),
    );
    await swarm.remove('host');
  });

  it('4789 dropped at a node: it answers its own share, the others lose the share of its task', async () => {
    const look = await untilSpread();
    const own = taskIds(look.route, ({ hostname }) => hostname === 'node3');
    const others = taskIds(look.route, ({ hostname }) => hostname !== 'node3');
    await lab.setVxlan('node3', 'dropped');
    const cells = await probeWithout4789(look, 'node3');
    const failures = ['timed-out'];
    const [cut, rest] = [own, others].map((tasks): Cell => {
      const answeredBy = twice(tasks);
      const verdict = { kind: 'some', answered: answeredBy.length, of: PROBES } as const;
      return { verdict, answeredBy, failures };
    });
    expect(cells).toEqual({ node1: rest, node2: rest, node3: cut });
  });

  it('4789 open again: every node answers for every task', async () => {
    const look = await untilSpread();
    const all = onEveryNode(twice(taskIds(look.route)));
    await expect
      .poll(() => probeAll(look, patience.silence), { timeout: 240_000, interval: 1_000 })
      .toEqual(all);
  });

  it('a paused node keeps its task and answers', async () => {
    await swarm.setAvailability('node3', 'pause');
    const look = await untilSpread();
    const paused = look.route.entries.find(({ hostname }) => hostname === 'node3');
    expect(paused).toMatchObject({ availability: 'pause', nodeState: 'ready' });
    const cells = await probeAll(look, patience.answer);
    expect(cells).toEqual(onEveryNode(twice(taskIds(look.route))));
  });

  it('a drained node, whose task went elsewhere, still answers', async () => {
    await swarm.setAvailability('node3', 'drain');
    const look = await untilNode3IsEmpty();
    const drained = look.route.entries.find(({ hostname }) => hostname === 'node3');
    expect(drained).toMatchObject({ availability: 'drain', nodeState: 'ready' });
    const cells = await probeAll(look, patience.answer);
    expect(cells).toEqual(onEveryNode(twice(taskIds(look.route))));
  });

  it('an active node without tasks answers', async () => {
    await swarm.setAvailability('node3', 'active');
    const look = await untilNode3IsEmpty();
    const idle = look.route.entries.find(({ hostname }) => hostname === 'node3');
    expect(idle).toMatchObject({ availability: 'active', nodeState: 'ready' });
    const cells = await probeAll(look, patience.answer);
    expect(cells).toEqual(onEveryNode(twice(taskIds(look.route))));
  });

  // First the balancers give every task the weight 0, and refuse by ICMP, of which the kernel sends few
  // a second: some refusals come late. Seconds later they forget the service, then the node drops its
  // rule and last its listener.
  it('scaled to 0: every node refuses', async () => {
    const before = await untilNode3IsEmpty();
    await swarm.scale('web', 0);
    const stages: Record<string, string[]> = { node1: [], node2: [], node3: [] };
    await swarm.insist('no balancer knows a task', async () => {
      for (const [node, cell] of Object.entries(await probeAll(before, patience.answer))) {
        const stage = [cell.verdict.kind, ...cell.failures].join(' ');
        if (stages[node]?.at(-1) !== stage) stages[node]?.push(stage);
      }
      return (await balancersOf(lab)).every((services) => services.length === 0);
    });
    // What comes before the end depends on the machine's speed; told for those who want to know.
    console.log('Scaled to 0, what each node did:', stages);
    const look = await swarm.look();
    expect(look.view.routes).toMatchObject([{ running: 0, desired: 0 }]);
    const refused: Cell = {
      verdict: { kind: 'none', of: PROBES },
      answeredBy: [],
      failures: ['refused'],
    };
    // Without its rule a node takes connections by its listener, and resets them with that.
    await expect
      .poll(() => probeAll(look, patience.answer), { timeout: 240_000, interval: 1_000 })
      .toEqual({ node1: refused, node2: refused, node3: refused });
  });

  /** Connections by task address, as the balancer of a node counted them. */
  async function connectionsAt(node: string): Promise<Record<string, number>> {
    const servers = (await lab.ipvs(node)).flatMap((service) => service.servers);
    return Object.fromEntries(servers.map(({ address, connections }) => [address, connections]));
  }

  /** One task on each node, and every balancer knows all three. */
  async function untilSpread(): Promise<Look & { readonly route: PortRoute }> {
    return await swarm.untilBalanced(
      'a task runs on each node',
      port.web,
      (active) => new Set(active.map(({ nodeId }) => nodeId)).size === 3 && active.length === 3,
    );
  }

  async function untilNode3IsEmpty(): Promise<Look & { readonly route: PortRoute }> {
    return await swarm.untilBalanced(
      'three tasks run, none of them on node3',
      port.web,
      (active) => active.length === 3 && active.every(({ hostname }) => hostname !== 'node3'),
    );
  }

  /** Probes while nothing passes on the data path of one node. */
  async function probeWithout4789(look: Look, node: string): Promise<Record<string, Cell>> {
    await lab.setVxlan(node, 'dropped');
    try {
      return await probeAll(look, patience.silence);
    } finally {
      await lab.setVxlan(node, 'open');
    }
  }

  /** Two rounds of three connections to each node, judged as the routing page does. */
  async function probeAll(look: Look, timeoutMs: number): Promise<Record<string, Cell>> {
    const routes = look.view.routes.filter(({ publishedPort }) => publishedPort === port.web);
    const entries = routes.flatMap((route) => route.entries);
    const targets = probeTargets({ ...look.view, routes }).targets;
    const burst = Array.from({ length: BURST }, () => targets).flat();
    const answers = await probeInside(lab, { targets: burst, rounds: ROUNDS, timeoutMs });
    const whoAnswered = answererIn(look.view);
    return Object.fromEntries(
      entries.map(({ id, hostname }): [string, Cell] => {
        const own = answers.filter((answer) => answer.id === id);
        const samples = own.map(({ sample }) => sample);
        const named = own.flatMap(({ answer }) => (answer && whoAnswered(id, answer)) ?? []);
        const failed = samples.filter(({ outcome }) => outcome !== 'answered');
        return [
          hostname,
          {
            verdict: judge(samples, 3),
            answeredBy: named.toSorted(),
            failures: [...new Set(failed.map(({ outcome }) => outcome))],
          },
        ];
      }),
    );
  }
});

async function balancersOf(lab: VmLab): Promise<readonly (readonly IpvsService[])[]> {
  return await Promise.all(lab.nodes.map(({ name }) => lab.ipvs(name)));
}

function targetsAt({ view }: Look, node: string, times: number): ProbeTarget[] {
  const route = view.routes.find(({ publishedPort }) => publishedPort === port.web);
  const entry = route?.entries.find(({ hostname }) => hostname === node);
  const target = probeTargets(view).targets.find(({ id }) => id === entry?.id);
  return target === undefined ? [] : Array.from({ length: times }, () => target);
}

/** What the cells look like when every connection was answered. */
function onEveryNode(answeredBy: readonly string[]): Record<string, Cell> {
  const cell: Cell = { verdict: { kind: 'all', of: PROBES }, answeredBy, failures: [] };
  return { node1: cell, node2: cell, node3: cell };
}

/** Ids of the active tasks, in order. */
function taskIds(
  { backends }: PortRoute,
  wanted: (backend: RouteBackend) => boolean = () => true,
): readonly string[] {
  const active = backends.filter((backend) => backend.active && wanted(backend));
  return active.map(({ taskId }) => taskId).toSorted();
}

/** Round robin gives each of three tasks one connection of three, in each of two rounds. */
function twice(tasks: readonly string[]): readonly string[] {
  return tasks.flatMap((task) => [task, task]);
}

function addressOf(backend: RouteBackend | undefined): string {
  return backend?.ingressAddress ?? 'nobody';
}

function count(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

/** The first line of an answer, or why there was none. */
function whatCame({ outcome, firstLine }: ProbeSample): string {
  return outcome === 'answered' ? (firstLine ?? '') : outcome;
}
