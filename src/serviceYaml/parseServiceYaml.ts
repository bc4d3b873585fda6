import * as l10n from '@vscode/l10n';
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';
import { toPlainLine } from '../common/text';
import type { DraftPath } from '../spec/draftPath';

/** Longest document, in characters; a spec that the swarm takes is far shorter. */
const LONGEST = 300_000;
/** How often aliases may repeat what they stand for (guards against "billion laughs"). */
const MOST_ALIASES = 100;
/** Deepest nesting; a service needs five levels. */
const DEEPEST = 30;

/** A place in the text, from the first character to after the last. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Something wrong in the text. */
export interface TextProblem {
  readonly range: TextRange;
  readonly severity: 'error' | 'warning';
  readonly text: string;
}

/** A text read as YAML. */
export interface ServiceYaml {
  /** Plain data; undefined when the text is no YAML. */
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  /** Where a path stands: its value, or its key for `where: 'key'`; the nearest that is there. */
  rangeOf(path: DraftPath, where?: 'key' | 'value'): TextRange;
  /** The path of the key at a place, and where the key stands. */
  keyAt(offset: number): { readonly path: DraftPath; readonly range: TextRange } | undefined;
}

/** Reads a document with positions; never throws. Tags of one's own and alias bombs are refused. */
export function parseServiceYaml(text: string): ServiceYaml {
  if (text.length > LONGEST) {
    return unreadable(l10n.t('This text is too long: at most {0} characters.', LONGEST));
  }
  if (nesting(text) > DEEPEST) {
    return unreadable(l10n.t('This text is nested too deeply.'));
  }
  const document = parseDocument(text, { prettyErrors: false, strict: true, schema: 'core' });
  const problems = [...document.errors, ...document.warnings].map(
    ({ message, pos: [start, end] }): TextProblem => ({
      range: withinLine(text, start, end),
      severity: 'error',
      text: toPlainLine(message),
    }),
  );
  const read = problems.length > 0 ? undefined : toData(document, problems);
  return {
    value: read,
    problems,
    rangeOf: (path, where = 'value') => rangeOf(document, text, path, where),
    keyAt: (offset) => keyAt(document.contents, [], offset),
  };
}

function toData(document: Document, problems: TextProblem[]): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown;
  } catch {
    problems.push({
      range: { start: 0, end: 1 },
      severity: 'error',
      text: l10n.t('Aliases repeat too much here: write the values out.'),
    });
    return undefined;
  }
}

function unreadable(text: string): ServiceYaml {
  const range = { start: 0, end: 1 };
  return {
    value: undefined,
    problems: [{ range, severity: 'error', text }],
    rangeOf: () => range,
    keyAt: () => undefined,
  };
}

/** The deepest nesting that brackets or list dashes can make; the parser itself recurses. */
function nesting(text: string): number {
  let deepest = 0;
  let depth = 0;
  for (const sign of text) {
    if (sign === '[' || sign === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (sign === ']' || sign === '}') {
      depth = Math.max(0, depth - 1);
    }
  }
  const dashes = Math.max(
    0,
    ...[...text.matchAll(/(?:[-?] ){4,}/g)].map(([run]) => run.length / 2),
  );
  return Math.max(deepest, dashes);
}

/** An error's place, cut to one line so that it does not underline half the text. */
function withinLine(text: string, start: number, end: number): TextRange {
  const from = Math.min(start, text.length);
  const lineEnd = text.indexOf('\n', from);
  const to = Math.min(Math.max(end, from + 1), lineEnd < 0 ? text.length : Math.max(lineEnd, from));
  return { start: from, end: Math.max(to, from) };
}

function rangeOf(
  document: Document,
  text: string,
  path: DraftPath,
  where: 'key' | 'value',
): TextRange {
  let node: unknown = document.contents;
  let best: TextRange = firstLine(text);
  for (const [index, step] of path.entries()) {
    const container = isAlias(node) ? node.resolve(document) : node;
    const isLast = index === path.length - 1;
    if (isMap(container)) {
      const pair = container.items.find(({ key }) => keyName(key) === String(step));
      if (pair === undefined) {
        return best;
      }
      const keyRange = nodeRange(pair.key, text);
      const valueRange = isScalar(pair.value) ? nodeRange(pair.value, text) : undefined;
      best = (isLast && where === 'value' && !isEmpty(valueRange) ? valueRange : keyRange) ?? best;
      node = pair.value;
    } else if (isSeq(container) && typeof step === 'number') {
      node = container.items[step];
      best = nodeRange(node, text) ?? best;
    } else {
      return best;
    }
  }
  return best;
}

function isEmpty(range: TextRange | undefined): boolean {
  return range === undefined || range.start === range.end;
}

/** The first line that is no comment: where a problem of the whole is shown. */
function firstLine(text: string): TextRange {
  const match = /^(?!\s*(#|$)).*$/m.exec(text);
  return match === null
    ? { start: 0, end: Math.min(1, text.length) }
    : { start: match.index, end: match.index + match[0].length };
}

function keyName(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function nodeRange(node: unknown, text: string): TextRange | undefined {
  const range = (node as Node | null | undefined)?.range;
  if (range === null || range === undefined) {
    return undefined;
  }
  const [start, end] = range;
  return isScalar(node) ? { start, end } : withinLine(text, start, end);
}

function keyAt(node: unknown, path: DraftPath, offset: number): ReturnType<ServiceYaml['keyAt']> {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const name = keyName(key);
      const range = (key as Node | null)?.range;
      if (name === undefined || range === null || range === undefined) {
        continue;
      }
      const below = [...path, name];
      if (offset >= range[0] && offset <= range[1]) {
        return { path: below, range: { start: range[0], end: range[1] } };
      }
      const found = keyAt(value, below, offset);
      if (found !== undefined) {
        return found;
      }
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const found = keyAt(item, [...path, index], offset);
      if (found !== undefined) {
        return found;
      }
    }
  }
  return undefined;
}
