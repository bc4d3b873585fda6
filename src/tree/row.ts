import * as l10n from '@vscode/l10n';
import type { TreeNode } from './treeNode';

/** A key fact beside a label; `spoken` where signs would be read out badly. */
export type Fact = string | { readonly text: string; readonly spoken: string };

/** A row before its texts are joined. */
export interface Row extends Omit<TreeNode, 'description' | 'accessibleLabel' | 'children'> {
  /** What the row is, in words, for a screen reader: `Network`. */
  readonly kind: string;
  /** Empty texts are passed over. */
  readonly facts: readonly Fact[];
  readonly children?: (() => readonly TreeNode[]) | undefined;
}

/** Lines of a tooltip. */
export type TooltipLines = ReturnType<NonNullable<TreeNode['tooltip']>>;

const LONGEST_TEXT = 160;

/** Joins label and facts into description and accessible label, cleaning what the swarm named. */
export function buildRow({ kind, facts, children, ...rest }: Row): TreeNode {
  const label = plainText(rest.label) || '?';
  const shown = facts.filter((fact) => textOf(fact) !== '');
  return {
    ...rest,
    label,
    description: shown.map((fact) => plainText(textOf(fact))).join(' · '),
    accessibleLabel: [`${kind} ${label}`, ...shown.map((fact) => plainText(spokenOf(fact)))].join(
      ', ',
    ),
    ...(children === undefined ? {} : { children }),
  };
}

/** One line without control or direction-changing characters, at most `limit` long. */
export function plainText(value: string, limit = LONGEST_TEXT): string {
  const line = value
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** Children to build when shown; undefined when `count` is 0. */
export function childrenOf(
  count: number,
  build: () => readonly TreeNode[],
): (() => readonly TreeNode[]) | undefined {
  return count === 0 ? undefined : build;
}

/** An address without its prefix length. */
export function withoutPrefix(address: string): string {
  return address.replace(/\/\d+$/, '');
}

/** `2026-01-31T12:34:56.789012345Z` as `2026-01-31 12:34:56 UTC`; anything else stays as it is. */
export function formatTime(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

/** `12 s`, `3 min`, `2 h`: how long ago something was. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) {
    return l10n.t('{0} s', seconds);
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? l10n.t('{0} min', minutes) : l10n.t('{0} h', Math.floor(minutes / 60));
}

/** Tooltip lines without the empty ones. */
export function tooltipLines(
  ...lines: readonly (readonly [name: string, value: string | undefined])[]
): TooltipLines {
  return lines.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name, value: plainText(value, 400) }],
  );
}

/** `key=value` pairs on one line. */
export function formatPairs(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(', ');
}

function textOf(fact: Fact): string {
  return typeof fact === 'string' ? fact : fact.text;
}

function spokenOf(fact: Fact): string {
  return typeof fact === 'string' ? fact : fact.spoken;
}
