import { PLAIN_ASK } from '../../src/shared/httpAsk';
import type { HostMessage } from '../../src/shared/protocol';
import type { PortRoute, ProbeCell, RouteEntry } from '../../src/shared/routingView';
import { makeCell, makeEntry, makeProbes, makeRoute, makeRouting, repeatOutcomes } from './views';

interface PortWish {
  readonly service: string;
  readonly port: number;
  readonly stack?: string;
  readonly protocol?: 'tcp' | 'udp' | 'sctp';
  /** Node that runs its one task in host mode. */
  readonly hostOn?: number;
  readonly tasks?: number;
}

/** Ports of every kind, of two stacks and of none. */
const PORTS: readonly PortWish[] = [
  { service: 'shop_frontend', port: 8080, stack: 'shop' },
  { service: 'shop_api', port: 9443, stack: 'shop' },
  { service: 'monitoring_exporter', port: 9100, stack: 'monitoring', hostOn: 2 },
  { service: 'drupal', port: 8081, tasks: 0 },
  { service: 'dns', port: 53, protocol: 'udp' },
  { service: 'signalling', port: 2905, protocol: 'sctp' },
];

/** What nodes are like; the fourth is down, the second drained. */
const NODES: Readonly<Record<number, Partial<RouteEntry>>> = {
  2: { role: 'manager', availability: 'drain' },
  4: { nodeState: 'down', hostname: 'ip-10-20-30-40.eu-central-1.compute.internal' },
};

function makePort(wish: PortWish, nodes: number): PortRoute {
  const { service, port, protocol = 'tcp', hostOn, tasks = 3 } = wish;
  const id = `${service}:${protocol}:${port}`;
  return makeRoute(service, port, nodes, tasks, {
    stack: wish.stack ?? '',
    protocol,
    mode: hostOn === undefined ? 'ingress' : 'host',
    probe:
      protocol === 'tcp'
        ? { kind: 'http', ask: PLAIN_ASK, problems: [] }
        : { kind: 'none', why: protocol, problems: [] },
    entries: Array.from({ length: nodes }, (_, offset) => {
      const index = offset + 1;
      const isDown = NODES[index]?.nodeState === 'down';
      return makeEntry(id, index, port, {
        ...NODES[index],
        tasks,
        expected: isDown
          ? { kind: 'nothing' }
          : tasks === 0
            ? { kind: 'refusal', why: 'no-task' }
            : hostOn === undefined || hostOn === index
              ? { kind: 'answer' }
              : { kind: 'refusal', why: 'not-here' },
      });
    }),
  });
}

/** As expected everywhere but: 9443 at node3 never, at node5 at times, and 9100 at node5, where it should be closed. */
function observe(route: PortRoute, entry: RouteEntry): ProbeCell {
  const index = Number(entry.nodeId.split('-')[1]);
  if (route.probe.kind === 'none') {
    return {
      entryId: entry.id,
      verdict: { kind: 'not-probed', why: route.probe.why },
      samples: [],
    };
  }
  const usual = entry.expected.kind === 'answer' ? 'answered' : 'refused';
  const odd: Readonly<Record<string, Parameters<typeof repeatOutcomes>[0]>> = {
    '9443@3': ['timed-out'],
    '9443@5': ['answered', 'answered', 'timed-out'],
    '9100@5': ['answered'],
  };
  const pattern = odd[`${route.publishedPort}@${index}`] ?? [usual];
  return makeCell(route, entry.id, repeatOutcomes(pattern, 24), index);
}

function messages(routes: readonly PortRoute[], swarmName: string): readonly HostMessage[] {
  const cells = routes.flatMap((route) => route.entries.map((entry) => observe(route, entry)));
  return [
    { type: 'routing', view: makeRouting(routes, { swarmName, connectionId: swarmName }) },
    { type: 'probes', view: makeProbes(cells) },
  ];
}

/** Six ports at seven nodes: nodes are the rows. */
export const MIXED = messages(
  PORTS.map((wish) => makePort(wish, 7)),
  'mixed',
);

/** Twelve ports at five nodes: ports are the rows. */
export const MANY_PORTS = messages(
  [
    ...PORTS,
    ...Array.from({ length: 6 }, (_, index) => ({
      service: `shop_worker-${index + 1}`,
      port: 9001 + index,
      stack: 'shop',
    })),
  ].map((wish) => makePort(wish, 5)),
  'many ports',
);
