import { PLAIN_ASK } from '../../src/shared/httpAsk';
import { judge } from '../../src/probe/cellHistory';
import type { HistoryPoint, HistorySubject, HistoryView } from '../../src/shared/historyView';
import type {
  PortRoute,
  ProbeCell,
  ProbeOutcome,
  ProbeSample,
  ProbeView,
  RouteBackend,
  RouteEntry,
  RoutingView,
} from '../../src/shared/routingView';

/** A fixed time of day, so that pictures and texts do not change. */
export const NOW = Date.UTC(2026, 0, 15, 12, 0, 0);

/** Builds one node's side of a route. */
export function makeEntry(
  routeId: string,
  index: number,
  port: number,
  change: Partial<RouteEntry> = {},
): RouteEntry {
  const nodeId = `node-${index}`;
  return {
    id: `${routeId}@${nodeId}`,
    nodeId,
    place: nodeId,
    hostname: `node${index}`,
    role: index <= 1 ? 'manager' : 'worker',
    leader: index === 1,
    nodeState: 'ready',
    availability: 'active',
    target: { host: `192.168.56.${10 + index}`, port, mapped: false },
    ingressAddress: `10.0.0.${index + 1}`,
    expected: (change.nodeState ?? 'ready') === 'ready' ? { kind: 'answer' } : { kind: 'nothing' },
    tasks: 3,
    ...change,
  };
}

/** Builds one task. */
export function makeBackend(
  service: string,
  slot: number,
  node: number,
  change: Partial<RouteBackend> = {},
): RouteBackend {
  return {
    taskId: `${service}-task-${slot}`,
    taskName: `${service}.${slot}`,
    nodeId: `node-${node}`,
    hostname: `node${node}`,
    state: 'running',
    active: true,
    ingressAddress: `10.0.0.${20 + slot}`,
    addresses: [`10.0.0.${20 + slot}`],
    error: '',
    containerId: `c0ffee00000${slot}`,
    ...change,
  };
}

/** Builds a route with `nodes` entries and `tasks` running tasks spread over them. */
export function makeRoute(
  service: string,
  port: number,
  nodes: number,
  tasks: number,
  change: Partial<PortRoute> = {},
): PortRoute {
  const id = `${service}:${change.protocol ?? 'tcp'}:${port}`;
  return {
    id,
    serviceId: service,
    serviceName: service,
    stack: '',
    mode: 'ingress',
    protocol: 'tcp',
    publishedPort: port,
    targetPort: 80,
    probe:
      change.protocol === undefined || change.protocol === 'tcp'
        ? { kind: 'http', ask: PLAIN_ASK, problems: [] }
        : { kind: 'none', why: change.protocol, problems: [] },
    running: tasks,
    desired: tasks,
    vips: [
      { networkName: 'ingress', address: '10.0.0.5' },
      { networkName: 'mydrupal', address: '10.0.1.2' },
    ],
    entries: Array.from({ length: nodes }, (_, index) => makeEntry(id, index + 1, port, { tasks })),
    backends: Array.from({ length: tasks }, (_, index) =>
      makeBackend(service, index + 1, (index % Math.max(nodes, 1)) + 1),
    ),
    ...change,
  };
}

/** Builds one sample; `at` counts probes from the first. */
export function makeSample(at: number, change: Partial<ProbeSample> = {}): ProbeSample {
  const outcome: ProbeOutcome = change.outcome ?? 'answered';
  const reachable = ['answered', 'silent', 'reset', 'empty'].includes(outcome);
  return {
    at: NOW - (60 - at) * 5000,
    outcome,
    reachable,
    phases: reachable
      ? {
          lookup: 0.05,
          connect: 0.7 + (at % 3) * 0.2,
          firstByte: 2.1 + (at % 5) * 0.3,
          total: 2.4 + (at % 5) * 0.3,
        }
      : { total: outcome === 'refused' ? 0.8 : 3000 },
    ...(outcome === 'answered' ? { httpStatus: 200 } : {}),
    ...change,
  };
}

