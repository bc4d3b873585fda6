import type { StatusItem } from './statusItem';

/** The words of the item before anything is loaded; handed in, for this runs before the rest. */
export interface SavedWords {
  readonly notOpened: string;
  readonly several: (count: number) => string;
}

/** Names among what is remembered; whether a row is whole is looked at when it is opened. */
export function savedNames(rows: unknown): readonly { readonly name: string }[] {
  return Array.isArray(rows) ? rows.filter(hasName) : [];
}

function hasName(row: unknown): row is { readonly name: string } {
  return typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string';
}

/** The item for connections that are remembered and not opened yet; undefined when there are none. */
export function savedStatus(
  saved: readonly { readonly name: string }[],
  words: SavedWords,
): StatusItem | undefined {
  const [first] = saved;
  if (first === undefined) {
    return undefined;
  }
  const name = saved.length === 1 ? first.name : words.several(saved.length);
  return {
    text: `$(server-environment) ${withoutIcons(name)}`,
    lines: saved.map((entry) => ({ name: entry.name, facts: [words.notOpened] })),
    severity: 'normal',
    accessibleLabel: `Swarmscope: ${name}, ${words.notOpened}`,
  };
}

/** A name must not turn into an icon, nor fill the bar. */
export function withoutIcons(name: string): string {
  const line = name.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu,
    ' ',
  );
  const short = line.length > 40 ? `${line.slice(0, 39)}…` : line;
  return short.replaceAll('$(', String.raw`\$(`);
}
