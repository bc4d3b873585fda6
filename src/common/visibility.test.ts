import { expect, test } from 'vitest';
import { Visibility } from './visibility';

test('is visible while any source is, and tells only changes of the whole', () => {
  const heard: boolean[] = [];
  const visibility = new Visibility((visible) => heard.push(visible));
  visibility.set('tree', true);
  const panel = visibility.hold('panel');
  visibility.set('tree', false);
  expect(heard).toEqual([true]);
  panel.dispose();
  expect(heard).toEqual([true, false]);
  visibility.set('tree', false);
  expect(heard).toEqual([true, false]);
});
