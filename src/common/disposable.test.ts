import { expect, test } from 'vitest';
import { DisposableStore, toDisposable } from './disposable';
import { Emitter } from './emitter';

test('disposes in reverse order, once, and late arrivals at once', () => {
  const order: string[] = [];
  const store = new DisposableStore();
  store.add(toDisposable(() => order.push('first')));
  store.add(toDisposable(() => order.push('second')));
  store.dispose();
  store.dispose();
  store.add(toDisposable(() => order.push('late')));
  expect(order).toEqual(['second', 'first', 'late']);
});

test('one that throws does not keep the others', () => {
  const order: string[] = [];
  const store = new DisposableStore();
  store.add(toDisposable(() => order.push('first')));
  store.add({
    dispose() {
      throw new Error('broken');
    },
  });
  expect(() => store.dispose()).toThrow(AggregateError);
  expect(order).toEqual(['first']);
});

test('an emitter reaches every listener until it unsubscribes', () => {
  const emitter = new Emitter<number>();
  const heard: string[] = [];
  const a = emitter.event((value) => heard.push(`a${value}`));
  emitter.event((value) => heard.push(`b${value}`));
  emitter.fire(1);
  a.dispose();
  emitter.fire(2);
  emitter.dispose();
  emitter.fire(3);
  expect(heard).toEqual(['a1', 'b1', 'b2']);
});
