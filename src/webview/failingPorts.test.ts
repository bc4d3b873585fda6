import { expect, test } from 'vitest';
import { FailingPorts } from './failingPorts';

test('tells what the page counts, else what the watch does, of each connection', () => {
  const told: (readonly [string, number | undefined])[] = [];
  const failing = new FailingPorts((...one) => told.push(one));
  failing.set('watch', 'a', 2);
  failing.set('page', 'a', 1);
  failing.set('watch', 'a', 3);
  failing.set('watch', 'b', 4);
  failing.set('page', 'a', undefined);
  failing.set('watch', 'a', undefined);
  expect(told).toEqual([
    ['a', 2],
    ['a', 1],
    ['a', 1],
    ['b', 4],
    ['a', 3],
    ['a', undefined],
  ]);
});
