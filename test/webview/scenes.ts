import type { HostMessage } from '../../src/shared/protocol';
import {
  allAnswer,
  makeBackend,
  makeCell,
  makeEntry,
  makeProbes,
  makeRoute,
  makeRouting,
  NOW,
  repeatOutcomes,
} from './views';

const drupal = makeRoute('drupal', 8080, 3, 3);
const api = makeRoute('api_gateway', 9443, 3, 2, { targetPort: 443, desired: 3 });
const dns = makeRoute('dns', 53, 3, 1, { protocol: 'udp', targetPort: 53 });

/** A port in host mode: open on one node of three. */
const exporter = makeRoute('node-exporter', 9100, 3, 1, {
  mode: 'host',
  entries: [1, 2, 3].map((index) =>
    makeEntry('node-exporter:tcp:9100', index, 9100, {
      expected: index === 1 ? { kind: 'answer' } : { kind: 'refusal', why: 'not-here' },
    }),
  ),
});

function troubled(): readonly HostMessage[] {
  const id = 'shop_frontend:tcp:8080';
  const route = makeRoute('shop_frontend', 8080, 6, 4, {
    running: 4,
    desired: 6,
    entries: [
      makeEntry(id, 1, 8080),
      makeEntry(id, 2, 8080, { role: 'manager', availability: 'drain' }),
      makeEntry(id, 3, 8080),
      makeEntry(id, 4, 8080, {
        nodeState: 'down',
        hostname: 'ip-10-20-30-40.eu-central-1.compute.internal',
      }),
      makeEntry(id, 5, 8080, {
        availability: 'pause',
        target: { host: '127.0.0.1', port: 30805, mapped: true },
      }),
      makeEntry(id, 6, 8080),
    ],
    backends: [
      makeBackend('shop_frontend', 1, 1),
      makeBackend('shop_frontend', 2, 3),
      makeBackend('shop_frontend', 3, 5),
      makeBackend('shop_frontend', 4, 6),
      makeBackend('shop_frontend', 5, 4, {
        state: 'shutdown',
        active: false,
        hostname: 'ip-10-20-30-40.eu-central-1.compute.internal',
      }),
      makeBackend('shop_frontend', 6, 3, {
        state: 'failed',
        active: false,
        error: 'task: non-zero exit (1)',
      }),
    ],
  });
  const cell = (index: number, pattern: Parameters<typeof repeatOutcomes>[0], turn = 0) =>
    makeCell(route, `${id}@node-${index}`, repeatOutcomes(pattern, 24), turn);
  const cells = [
    cell(1, ['answered']),
    cell(2, ['answered'], 1),
    cell(3, ['answered', 'answered', 'timed-out'], 2),
    cell(4, ['timed-out']),
    cell(5, ['answered', 500, 'answered'], 3),
    cell(6, ['refused', 'reset', 'answered', 'silent'], 0),
  ];
  const others = [drupal, api];
  const closed = exporter.entries.map((entry, index) =>
    makeCell(exporter, entry.id, repeatOutcomes([index === 0 ? 'answered' : 'refused'], 24)),
  );
  return [
    {
      type: 'routing',
      view: makeRouting([route, ...others, exporter, dns], {
        swarmName: 'production eu-central',
        staleSince: NOW - 42_000,
      }),
    },
    { type: 'probes', view: makeProbes([...cells, ...closed, ...allAnswer(others)]) },
  ];
}

function healthy(change: { simulated?: boolean; running?: boolean } = {}): readonly HostMessage[] {
  const routes = [drupal, api, dns];
  return [
    { type: 'routing', view: makeRouting(routes, { simulated: change.simulated ?? false }) },
    {
      type: 'probes',
      view: makeProbes(
        [
          ...allAnswer([drupal, api]),
          ...dns.entries.map((entry) => ({
            entryId: entry.id,
            verdict: { kind: 'not-probed', why: 'udp' } as const,
            samples: [],
          })),
        ],
        { running: change.running ?? true },
      ),
    },
  ];
}

function large(): readonly HostMessage[] {
  const routes = Array.from({ length: 50 }, (_, index) =>
    makeRoute(`service-${index + 1}`, 8000 + index, 200, 20),
  );
  const cells = routes.flatMap((route) =>
    route.entries.map((entry, index) =>
      makeCell(
        route,
        entry.id,
        repeatOutcomes(index % 17 === 5 ? ['answered', 'timed-out'] : ['answered'], 8),
        index,
      ),
    ),
  );
  return [
    { type: 'routing', view: makeRouting(routes, { swarmName: 'large swarm' }) },
    { type: 'probes', view: makeProbes(cells) },
  ];
}

