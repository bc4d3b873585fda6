import type { DraftPath } from '../spec/draftPath';
import type { TextRange } from './parseServiceYaml';

/** What is being typed at a place. */
export interface YamlContext {
  /** A key of the map at `path`, a value of the key that ends `path`, or a member of its list. */
  readonly kind: 'key' | 'value';
  /** `0` stands for any member of a list. */
  readonly path: DraftPath;
  /** What is typed of it already. */
  readonly range: TextRange;
  /** Keys that the same map has elsewhere. */
  readonly siblings: ReadonlySet<string>;
}

interface Token {
  readonly column: number;
  /** Undefined for a list's dash. */
  readonly key?: string;
}

/**
 * Works out from the indentation what is being typed; the text need not be YAML yet. Undefined in
 * comments and inside flow collections.
 */
export function yamlContext(text: string, offset: number): YamlContext | undefined {
  const lines = text.split('\n');
  const before = text.slice(0, offset);
  const lineIndex = before.split('\n').length - 1;
  const lineStart = before.lastIndexOf('\n') + 1;
  const prefix = text.slice(lineStart, offset);
  const [, lead = '', rest = ''] = /^(\s*(?:- +)*)(.*)$/.exec(prefix) ?? [];
  if (/(^|\s)#/.test(prefix) || /^[[{"'|>]/.test(rest)) {
    return undefined;
  }
  const column = lead.length;
  const keyed = /^([\w.-]+):\s+(.*)$/.exec(rest);
  const parents = parentsOf(lines, lineIndex, lead, column);
  if (keyed !== null) {
    const [, key = '', typed = ''] = keyed;
    return /^[[{"'|>&*!]/.test(typed)
      ? undefined
      : {
          kind: 'value',
          path: [...parents, key],
          range: { start: offset - typed.length, end: offset },
          siblings: new Set(),
        };
  }
  if (rest.endsWith(':')) {
    return undefined;
  }
  return {
    kind: 'key',
    path: parents,
    range: { start: offset - rest.length, end: offset },
    siblings: siblingsOf(lines, lineIndex, column),
  };
}

function tokensOf(line: string): readonly Token[] {
  if (/^\s*(#|$)/.test(line)) {
    return [];
  }
  const [, lead = '', rest = ''] = /^(\s*(?:-(?: +|$))*)(.*)$/.exec(line) ?? [];
  const dashes = [...lead.matchAll(/-/g)].map(({ index }): Token => ({ column: index }));
  const key = /^(?:"([^"]+)"|'([^']+)'|([^\s:#][^:#]*?))\s*:(?:\s|$)/.exec(rest);
  const name = key?.[1] ?? key?.[2] ?? key?.[3];
  return name === undefined ? dashes : [...dashes, { column: lead.length, key: name }];
}

/** The keys and list members around a place, outermost first. */
function parentsOf(
  lines: readonly string[],
  lineIndex: number,
  lead: string,
  column: number,
): DraftPath {
  const path: (string | number)[] = [];
  let keyLimit = column;
  let dashLimit = column;
  const take = ({ column: at, key }: Token): void => {
    if (key === undefined && at < dashLimit) {
      path.unshift(0);
      // A list may stand at the column of its key.
      keyLimit = at + 1;
      dashLimit = at;
    } else if (key !== undefined && at < keyLimit) {
      path.unshift(key);
      keyLimit = at;
      dashLimit = at;
    }
  };
  tokensOf(lead.trimEnd()).toReversed().forEach(take);
  for (const line of lines.slice(0, lineIndex).toReversed()) {
    tokensOf(line).toReversed().forEach(take);
  }
  return path;
}

/** Keys of the block around a line, at one column. */
function siblingsOf(
  lines: readonly string[],
  lineIndex: number,
  column: number,
): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (step: 1 | -1): void => {
    let isOpen = step === 1 || !/^\s*- /.test(lines[lineIndex] ?? '');
    for (
      let index = lineIndex + step;
      isOpen && index >= 0 && index < lines.length;
      index += step
    ) {
      const tokens = tokensOf(lines[index] ?? '');
      const first = tokens[0]?.column;
      const here = tokens.find((token) => token.column === column && token.key !== undefined);
      const startsItem = first !== undefined && first < column && here !== undefined;
      if (step === 1 && first !== undefined && first < column) {
        return;
      }
      if (here?.key !== undefined) {
        found.add(here.key);
      }
      isOpen = !startsItem && (first === undefined || first >= column);
    }
  };
  look(-1);
  look(1);
  return found;
}
