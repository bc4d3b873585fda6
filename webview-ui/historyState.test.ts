import { describe, expect, it } from 'vitest';
import { present } from '../test/fakes/present';

import { makeHistory, makeRoute, makeRouting, NOW } from '../test/webview/views';
import type { HistoryPoint } from '../src/shared/historyView';
import { moveByKey, pointAt, readPoint, shownHistory, wantedHistory } from './historyState';
import { initialModel, reduce, type PageEvent, type PageModel } from './state';

const route = makeRoute('web', 8080, 2, 2);
const [first, second] = route.entries.map(({ id }) => id);
const task = 'web-task-2';

function after(...events: readonly PageEvent[]): PageModel {
  const shown: PageEvent[] = [
    { type: 'routing', view: makeRouting([route]) },
    { type: 'openEntry', id: first },
    ...events,
  ];
  return shown.reduce(reduce, initialModel({ tab: 'map', connectionId: 'lab' }, NOW));
}

const view = makeHistory({ kind: 'entry', id: present(first) });

describe('what is looked at', () => {
  it('is the open entry, or a task of its route, over the range that was chosen', () => {
    expect(wantedHistory(after())).toEqual({
      subject: { kind: 'entry', id: first },
      rangeMs: 900_000,
      most: 100,
    });
    const chosen = after(
      { type: 'historyTask', taskId: task },
      { type: 'historyRange', rangeMs: 86_400_000 },
    );
    expect(wantedHistory(chosen)).toMatchObject({
      subject: { kind: 'task', id: task },
      rangeMs: 86_400_000,
    });
    expect(chosen.saved.historyRange).toBe(86_400_000);
    expect(wantedHistory(reduce(chosen, { type: 'openEntry', id: second }))).toMatchObject({
      subject: { kind: 'entry', id: second },
      rangeMs: 86_400_000,
    });
    expect(wantedHistory(after({ type: 'openEntry', id: undefined }))).toBeUndefined();
    expect(wantedHistory(after({ type: 'historyTask', taskId: 'gone' }))).toMatchObject({
      subject: { kind: 'entry', id: first },
    });
  });

  it('is nothing where nothing is probed', () => {
    const udp = makeRoute('dns', 53, 1, 1, { protocol: 'udp' });
    const model = [
      { type: 'routing', view: makeRouting([udp]) } as const,
      { type: 'openEntry', id: udp.entries[0]?.id } as const,
    ].reduce<PageModel>(reduce, initialModel({ tab: 'map', connectionId: 'lab' }, NOW));
    expect(wantedHistory(model)).toBeUndefined();
  });

  it('is drawn only once the host has told of that very subject and range', () => {
    expect(shownHistory(after({ type: 'history', view }))).toBe(view);
    const late: PageEvent = { type: 'history', view };
    expect(shownHistory(after(late, { type: 'historyTask', taskId: task }))).toBeUndefined();
    expect(shownHistory(after(late, { type: 'historyRange', rangeMs: 300_000 }))).toBeUndefined();
    expect(shownHistory(after(late, { type: 'openEntry', id: second }))).toBeUndefined();
  });
});

describe('scrubbing', () => {
  const { points } = view;

  it('leads through the points and back to the newest', () => {
    const back = moveByKey('ArrowLeft', view, undefined);
    expect(back).toBe(points.at(-2));
    expect(moveByKey('ArrowLeft', view, points[0])).toBe(points[0]);
    expect(moveByKey('ArrowRight', view, points[3])).toBe(points[4]);
    expect(moveByKey('ArrowRight', view, points.at(-2))).toBe('live');
    expect(moveByKey('Home', view, undefined)).toBe(points[0]);
    expect(moveByKey('End', view, points[0])).toBe('live');
    expect(moveByKey('PageUp', view, points[0])).toBe(points[10]);
    expect(moveByKey('Escape', view, points[0])).toBe('live');
    expect(moveByKey('Escape', view, undefined)).toBeUndefined();
    expect(moveByKey('a', view, undefined)).toBeUndefined();
    expect(moveByKey('Home', { ...view, points: [] }, undefined)).toBe('live');
  });

  it('stays at its time while newer points come, and after it has left the range', () => {
    const held = present(points[2]);
    const grown: HistoryPoint[] = points.slice(1).map((one) => ({ ...one, count: one.count + 1 }));
    expect(readPoint({ ...view, points: grown }, held)).toEqual({ point: grown[1], index: 1 });
    expect(readPoint({ ...view, points: points.slice(5) }, held)).toEqual({
      point: held,
      index: -1,
    });
    expect(moveByKey('ArrowRight', { ...view, points: points.slice(5) }, held)).toBe(points[5]);
    expect(readPoint(view, undefined).point).toBe(points.at(-1));
  });

  it('finds the point nearest to the pointer, and ends with another subject', () => {
    expect(pointAt(view, present(points[4]).from + 1)).toBe(points[4]);
    expect(pointAt(view, 0)).toBe(points[0]);
    expect(pointAt({ ...view, points: [] }, 0)).toBeUndefined();
    const held = after({ type: 'historyHold', point: points[2] });
    expect(held.history.held).toBe(points[2]);
    expect(reduce(held, { type: 'historyTask', taskId: task }).history.held).toBeUndefined();
    expect(reduce(held, { type: 'openEntry', id: second }).history.held).toBeUndefined();
    expect(reduce(held, { type: 'historyHold', point: undefined }).history.held).toBeUndefined();
  });
});
