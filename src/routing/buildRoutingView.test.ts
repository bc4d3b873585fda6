import { describe, expect, it } from 'vitest';
import { makeService, makeTask } from '../../test/fakes/records';
import { lessonParts, lessonSnapshot } from '../../test/fakes/swarms';
import type { ConnectionEntry } from '../docker/target';
import { PLAIN_ASK } from '../shared/httpAsk';
import type { PublishedPort } from '../docker/records/service';
import { buildRoutingView, type RoutingOptions } from './buildRoutingView';
import { expectedAnswer } from './expectedAnswer';
import { parseNodeAddresses } from './nodeAddresses';

const connection: ConnectionEntry = {
  id: 'setting:lab',
  name: 'lab',
  source: 'setting',
  address: 'tcp://10.77.0.11:2375',
};
const options: RoutingOptions = {
  connection,
  nodeAddresses: new Map(),
  probes: new Map(),
  simulated: false,
};

const mesh: PublishedPort = { protocol: 'tcp', targetPort: 80, publishedPort: 82, mode: 'ingress' };

describe('buildRoutingView', () => {
  it('shows the published port of the lesson from every node to every task', () => {
    const entry = (digit: number) => ({
      id: `drupal:tcp:8080@n${digit}`,
      nodeId: `n${digit}`,
      place: `n${digit}`,
      hostname: `node${digit}`,
      role: digit === 1 ? 'manager' : 'worker',
      leader: digit === 1,
      nodeState: 'ready',
      availability: 'active',
      target: { host: `10.77.0.1${digit}`, port: 8080, mapped: false },
      expected: { kind: 'answer' },
      tasks: 3,
    });
    const backend = (digit: number) => ({
      taskId: `drupal-t${digit}`,
      taskName: `drupal.${digit}`,
      nodeId: `n${digit}`,
      hostname: `node${digit}`,
      state: 'running',
      active: true,
      ingressAddress: `10.0.0.${digit + 5}`,
      addresses: [`10.0.0.${digit + 5}`, `10.0.1.${digit + 5}`],
      error: '',
      containerId: `${digit}${digit}cccccccccc`,
    });
    expect(buildRoutingView(lessonSnapshot(), options)).toEqual({
      connectionId: 'setting:lab',
      swarmName: 'lab',
      simulated: false,
      ingressNetwork: { name: 'ingress', subnet: '10.0.0.0/24' },
      dataPathPort: 4789,
      routes: [
        {
          id: 'drupal:tcp:8080',
          serviceId: 'drupal',
          serviceName: 'drupal',
          stack: '',
          mode: 'ingress',
          protocol: 'tcp',
          publishedPort: 8080,
          targetPort: 80,
          probe: { kind: 'http', ask: PLAIN_ASK, problems: [] },
          running: 3,
          desired: 3,
          vips: [
            { networkName: 'ingress', address: '10.0.0.5' },
            { networkName: 'mydrupal', address: '10.0.1.5' },
          ],
          entries: [entry(1), entry(2), entry(3)],
          backends: [backend(1), backend(2), backend(3)],
        },
      ],
    });
  });

  it("finds each node's ingress address in gossip and in the local containers", () => {
    const parts = lessonParts();
    const details = parts.details.map((detail) =>
      detail.ingress
        ? {
            ...detail,
            containers: [{ id: 'ingress-sbox', name: 'ingress-endpoint', ipv4: '10.0.0.2/24' }],
            gossipServices: [
              {
                name: '',
                tasks: [
                  { name: 'ingress-endpoint', endpointIp: '10.0.0.3', hostIp: '10.77.0.12' },
                  { name: 'other', endpointIp: '10.0.0.9', hostIp: '10.77.0.13' },
                ],
              },
            ],
          }
        : detail,
    );
    const [route] = buildRoutingView(lessonSnapshot({ details }), options).routes;
    expect(route?.entries.map(({ ingressAddress }) => ingressAddress)).toEqual([
      '10.0.0.2',
      '10.0.0.3',
      undefined,
    ]);
  });

  it('maps addresses, marks the demo and says how old it is', () => {
    const nodeAddresses = new Map([['node2', { host: '127.0.0.1', port: 18080 }]]);
    const view = buildRoutingView(lessonSnapshot(), {
      ...options,
      nodeAddresses,
      simulated: true,
      staleSince: 5,
    });
    expect([view.simulated, view.staleSince]).toEqual([true, 5]);
    expect(view.routes[0]?.entries[1]?.target).toEqual({
      host: '127.0.0.1',
      port: 18080,
      mapped: true,
    });
  });

  it.each<['ingress' | 'host', string, string, readonly string[]]>([
    ['ingress', '192.0.2.2', '[2001:db8::2]:90', ['answer', 'unpromised']],
    ['ingress', '2001:db8::2', '192.0.2.2', ['unpromised', 'answer']],
    ['host', '192.0.2.2', '2001:db8::2', ['answer', 'answer']],
  ])('has an entry for each family: %s, %s and %s', (mode, one, other, expected) => {
    const { map } = parseNodeAddresses({ node2: [one, other] });
    const ports: PublishedPort[] = [{ protocol: 'tcp', targetPort: 80, publishedPort: 81, mode }];
    const services = [makeService({ id: 'web', ports: [...ports, { ...mesh, protocol: 'udp' }] })];
    const tasks = [makeTask({ id: 'a', serviceId: 'web', nodeId: 'n2', slot: 1 })];
    const snapshot = lessonSnapshot({ services, tasks });
    const view = buildRoutingView(snapshot, { ...options, nodeAddresses: map });
    const [tcp, udp] = view.routes.map(({ entries }) => entries.filter((e) => e.nodeId === 'n2'));
    const families = expected.map((_kind, at) => ([one, other][at]?.includes('::') ? 6 : 4));
    expect(tcp?.map(({ id, place, hostname, family }) => [id, place, hostname, family])).toEqual([
      ['web:tcp:81@n2', 'n2', `node2 (IPv${families[0]})`, families[0]],
      [
        `web:tcp:81@n2/${families[1]}`,
        `n2/${families[1]}`,
        `node2 (IPv${families[1]})`,
        families[1],
      ],
    ]);
    expect(tcp?.map((entry) => entry.expected.kind)).toEqual(expected);
    expect(tcp?.map(({ target }) => target?.port)).toEqual([81, other.endsWith(':90') ? 90 : 81]);
    expect(udp?.map(({ hostname }) => hostname)).toEqual(['node2']);
    // What is known of a node that is down is known of both.
    const nodes = lessonParts().nodes.map((node) => ({ ...node, state: 'down' as const }));
    const down = buildRoutingView(lessonSnapshot({ services, tasks, nodes }), {
      ...options,
      nodeAddresses: map,
    }).routes[0]?.entries;
    expect(new Set(down?.map((entry) => entry.expected.kind))).toEqual(new Set(['nothing']));
    expect(down).toHaveLength(4);
  });

  it('keeps the port that a node chose at its second address, whatever the first is mapped to', () => {
    const { map } = parseNodeAddresses({ node2: ['192.0.2.2:18080', '2001:db8::2'] });
    const services = [
      makeService({ id: 'web', ports: [{ protocol: 'tcp', targetPort: 80, mode: 'host' }] }),
    ];
    const hostPorts = [{ protocol: 'tcp', targetPort: 80, publishedPort: 32_768 }];
    const tasks = [makeTask({ id: 'a', serviceId: 'web', nodeId: 'n2', slot: 1, hostPorts })];
    const snapshot = lessonSnapshot({ services, tasks });
    const [route] = buildRoutingView(snapshot, { ...options, nodeAddresses: map }).routes;
    const targets = route?.entries.flatMap(({ nodeId, target }) =>
      nodeId === 'n2' ? [target] : [],
    );
    expect(targets?.map((target) => target?.port)).toEqual([18_080, 32_768]);
  });

  it('has a route of every port of a service, by number', () => {
    const port = (publishedPort: number | undefined, mode: 'ingress' | 'host'): PublishedPort => ({
      protocol: 'tcp',
      targetPort: 80,
      mode,
      ...(publishedPort === undefined ? {} : { publishedPort }),
    });
    const services = [
      makeService({
        id: 'web',
        ports: [
          port(9090, 'ingress'),
          port(81, 'ingress'),
          { ...port(81, 'ingress'), protocol: 'udp' },
          port(9000, 'host'),
          port(undefined, 'host'),
        ],
      }),
    ];
    const view = buildRoutingView(lessonSnapshot({ services }), options);
    expect(view.routes.map(({ id, probe }) => [id, probe.kind])).toEqual([
      ['web:tcp:*80', 'http'],
      ['web:tcp:81', 'http'],
      ['web:udp:81', 'none'],
      ['web:tcp:9000', 'http'],
      ['web:tcp:9090', 'http'],
    ]);
  });

  it('leads a host-mode port to the tasks of its own node, also where each node chose the port', () => {
    const port = (publishedPort?: number): PublishedPort => ({
      protocol: 'tcp',
      targetPort: 80,
      mode: 'host',
      ...(publishedPort === undefined ? {} : { publishedPort }),
    });
    const services = [makeService({ id: 'web', ports: [port(9000), port()] })];
    const hostPorts = [{ protocol: 'tcp', targetPort: 80, publishedPort: 32_768 }];
    const tasks = [makeTask({ id: 'a', serviceId: 'web', nodeId: 'n2', slot: 1, hostPorts })];
    const { routes } = buildRoutingView(lessonSnapshot({ services, tasks }), options);
    expect(
      routes.map(({ mode, publishedPort, entries }) => [
        mode,
        publishedPort,
        entries.map(({ target, portless, expected }) => [
          target?.port ?? portless,
          expected.kind === 'refusal' ? expected.why : expected.kind,
        ]),
      ]),
    ).toEqual([
      [
        'host',
        undefined,
        [
          [true, 'not-here'],
          [32_768, 'answer'],
          [true, 'not-here'],
        ],
      ],
      [
        'host',
        9000,
        [
          [9000, 'not-here'],
          [9000, 'answer'],
          [9000, 'not-here'],
        ],
      ],
    ]);
    expect(routes[0]?.backends[0]?.ingressAddress).toBeUndefined();
  });

  it('keeps tasks that do not run as inactive and leaves history out', () => {
    const tasks = [
      makeTask({ id: 'a', serviceId: 'drupal', slot: 1, state: 'pending', error: 'no node' }),
      makeTask({
        id: 'b',
        serviceId: 'drupal',
        slot: 1,
        state: 'failed',
        desiredState: 'shutdown',
      }),
    ];
    const [route] = buildRoutingView(lessonSnapshot({ tasks }), options).routes;
    expect(route?.backends).toEqual([
      {
        taskId: 'a',
        taskName: 'drupal.1',
        hostname: '',
        state: 'pending',
        active: false,
        addresses: [],
        error: 'no node',
      },
    ]);
  });

  it('leaves a node without a usable address without a target', () => {
    const nodes = lessonParts().nodes.map((node) => ({
      ...node,
      statusAddress: '0.0.0.0',
    }));
    const view = buildRoutingView(lessonSnapshot({ nodes, details: [] }), options);
    expect(view.routes[0]?.entries.map(({ target }) => target?.host)).toEqual([
      '10.77.0.11',
      undefined,
      undefined,
    ]);
  });
});

