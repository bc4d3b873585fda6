/** Returns `previous` when every own field of it is the very value that `next` has, else `next`. */
export function reuseObject<T extends object>(previous: T | undefined, next: T): T {
  if (previous === undefined) {
    return next;
  }
  const keys = Object.keys(next) as (keyof T)[];
  if (keys.length !== Object.keys(previous).length) {
    return next;
  }
  return keys.every((key) => previous[key] === next[key]) ? previous : next;
}

/** Returns `previous` when it holds the very same items in the same order, else `next`. */
export function reuseArray<T>(
  previous: readonly T[] | undefined,
  next: readonly T[],
): readonly T[] {
  const same =
    previous?.length === next.length && next.every((item, index) => item === previous[index]);
  return same ? previous : next;
}

/** Returns `previous` when it maps the very same keys to the very same values in the same order. */
export function reuseMap<V>(
  previous: ReadonlyMap<string, V> | undefined,
  next: ReadonlyMap<string, V>,
): ReadonlyMap<string, V> {
  if (previous?.size !== next.size) {
    return next;
  }
  const old = previous.entries();
  for (const [key, value] of next) {
    const entry = old.next().value;
    if (entry?.[0] !== key || entry[1] !== value) {
      return next;
    }
  }
  return previous;
}

/** Builds a map by id whose values, and which itself, are those of `previous` wherever equal. */
export function mapById<T extends { readonly id: string }>(
  items: Iterable<T>,
  previous: ReadonlyMap<string, T> | undefined,
): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) {
    map.set(item.id, reuseObject(previous?.get(item.id), item));
  }
  return reuseMap(previous, map);
}

/** Groups in the order of `items` under each key that `keysOf` names, reusing equal groups. */
export function groupBy<T>(
  items: Iterable<T>,
  keysOf: (item: T) => Iterable<string>,
  previous: ReadonlyMap<string, readonly T[]> | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, [item]);
      } else if (group.at(-1) !== item) {
        group.push(item);
      }
    }
  }
  const reused = new Map<string, readonly T[]>();
  for (const [key, group] of groups) {
    reused.set(key, reuseArray(previous?.get(key), group));
  }
  return reuseMap(previous, reused);
}
