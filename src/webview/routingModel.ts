import type { SwarmscopeError } from '../common/errors';
import type { BurstPlan, BurstRunner } from '../probe/burst';
import type { AnswererOf, NotProbed } from '../probe/probeScheduler';
import { groupBy } from '../common/groupBy';
import type { ProbeTarget, TaskSet } from '../probe/probe';
import { answererOf, type FindAnswerer } from '../routing/answeredBy';
import { buildRoutingView, type RoutingOptions } from '../routing/buildRoutingView';
import { sessionCookieIn } from '../routing/sessionCookie';
import type { BurstTask, BurstView } from '../shared/burstView';
import type { HostMessage, PageMessage } from '../shared/protocol';
import type { NotProbedReason, PortRoute, RouteEntry, RoutingView } from '../shared/routingView';
import type { SwarmState } from '../store/swarmState';

/** Sentences for a failure, from `describeError`. */
export type ErrorSentences = (error: SwarmscopeError) => {
  readonly title: string;
  readonly detail: string;
  readonly nextStep: string;
};

/** Words for the phases that have nothing to draw yet. */
export interface PhaseWords {
  readonly disconnected: { readonly title: string; readonly detail: string };
  connecting(name: string): { readonly title: string; readonly detail: string };
}

/** The topology message for a state: what to draw, or why there is nothing. */
export function topologyMessage(
  state: SwarmState,
  ways: Pick<RoutingOptions, 'nodeAddresses' | 'probes'>,
  sentences: ErrorSentences,
  words: PhaseWords,
): Extract<HostMessage, { type: 'routing' | 'unavailable' }> {
  switch (state.phase) {
    case 'disconnected':
      return { type: 'unavailable', ...words.disconnected, busy: false };
    case 'connecting':
      return { type: 'unavailable', ...words.connecting(state.connection.name), busy: true };
    case 'failed': {
      const { title, detail, nextStep } = sentences(state.error);
      return { type: 'unavailable', title, detail: `${detail} ${nextStep}`.trim(), busy: false };
    }
    case 'connected':
      return {
        type: 'routing',
        view: routingView(state, ways),
      };
  }
}

/** What a connected swarm's state means for traffic. */
export function routingView(
  { snapshot, connection, lost }: Extract<SwarmState, { phase: 'connected' }>,
  { nodeAddresses, probes }: Pick<RoutingOptions, 'nodeAddresses' | 'probes'>,
): RoutingView {
  return buildRoutingView(snapshot, {
    connection,
    nodeAddresses,
    probes,
    simulated: connection.source === 'demo',
    ...(lost === undefined ? {} : { staleSince: lost.since }),
  });
}

/** What of a view can be probed, and what cannot and why; of the entries that are wanted. */
export function probeTargets(
  view: RoutingView,
  isWanted: (entry: RouteEntry) => boolean = () => true,
): {
  readonly targets: readonly ProbeTarget[];
  readonly notProbed: readonly NotProbed[];
} {
  const targets: ProbeTarget[] = [];
  const notProbed: NotProbed[] = [];
  for (const route of view.routes) {
    const tasks = taskSets(route);
    for (const entry of route.entries.filter(isWanted)) {
      const target = targetOf(route, entry, tasks(entry.nodeId));
      if (typeof target === 'string') {
        notProbed.push({ id: entry.id, why: target });
      } else {
        targets.push(target);
      }
    }
  }
  return { targets, notProbed };
}

/** The running tasks that a connection to a node may come to, worked out once for all nodes. */
function taskSets({ mode, backends }: PortRoute): (nodeId: string) => TaskSet {
  const active = backends.filter((backend) => backend.active);
  const toSet = (some: typeof active): TaskSet => ({
    count: some.length,
    key: some
      .map(({ taskId }) => taskId)
      .toSorted()
      .join(),
  });
  if (mode === 'ingress') {
    const all = toSet(active);
    return () => all;
  }
  const byNode = groupBy(active, ({ nodeId = '' }) => nodeId);
  return (nodeId) => toSet(byNode.get(nodeId) ?? []);
}

function targetOf(
  { probe }: PortRoute,
  { id, nodeId, target, portless }: RouteEntry,
  tasks: TaskSet,
): ProbeTarget | NotProbedReason {
  if (probe.kind === 'none') {
    return probe.why;
  }
  if (target === undefined) {
    return portless === true ? 'no-port' : 'no-address';
  }
  return {
    id,
    nodeId,
    host: target.host,
    port: target.port,
    kind: probe.kind,
    tasks,
    ...(probe.kind === 'http' ? { http: probe.ask } : {}),
    ...(probe.timeoutMs === undefined ? {} : { timeoutMs: probe.timeoutMs }),
  };
}

/** The burst that a page asks for; undefined when nothing of it can be probed. */
export function burstPlan(
  view: RoutingView,
  { routeId, entryId, connections }: Extract<PageMessage, { type: 'startBurst' }>,
  timeoutMs: number,
): BurstPlan | undefined {
  const route = view.routes.find(({ id }) => id === routeId);
  const entries =
    route?.entries.filter(({ id, expected }) =>
      entryId === undefined ? expected.kind !== 'unpromised' : id === entryId,
    ) ?? [];
  const tasks = route && taskSets(route);
  const targets = entries.flatMap((entry) => {
    const target =
      route === undefined || tasks === undefined
        ? undefined
        : targetOf(route, entry, tasks(entry.nodeId));
    return typeof target === 'object' ? [target] : [];
  });
  if (route === undefined || targets.length === 0) {
    return undefined;
  }
  const find = answererOf(route);
  const cookieIn = sessionCookieIn(route);
  return {
    routeId,
    ...(entryId === undefined ? {} : { entryId }),
    wanted: connections,
    tasks: runningTasks(route),
    balanced: route.mode === 'ingress',
    targets,
    timeoutMs,
    read: (answer) => {
      const answeredBy = find(answer);
      const cookie = cookieIn(answer.headers);
      return {
        ...(answeredBy === undefined ? {} : { answeredBy }),
        ...(cookie === undefined ? {} : { cookie }),
      };
    },
  };
}

/** Tells a burst what runs behind its port now; without a swarm, or without the port, it ends. */
export function followBurst(
  bursts: Pick<BurstRunner, 'cancel' | 'noteTasks'> & {
    readonly view: Pick<BurstView, 'routeId'> | undefined;
  },
  view: RoutingView | undefined,
): void {
  const { view: burst } = bursts;
  if (burst === undefined) {
    return;
  }
  const route = view?.routes.find(({ id }) => id === burst.routeId);
  if (route === undefined) {
    bursts.cancel();
  } else {
    bursts.noteTasks(
      route.id,
      runningTasks(route).map(({ taskId }) => taskId),
    );
  }
}

/** Tasks that a port's connections may come to. */
function runningTasks({ backends }: PortRoute): readonly BurstTask[] {
  return backends.flatMap(({ active, taskId, taskName }) => (active ? [{ taskId, taskName }] : []));
}

/** Finds who answered on an entry of `view`; a port is prepared for that with its first answer. */
export function answererIn(view: RoutingView): AnswererOf {
  const routes = new Map(
    view.routes.flatMap((route) => route.entries.map(({ id }) => [id, route] as const)),
  );
  const finders = new Map<PortRoute, FindAnswerer>();
  return (entryId, answer) => {
    const route = routes.get(entryId);
    if (route === undefined) {
      return undefined;
    }
    const find = finders.get(route) ?? answererOf(route);
    finders.set(route, find);
    return find(answer);
  };
}
