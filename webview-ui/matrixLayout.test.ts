import { describe, expect, it } from 'vitest';

import { makeRoute } from '../test/webview/views';
import { buildMatrix, type Matrix } from './matrix';
import { layoutMatrix, placeAt } from './matrixLayout';

const VIEW = { top: 0, left: 0, width: 900, height: 600 };

function makeMatrix(nodes: number, ports: number, grouped = false): Matrix {
  return buildMatrix({
    routes: Array.from({ length: ports }, (_, index) =>
      makeRoute(`service-${index}`, 8000 + index, nodes, 1, { stack: index < 2 ? 'shop' : '' }),
    ),
    cells: new Map(),
    filter: '',
    problemsOnly: false,
    sort: 'name',
    group: grouped ? 'stack' : 'none',
    held: undefined,
  });
}

function layout(matrix: Matrix, change: Partial<Parameters<typeof layoutMatrix>[1]> = {}) {
  return layoutMatrix(matrix, { view: VIEW, scale: 1, place: {}, grouped: false, ...change });
}

describe('layoutMatrix', () => {
  it('fits five ports into the page at its narrowest', () => {
    const { headerWidth, columnWidth } = layout(makeMatrix(7, 5), {
      view: { ...VIEW, width: 561 },
    });
    expect(headerWidth + 5 * columnWidth).toBeLessThanOrEqual(561);
  });

  it('draws a small matrix whole and of a large one what is near', () => {
    const small = layout(makeMatrix(20, 10), { view: { ...VIEW, height: 100 } });
    expect([small.rows.length, small.columns.length]).toEqual([20, 10]);
    const large = layout(makeMatrix(200, 50), { view: { ...VIEW, top: 4000, left: 1600 } });
    const lines = large.rows.flatMap((slot) => (slot.kind === 'line' ? [slot.index] : []));
    expect(lines).toContain(100);
    expect(lines.length).toBeLessThan(30);
    expect(large.columns.length).toBeLessThan(20);
  });

  it('keeps the tab stop drawn, wherever it is', () => {
    const matrix = makeMatrix(200, 50);
    const place = { node: 'node-200', port: matrix.ports[49]?.id ?? '' };
    const { rows, columns, stop } = layout(matrix, { place });
    expect(stop).toEqual({ row: 199, column: 49 });
    expect(rows.at(-1)).toEqual({ kind: 'line', index: 199 });
    expect(columns.at(-1)).toEqual({ kind: 'line', index: 49 });
    expect(placeAt(matrix, stop)).toEqual(place);
  });

  it('puts the tab stop on the first cell where its place is gone', () => {
    const matrix = makeMatrix(3, 3);
    expect(layout(matrix).stop).toEqual({ row: 0, column: 0 });
    expect(layout(matrix, { place: { node: 'gone', port: 'gone' } }).stop).toEqual({
      row: 0,
      column: 0,
    });
    expect(layout(matrix, { place: { node: 'node-2' } }).stop).toEqual({ row: 1, column: -1 });
  });

  it('names the stacks between ports that are rows', () => {
    const { items } = layout(makeMatrix(2, 6, true), { grouped: true });
    expect(
      items.map((item) => (item.kind === 'stack' ? `${item.stack}: ${item.ports}` : '·')),
    ).toEqual(['shop: 2', '·', '·', ': 4', '·', '·', '·', '·']);
  });
});
