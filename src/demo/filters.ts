import { ApiError } from './apiError';
import { isObject } from './json';

/** Values by filter key; a row passes when every key has a value that fits. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the `filters` parameter, in both of its forms.
 * @throws ApiError 400 for what is no JSON and for keys that are not among `known`.
 */
export function readFilters(text: string | null, known?: readonly string[]): Filters {
  const filters = new Map<string, readonly string[]>();
  if (text === null || text === '') {
    return filters;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, 'invalid filter');
  }
  if (!isObject(value)) {
    throw new ApiError(400, 'invalid filter');
  }
  for (const [key, wanted] of Object.entries(value)) {
    if (known !== undefined && !known.includes(key)) {
      throw new ApiError(400, `invalid filter '${key}'`);
    }
    const list = Array.isArray(wanted) ? wanted : isObject(wanted) ? Object.keys(wanted) : [];
    filters.set(
      key,
      list.filter((one) => typeof one === 'string'),
    );
  }
  return filters;
}

/** Whether one of the values under `key` fits; true without the key. */
export function passes(filters: Filters, key: string, fits: (wanted: string) => boolean): boolean {
  const wanted = filters.get(key);
  return wanted === undefined || wanted.length === 0 || wanted.some((value) => fits(value));
}

/** Whether `labels` have `key` or `key=value`. */
export function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const [key = '', ...value] = wanted.split('=');
  const actual = labels[key];
  return actual !== undefined && (value.length === 0 || actual === value.join('='));
}

/** Reads a boolean parameter as Go does. */
export function readFlag(name: string, text: string | null): boolean {
  if (text === null || text === '') {
    return false;
  }
  if (!/^(?:1|t|true|0|f|false)$/i.test(text)) {
    const parse = `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new ApiError(400, `invalid value for ${name}: ${text}: ${parse}`);
  }
  return /^(?:1|t|true)$/i.test(text);
}
