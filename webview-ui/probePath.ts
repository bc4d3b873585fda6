import * as l10n from '@vscode/l10n';

import type {
  PortRoute,
  ProbeOutcome,
  ProbeSample,
  RouteBackend,
  RouteEntry,
} from '../src/shared/routingView';
import { isAnswer } from '../src/shared/burstSummary';
import { formatAuthority } from '../src/shared/httpAsk';

/** One station of a probe's way, in words. */
export interface Hop {
  readonly text: string;
  /**
   * `known`: this probe itself shows it. `rule`: so the swarm has it, which no probe can see. `suspect`
   * and `unlikely`: where a probe that failed may have failed.
   */
  readonly mark: 'known' | 'rule' | 'suspect' | 'unlikely';
  /** Why it may have failed here; with these two marks alone. */
  readonly note?: string;
}

/** What the way of a probe is told from besides the probe. */
export interface PathFacts {
  /** The machine it started from. */
  readonly vantage: string;
  /** UDP port of VXLAN, where the engine tells it. */
  readonly dataPathPort: number | undefined;
  /** True when other kept probes of the same node connected. */
  readonly othersConnect: boolean;
}

/** Stations of the way; in host mode there is neither balancer nor VXLAN. */
type Station = 'client' | 'node' | 'balancer' | 'overlay' | 'task' | 'back';

/** A station, what happens there, and whether the probe itself shows it. */
type Leg = readonly [Station, string, boolean];

/** The way of one probe hop by hop; where it failed, the hops at which that can happen. */
export function probePath(
  route: PortRoute,
  entry: RouteEntry,
  sample: ProbeSample,
  facts: PathFacts,
): readonly Hop[] {
  const suspects = suspectsOf(route, entry, sample, facts);
  const named = route.backends.find(({ taskId }) => taskId === sample.answeredBy);
  const stations: readonly Leg[] =
    route.mode === 'host'
      ? directStations(route, entry, sample, facts, named)
      : meshStations(route, entry, sample, facts, named);
  return stations.map(([station, text, known]): Hop => {
    const note = suspects.get(station);
    return note === undefined
      ? { text, mark: known ? 'known' : 'rule' }
      : facts.othersConnect && isShared(station, sample.outcome)
        ? {
            text,
            mark: 'unlikely',
            note: l10n.t('Less likely here, for other probes of this node connected: {0}', note),
          }
        : { text, mark: 'suspect', note: l10n.t('May have failed here: {0}', note) };
  });
}

/** Whether a fault of that kind there would have hit the other probes of the node too. */
function isShared(station: Station, outcome: ProbeOutcome): boolean {
  return outcome === 'refused'
    ? station !== 'task'
    : station === 'client' && (outcome === 'timed-out' || outcome === 'no-route');
}

function clientStation(
  { target }: RouteEntry,
  { reachable }: ProbeSample,
  { vantage }: PathFacts,
): Leg {
  const address = target === undefined ? l10n.t('the node') : formatAuthority(target);
  const where = target?.mapped === true ? l10n.t('{0} (mapped)', address) : address;
  return [
    'client',
    reachable
      ? l10n.t('{0} opened a TCP connection to {1}.', vantage, where)
      : l10n.t('{0} asked {1} for a TCP connection.', vantage, where),
    reachable,
  ];
}

