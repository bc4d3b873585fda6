import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../../common/text';

/** A person's change of a list: the rows that it began with, and those that are wanted. */
export interface RowsChange<R> {
  readonly before: readonly R[];
  readonly after: readonly R[];
}

/** Reads a change of a list that was kept, perhaps by another version. */
export function readRowsChange<R>(
  kept: unknown,
  isRow: (value: unknown) => value is R,
): RowsChange<R> | undefined {
  const { before, after } = (typeof kept === 'object' && kept !== null ? kept : {}) as Readonly<
    Record<string, unknown>
  >;
  const isList = (value: unknown): value is readonly R[] =>
    Array.isArray(value) && value.every(isRow);
  return isList(before) && isList(after) ? { before, after } : undefined;
}

/** What tells the rows of a list apart. */
export interface RowKind<R> {
  /** Rows with the same key are the same row, perhaps changed. */
  readonly key: (row: R) => string;
  /** A row as it is written; rows written alike say the same. */
  readonly text: (row: R) => string;
}

/** A change of a list on the list as it is now. */
export interface CarriedRows<R> {
  readonly rows: readonly R[];
  /** What of the change is not in `rows`, since others changed the same, each in a line. */
  readonly conflicts: readonly string[];
}

/**
 * Does a change of a list to what others made of the list meanwhile, row by row: what they added stays,
 * and of a row that both changed theirs stays, and is told.
 */
export function carryRows<R>(
  { before, after }: RowsChange<R>,
  now: readonly R[],
  kind: RowKind<R>,
): CarriedRows<R> {
  const was = keyed(before, kind);
  const mine = keyed(after, kind);
  const theirs = keyed(now, kind);
  const write = (row: R | undefined): string | undefined =>
    row === undefined ? undefined : kind.text(row);
  const conflicts: string[] = [];
  const rows = [...new Set([...theirs.keys(), ...mine.keys(), ...was.keys()])].flatMap((key) => {
    const [from, to, is] = [write(was.get(key)), write(mine.get(key)), write(theirs.get(key))];
    if (from !== to && is !== to && is !== from) {
      conflicts.push(conflictText(key, is, to));
    }
    const row = is === from ? mine.get(key) : theirs.get(key);
    return row === undefined ? [] : [row];
  });
  return { rows, conflicts: conflicts.map((text) => toPlainLine(text)) };
}

function conflictText(key: string, now: string | undefined, asked: string | undefined): string {
  if (now === undefined) {
    return l10n.t('{0} is removed, and you asked for {1}', nameOf(key), asked ?? '');
  }
  return asked === undefined
    ? l10n.t('{0} is there, and you removed {1}', now, nameOf(key))
    : l10n.t('{0} is there, and you asked for {1}', now, asked);
}

/** Rows by key; further rows of one key by its number. */
function keyed<R>(rows: readonly R[], { key }: RowKind<R>): ReadonlyMap<string, R> {
  const found = new Map<string, R>();
  for (const row of rows) {
    let name = key(row);
    while (found.has(name)) {
      name += AGAIN;
    }
    found.set(name, row);
  }
  return found;
}

/** Marks a further row of the same key. */
const AGAIN = '\n';

function nameOf(key: string): string {
  return key.replaceAll(AGAIN, '');
}
