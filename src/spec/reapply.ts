/** What became of a change that is carried over to a newer version of the same object. */
export type Reapplied<T> =
  | { readonly kind: 'applied'; readonly value: T }
  /** Somebody else changed the same fields; paths such as `TaskTemplate.ContainerSpec.Image`. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

type Json = Readonly<Record<string, unknown>>;

/**
 * Carries the change from `base` to `wanted` over to `now`, which somebody else made of `base`
 * meanwhile. Only the fields that the change touched must still be as they were (or already as
 * wanted); lists count as one field. Everything else of `now` is kept.
 */
export function reapply<T extends object>(base: T, wanted: T, now: T): Reapplied<T> {
  const paths: string[] = [];
  const value = merge(base, wanted, now, '', paths);
  return paths.length > 0 ? { kind: 'conflict', paths } : { kind: 'applied', value: value as T };
}

/** The fields in which two versions differ, as paths; lists count as one field. */
export function changedPaths(before: object, after: object): readonly string[] {
  const paths: string[] = [];
  collect(before, after, '', paths);
  return paths;
}

/** Whether two JSON values say the same; an absent member is the same as an undefined one. */
export function isSameJson(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) {
    return true;
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((member, index) => isSameJson(member, right[index]))
    );
  }
  return (
    isObject(left) &&
    isObject(right) &&
    keysOf(left, right).every((key) => isSameJson(left[key], right[key]))
  );
}

function merge(
  base: unknown,
  wanted: unknown,
  now: unknown,
  path: string,
  conflicts: string[],
): unknown {
  if (isSameJson(base, wanted) || isSameJson(now, wanted)) {
    return now;
  }
  if (isSameJson(base, now)) {
    return wanted;
  }
  if (!isObject(base) || !isObject(wanted) || !isObject(now)) {
    conflicts.push(path);
    return now;
  }
  const entries = keysOf(base, wanted, now)
    .map((key): [string, unknown] => [
      key,
      merge(base[key], wanted[key], now[key], join(path, key), conflicts),
    ])
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function collect(before: unknown, after: unknown, path: string, paths: string[]): void {
  if (isSameJson(before, after)) {
    return;
  }
  if (!isObject(before) || !isObject(after)) {
    paths.push(path);
    return;
  }
  for (const key of keysOf(before, after)) {
    collect(before[key], after[key], join(path, key), paths);
  }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function keysOf(...objects: readonly Json[]): readonly string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object)))];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