function meshStations(
  route: PortRoute,
  entry: RouteEntry,
  sample: ProbeSample,
  facts: PathFacts,
  named: RouteBackend | undefined,
): readonly Leg[] {
  const { hostname } = entry;
  const port = route.publishedPort ?? '?';
  if (entry.expected.kind === 'unpromised' && named === undefined) {
    return [
      clientStation(entry, sample, facts),
      [
        'node',
        l10n.t(
          'The rules and IPVS of {0} are for IPv4: what takes a connection over IPv6 is not promised.',
          hostname,
        ),
        false,
      ],
    ];
  }
  if (!route.backends.some(({ active }) => active)) {
    return [
      clientStation(entry, sample, facts),
      [
        'node',
        l10n.t(
          'No task runs, so {0} has no rule for port {1} and nothing listens.',
          hostname,
          port,
        ),
        false,
      ],
    ];
  }
  return [
    clientStation(entry, sample, facts),
    [
      'node',
      l10n.t(
        'On {0}, a rule of the chain DOCKER-INGRESS leads port {1} to the ingress sandbox of this node (DNAT).',
        hostname,
        port,
      ),
      false,
    ],
    ['balancer', balancerText(route, entry, sample, named), named !== undefined],
    ['overlay', overlayText(route, entry, facts, named), false],
    [
      'task',
      named === undefined
        ? l10n.t('At the task, port {0} is redirected to its port {1}.', port, route.targetPort)
        : l10n.t(
            'At {0}{1}, port {2} is redirected to its port {3}.',
            named.taskName,
            named.ingressAddress === undefined ? '' : ` (${named.ingressAddress})`,
            port,
            route.targetPort,
          ),
      named !== undefined,
    ],
    [
      'back',
      isAnswer(sample)
        ? l10n.t('The answer came back through the ingress sandbox of {0}.', hostname)
        : l10n.t('An answer would come back through the ingress sandbox of {0}.', hostname),
      named !== undefined,
    ],
  ];
}

/** IPVS and what it does to the source address. */
function balancerText(
  { backends }: PortRoute,
  { ingressAddress, hostname }: RouteEntry,
  sample: ProbeSample,
  named: RouteBackend | undefined,
): string {
  const active = backends.filter((one) => one.active);
  const only = active.length === 1 ? active[0] : undefined;
  const source =
    ingressAddress === undefined
      ? l10n.t('The task sees an address of {0} in place of the client’s.', hostname)
      : l10n.t('The task sees {0} in place of the client’s address.', ingressAddress);
  const chosen =
    named !== undefined
      ? l10n.t('IPVS there chose {0}, in turn: the answer names it.', named.taskName)
      : sample.answeredBy !== undefined
        ? l10n.t('IPVS there chose a task that is gone by now.')
        : only === undefined
          ? l10n.t(
              'IPVS there takes the {0} running tasks in turn; which one it chose is not known.',
              active.length,
            )
          : l10n.t('IPVS there has one running task to choose, {0}.', only.taskName);
  return `${chosen} ${source}`;
}

/** Whether a task to which the node passes connections runs on another one. */
function leavesNode({ backends }: PortRoute, { nodeId }: RouteEntry): boolean {
  return backends.some((one) => one.active && one.nodeId !== nodeId);
}

function overlayText(
  route: PortRoute,
  entry: RouteEntry,
  { dataPathPort }: PathFacts,
  named: RouteBackend | undefined,
): string {
  const { hostname, nodeId } = entry;
  const port =
    dataPathPort === undefined
      ? l10n.t('a UDP port that the engine does not tell (4789 unless chosen otherwise)')
      : l10n.t('UDP port {0}', dataPathPort);
  if (named === undefined && !leavesNode(route, entry)) {
    return l10n.t('All its tasks run on {0}: the packets stay on this node.', hostname);
  }
  if (named === undefined) {
    return l10n.t(
      'To a task on another node the packets go through VXLAN, {0}; to one on {1} they stay there.',
      port,
      hostname,
    );
  }
  return named.nodeId === nodeId
    ? l10n.t('{0} runs on {1} too: the packets stay on this node.', named.taskName, hostname)
    : l10n.t(
        '{0} runs on {1}: the packets go there through VXLAN, {2}, and so does every reply.',
        named.taskName,
        named.hostname,
        port,
      );
}

