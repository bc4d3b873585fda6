import { expect, test } from 'vitest';
import { parsePageMessage } from './pageMessages';

test('takes every intent of the protocol and nothing else', () => {
  const subject = { kind: 'task', id: 'abc' };
  const good = [
    { type: 'ready' },
    { type: 'setRunning', running: false },
    { type: 'setInterval', intervalMs: 5000 },
    { type: 'probeNow' },
    { type: 'setVantage', vantage: 'window' },
    { type: 'setVantage', vantage: 'manager' },
    { type: 'startBurst', routeId: 'abc', connections: 300 },
    { type: 'startBurst', routeId: 'abc', entryId: 'abc@n1', connections: 20 },
    { type: 'cancelBurst' },
    { type: 'inspect', kind: 'task', id: 'abc' },
    { type: 'copyCurl', entryId: 'abc' },
    { type: 'copyCell', entryId: 'abc' },
    { type: 'openInBrowser', entryId: 'abc' },
    { type: 'share', what: 'report' },
    { type: 'saveMap', svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>' },
    { type: 'saveMap', svg: '' },
    { type: 'openAddressSetting' },
    { type: 'connect' },
    { type: 'showLog' },
    { type: 'watchHistory' },
    { type: 'watchHistory', history: { subject, rangeMs: 900_000, most: 100 } },
  ];
  expect(good.map(parsePageMessage)).toEqual(good);
  const bad = [
    undefined,
    'ready',
    { type: 'executeCommand', command: 'workbench.action.quit' },
    { type: 'setInterval', intervalMs: 1 },
    { type: 'setRunning', running: 'yes' },
    { type: 'setVantage', vantage: 'ssh://elsewhere' },
    { type: 'startBurst', routeId: 'abc', connections: 5_000 },
    { type: 'startBurst', routeId: 'abc', connections: '20' },
    { type: 'startBurst', connections: 20 },
    { type: 'startBurst', routeId: 'abc', entryId: 'x'.repeat(301), connections: 20 },
    { type: 'inspect', kind: 'network', id: 'abc' },
    { type: 'copyCurl', entryId: 'x'.repeat(301) },
    { type: 'watchHistory', history: { subject, rangeMs: 1, most: 100 } },
    { type: 'watchHistory', history: { subject, rangeMs: 900_000, most: 1e6 } },
    {
      type: 'watchHistory',
      history: { subject: { kind: 'node', id: 'a' }, rangeMs: 900_000, most: 9 },
    },
    { type: 'share', what: 'map' },
    { type: 'saveMap', svg: '<script>' },
    { type: 'saveMap', svg: `<svg ${' '.repeat(8_000_000)}` },
  ];
  expect(bad.map(parsePageMessage)).toEqual(bad.map(() => undefined));
});
