/** What is drawn along one axis: a line by its index, or the room of those that are left out, in pixels. */
export type Slot =
  | { readonly kind: 'line'; readonly index: number }
  | { readonly kind: 'gap'; readonly size: number; readonly before: number };

/** Lines within `from` and `to` pixels, and those in `keep`, wherever they are. */
export function windowSlots(
  sizes: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
  keep: ReadonlySet<number>,
): readonly Slot[] {
  const slots: Slot[] = [];
  let start = 0;
  let gap = 0;
  for (const [index, size] of sizes.entries()) {
    const end = start + size;
    if ((end > from && start < to) || keep.has(index)) {
      if (gap > 0) {
        slots.push({ kind: 'gap', size: gap, before: index });
        gap = 0;
      }
      slots.push({ kind: 'line', index });
    } else {
      gap += size;
    }
    start = end;
  }
  return gap > 0 ? [...slots, { kind: 'gap', size: gap, before: sizes.length }] : slots;
}

/** A place in the grid; −1 is the header of the row or column. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads to; undefined for keys that do not move. */
export function moveInGrid(
  { row, column }: GridPlace,
  { key, ctrlKey }: { readonly key: string; readonly ctrlKey: boolean },
  grid: { readonly rows: number; readonly columns: number; readonly page: number },
): GridPlace | undefined {
  const targets: Readonly<Record<string, GridPlace>> = {
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    PageUp: { row: Math.max(Math.min(row, 0), row - grid.page), column },
    PageDown: { row: row + grid.page, column },
    Home: ctrlKey ? { row: 0, column: 0 } : { row, column: -1 },
    End: ctrlKey
      ? { row: grid.rows - 1, column: grid.columns - 1 }
      : { row, column: grid.columns - 1 },
  };
  const target = targets[key];
  if (target === undefined) {
    return undefined;
  }
  const clamp = (value: number, count: number): number => Math.max(-1, Math.min(count - 1, value));
  const next = { row: clamp(target.row, grid.rows), column: clamp(target.column, grid.columns) };
  // The corner belongs to no row and no column.
  return next.row === -1 && next.column === -1
    ? row === -1
      ? { row: -1, column: 0 }
      : { row: 0, column: -1 }
    : next;
}