function directStations(
  route: PortRoute,
  entry: RouteEntry,
  sample: ProbeSample,
  facts: PathFacts,
  named: RouteBackend | undefined,
): readonly Leg[] {
  const { hostname, nodeId } = entry;
  const own = route.backends.filter((one) => one.active && one.nodeId === nodeId);
  const task = named ?? (own.length === 1 ? own[0] : undefined);
  if (own.length === 0 && named === undefined) {
    return [
      clientStation(entry, sample, facts),
      [
        'node',
        l10n.t('No task runs on {0}, so nothing listens there (host mode).', hostname),
        false,
      ],
    ];
  }
  return [
    clientStation(entry, sample, facts),
    [
      'node',
      l10n.t(
        'On {0}, a rule of Docker (DNAT) or its docker-proxy leads the connection straight to {1}: no mesh, no IPVS.',
        hostname,
        task?.taskName ?? l10n.t('the container of a task'),
      ),
      false,
    ],
    ['task', l10n.t('The container takes it at port {0}.', route.targetPort), named !== undefined],
    [
      'back',
      isAnswer(sample)
        ? l10n.t('The answer came straight back from {0}.', hostname)
        : l10n.t('An answer would come straight back from {0}.', hostname),
      named !== undefined,
    ],
  ];
}

/** Where a probe of this kind can have failed, as far as its outcome tells. */
function suspectsOf(
  route: PortRoute,
  entry: RouteEntry,
  { outcome }: ProbeSample,
  { dataPathPort }: PathFacts,
): ReadonlyMap<Station, string> {
  const isMesh = route.mode === 'ingress';
  const { hostname, expected, target } = entry;
  const mesh = (station: Station, text: string): [Station, string][] =>
    isMesh ? [[station, text]] : [];
  const over = (text: string): [Station, string][] =>
    leavesNode(route, entry) ? mesh('overlay', text) : [];
  const balancer = (text: string): [Station, string][] => mesh('balancer', text);
  const vxlan = l10n.t(
    'UDP port {0} may be blocked between the nodes, in either direction.',
    dataPathPort ?? 4789,
  );
  switch (outcome) {
    case 'answered':
    case 'wrong-status':
    case 'wrong-body':
      return new Map();
    case 'refused':
      // Nothing failed where a refusal is expected: the stations tell why.
      return new Map(
        expected.kind === 'refusal'
          ? []
          : [
              ['client', l10n.t('a firewall on the way may refuse.')],
              ['node', l10n.t('{0} may lack the rule or its ingress sandbox.', hostname)],
              ...balancer(l10n.t('the kernel of {0} may lack IPVS.', hostname)),
              ['task', l10n.t('nothing may listen at port {0} there.', route.targetPort)],
            ],
      );
    case 'timed-out':
      return new Map([
        ['client', l10n.t('a firewall may drop packets, or {0} may be off.', hostname)],
        ...balancer(l10n.t('it may still know a task that is gone.')),
        ...over(vxlan),
      ]);
    case 'no-route':
      return new Map([
        ['client', l10n.t('it may have no route.')],
        ...mesh('overlay', l10n.t('nobody may answer to the address of the task.')),
      ]);
    case 'lookup-failed':
      return new Map([['client', l10n.t('the name did not resolve, so nothing was sent.')]]);
    case 'silent':
      return new Map([
        ...(isMesh && target?.host.includes(':') === true
          ? ([
              [
                'node',
                l10n.t('rules and IPVS are for IPv4 alone; over IPv6 the port may only hang.'),
              ],
            ] as [Station, string][])
          : []),
        ...over(l10n.t('large packets may be lost on the way, for a smaller MTU.')),
        ['task', l10n.t('the application may hang.')],
      ]);
    case 'reset':
    case 'empty':
      return new Map([
        ...balancer(l10n.t('it may take a packet for invalid under load.')),
        ['task', l10n.t('the application may have crashed, or expect TLS.')],
      ]);
    case 'tls-failed':
      return new Map([['task', l10n.t('what answers may speak no TLS, or show another name.')]]);
    case 'failed':
      return new Map();
  }
}
