import type { SwarmscopeError } from '../common/errors';
import type { NotProbed } from '../probe/probeScheduler';
import type { ProbeTarget } from '../probe/probe';
import { findAnswerer } from '../routing/answeredBy';
import { buildRoutingView } from '../routing/buildRoutingView';
import type { NodeAddressMap } from '../routing/nodeAddresses';
import type { HostMessage } from '../shared/protocol';
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
  nodeAddresses: NodeAddressMap,
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
        view: buildRoutingView(state.snapshot, {
          connection: state.connection,
          nodeAddresses,
          simulated: state.connection.source === 'demo',
          ...(state.lost === undefined ? {} : { staleSince: state.lost.since }),
        }),
      };
  }
}

/** What of a view can be probed, and what cannot and why. */
export function probeTargets(view: RoutingView): {
  readonly targets: readonly ProbeTarget[];
  readonly notProbed: readonly NotProbed[];
} {
  const targets: ProbeTarget[] = [];
  const notProbed: NotProbed[] = [];
  for (const route of view.routes) {
    for (const entry of route.entries) {
      const why = notProbedReason(entry);
      if (why !== undefined) {
        notProbed.push({ id: entry.id, why });
      }
    }
    targets.push(...targetsOf(route));
  }
  return { targets, notProbed };
}

function notProbedReason({ probe, target, portless }: RouteEntry): NotProbedReason | undefined {
  if (probe === 'none') {
    return 'udp';
  }
  return portless === true ? 'no-port' : target === undefined ? 'no-address' : undefined;
}

function targetsOf({ entries }: PortRoute): readonly ProbeTarget[] {
  return entries.flatMap(({ id, probe, target, tasks }) =>
    probe === 'none' || target === undefined
      ? []
      : [{ id, host: target.host, port: target.port, kind: probe, tasks }],
  );
}

/** Finds who answered on an entry of `view`. */
export function answererIn(
  view: RoutingView,
): (entryId: string, firstLine: string) => string | undefined {
  const routes = new Map<string, PortRoute>();
  for (const route of view.routes) {
    for (const entry of route.entries) {
      routes.set(entry.id, route);
    }
  }
  return (entryId, firstLine) => {
    const route = routes.get(entryId);
    return route === undefined ? undefined : findAnswerer(route, firstLine);
  };
}

/** The probe of one entry as a curl command that a POSIX shell runs; undefined when it has no target. */
export function curlCommand(
  view: RoutingView,
  entryId: string,
  timeoutMs: number,
): string | undefined {
  const entry = view.routes.flatMap((route) => route.entries).find(({ id }) => id === entryId);
  if (entry?.target === undefined) {
    return undefined;
  }
  const { host, port } = entry.target;
  const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const scheme = entry.probe === 'tcp' ? 'telnet' : 'http';
  // Addresses are checked where they are read; quoting keeps even a surprise one word.
  const url = `'${`${scheme}://${authority}/`.replaceAll("'", String.raw`'\''`)}'`;
  return `curl -q -sS -g -o /dev/null -w '%{http_code} %{time_total}s\\n' --noproxy '*' --max-time ${timeoutMs / 1000} ${url}`;
}
