/** Objects whose keys are data, not field names. */
const MAPS = new Set([
  'Labels',
  'Containers',
  'Services',
  'Options',
  'Attributes',
  'RegistryConfig',
]);

/**
 * The shape of JSON as sorted lines such as `[].Spec.Name: string`. Elements of an array, and values
 * of an object whose keys are data, are laid over each other; what only some have is `… or absent`.
 */
export function shapeOf(value: unknown): string[] {
  return [...collect(value, '')]
    .map(([path, types]) => `${path}: ${[...types].toSorted().join(' or ')}`)
    .toSorted();
}

type Shape = Map<string, Set<string>>;

function collect(value: unknown, path: string): Shape {
  if (Array.isArray(value)) {
    return withSelf(path, 'array', overlay(value.map((element) => collect(element, `${path}[]`))));
  }
  if (typeof value !== 'object' || value === null) {
    return new Map([[path, new Set([value === null ? 'null' : typeof value])]]);
  }
  const isMap = MAPS.has(path.split('.').at(-1) ?? '');
  const parts = Object.entries(value).map(([key, child]) =>
    collect(child, `${path}.${isMap ? '*' : key}`),
  );
  return withSelf(path, 'object', isMap ? overlay(parts) : merge(parts));
}

function withSelf(path: string, type: string, rest: Shape): Shape {
  return new Map([[path, new Set([type])], ...rest]);
}

function merge(parts: readonly Shape[]): Shape {
  return new Map(parts.flatMap((part) => [...part]));
}

/** Lays shapes over each other; a path that not all have counts as absent at times. */
function overlay(parts: readonly Shape[]): Shape {
  const all: Shape = new Map();
  for (const part of parts) {
    for (const [path, types] of part) {
      all.set(path, new Set([...(all.get(path) ?? []), ...types]));
    }
  }
  for (const [path, types] of all) {
    if (!parts.every((part) => part.has(path)) && !types.has('absent')) {
      types.add('absent');
    }
  }
  return all;
}
