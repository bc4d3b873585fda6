import { expect, test } from 'vitest';
import { makeService, makeTask } from '../../test/fakes/records';
import { lessonSnapshot } from '../../test/fakes/swarms';
import type { ServiceBody } from '../docker/bodies';
import { replacedTasks } from './updateLosses';

const snapshot = lessonSnapshot({
  services: [makeService({ id: 'web', mode: { kind: 'replicated', replicas: 3 } })],
  tasks: [1, 2, 3].map((digit) =>
    makeTask({ id: `t${digit}`, serviceId: 'web', slot: digit, nodeId: `n${digit}` }),
  ),
});

function wanted(...constraints: string[]): ServiceBody {
  return {
    Name: 'web',
    Mode: { Replicated: { Replicas: 3 } },
    TaskTemplate: { ContainerSpec: { Image: 'nginx' }, Placement: { Constraints: constraints } },
  };
}

test('new constraints replace the tasks whose node does not fulfil them, and no other', () => {
  const lines = (...constraints: string[]): readonly string[] =>
    replacedTasks(snapshot, 'web', { base: wanted(), wanted: wanted(...constraints) });
  expect(lines('node.role==manager')).toEqual([
    'Its 2 running tasks are replaced, 1 at a time; each stops before its successor starts.',
  ]);
  expect(lines('node.hostname!=node9')).toEqual([]);
});

test('another image replaces all of them, no task at all says nothing', () => {
  const other: ServiceBody = {
    ...wanted(),
    TaskTemplate: { ContainerSpec: { Image: 'nginx:2' } },
  };
  expect(replacedTasks(snapshot, 'web', { base: wanted(), wanted: other })[0]).toMatch(
    /^Its 3 running tasks/,
  );
  expect(replacedTasks(snapshot, 'none', { base: wanted(), wanted: other })).toEqual([]);
});
