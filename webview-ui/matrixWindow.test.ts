import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { moveInGrid, windowSlots } from './matrixWindow';

describe('windowSlots', () => {
  it('draws what is seen and what is kept, and leaves gaps of their size', () => {
    expect(windowSlots([40, 26, 40, 40, 40], { from: 60, to: 100 }, new Set([4]))).toEqual([
      { kind: 'gap', size: 40, before: 1 },
      { kind: 'line', index: 1 },
      { kind: 'line', index: 2 },
      { kind: 'gap', size: 40, before: 4 },
      { kind: 'line', index: 4 },
    ]);
  });

  it('never changes the whole length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 60 }),
        fc.integer({ min: -100, max: 2000 }),
        fc.integer({ min: 0, max: 2000 }),
        fc.array(fc.nat(70)),
        (sizes, from, length, keep) => {
          const slots = windowSlots(sizes, { from, to: from + length }, new Set(keep));
          const drawn = slots.map((slot) =>
            slot.kind === 'gap' ? slot.size : (sizes[slot.index] ?? Number.NaN),
          );
          const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
          expect(sum(drawn)).toBe(sum(sizes));
          const lines = slots.flatMap((slot) => (slot.kind === 'line' ? [slot.index] : []));
          expect(lines).toEqual([...new Set(lines)].toSorted((a, b) => a - b));
        },
      ),
    );
  });
});

describe('moveInGrid', () => {
  const grid = { rows: 30, columns: 4, page: 10 };
  const press = (row: number, column: number, key: string, ctrlKey = false) =>
    moveInGrid({ row, column }, { key, ctrlKey }, grid);

  it('moves by arrows, over the headers too, and stops at the edges', () => {
    expect(press(2, 1, 'ArrowDown')).toEqual({ row: 3, column: 1 });
    expect(press(29, 1, 'ArrowDown')).toEqual({ row: 29, column: 1 });
    expect(press(0, 1, 'ArrowUp')).toEqual({ row: -1, column: 1 });
    expect(press(2, 0, 'ArrowLeft')).toEqual({ row: 2, column: -1 });
    expect(press(2, 3, 'ArrowRight')).toEqual({ row: 2, column: 3 });
  });

  it('never comes to the corner', () => {
    expect(press(-1, 0, 'ArrowLeft')).toEqual({ row: -1, column: 0 });
    expect(press(0, -1, 'ArrowUp')).toEqual({ row: 0, column: -1 });
    expect(press(-1, 3, 'Home')).toEqual({ row: -1, column: 0 });
    expect(press(4, -1, 'PageUp')).toEqual({ row: 0, column: -1 });
  });

  it('goes to the ends and by pages', () => {
    expect(press(5, 2, 'Home')).toEqual({ row: 5, column: -1 });
    expect(press(5, 2, 'End')).toEqual({ row: 5, column: 3 });
    expect(press(5, 2, 'Home', true)).toEqual({ row: 0, column: 0 });
    expect(press(5, 2, 'End', true)).toEqual({ row: 29, column: 3 });
    expect(press(5, 2, 'PageDown')).toEqual({ row: 15, column: 2 });
    expect(press(5, 2, 'PageUp')).toEqual({ row: 0, column: 2 });
  });

  it('leaves other keys alone', () => {
    expect(press(5, 2, 'Tab')).toBeUndefined();
    expect(press(5, 2, 'a')).toBeUndefined();
  });
});
