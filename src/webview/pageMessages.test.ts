import { expect, test } from 'vitest';
import { parsePageMessage } from './pageMessages';

test('takes every intent of the protocol and nothing else', () => {
  const good = [
    { type: 'ready' },
    { type: 'setRunning', running: false },
    { type: 'setInterval', intervalMs: 5000 },
    { type: 'probeNow' },
    { type: 'startBurst', routeId: 'abc', connections: 300 },
    { type: 'startBurst', routeId: 'abc', entryId: 'abc@n1', connections: 20 },
    { type: 'cancelBurst' },
    { type: 'inspect', kind: 'task', id: 'abc' },
    { type: 'copyCurl', entryId: 'abc' },
    { type: 'openAddressSetting' },
    { type: 'connect' },
    { type: 'showLog' },
  ];
  expect(good.map(parsePageMessage)).toEqual(good);
  const bad = [
    undefined,
    'ready',
    { type: 'executeCommand', command: 'workbench.action.quit' },
    { type: 'setInterval', intervalMs: 1 },
    { type: 'setRunning', running: 'yes' },
    { type: 'startBurst', routeId: 'abc', connections: 5_000 },
    { type: 'startBurst', routeId: 'abc', connections: '20' },
    { type: 'startBurst', connections: 20 },
    { type: 'startBurst', routeId: 'abc', entryId: 'x'.repeat(301), connections: 20 },
    { type: 'inspect', kind: 'network', id: 'abc' },
    { type: 'copyCurl', entryId: 'x'.repeat(301) },
  ];
  expect(bad.map(parsePageMessage)).toEqual(bad.map(() => undefined));
});
