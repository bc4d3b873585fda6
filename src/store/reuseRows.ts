/** Fields of raw rows that change without anything having changed for a person. */
const RESTLESS_RAW_FIELDS: ReadonlySet<string> = new Set(['Version', 'UpdatedAt', 'ServiceStatus']);
const RAW_FIELD: ReadonlySet<string> = new Set(['raw']);
const RESTLESS_FIELDS: ReadonlySet<string> = new Set(['raw', 'time']);
const NOTHING: ReadonlySet<string> = new Set();

interface Row {
  readonly id: string;
  readonly raw: unknown;
}

/** Returns `next` with every row that equals its `previous` one replaced by that very object. */
export function reuseRows<T extends Row>(previous: readonly T[], next: readonly T[]): readonly T[] {
  const old = new Map(previous.map((row) => [row.id, row]));
  return next.map((row) => reuseRow(old.get(row.id), row));
}

/** Returns `previous` when it is the same row with nothing new in it, else `next`. */
export function reuseRow<T extends Row>(previous: T | undefined, next: T): T {
  return previous !== undefined &&
    isEqualJson(previous, next, RAW_FIELD) &&
    isEqualRaw(previous.raw, next.raw)
    ? previous
    : next;
}

/** Like {@link reuseRow} for `/info`, whose answer holds a clock. */
export function reuseNormalized<T extends object>(previous: T | undefined, next: T): T {
  return previous !== undefined && isEqualJson(previous, next, RESTLESS_FIELDS) ? previous : next;
}

function isEqualRaw(left: unknown, right: unknown): boolean {
  const version = versionOf(left);
  return (
    // The raft index of an object moves with every change of it (Engine API `Version.Index`).
    (version !== undefined && version === versionOf(right)) ||
    isEqualJson(left, right, RESTLESS_RAW_FIELDS)
  );
}

function versionOf(raw: unknown): number | undefined {
  if (typeof raw !== 'object' || raw === null || !('Version' in raw)) {
    return undefined;
  }
  const version = raw.Version;
  return typeof version === 'object' && version !== null && 'Index' in version
    ? Number(version.Index)
    : undefined;
}

/** Compares JSON-like values; `ignored` names fields of the outermost objects to pass over. */
export function isEqualJson(
  left: unknown,
  right: unknown,
  ignored: ReadonlySet<string> = NOTHING,
): boolean {
  if (left === right) {
    return true;
  }
  if (
    typeof left !== 'object' ||
    typeof right !== 'object' ||
    left === null ||
    right === null ||
    Array.isArray(left) !== Array.isArray(right)
  ) {
    return false;
  }
  const rightFields = new Map<string, unknown>(Object.entries(right));
  const leftFields = Object.entries(left).filter(([key]) => !ignored.has(key));
  const rightSize = [...rightFields.keys()].filter((key) => !ignored.has(key)).length;
  return (
    leftFields.length === rightSize &&
    leftFields.every(
      ([key, value]) => rightFields.has(key) && isEqualJson(value, rightFields.get(key)),
    )
  );
}