it('expects nothing of a node whose port in host mode another service has', () => {
  const published: PublishedPort = {
    protocol: 'tcp',
    targetPort: 80,
    publishedPort: 80,
    mode: 'host',
  };
  const hostPorts = [{ protocol: 'tcp', targetPort: 80, publishedPort: 80 }];
  const services = ['amd64', 'arm64'].map((id) => makeService({ id, ports: [published] }));
  const tasks = [
    makeTask({ id: 'a', serviceId: 'amd64', nodeId: 'n1', slot: 1, hostPorts }),
    makeTask({ id: 'b', serviceId: 'arm64', nodeId: 'n2', slot: 1, hostPorts }),
  ];
  const [first] = buildRoutingView(lessonSnapshot({ services, tasks }), options).routes;
  expect(first?.entries.map(({ expected }) => expected)).toEqual([
    { kind: 'answer' },
    { kind: 'other', serviceName: 'arm64' },
    { kind: 'refusal', why: 'not-here' },
  ]);
});

describe('what is expected of a node', () => {
  const running = [{ active: true, nodeId: 'n2' }];
  it.each([
    ['ingress', 'ready', running, 2, 'answer'],
    ['ingress', 'ready', [{ active: false, nodeId: 'n1' }], 1, 'down'],
    ['ingress', 'ready', [{ active: false, nodeId: 'n1' }], 0, 'no-task'],
    ['ingress', 'down', running, 1, 'nothing'],
    ['ingress', 'unknown', running, 1, 'nothing'],
    ['host', 'ready', running, 2, 'not-here'],
    ['host', 'ready', [{ active: true, nodeId: 'n1' }], 1, 'answer'],
    ['host', 'ready', [], 0, 'no-task'],
    ['host', 'ready', [], 1, 'down'],
  ] as const)('in %s mode that is %s', (mode, state, backends, desired, words) => {
    const expected = expectedAnswer(mode, { id: 'n1', state }, backends, { desired });
    expect(expected.kind === 'refusal' ? expected.why : expected.kind).toBe(words);
  });
});
