import { expect, test } from 'vitest';
import { lessonSnapshot } from '../../../test/fakes/swarms';
import type { ContainerBody, ServiceBody } from '../../docker/bodies';
import { specChanges } from './specChanges';

const snapshot = lessonSnapshot();

function changes(before: ServiceBody, after: ServiceBody): readonly string[] {
  return specChanges(before, after, snapshot);
}

function bodyOf(container: ContainerBody, more: Partial<ServiceBody> = {}): ServiceBody {
  return { Name: 'web', TaskTemplate: { ContainerSpec: container }, ...more };
}

test('an image is told without its digest, unless that alone differs', () => {
  const digest = (letter: string): string => `@sha256:${letter.repeat(64)}`;
  const from = (image: string, to: string): readonly string[] =>
    changes(bodyOf({ Image: image }), bodyOf({ Image: to }));
  expect(from('nosuch/image:1', `drupal:latest${digest('a')}`)).toEqual([
    'image nosuch/image:1 → drupal:latest',
  ]);
  expect(from(`web:1${digest('a')}`, `web:1${digest('b')}`)).toEqual([
    `image web:1@sha256:${'a'.repeat(12)} → web:1@sha256:${'b'.repeat(12)}`,
  ]);
});

test('numbers, ports and networks are told with their values', () => {
  const port = { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080 } as const;
  const image = { Image: 'web:1' };
  expect(
    changes(
      bodyOf(image, { Mode: { Replicated: { Replicas: 3 } }, EndpointSpec: { Ports: [port] } }),
      {
        ...bodyOf(image, { Mode: { Replicated: { Replicas: 5 } } }),
        TaskTemplate: { ContainerSpec: image, Networks: [{ Target: 'my' }] },
      },
    ),
  ).toEqual(['replicas 3 → 5', 'ports 8080→80/tcp → none', 'networks none → mydrupal']);
});

test('what may be secret or is long is named alone', () => {
  const told = changes(
    bodyOf({ Image: 'web:1', Env: ['PASSWORD=old', 'SAME=1'], Args: ['--token', 'old'] }),
    bodyOf(
      { Image: `${'w'.repeat(80)}:1`, Env: ['PASSWORD=new', 'SAME=1'], Args: ['--token', 'new'] },
      { Labels: { 'com.example.key': 'hidden' } },
    ),
  );
  expect(told).toEqual(['image', 'environment (PASSWORD)', 'args', 'labels']);
});

test('what no field tells of is named by its last word', () => {
  const container = { Image: 'web:1' };
  expect(
    changes(bodyOf(container), {
      Name: 'web',
      TaskTemplate: { ContainerSpec: { ...container, OpenStdin: true }, ForceUpdate: 1 },
    }),
  ).toEqual(['open stdin', 'force update']);
  expect(changes(bodyOf(container), bodyOf(container))).toEqual([]);
});
