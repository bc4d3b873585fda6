import { compare, type Comparison, type Expectation } from '../../shared/expectation';
import type {
  CellVerdict,
  PortRoute,
  ProbeOutcome,
  ProbePhases,
  ProbeSample,
  RouteEntry,
} from '../../shared/routingView';
import { isoTime, type RoutingFacts } from './routingFacts';

/**
 * The file that "Save as JSON" writes. `version` grows with every change that a reader could trip over;
 * fields may be added without one. Times are ISO 8601 in UTC, lengths of time milliseconds. Secrets are
 * not in it: header values, values of queries and texts of answers read `***` or are left out.
 */
export interface RoutingExport {
  readonly format: 'swarmscope-routing';
  readonly version: 1;
  readonly takenAt: string;
  readonly swarm: {
    readonly name: string;
    readonly simulated: boolean;
    readonly ingressNetwork?: { readonly name: string; readonly subnet?: string };
    /** Set while the engine does not answer: when it did last. */
    readonly staleSince?: string;
  };
  readonly probes: {
    /** `curl 7.88.1` or `Node.js`; empty before the first round. */
    readonly engine: string;
    /** The machine that they start from. */
    readonly vantage: string;
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly running: boolean;
    /** True when not one address can be reached from there: verdicts then say nothing of the swarm. */
    readonly nothingReachable: boolean;
  };
  readonly ports: readonly ExportedPort[];
}

/** One published port. */
interface ExportedPort {
  readonly id: string;
  readonly service: { readonly id: string; readonly name: string; readonly stack: string };
  readonly mode: 'ingress' | 'host';
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Left out in host mode without a fixed port. */
  readonly publishedPort?: number;
  readonly targetPort: number;
  readonly running: number;
  readonly desired: number;
  readonly virtualAddresses: readonly { readonly network: string; readonly address: string }[];
  readonly probe: ExportedProbe;
  readonly nodes: readonly ExportedNode[];
  readonly tasks: readonly ExportedTask[];
}

/** How a port is probed. */
type ExportedProbe =
  | { readonly kind: 'none'; readonly why: 'udp' | 'sctp' | 'off' }
  | { readonly kind: 'tcp'; readonly timeoutMs?: number }
  | {
      readonly kind: 'http';
      readonly timeoutMs?: number;
      readonly scheme: 'http' | 'https';
      readonly method: 'GET' | 'HEAD';
      readonly path: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
      readonly serverName?: string;
      /** Inclusive ranges of statuses that count as an answer. */
      readonly status?: readonly { readonly from: number; readonly to: number }[];
      /** True when the answer must hold a text, which is not told. */
      readonly wantsText: boolean;
    };

/** One node's side of a port: what is expected of it, what was seen. */
interface ExportedNode {
  readonly id: string;
  readonly hostname: string;
  readonly role: 'manager' | 'worker';
  readonly leader: boolean;
  readonly state: RouteEntry['nodeState'];
  readonly availability: RouteEntry['availability'];
  /** Where it is probed; `mapped` by the setting `swarmscope.nodeAddresses`. */
  readonly address?: { readonly host: string; readonly port: number; readonly mapped: boolean };
  readonly ingressAddress?: string;
  /** Running tasks that a connection to it may come to. */
  readonly tasks: number;
  readonly expected: Expectation;
  readonly verdict: CellVerdict;
  readonly comparison: Comparison;
  /** Oldest first, as many as are kept. */
  readonly samples: readonly ExportedSample[];
}

/** One probe. */
interface ExportedSample {
  readonly at: string;
  readonly outcome: ProbeOutcome;
  /** True when the TCP connection stood. */
  readonly reachable: boolean;
  readonly httpStatus?: number;
  /** When each phase ended, since the start. */
  readonly phases: ProbePhases;
  /** Id of the task that answered. */
  readonly answeredBy?: string;
  readonly detail?: string;
}

