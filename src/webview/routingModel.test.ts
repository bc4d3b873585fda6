import { expect, test } from 'vitest';
import { lessonSnapshot } from '../../test/fakes/swarms';
import { makeEntry, makeRoute, makeRouting } from '../../test/webview/views';
import { SwarmscopeError } from '../common/errors';
import { parseNodeAddresses } from '../routing/nodeAddresses';
import type { SwarmState } from '../store/swarmState';
import { curlCommand } from './curlCommand';
import { answererIn, burstPlan, followBurst, probeTargets, topologyMessage } from './routingModel';

const connection = {
  id: 'setting:lab',
  name: 'lab',
  source: 'setting',
  address: 'tcp://10.0.0.1:2375',
} as const;
const sentences = (
  error: SwarmscopeError,
): { title: string; detail: string; nextStep: string } => ({
  title: error.code,
  detail: 'Why.',
  nextStep: 'Do this.',
});
const words = {
  disconnected: { title: 'none', detail: 'connect' },
  connecting: (name: string) => ({ title: `to ${name}`, detail: '' }),
};
const noAddresses = parseNodeAddresses(undefined).map;

function message(state: SwarmState): ReturnType<typeof topologyMessage> {
  return topologyMessage(
    state,
    { nodeAddresses: noAddresses, probes: new Map() },
    sentences,
    words,
  );
}

test('phases without a snapshot are unavailable, with a sentence', () => {
  expect(message({ phase: 'disconnected' })).toEqual({
    type: 'unavailable',
    title: 'none',
    detail: 'connect',
    busy: false,
  });
  expect(message({ phase: 'connecting', connection })).toEqual({
    type: 'unavailable',
    title: 'to lab',
    detail: '',
    busy: true,
  });
  expect(message({ phase: 'failed', connection, error: new SwarmscopeError('worker') })).toEqual({
    type: 'unavailable',
    title: 'worker',
    detail: 'Why. Do this.',
    busy: false,
  });
});

test('a connected swarm gives its routes, their targets, and who answers by container id', () => {
  const shown = message({ phase: 'connected', connection, snapshot: lessonSnapshot() });
  if (shown.type !== 'routing') {
    throw new Error('expected a view');
  }
  const { targets, notProbed } = probeTargets(shown.view);
  expect(notProbed).toEqual([]);
  expect(targets.map(({ host, port, kind }) => `${kind} ${host}:${port}`)).toEqual([
    'http 10.77.0.11:8080',
    'http 10.77.0.12:8080',
    'http 10.77.0.13:8080',
  ]);
  const backend = shown.view.routes[0]?.backends.find((task) => task.containerId !== undefined);
  const entry = targets[0]?.id ?? '';
  expect(answererIn(shown.view)(entry, { headers: [], body: backend?.containerId ?? '' })).toBe(
    backend?.taskId,
  );
  expect(curlCommand(shown.view, entry, 3000)).toBe(
    "curl -q -sS -g -o /dev/null -w '%{http_code} %{time_total}s\\n' --noproxy '*' --max-time 3 http://10.77.0.11:8080/",
  );
  expect(curlCommand(shown.view, 'nothing', 3000)).toBeUndefined();
});

test('a burst goes to all nodes of a port in turn or to one, and reads who answered', () => {
  const shown = message({ phase: 'connected', connection, snapshot: lessonSnapshot() });
  if (shown.type !== 'routing') {
    throw new Error('expected a view');
  }
  const { view } = shown;
  const [route] = view.routes;
  const entry = route?.entries[1];
  const ask = { type: 'startBurst', routeId: route?.id ?? '', connections: 100 } as const;
  const all = burstPlan(view, ask, 3000);
  expect(all).toMatchObject({ wanted: 100, balanced: true, timeoutMs: 3000 });
  expect(all?.targets.map(({ id }) => id)).toEqual(route?.entries.map(({ id }) => id));
  expect(all?.tasks.map(({ taskId }) => taskId)).toEqual(
    route?.backends.flatMap(({ active, taskId }) => (active ? [taskId] : [])),
  );
  const one = burstPlan(view, { ...ask, entryId: entry?.id ?? '' }, 3000);
  expect(one?.targets.map(({ host }) => host)).toEqual(['10.77.0.12']);
  const backend = route?.backends.find((task) => task.containerId !== undefined);
  const headers = [['Set-Cookie', `lb=${backend?.containerId ?? ''}`]] as const;
  expect(one?.read({ headers, body: '' })).toEqual({
    answeredBy: backend?.taskId,
    cookie: { name: 'lb', kind: 'task' },
  });
  expect(burstPlan(view, { ...ask, routeId: 'nothing' }, 3000)).toBeUndefined();
  expect(burstPlan(view, { ...ask, entryId: 'elsewhere' }, 3000)).toBeUndefined();
  const udp = {
    ...view,
    routes: view.routes.map((each) => ({
      ...each,
      probe: { kind: 'none', why: 'udp', problems: [] } as const,
    })),
  };
  expect(burstPlan(udp, ask, 3000)).toBeUndefined();
});

test('a burst hears of other tasks, and ends with its port', () => {
  const shown = message({ phase: 'connected', connection, snapshot: lessonSnapshot() });
  const view = shown.type === 'routing' ? shown.view : undefined;
  const routeId = view?.routes[0]?.id ?? '';
  const heard: unknown[] = [];
  const bursts = {
    view: { routeId },
    cancel: () => heard.push('cancel'),
    noteTasks: (id: string, tasks: readonly string[]) => heard.push([id, tasks.length]),
  };
  followBurst(bursts, view);
  followBurst(bursts, view && { ...view, routes: [] });
  followBurst(bursts, undefined);
  followBurst({ ...bursts, view: undefined }, view);
  const running = view?.routes[0]?.backends.filter(({ active }) => active).length;
  expect(heard).toEqual([[routeId, running], 'cancel', 'cancel']);
});

test('a burst to all nodes leaves out what may only hang, unless it was chosen', () => {
  const route = makeRoute('web', 8080, 2, 1);
  const six = makeEntry(route.id, 1, 8080, { id: 'six', expected: { kind: 'unpromised' } });
  const view = makeRouting([{ ...route, entries: [...route.entries, six] }]);
  const idsOf = (entryId?: string): readonly string[] | undefined =>
    burstPlan(
      view,
      { type: 'startBurst', routeId: route.id, connections: 100, ...(entryId && { entryId }) },
      3000,
    )?.targets.map(({ id }) => id);
  expect(idsOf()).toEqual(route.entries.map(({ id }) => id));
  expect(idsOf('six')).toEqual(['six']);
});