/** Builds a cell: one sample per outcome; answers rotate over the route's running tasks. */
export function makeCell(
  route: PortRoute,
  entryId: string,
  outcomes: readonly (ProbeOutcome | number)[],
  turn = 0,
): ProbeCell {
  const active = route.backends.filter((backend) => backend.active);
  const samples = outcomes.map((outcome, index) => {
    if (outcome !== 'answered' && typeof outcome !== 'number') {
      return makeSample(index, { outcome });
    }
    const task = active[(index + turn) % Math.max(active.length, 1)];
    return makeSample(index, {
      httpStatus: typeof outcome === 'number' ? outcome : 200,
      ...(task === undefined
        ? {}
        : { answeredBy: task.taskId, firstLine: `Hello from ${task.containerId ?? 'a task'}` }),
    });
  });
  return { entryId, samples, verdict: judge(samples, active.length) };
}

/** Repeats outcomes up to a number of samples. */
export function repeatOutcomes(
  pattern: readonly (ProbeOutcome | number)[],
  count: number,
): (ProbeOutcome | number)[] {
  return Array.from({ length: count }, (_, index) => pattern[index % pattern.length] ?? 'answered');
}

/** Builds the topology message's view. */
export function makeRouting(
  routes: readonly PortRoute[],
  change: Partial<RoutingView> = {},
): RoutingView {
  return {
    connectionId: 'lab',
    swarmName: 'lab swarm',
    simulated: false,
    ingressNetwork: { name: 'ingress', subnet: '10.0.0.0/24' },
    routes,
    ...change,
  };
}

/** Builds the probe message's view. */
export function makeProbes(
  cells: readonly ProbeCell[],
  change: Partial<ProbeView> = {},
): ProbeView {
  return {
    running: true,
    intervalMs: 5000,
    engine: 'curl 7.88.1',
    vantage: 'workstation',
    cells,
    complete: true,
    nothingReachable: false,
    ...change,
  };
}

/** Cells in which everything answers. */
export function allAnswer(routes: readonly PortRoute[], count = 24): ProbeCell[] {
  return routes.flatMap((route) =>
    route.entries.map((entry, turn) =>
      makeCell(route, entry.id, repeatOutcomes(['answered'], count), turn),
    ),
  );
}

/** Builds a quarter of an hour by 10 s: failures at two places, a pause, and events. */
export function makeHistory(
  subject: HistorySubject,
  change: Partial<HistoryView> = {},
): HistoryView {
  const [rangeMs, widthMs] = [900_000, 10_000] as const;
  const from = NOW - rangeMs;
  const pause = { from: from + 300_000, to: from + 400_000 };
  const all = Array.from({ length: rangeMs / widthMs }, (_, index) =>
    makePoint(
      from + index * widthMs,
      widthMs,
      index === 55 ? 3 : index === 56 || index === 70 ? 1 : 0,
    ),
  );
  const points = all.filter((one) => one.from < pause.from || one.from >= pause.to);
  const failed = points.reduce((sum, one) => sum + one.failed, 0);
  return {
    subject,
    rangeMs,
    from,
    to: NOW,
    points,
    summary: { count: 3 * points.length, failed, p50: 3.1, p90: 6.4, p99: 41, most: 57 },
    gaps: [pause],
    marks: [
      { at: from + 545_000, kind: 'service-updated', name: 'shop_frontend' },
      { at: from + 548_000, kind: 'tasks', name: 'shop_frontend', detail: '+1 −1' },
      { at: from + 700_000, kind: 'node-availability', name: 'node2', detail: 'drain' },
    ],
    kept: true,
    ...change,
  };
}

function makePoint(from: number, widthMs: number, failed: number): HistoryPoint {
  const base = 2 + ((from / widthMs) % 7) * 0.4;
  return {
    from,
    widthMs,
    count: 3,
    failed,
    ...(failed === 3
      ? {}
      : { least: base, median: base * 1.3, most: base * ((from / widthMs) % 31 === 0 ? 20 : 2) }),
  };
}
