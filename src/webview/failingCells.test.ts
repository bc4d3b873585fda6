import { expect, test } from 'vitest';
import type { CellVerdict, ProbeView } from '../shared/routingView';
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
    window: 6,
    complete,
    cells,
  };
}

test('counts what does not answer every time, from changes only', () => {
  const failing = new FailingCells();
  failing.take(
    view(true, {
      a: { kind: 'all', of: 6 },
      b: { kind: 'none', of: 6 },
      c: { kind: 'some', answered: 5, of: 6 },
      d: { kind: 'waiting' },
      e: { kind: 'not-probed', why: 'udp' },
    }),
  );
  expect(failing.count).toBe(2);
  failing.take(view(false, { b: { kind: 'all', of: 6 }, a: { kind: 'none', of: 6 } }));
  expect(failing.count).toBe(2);
  failing.take(view(true, { c: { kind: 'none', of: 6 } }));
  expect(failing.count).toBe(1);
});
