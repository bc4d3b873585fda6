import { expect, test } from 'vitest';
import type { PortRoute, RouteEntry, RoutingView } from '../shared/routingView';
import { guardedCells } from './guardedCells';

const entry: RouteEntry = {
  id: 'web:tcp:8080@n1',
  nodeId: 'n1',
  place: 'n1',
  hostname: 'node1',
  role: 'worker',
  leader: false,
  nodeState: 'ready',
  availability: 'active',
  target: { host: '10.0.0.1', port: 8080, mapped: false },
  expected: { kind: 'answer' },
  tasks: 1,
};
const route: PortRoute = {
  id: 'web:tcp:8080',
  serviceId: 'web',
  serviceName: 'web',
  stack: '',
  mode: 'ingress',
  protocol: 'tcp',
  publishedPort: 8080,
  targetPort: 80,
  probe: { kind: 'tcp', problems: [] },
  running: 1,
  desired: 1,
  vips: [],
  entries: [entry],
  backends: [],
};

function owed(change: Partial<PortRoute>, ofEntry: Partial<RouteEntry> = {}): unknown {
  const routes = [{ ...route, ...change, entries: [{ ...entry, ...ofEntry }] }];
  return guardedCells(viewOf(routes), ['web']).map((cell) => cell.owed);
}

function viewOf(routes: readonly PortRoute[]): RoutingView {
  return { connectionId: 'c', swarmName: 'c', simulated: false, routes };
}

const noTask = { expected: { kind: 'refusal', why: 'no-task' } } as const;
const notHere = { expected: { kind: 'refusal', why: 'not-here' } } as const;

test('only ports of the services that can be probed are guarded, by node and number', () => {
  const udp: PortRoute = {
    ...route,
    id: 'web:udp:53',
    protocol: 'udp',
    probe: { kind: 'none', why: 'udp', problems: [] },
    entries: [{ ...entry, id: 'web:udp:53@n1' }],
  };
  const cells = guardedCells(viewOf([route, udp, { ...route, serviceId: 'api' }]), ['web']);
  expect(cells.map(({ target, hostname, port }) => [target.id, hostname, port])).toEqual([
    ['web:tcp:8080@n1', 'node1', 8080],
  ]);
});

test('what the state expects to answer has to', () => {
  expect(owed({})).toEqual([true]);
});

test('tasks that are wanted and do not run excuse nothing', () => {
  expect(owed({ running: 0 }, noTask)).toEqual([true]);
  expect(owed({ mode: 'host', running: 0, desired: 3 }, noTask)).toEqual([true]);
});

test('a service that was scaled to nothing, or tasks that run elsewhere on purpose, owe nothing', () => {
  expect(owed({ running: 0, desired: 0 }, noTask)).toEqual([false]);
  expect(owed({ mode: 'host', running: 2, desired: 2 }, notHere)).toEqual([false]);
  expect(
    owed({ mode: 'host', running: 1, desired: 2 }, { ...notHere, availability: 'drain' }),
  ).toEqual([false]);
});

test('a node that the managers do not know as up owes nothing', () => {
  expect(owed({}, { expected: { kind: 'nothing' } })).toEqual([false]);
});

test('watches nothing that nobody promises', () => {
  const six: RouteEntry = { ...entry, id: 'six', expected: { kind: 'unpromised' } };
  const view = { routes: [{ ...route, entries: [entry, six] }] } as unknown as RoutingView;
  expect(guardedCells(view, ['web']).map(({ target }) => target.id)).toEqual([entry.id]);
});
