import { expect, test } from 'vitest';
import { present } from '../../test/fakes/present';
import { FakeClock } from '../../test/fakes/fakeClock';
import { makeRoute, makeRouting } from '../../test/webview/views';
import { ProbeHistory } from '../probe/probeHistory';
import type { HistoryView } from '../shared/historyView';
import { HistoryFeed } from './historyFeed';

test('tells what is looked at at once, then once a second at most, and nothing once it is left', async () => {
  const clock = new FakeClock();
  const history = new ProbeHistory(() => 1e9);
  history.mark([
    { at: clock.now(), kind: 'service-updated', name: 'web', serviceId: 'web' },
    { at: clock.now(), kind: 'service-updated', name: 'db', serviceId: 'db' },
  ]);
  const route = makeRoute('web', 8080, 1, 1);
  const told: HistoryView[] = [];
  const feed = new HistoryFeed(history, {
    clock,
    view: () => makeRouting([route]),
    tell: (view) => told.push(view),
  });
  feed.grown('any');
  const id = present(route.entries[0]).id;
  feed.watch({ subject: { kind: 'entry', id }, rangeMs: 300_000, most: 10 });
  expect(told.map(({ subject, marks }) => [subject.id, marks.length])).toEqual([[id, 1]]);
  for (let turn = 0; turn < 20; turn += 1) {
    history.take(
      id,
      { at: clock.now(), outcome: 'answered', reachable: true, phases: { total: 1 } },
      5_000,
    );
    feed.grown(id);
    feed.grown('another', undefined);
    await clock.advance(100);
  }
  expect(told.map(({ summary }) => summary.count)).toEqual([0, 10, 20]);
  feed.grown();
  await clock.advance(1_000);
  expect(told).toHaveLength(4);
  const taskId = present(route.backends[0]).taskId;
  feed.watch({ subject: { kind: 'task', id: taskId }, rangeMs: 300_000, most: 10 });
  expect(told.at(-1)?.marks).toHaveLength(1);
  feed.grown();
  feed.watch(undefined);
  await clock.advance(10_000);
  expect(told).toHaveLength(5);
  expect(clock.pending).toBe(0);
});
