import { expect, test } from 'vitest';
import { lessonSnapshot } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { parseNodeAddresses } from '../routing/nodeAddresses';
import type { SwarmState } from '../store/swarmState';
import { curlCommand } from './curlCommand';
import { answererIn, probeTargets, topologyMessage } from './routingModel';

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
