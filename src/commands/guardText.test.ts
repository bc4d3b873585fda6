import { expect, test } from 'vitest';
import type { GuardResult } from '../probe/actGuard';
import { guardText } from './guardText';

const at = (hostnames: readonly string[], ...ports: readonly number[]) => ({ hostnames, ports });

const none: GuardResult = {
  ports: [],
  silent: at([]),
  unsure: at([]),
  failedPorts: [],
  deadPorts: [],
  failures: [],
};

test.each<readonly [Partial<GuardResult>, string | undefined]>([
  [{}, undefined],
  [{ ports: [8080] }, 'No failed probe on port 8080.'],
  [{ ports: [80, 443] }, 'No failed probe on ports 80, 443.'],
  [{ ports: [1, 2, 3, 4, 5, 6] }, 'No failed probe on ports 1, 2, 3, 4 and 2 more.'],
  [
    { silent: at(['node1', 'node2'], 8080) },
    'Not watched, as it did not answer before: port 8080 on 2 nodes.',
  ],
  [
    { ports: [8080], silent: at(['node2\n'], 8080) },
    'No failed probe on port 8080. Not watched, as it did not answer before: port 8080 on node2.',
  ],
  [
    { ports: [80], unsure: at(['node2'], 80, 443) },
    'No failed probe on port 80. Not judged, as too little was known from before: ports 80, 443 on node2.',
  ],
  [
    {
      failedPorts: [80],
      failures: [{ hostname: 'node2', count: 1, spanMs: 0 }],
      silent: at(['node1'], 80),
      unsure: at(['node3'], 80),
    },
    '1 failed probe on node2 (port 80). Not watched, as it did not answer before: port 80 on node1. ' +
      'Not judged, as too little was known from before: port 80 on node3.',
  ],
  [
    { failedPorts: [8080], failures: [{ hostname: 'node2', count: 1, spanMs: 0 }] },
    '1 failed probe on node2 (port 8080).',
  ],
  [
    { failedPorts: [8080], failures: [{ hostname: 'node2', count: 3, spanMs: 1_230 }] },
    '3 failed probes in 1.2 s on node2 (port 8080).',
  ],
  [
    {
      failedPorts: [8083],
      deadPorts: [8083],
      failures: [{ hostname: 'node1', count: 1, spanMs: 0 }],
    },
    '1 failed probe on node1 (port 8083). At the end port 8083 answered on no node.',
  ],
  [
    {
      failedPorts: [80, 443],
      deadPorts: [80, 443],
      failures: [{ hostname: 'node2', count: 1, spanMs: 0 }],
      silent: at(['node1'], 443),
    },
    '1 failed probe on node2 (ports 80, 443). At the end port 80 answered on no node. ' +
      'At the end port 443 answered on no watched node. ' +
      'Not watched, as it did not answer before: port 443 on node1.',
  ],
  [
    {
      ports: [80, 443, 8080],
      failedPorts: [80, 443],
      failures: [
        { hostname: 'a', count: 9, spanMs: 2_000 },
        { hostname: 'b', count: 4, spanMs: 1_000 },
      ],
    },
    '9 failed probes in 2.0 s on a (ports 80, 443), 4 more on another node.',
  ],
  [
    {
      failedPorts: [80],
      failures: [
        { hostname: 'a\n$(x)', count: 9, spanMs: 2_000 },
        { hostname: 'b', count: 4, spanMs: 1_000 },
        { hostname: 'c', count: 1, spanMs: 0 },
      ],
    },
    '9 failed probes in 2.0 s on a $(x) (port 80), 5 more on 2 other nodes.',
  ],
])('what was found is said in a sentence: %j', (found, text) => {
  expect(guardText({ ...none, ...found })).toBe(text);
});

test('without a guard nothing is said', () => {
  expect(guardText(undefined)).toBeUndefined();
});
