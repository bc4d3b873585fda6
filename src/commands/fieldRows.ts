import type { ServiceField } from '../spec/serviceField';

/** A text of a list, or a text by name of a map. */
export interface Row {
  /** What tells it from the others of its list. */
  readonly name: string;
  /** As it is typed. */
  readonly text: string;
  /** As anybody may see it. */
  readonly shown: string;
}

/** The rows of a list or map. */
export function rowsOf(value: unknown, { kind, key }: ServiceField): readonly Row[] {
  if (kind === 'map') {
    return Object.entries((value ?? {}) as Readonly<Record<string, string | null>>).map(
      ([name, text]) => ({
        name,
        text: `${name}=${text ?? ''}`,
        shown: key === 'env' ? `${name}=***` : `${name}=${text ?? ''}`,
      }),
    );
  }
  return ((value ?? []) as readonly string[]).map((text) => ({
    name: text,
    text,
    shown: text,
  }));
}

/** The list or map of rows as they are typed; undefined when there is none. */
export function fromRows(rows: readonly string[], { kind }: ServiceField): unknown {
  if (rows.length === 0) {
    return undefined;
  }
  return kind === 'map'
    ? Object.fromEntries(
        rows.map((row) => [row.slice(0, row.indexOf('=')), row.slice(row.indexOf('=') + 1)]),
      )
    : rows;
}
