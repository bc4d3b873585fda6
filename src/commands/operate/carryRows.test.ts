import { expect, test } from 'vitest';
import { carryRows, type RowKind } from './carryRows';

const kind: RowKind<string> = { key: (row) => row.split('=', 1)[0] ?? '', text: (row) => row };

test('what others added, changed and removed beside it stays so', () => {
  const change = { before: ['a=1', 'b=1', 'c=1', 'd=1'], after: ['a=2', 'b=1', 'd=1', 'e=1'] };
  expect(carryRows(change, ['a=1', 'b=2', 'c=1', 'x=1'], kind)).toEqual({
    rows: ['a=2', 'b=2', 'x=1', 'e=1'],
    conflicts: [],
  });
});

test('what both did alike is done once', () => {
  const change = { before: ['a=1', 'b=1'], after: ['a=2', 'c=1'] };
  expect(carryRows(change, ['a=2', 'c=1'], kind)).toEqual({
    rows: ['a=2', 'c=1'],
    conflicts: [],
  });
});

test.each([
  ['a=2', 'a=3', ['a=3'], 'a=3 is there, and you asked for a=2'],
  ['', 'a=3', ['a=3'], 'a=3 is there, and you removed a'],
  ['a=2', '', [], 'a is removed, and you asked for a=2'],
])('asked for "%s" where "%s" is now: theirs stays and is told', (mine, now, rows, text) => {
  const list = (row: string): string[] => (row === '' ? [] : [row]);
  const carried = carryRows({ before: ['a=1'], after: list(mine) }, list(now), kind);
  expect(carried.rows).toEqual(rows);
  expect(carried.conflicts).toEqual([text]);
});

test('both added the same row with another value', () => {
  expect(carryRows({ before: [], after: ['a=1'] }, ['a=2'], kind)).toEqual({
    rows: ['a=2'],
    conflicts: ['a=2 is there, and you asked for a=1'],
  });
});

test('rows of the same key are all kept', () => {
  const same: RowKind<string> = { key: () => 'k', text: (row) => row };
  expect(carryRows({ before: ['1', '2'], after: ['1', '2', '3'] }, ['1', '2'], same)).toEqual({
    rows: ['1', '2', '3'],
    conflicts: [],
  });
});
