import { isSameJson } from '../spec/reapply';
import type { DraftPath } from '../spec/draftPath';

/** Stands for a row that is being added. */
const NEW = '+';

/** A step to a row of texts, by what names it. */
interface TextRow {
  readonly row: string;
}

type KeyStep = string | number | TextRow;

/**
 * The key of the question about a field; tells a row that is being added from those that are there,
 * and follows its row through {@link followKey}.
 */
export function fieldKey(draft: object, path: DraftPath): string {
  let value: unknown = draft;
  return JSON.stringify(
    path.map((step) => {
      value = memberOf(value, step);
      return typeof step === 'number' && value === undefined ? NEW : step;
    }),
  );
}

/** The key of the question about a text of a list or map, by its own text or name; none for a new one. */
export function textRowKey(path: DraftPath, name: string | undefined): string {
  return JSON.stringify([...path, name === undefined ? NEW : { row: name }]);
}

/**
 * The key of a question after the draft changed: rows that moved keep theirs with them, those that are
 * gone have none. Other keys stay.
 */
export function followKey(key: string, before: object, after: object): string | undefined {
  if (!key.startsWith('[') || before === after) {
    return key;
  }
  const moved: KeyStep[] = [];
  let [from, to]: unknown[] = [before, after];
  for (const step of JSON.parse(key) as readonly KeyStep[]) {
    const next = typeof step === 'number' ? followRow(step, rowsOf(from), rowsOf(to)) : step;
    if (next === undefined || (typeof next === 'object' && !hasText(to, next))) {
      return undefined;
    }
    moved.push(next);
    from = memberOf(from, step);
    to = memberOf(to, next);
  }
  return JSON.stringify(moved);
}

/** Where a row is now: itself, or what it was changed into at its place. */
function followRow(
  index: number,
  before: readonly unknown[],
  after: readonly unknown[],
): number | undefined {
  const row = before[index];
  if (isSameJson(row, after[index])) {
    return index;
  }
  const at = after.findIndex((other) => isSameJson(other, row));
  if (at !== -1) {
    return at;
  }
  const isChanged =
    after.length === before.length && !before.some((other) => isSameJson(other, after[index]));
  return isChanged ? index : undefined;
}

function rowsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function hasText(value: unknown, { row }: TextRow): boolean {
  return Array.isArray(value)
    ? value.includes(row)
    : typeof value === 'object' && value !== null && Object.hasOwn(value, row);
}

function memberOf(value: unknown, step: KeyStep): unknown {
  return typeof step !== 'object' &&
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, step)
    ? (value as Readonly<Record<string | number, unknown>>)[step]
    : undefined;
}