/** A task behind a port. */
interface ExportedTask {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  readonly state: string;
  /** Only these take traffic. */
  readonly running: boolean;
  readonly addresses: readonly string[];
  readonly error: string;
}

/** The whole page as JSON text. */
export function routingJson(facts: RoutingFacts): string {
  return `${JSON.stringify(routingExport(facts), null, 2)}\n`;
}

/** The whole page as plain data. */
export function routingExport({
  takenAt,
  view,
  probes,
  cells,
  timeoutMs,
}: RoutingFacts): RoutingExport {
  const { ingressNetwork, staleSince } = view;
  return {
    format: 'swarmscope-routing',
    version: 1,
    takenAt: isoTime(takenAt),
    swarm: {
      name: view.swarmName,
      simulated: view.simulated,
      ...(ingressNetwork === undefined ? {} : { ingressNetwork }),
      ...(staleSince === undefined ? {} : { staleSince: isoTime(staleSince) }),
    },
    probes: {
      engine: probes.engine,
      vantage: probes.vantage,
      intervalMs: probes.intervalMs,
      timeoutMs,
      running: probes.running,
      nothingReachable: probes.nothingReachable,
    },
    ports: view.routes.map((route) => exportPort(route, cells)),
  };
}

function exportPort(route: PortRoute, cells: RoutingFacts['cells']): ExportedPort {
  return {
    id: route.id,
    service: { id: route.serviceId, name: route.serviceName, stack: route.stack },
    mode: route.mode,
    protocol: route.protocol,
    ...(route.publishedPort === undefined ? {} : { publishedPort: route.publishedPort }),
    targetPort: route.targetPort,
    running: route.running,
    desired: route.desired,
    virtualAddresses: route.vips.map(({ networkName, address }) => ({
      network: networkName,
      address,
    })),
    probe: exportProbe(route.probe),
    nodes: route.entries.map((entry) => exportNode(entry, cells)),
    tasks: route.backends.map(
      ({ taskId, taskName, hostname, state, active, addresses, error }) => ({
        id: taskId,
        name: taskName,
        node: hostname,
        state,
        running: active,
        addresses,
        error,
      }),
    ),
  };
}

function exportProbe(plan: PortRoute['probe']): ExportedProbe {
  if (plan.kind === 'none') {
    return { kind: 'none', why: plan.why };
  }
  const deadline = plan.timeoutMs === undefined ? {} : { timeoutMs: plan.timeoutMs };
  if (plan.kind === 'tcp') {
    return { kind: 'tcp', ...deadline };
  }
  const { scheme, method, path, headers, serverName, status, bodyContains } = plan.ask;
  return {
    kind: 'http',
    ...deadline,
    scheme,
    method,
    path,
    headers: headers.map(([name, value]) => ({ name, value })),
    ...(serverName === undefined ? {} : { serverName }),
    ...(status === undefined ? {} : { status: status.map(([from, to]) => ({ from, to })) }),
    wantsText: bodyContains !== undefined,
  };
}

function exportNode(entry: RouteEntry, cells: RoutingFacts['cells']): ExportedNode {
  const cell = cells.get(entry.id);
  return {
    id: entry.nodeId,
    hostname: entry.hostname,
    role: entry.role,
    leader: entry.leader,
    state: entry.nodeState,
    availability: entry.availability,
    ...(entry.target === undefined ? {} : { address: entry.target }),
    ...(entry.ingressAddress === undefined ? {} : { ingressAddress: entry.ingressAddress }),
    tasks: entry.tasks,
    expected: entry.expected,
    verdict: cell?.verdict ?? { kind: 'waiting' },
    comparison: compare(entry.expected, cell?.verdict),
    samples: (cell?.samples ?? []).map(exportSample),
  };
}

function exportSample({ at, ...sample }: ProbeSample): ExportedSample {
  return { at: isoTime(at), ...sample };
}
