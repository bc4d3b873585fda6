import type { Matrix, MatrixLine } from './matrix';
import type { MatrixPlace, MatrixView } from './matrixState';
import { windowSlots, type GridPlace, type Slot } from './matrixWindow';

/** Sizes in pixels at VS Code's default font size. */
const ROW = 40;
const STACK_ROW = 26;
const COLUMN = { least: 82, most: 150 };
const HEADER = { least: 144, most: 230, share: 0.25 };

/** Cells up to this many are all drawn, so that "find" reaches them. */
const WINDOWED_ABOVE = 400;
/** What is drawn beyond the edges, in pixels. */
const OVERSCAN = 160;

/** One row of the table's body: a line, or the name of the stack that begins. */
export type RowItem =
  | { readonly kind: 'line'; readonly line: MatrixLine; readonly index: number }
  | { readonly kind: 'stack'; readonly stack: string; readonly ports: number };

/** Where everything of a matrix stands, and what of it is drawn. */
export interface MatrixLayout {
  readonly items: readonly RowItem[];
  /** Indices are those of `items`. */
  readonly rows: readonly Slot[];
  /** Indices are those of the matrix's columns. */
  readonly columns: readonly Slot[];
  readonly rowHeight: number;
  readonly stackHeight: number;
  readonly columnWidth: number;
  readonly headerWidth: number;
  /** The one place that takes the tab stop. */
  readonly stop: GridPlace;
  /** Rows that a page key passes. */
  readonly page: number;
}

/** Lays out a matrix that has rows and columns. */
export function layoutMatrix(
  matrix: Matrix,
  {
    view,
    scale,
    place,
    grouped,
  }: {
    readonly view: MatrixView;
    readonly scale: number;
    readonly place: MatrixPlace;
    readonly grouped: boolean;
  },
): MatrixLayout {
  const size = (pixels: number): number => Math.round(pixels * scale);
  const rowHeight = size(ROW);
  const stackHeight = size(STACK_ROW);
  const headerWidth = clamp(view.width * HEADER.share, size(HEADER.least), size(HEADER.most));
  const columnWidth = clamp(
    (view.width - headerWidth) / matrix.columns.length,
    size(COLUMN.least),
    size(COLUMN.most),
  );
  const items = readItems(matrix, grouped);
  const stop = findPlace(matrix, place);
  const windowed = matrix.rows.length * matrix.columns.length > WINDOWED_ABOVE;
  const range = (start: number, length: number): { from: number; to: number } =>
    windowed
      ? { from: start - OVERSCAN, to: start + length + 2 * OVERSCAN }
      : { from: -Infinity, to: Infinity };
  const stopItem = items.findIndex((item) => item.kind === 'line' && item.index === stop.row);
  return {
    items,
    rows: windowSlots(
      items.map(({ kind }) => (kind === 'line' ? rowHeight : stackHeight)),
      range(view.top, view.height),
      new Set([stopItem]),
    ),
    columns: windowSlots(
      matrix.columns.map(() => columnWidth),
      range(view.left, view.width - headerWidth),
      new Set([stop.column]),
    ),
    rowHeight,
    stackHeight,
    columnWidth,
    headerWidth,
    stop,
    page: Math.max(1, Math.floor(view.height / rowHeight) - 3),
  };
}

/** Where the ids of a place are now; what is gone gives way to the first cell. */
export function findPlace(
  { rows, columns, transposed }: Matrix,
  { node, port }: MatrixPlace,
): GridPlace {
  const [rowId, columnId] = transposed ? [port, node] : [node, port];
  if (rowId === undefined && columnId === undefined) {
    return { row: 0, column: 0 };
  }
  const find = (lines: readonly MatrixLine[], id: string | undefined): number =>
    id === undefined
      ? -1
      : Math.max(
          0,
          lines.findIndex((line) => line.id === id),
        );
  return { row: find(rows, rowId), column: find(columns, columnId) };
}

/** The ids of a place. */
export function placeAt({ rows, columns }: Matrix, { row, column }: GridPlace): MatrixPlace {
  return Object.fromEntries(
    [rows[row], columns[column]]
      .filter((line) => line !== undefined)
      .map((line) => [line.kind, line.id]),
  );
}

function readItems({ rows }: Matrix, grouped: boolean): readonly RowItem[] {
  const items: RowItem[] = [];
  let stack: string | undefined;
  for (const [index, line] of rows.entries()) {
    if (grouped && line.kind === 'port' && line.route.stack !== stack) {
      stack = line.route.stack;
      items.push({ kind: 'stack', stack, ports: countRun(rows, index) });
    }
    items.push({ kind: 'line', line, index });
  }
  return items;
}

/** How many ports in a row, from `start` on, are of one stack. */
export function countRun(lines: readonly MatrixLine[], start: number): number {
  const stackOf = (line: MatrixLine | undefined): string | undefined =>
    line?.kind === 'port' ? line.route.stack : undefined;
  let end = start + 1;
  while (end < lines.length && stackOf(lines[end]) === stackOf(lines[start])) {
    end += 1;
  }
  return end - start;
}

function clamp(value: number, least: number, most: number): number {
  return Math.floor(Math.min(most, Math.max(least, value)));
}
