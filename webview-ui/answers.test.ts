import { describe, expect, it } from 'vitest';

import {
  makeCell,
  makeProbes,
  makeRoute,
  makeRouting,
  repeatOutcomes,
} from '../test/webview/views';
import type { PortRoute, RouteEntry } from '../src/shared/routingView';
import { makeBurst } from '../test/webview/bursts';
import {
  answersEntry,
  burstOfRoute,
  INITIAL_ANSWERS,
  lossesOf,
  probedLosses,
  probedSpread,
  reduceAnswers,
} from './answers';
import { initialModel, reduce } from './state';

const route = makeRoute('web', 8080, 3, 3);
const [first] = route.entries;

describe('reduceAnswers', () => {
  it('keeps the whole burst that came last, and forgets it when there is none', () => {
    const burst = makeBurst(route, 20);
    const known = reduceAnswers(INITIAL_ANSWERS, { type: 'burst', view: burst });
    expect(burstOfRoute(known, route)).toBe(burst);
    expect(burstOfRoute(known, makeRoute('api', 8081, 1, 1))).toBeUndefined();
    expect(reduceAnswers(known, { type: 'burst' })).toEqual(INITIAL_ANSWERS);
  });

  it('remembers node and size; a node counts for its own port alone', () => {
    const chosen = reduceAnswers(INITIAL_ANSWERS, { type: 'answersOf', id: first?.id });
    expect(answersEntry(chosen, route)).toBe(first);
    expect(answersEntry(chosen, makeRoute('api', 8081, 3, 1))).toBeUndefined();
    expect(reduceAnswers(chosen, { type: 'answersOf', id: undefined })).toEqual(INITIAL_ANSWERS);
    expect(reduceAnswers(chosen, { type: 'burstSize', size: 300 }).size).toBe(300);
  });

  it('forgets node and burst of another swarm, not the size', () => {
    let model = initialModel({ tab: 'answers' }, 0);
    model = reduce(model, { type: 'routing', view: makeRouting([route]) });
    model = reduce(model, { type: 'burst', view: makeBurst(route, 20) });
    model = reduce(model, { type: 'burstSize', size: 50 });
    model = reduce(model, { type: 'answersOf', id: first?.id });
    expect(model.answers.burst).toBeDefined();
    const other = makeRouting([route], { connectionId: 'other' });
    expect(reduce(model, { type: 'routing', view: other }).answers).toEqual({ size: 50 });
  });
});

describe('probedSpread', () => {
  const cells = new Map(
    makeProbes(
      route.entries.map(({ id }, turn) =>
        makeCell(
          route,
          id,
          repeatOutcomes(['answered', 'answered', 'answered', 'refused'], 24),
          turn,
        ),
      ),
    ).cells.map((cell) => [cell.entryId, cell]),
  );

  it('counts the answers of all nodes, or of one', () => {
    expect(probedSpread(route, cells, undefined)).toMatchObject({ named: 54, unnamed: 0 });
    expect(probedSpread(route, cells, first)).toMatchObject({ named: 18 });
    expect(probedSpread(route, new Map(), first).verdict.kind).toBe('no-answer');
  });

  it('leaves out probes of other tasks than those that run now', () => {
    const id = first?.id ?? '';
    const cell = cells.get(id) ?? { entryId: id, verdict: { kind: 'waiting' }, samples: [] };
    const counted = (current: number): number =>
      probedSpread(route, new Map([[id, { ...cell, current }]]), first).named;
    expect(counted(0)).toBe(0);
    expect(counted(4)).toBe(3);
  });

  it('counts an application error as an answer, and expects nothing in host mode', () => {
    const id = first?.id ?? '';
    const failing = new Map([[id, makeCell(route, id, repeatOutcomes([500], 6))]]);
    expect(probedSpread(route, failing, first).named).toBe(6);
    const host = probedSpread({ ...route, mode: 'host' }, cells, undefined);
    expect(host.verdict.kind).toBe('no-choice');
    expect(host.even).toBeUndefined();
  });
});

describe('lossesOf', () => {
  const [, second, third] = route.entries;
  const cells = new Map(
    route.entries.map(({ id }) => [id, makeCell(route, id, ['answered', 'refused'])]),
  );
  const expecting = (...kinds: readonly RouteEntry['expected'][]): PortRoute => ({
    ...route,
    entries: route.entries.map((one, index) => ({
      ...one,
      expected: kinds[index] ?? one.expected,
    })),
  });

  it('counts what nobody answered, at one node or all', () => {
    expect(probedLosses(route, cells, undefined)).toEqual({ failed: 3, of: 6, isUnexpected: true });
    expect(probedLosses(route, cells, second)).toEqual({ failed: 1, of: 2, isUnexpected: true });
  });

  it('leaves out what is closed, and expects nothing of a node that is down', () => {
    const odd = expecting(
      { kind: 'refusal', why: 'not-here' },
      { kind: 'nothing' },
      { kind: 'unpromised' },
    );
    expect(probedLosses(odd, cells, undefined)).toEqual({ failed: 1, of: 2, isUnexpected: false });
    const burst = makeBurst(odd, 6, { entryId: third?.id ?? '' }, () => ({ outcome: 'silent' }));
    expect(lossesOf(odd, burst.answers)).toEqual({ failed: 0, of: 0, isUnexpected: false });
    const down = expecting({ kind: 'refusal', why: 'down' });
    expect(probedLosses(down, cells, down.entries[0])).toEqual({
      failed: 1,
      of: 2,
      isUnexpected: true,
    });
  });
});
