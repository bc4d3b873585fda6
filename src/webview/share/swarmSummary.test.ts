import { expect, test } from 'vitest';
import { makeNode } from '../../../test/fakes/records';
import { lessonParts, lessonSnapshot } from '../../../test/fakes/swarms';
import { SwarmscopeError } from '../../common/errors';
import { swarmSummary } from './swarmSummary';

test('counts what is well and names what is not', () => {
  const { parts } = lessonParts();
  const summary = swarmSummary(
    lessonSnapshot({
      nodes: [
        makeNode({ id: 'n1', role: 'manager', leader: true, reachability: 'reachable' }),
        makeNode({ id: 'n2', role: 'manager', reachability: 'unreachable' }),
        makeNode({ id: 'n3', state: 'down', engineVersion: '28.5.1' }),
        makeNode({ id: 'n4', availability: 'drain' }),
      ],
      tasks: lessonParts().tasks.slice(0, 3),
      parts: {
        ...parts,
        peers: { kind: 'failed', error: new SwarmscopeError('worker'), at: 1000 },
      },
    }),
  );
  expect(summary).toMatchObject({
    engineVersion: '20.10.24',
    versions: [
      { version: '20.10.24', nodes: 3 },
      { version: '28.5.1', nodes: 1 },
    ],
    nodes: 4,
    managers: 2,
    reachableManagers: 1,
    leader: 'node1',
    services: 2,
    runningTasks: 3,
    failedParts: ['peers'],
    troubledServices: [{ name: 'drupal', running: 2, desired: 3 }],
  });
  expect(summary.troubledNodes.map((node) => Object.values(node).join(' ').trim())).toEqual([
    'node2 manager ready active unreachable',
    'node3 worker down active',
    'node4 worker ready drain',
  ]);
});

test('holds nothing of the environment of a service', () => {
  expect(JSON.stringify(swarmSummary(lessonSnapshot()))).not.toMatch(/hidden|POSTGRES/);
});
