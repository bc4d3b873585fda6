import { expect, test } from 'vitest';
import { DEFAULT_LOG_OPTIONS, isLogPath, logUriParts, parseLogUri } from './logAddress';

const address = {
  connectionId: 'setting:lab/ä',
  kind: 'service' as const,
  id: 's1',
  name: 'web',
  options: DEFAULT_LOG_OPTIONS,
};

test('an address comes back from its document, whatever the options', () => {
  const { tail: _tail, ...everything } = DEFAULT_LOG_OPTIONS;
  for (const options of [
    DEFAULT_LOG_OPTIONS,
    everything,
    { follow: false, tail: 5, since: '1h30m', timestamps: false, stderrOnly: true },
  ]) {
    const { path, query } = logUriParts({ ...address, options });
    expect(isLogPath(path)).toBe(true);
    expect(parseLogUri(path, query)).toEqual({ ...address, options });
  }
});

test('the name of a connection is shown, and addresses from before are read', () => {
  const lab = { ...address, connectionId: 'setting:lab' };
  expect(logUriParts(lab).path).toBe('/lab/swarmscope-logs/service/s1/web.log');
  expect(parseLogUri('/setting%3Alab/swarmscope-logs/service/s1/web.log', '')).toEqual(lab);
});

test('other paths are no logs', () => {
  expect(isLogPath('/lab/service/s1/web.jsonc')).toBe(false);
  for (const path of [
    '',
    '/lab/swarmscope-logs/node/n/x.log',
    '/lab/swarmscope-logs/task//x.log',
  ]) {
    expect(parseLogUri(path, '')).toBeUndefined();
  }
});
