import { expect, test } from 'vitest';
import { lessonSnapshot } from '../../../test/fakes/swarms';
import { SwarmscopeError } from '../../common/errors';
import { refusedChange } from './refusedChange';

const service = { kind: 'service', id: 'drupal', name: 'drupal' } as const;
const swarm = {
  connection: { id: 'a', name: 'prod', source: 'setting', address: 'tcp://a:1' },
  snapshot: lessonSnapshot(),
} as const;

test.each([
  [{ kind: 'network', id: 'my' }, 'mydrupal', false],
  [{ kind: 'network', id: 'never-seen' }, 'never-seen', false],
  [{ kind: 'secret', id: 'key' }, 'key', false],
  [{ kind: 'service', id: 'drupal' }, 'drupal', true],
  [{}, 'drupal', true],
])('a change that misses %j names %s', (details, object, isOver) => {
  expect(refusedChange(new SwarmscopeError('not-found', details), service, swarm)).toEqual({
    about: { swarm: 'prod', object },
    isOver,
  });
});

test('any other refusal is about the service, and asked again unless its outcome is unknown', () => {
  const ends = (['invalid', 'change-unknown'] as const).map((code) =>
    refusedChange(new SwarmscopeError(code), service, swarm),
  );
  expect(ends.map(({ isOver }) => isOver)).toEqual([false, true]);
  expect(ends[0]?.about.object).toBe('drupal');
});
