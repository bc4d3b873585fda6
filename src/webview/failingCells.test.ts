import { expect, test } from 'vitest';
import { makeEntry, makeRoute } from '../../test/webview/views';
import type { Expectation } from '../shared/expectation';
import type { CellVerdict, ProbeView, RoutingView } from '../shared/routingView';
import { FailingCells } from './failingCells';

function view(complete: boolean, verdicts: Readonly<Record<string, CellVerdict>>): ProbeView {
  const cells = Object.entries(verdicts).map(([entryId, verdict]) => ({
    entryId,
    verdict,
    samples: [],
  }));
  return {
    running: true,
    intervalMs: 1000,
    engine: '',
    vantage: '',
    nothingReachable: false,
    complete,
    cells,
  };
}

const answer: Expectation = { kind: 'answer' };
const refusal: Expectation = { kind: 'refusal', why: 'no-task' };

function expecting(expected: Readonly<Record<string, Expectation>>): Pick<RoutingView, 'routes'> {
  const route = makeRoute('web', 8080, 0, 1);
  const entries = Object.entries(expected).map(([id, one]) => ({
    ...makeEntry(route.id, 1, 8080),
    id,
    expected: one,
  }));
  return { routes: [{ ...route, entries }] };
}

test('counts what is not as expected, from changes only', () => {
  const failing = new FailingCells();
  failing.expect(expecting({ a: answer, b: answer, c: answer, d: answer, e: answer }));
  failing.take(
    view(true, {
      a: { kind: 'all', of: 6 },
      b: { kind: 'none', of: 6 },
      c: { kind: 'some', answered: 5, of: 6 },
      d: { kind: 'waiting' },
      e: { kind: 'not-probed', why: 'udp' },
    }),
  );
  expect(failing.ids.size).toBe(2);
  failing.take(view(false, { b: { kind: 'all', of: 6 }, a: { kind: 'none', of: 6 } }));
  expect(failing.ids.size).toBe(2);
  failing.take(view(true, { c: { kind: 'none', of: 6 } }));
  expect(failing.ids.size).toBe(1);
});

test('what fails partly counts only while it lasts, what fails altogether always', () => {
  const lasting = new Set(['b']);
  const failing = new FailingCells(({ entryId }) => lasting.has(entryId));
  const some: CellVerdict = { kind: 'some', answered: 5, of: 6 };
  failing.expect(expecting({ a: answer, b: answer, c: answer }));
  failing.take(view(true, { a: some, b: some, c: { kind: 'none', of: 6 } }));
  expect([...failing.ids]).toEqual(['b', 'c']);
  lasting.add('a').delete('b');
  failing.take(view(false, { a: some, b: some }));
  expect([...failing.ids].toSorted()).toEqual(['a', 'c']);
});

test('a port without tasks does not fail by being closed, and does by answering', () => {
  const failing = new FailingCells();
  failing.expect(expecting({ a: answer, b: answer, down: answer }));
  const none: CellVerdict = { kind: 'none', of: 3 };
  failing.take(view(true, { a: none, b: { kind: 'all', of: 3 }, down: none }));
  expect(failing.ids.size).toBe(2);
  failing.expect(expecting({ a: refusal, b: refusal, down: { kind: 'nothing' } }));
  expect(failing.ids.size).toBe(1);
});

test('a port without tasks that should have some fails by being closed', () => {
  const failing = new FailingCells();
  failing.expect(expecting({ a: { kind: 'refusal', why: 'down' }, b: refusal }));
  const none: CellVerdict = { kind: 'none', of: 3 };
  failing.take(view(true, { a: none, b: none }));
  expect([...failing.ids]).toEqual(['a']);
});

test('counts published ports, each once', () => {
  const failing = new FailingCells();
  const routes = [8080, 9090].map((port) => makeRoute('web', port, 3, 1));
  failing.expect({ routes });
  const ids = routes.flatMap(({ entries }) => entries.map(({ id }) => id));
  expect(failing.ports).toBe(0);
  const none: CellVerdict = { kind: 'none', of: 3 };
  failing.take(view(true, Object.fromEntries(ids.slice(0, 3).map((id) => [id, none]))));
  expect(failing.ports).toBe(1);
  failing.take(view(false, Object.fromEntries(ids.map((id) => [id, none]))));
  expect(failing.ports).toBe(2);
});
