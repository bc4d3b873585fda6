import * as v from 'valibot';
import { SwarmscopeError } from '../../common/errors';
import type { Logger } from '../../common/logger';

/** Longest single-line text that is kept, in characters. */
const TEXT_LIMIT = 4096;

// Control characters of C0, DEL and C1, line and paragraph separators, and the marks that reorder text.
const UNSAFE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Makes foreign text one safe line: control and reordering characters become a blank, length is capped. */
export function toLine(value: unknown, limit = TEXT_LIMIT): string {
  if (typeof value !== 'string') {
    return '';
  }
  return value.slice(0, limit).replace(UNSAFE, ' ').trim();
}

function tolerant<T>(read: (value: unknown) => T) {
  return v.optional(v.pipe(v.unknown(), v.transform(read)), null);
}

/** A text field for people; absent or odd gives ''. */
export const line = tolerant((value) => toLine(value));

/** A text field kept exactly; absent or odd gives ''. */
export const exactText = tolerant((value) => (typeof value === 'string' ? value : ''));

/** A flag; anything but `true` is false. */
export const flag = tolerant((value) => value === true);

/** A finite number or undefined. */
export const maybeNumber = tolerant((value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined,
);

/** A finite number; absent or odd gives 0. */
export const count = tolerant((value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0,
);

/** A list of strings kept exactly; other members are dropped. */
export const exactTexts = tolerant((value) =>
  Array.isArray(value)
    ? value.filter((member): member is string => typeof member === 'string')
    : [],
);

/** A `string → string` map kept exactly; other values are dropped, null gives {}. */
export const textMap = tolerant((value): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(toObject(value)).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    ),
  ),
);

/** A required identity: a string that is not empty. */
export const identity = v.pipe(
  v.string(),
  v.transform((value) => toLine(value)),
  v.nonEmpty(),
);

/** One of `allowed`, else `fallback`. */
export function oneOf<const T extends string, const F extends string>(
  allowed: readonly T[],
  fallback: F,
) {
  return tolerant((value): T | F => allowed.find((known) => known === value) ?? fallback);
}

/** An object whose absence, null or odd type counts as {}. */
export function section<const T extends v.ObjectEntries>(entries: T) {
  return v.optional(v.pipe(v.unknown(), v.transform(toObject), v.object(entries)), null);
}

/** Like {@link section}, but undefined when absent, null or odd. */
export function maybeSection<const T extends v.ObjectEntries>(entries: T) {
  const schema = v.object(entries);
  return tolerant((value): v.InferOutput<typeof schema> | undefined => {
    const parsed = isObject(value) ? v.safeParse(schema, value) : undefined;
    return parsed?.success === true ? parsed.output : undefined;
  });
}

/** A list of objects; null or odd gives [], members that do not fit are dropped. */
export function rows<const T extends v.ObjectEntries>(entries: T) {
  const schema = v.object(entries);
  return tolerant((value): v.InferOutput<typeof schema>[] =>
    Array.isArray(value) ? value.flatMap((row) => keepIfFits(schema, row)) : [],
  );
}

/** A map of objects as `[key, value]` pairs in the engine's order; undefined when absent or null. */
export function maybeEntries<const T extends v.ObjectEntries>(entries: T) {
  const schema = v.object(entries);
  return tolerant((value): [string, v.InferOutput<typeof schema>][] | undefined =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, row]) =>
          keepIfFits(schema, row).map((kept): [string, v.InferOutput<typeof schema>] => [
            key,
            kept,
          ]),
        )
      : undefined,
  );
}

/** Like {@link rows}, but undefined when absent or null. */
export function maybeRows<const T extends v.ObjectEntries>(entries: T) {
  const schema = v.object(entries);
  return tolerant((value): v.InferOutput<typeof schema>[] | undefined =>
    Array.isArray(value) ? value.flatMap((row) => keepIfFits(schema, row)) : undefined,
  );
}

/**
 * Parses one foreign object; `what` names it in the error.
 * @throws SwarmscopeError 'unexpected-answer' with `details.path`.
 */
export function readRecord<const T extends v.GenericSchema>(
  schema: T,
  raw: unknown,
  what: string,
): v.InferOutput<T> {
  const parsed = v.safeParse(schema, raw);
  if (parsed.success) {
    return parsed.output;
  }
  const path = v.getDotPath(parsed.issues[0]);
  throw new SwarmscopeError('unexpected-answer', {
    path: path === null ? what : `${what}.${path}`,
  });
}

/**
 * Normalizes a list; a row that does not fit is logged and dropped, the rest stays. Go writes an
 * empty list as null at times.
 * @throws SwarmscopeError 'unexpected-answer' when the answer is no list at all.
 */
export function normalizeRows<T>(
  raw: unknown,
  what: string,
  normalize: (row: unknown) => T,
  logger: Logger,
): readonly T[] {
  if (raw === null) {
    return [];
  }
  if (!Array.isArray(raw)) {
    throw new SwarmscopeError('unexpected-answer', { path: what });
  }
  return raw.flatMap((row: unknown, index) => {
    try {
      return [normalize(row)];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn(`Left out row ${index} of ${what}: ${reason}`);
      return [];
    }
  });
}

function keepIfFits<const T extends v.GenericSchema>(schema: T, row: unknown): v.InferOutput<T>[] {
  const parsed = v.safeParse(schema, row);
  return parsed.success ? [parsed.output] : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
