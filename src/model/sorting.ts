const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Orders names as people expect (`web2` before `web10`), the same on every machine. */
export function compareNames(left: string, right: string): number {
  return collator.compare(left, right) || compareCodeUnits(left, right);
}

/** Orders text by code units: fast, for ids and ISO 8601 times. */
export function compareCodeUnits(left: string, right: string): number {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

/** Sorts `items` by the name that `nameOf` gives, ties by id. */
export function sortByName<T extends { readonly id: string }>(
  items: Iterable<T>,
  nameOf: (item: T) => string,
): T[] {
  return [...items].toSorted(
    (left, right) =>
      compareNames(nameOf(left), nameOf(right)) || compareCodeUnits(left.id, right.id),
  );
}