/** Three nodes, one of them down; tasks that run, are pending and have failed. */
function pending(): readonly HostMessage[] {
  const id = 'shop:tcp:8080';
  const idle = { active: false, containerId: '' } as const;
  const { nodeId: _node, ingressAddress: _address, ...unplaced } = makeBackend('shop', 3, 1, idle);
  const route = makeRoute('shop', 8080, 3, 2, {
    running: 2,
    desired: 4,
    entries: [
      makeEntry(id, 1, 8080, { tasks: 2 }),
      makeEntry(id, 2, 8080, { tasks: 2 }),
      makeEntry(id, 3, 8080, { tasks: 2, nodeState: 'down' }),
    ],
    backends: [
      {
        ...unplaced,
        state: 'pending',
        hostname: '',
        addresses: [],
        error: 'no suitable node (insufficient resources on 2 nodes)',
      },
      makeBackend('shop', 1, 1),
      makeBackend('shop', 4, 2, { ...idle, state: 'starting' }),
      makeBackend('shop', 2, 2),
    ],
  });
  const cells = route.entries.map((entry, index) =>
    makeCell(route, entry.id, repeatOutcomes([index === 2 ? 'timed-out' : 'answered'], 24), index),
  );
  return [
    { type: 'routing', view: makeRouting([route], { dataPathPort: 7789 }) },
    { type: 'probes', view: makeProbes(cells) },
  ];
}

/** Text that would do harm, or tear the page, anywhere it is not drawn as text. */
export const HOSTILE =
  '<img src=x onerror="window.hacked=1">"\'`${7*7}&amp;\u202e' + 'x'.repeat(300);

function hostile(): readonly HostMessage[] {
  const route = makeRoute('web', 8080, 2, 2, {
    serviceName: HOSTILE,
    vips: [{ networkName: HOSTILE, address: HOSTILE }],
    entries: [
      makeEntry('web:tcp:8080', 1, 8080, {
        hostname: HOSTILE,
        target: { host: HOSTILE, port: 8080, mapped: true },
      }),
      makeEntry('web:tcp:8080', 2, 8080, { ingressAddress: HOSTILE }),
    ],
    backends: [
      makeBackend('web', 1, 1, { taskName: HOSTILE, hostname: HOSTILE, state: 'running' }),
      makeBackend('web', 2, 2, { error: HOSTILE, state: 'failed', active: false }),
    ],
  });
  const cell = makeCell(route, 'web:tcp:8080@node-1', repeatOutcomes(['answered'], 12));
  const odd = {
    ...cell,
    samples: cell.samples.map((sample) => ({ ...sample, firstLine: HOSTILE, detail: HOSTILE })),
  };
  return [
    {
      type: 'routing',
      view: makeRouting([route], {
        swarmName: HOSTILE,
        ingressNetwork: { name: HOSTILE, subnet: HOSTILE },
      }),
    },
    { type: 'probes', view: makeProbes([odd], { vantage: HOSTILE, engine: HOSTILE }) },
  ];
}

/** Every state of the page by name. */
export const SCENES = {
  healthy: healthy(),
  troubled: troubled(),
  simulated: healthy({ simulated: true }),
  paused: healthy({ running: false }),
  waiting: [
    { type: 'routing', view: makeRouting([drupal]) },
    { type: 'probes', view: makeProbes([]) },
  ],
  unreachable: [
    { type: 'routing', view: makeRouting([drupal, api], { swarmName: 'docker desktop' }) },
    {
      type: 'probes',
      view: makeProbes(
        [drupal, api].flatMap((route) =>
          route.entries.map((entry) => makeCell(route, entry.id, repeatOutcomes(['timed-out'], 6))),
        ),
        { nothingReachable: true },
      ),
    },
  ],
  'no-address': [
    {
      type: 'routing',
      view: makeRouting([
        {
          ...drupal,
          entries: drupal.entries.slice(0, 1).map(({ target: _none, ...entry }) => entry),
        },
      ]),
    },
    {
      type: 'probes',
      view: makeProbes(
        drupal.entries.slice(0, 1).map(({ id }) => ({
          entryId: id,
          verdict: { kind: 'not-probed', why: 'no-address' },
          samples: [],
        })),
      ),
    },
  ],
  udp: [
    { type: 'routing', view: makeRouting([dns]) },
    { type: 'probes', view: makeProbes([]) },
  ],
  'no-tasks': [
    {
      type: 'routing',
      view: makeRouting([
        makeRoute('drupal', 8080, 3, 0, {
          desired: 3,
          entries: drupal.entries.map((entry) => ({
            ...entry,
            tasks: 0,
            expected: { kind: 'refusal', why: 'down' },
          })),
        }),
      ]),
    },
    {
      type: 'probes',
      view: makeProbes(
        drupal.entries.map((entry) => makeCell(drupal, entry.id, repeatOutcomes(['refused'], 9))),
      ),
    },
  ],
  'no-ports': [
    { type: 'routing', view: makeRouting([], { swarmName: 'fresh swarm' }) },
    { type: 'probes', view: makeProbes([]) },
  ],
  busy: [
    {
      type: 'unavailable',
      title: 'Connecting to lab swarm…',
      detail: 'tcp://192.168.56.11:2375',
      busy: true,
    },
  ],
  unavailable: [
    {
      type: 'unavailable',
      title: 'node2 is a worker',
      detail:
        'A worker does not know the swarm. Connect to one of its managers: 192.168.56.11, or 192.168.56.12.',
      busy: false,
    },
  ],
  pending: pending(),
  large: large(),
  hostile: hostile(),
} satisfies Record<string, readonly HostMessage[]>;

/** Name of a scene. */
export type SceneName = keyof typeof SCENES;
