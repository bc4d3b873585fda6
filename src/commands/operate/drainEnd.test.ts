import { expect, test } from 'vitest';
import type { GuardResult } from '../../probe/actGuard';
import { drainEnd } from './drainEnd';

const nowhere = { ports: [], hostnames: [] };
const quiet: GuardResult = {
  ports: [8080],
  silent: nowhere,
  unsure: nowhere,
  failedPorts: [],
  deadPorts: [],
  failures: [],
};
const failed: GuardResult = {
  ...quiet,
  failedPorts: [8080],
  failures: [{ hostname: 'node2', count: 1, spanMs: 0 }],
};
const runs = { kind: 'running', running: 3 } as const;

test('a drain after which all runs and every probe stood ends well', () => {
  expect(drainEnd(['web'], [runs], quiet)).toEqual({
    text: 'No failed probe on port 8080.',
    isWell: true,
  });
});

test('a drain during which a probe failed is a warning', () => {
  expect(drainEnd(['web'], [runs], failed)).toEqual({
    text: '1 failed probe on node2 (port 8080).',
    isWell: false,
  });
});

test('the probes come before the services that do not run, in words of a move', () => {
  const outcomes = [{ kind: 'patience', reasons: [] }, { kind: 'gone' }] as const;
  expect(drainEnd(['web', 'api'], outcomes, quiet)).toEqual({
    text:
      'No failed probe on port 8080. 0 of 2 services run. "web" does not have all its tasks back yet. ' +
      'The tree shows how far it is. "api" was removed meanwhile.',
    isWell: false,
  });
});
