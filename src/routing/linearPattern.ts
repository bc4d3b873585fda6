/**
 * Finds the one group of a pattern in time linear in the text, whatever pattern and text are: patterns
 * come from a person, texts from servers, and JavaScript's own engine can be kept busy for hours by
 * the two together. The syntax is that part of JavaScript's which needs no more: no look-around, no
 * reference back. `^` and `$` stand for the ends of a line.
 */
export interface LinearPattern {
  /** What the group holds where the pattern fits first; undefined when it does not fit. */
  find(text: string): string | undefined;
}

type Step =
  | { readonly kind: 'sign'; readonly fits: (sign: string) => boolean }
  | { readonly kind: 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge' }
  /** Begin or end of the group. */
  | { readonly kind: 'open' | 'close' }
  /** Goes on at `first`, and at `second` when that leads nowhere. */
  | { readonly kind: 'fork'; first: number; second: number }
  | { readonly kind: 'jump'; to: number };

type Part =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'row'; readonly parts: readonly Part[] }
  | { readonly kind: 'either'; readonly parts: readonly Part[] }
  | { readonly kind: 'group'; readonly part: Part }
  | {
      readonly kind: 'repeat';
      readonly part: Part;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    };

/** Longest pattern, characters. */
export const LONGEST_PATTERN = 200;
/** With every repetition written out; times the text's length this bounds the work. */
const MOST_STEPS = 250;
/** Deepest nesting of brackets. */
const DEEPEST = 20;

/** Reads a pattern with exactly one group; undefined when it is none that can be followed in linear time. */
export function compileLinear(source: string): LinearPattern | undefined {
  if (source.length === 0 || source.length > LONGEST_PATTERN) {
    return undefined;
  }
  try {
    const reader = new PatternReader(source);
    const part = reader.read();
    const steps = reader.groups === 1 ? writeSteps(part) : undefined;
    return steps && { find: (text) => findGroup(steps, text) };
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

class PatternReader {
  groups = 0;
  private at = 0;
  private depth = 0;

  constructor(private readonly source: string) {}

  read(): Part {
    const part = this.readEither();
    if (this.at < this.source.length) {
      throw new SyntaxError('Unmatched )');
    }
    return part;
  }

  private take(text: string): boolean {
    const isNext = this.source.startsWith(text, this.at);
    this.at += isNext ? text.length : 0;
    return isNext;
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    this.at += found?.[0].length ?? 0;
    return found ?? undefined;
  }

  private readEither(): Part {
    const parts = [this.readRow()];
    while (this.take('|')) {
      parts.push(this.readRow());
    }
    return { kind: 'either', parts };
  }

  private readRow(): Part {
    const parts: Part[] = [];
    while (this.at < this.source.length && !'|)'.includes(this.source[this.at] ?? '')) {
      parts.push(this.readRepeated());
    }
    return { kind: 'row', parts };
  }

  private readRepeated(): Part {
    const groupsBefore = this.groups;
    const part = this.readAtom();
    const found = this.match(/(?:([*+?])|\{(\d{1,3})(,(\d{1,3})?)?\})(\?)?/y);
    if (found === undefined) {
      return part;
    }
    const [, sign, from = '0', comma, to] = found;
    // A group that is passed several times would hold one of several things.
    if (this.groups > groupsBefore || (part.kind === 'step' && part.step.kind !== 'sign')) {
      throw new SyntaxError('Nothing to repeat');
    }
    const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0;
    const open = sign === undefined ? comma !== undefined && to === undefined : sign !== '?';
    const most = open ? Infinity : sign === '?' ? 1 : Number(to ?? from);
    if (least > most) {
      throw new SyntaxError('Numbers out of order');
    }
    return { kind: 'repeat', part, least, most, lazy: found[5] === '?' };
  }

  private readAtom(): Part {
    if (this.take('(?:')) {
      return this.readBracket();
    }
    if (this.take('(')) {
      this.groups += 1;
      if (this.source[this.at] === '?') {
        throw new SyntaxError('Look-around and names are not followed');
      }
      return { kind: 'group', part: this.readBracket() };
    }
    for (const [text, kind] of EDGES) {
      if (this.take(text)) {
        return { kind: 'step', step: { kind } };
      }
    }
    // A class, an escape that stands for one sign, or a sign that has no meaning of its own.
    const leaf = this.match(
      /\[\^?(?:\\[dwsDWS\\\][^.*+?(){}|$/-]|[^\\\]])+\]|\\[dwsDWSnrt\\.*+?(){}|[\]^$/]|[^\\()[\]{}*+?|^$]/uy,
    );
    if (leaf === undefined) {
      throw new SyntaxError('Not a part of a pattern');
    }
    return { kind: 'step', step: { kind: 'sign', fits: signTest(leaf[0]) } };
  }

  private readBracket(): Part {
    this.depth += 1;
    if (this.depth > DEEPEST) {
      throw new SyntaxError('Too deep');
    }
    const part = this.readEither();
    this.depth -= 1;
    if (!this.take(')')) {
      throw new SyntaxError('Missing )');
    }
    return part;
  }
}

const EDGES = [
  ['^', 'line-start'],
  ['$', 'line-end'],
  [String.raw`\b`, 'word-edge'],
  [String.raw`\B`, 'no-word-edge'],
] as const;

/** One sign against one sign: JavaScript's own engine needs no time for that. */
function signTest(leaf: string): (sign: string) => boolean {
  const single = new RegExp(`^${leaf}$`, 'u');
  const known = new Map<string, boolean>();
  return (sign) => {
    const answer = known.get(sign) ?? single.test(sign);
    known.set(sign, answer);
    return answer;
  };
}

/** Writes a pattern out as steps, the end of the last one being its end; undefined when too many. */
function writeSteps(part: Part): readonly Step[] | undefined {
  const steps: Step[] = [];
  const write = (one: Part): void => {
    if (steps.length > MOST_STEPS) {
      return;
    }
    switch (one.kind) {
      case 'step':
        steps.push(one.step);
        return;
      case 'row':
        one.parts.forEach(write);
        return;
      case 'group':
        steps.push({ kind: 'open' });
        write(one.part);
        steps.push({ kind: 'close' });
        return;
      case 'either':
        writeEither(one.parts);
        return;
      case 'repeat':
        writeRepeat(one);
    }
  };
  const writeEither = ([first, ...others]: readonly Part[]): void => {
    if (first === undefined) {
      return;
    }
    if (others.length === 0) {
      write(first);
      return;
    }
    const fork = { kind: 'fork' as const, first: steps.length + 1, second: 0 };
    steps.push(fork);
    write(first);
    const jump = { kind: 'jump' as const, to: 0 };
    steps.push(jump);
    fork.second = steps.length;
    writeEither(others);
    jump.to = steps.length;
  };
  const writeOptional = (body: () => void, lazy: boolean): void => {
    const fork = { kind: 'fork' as const, first: 0, second: 0 };
    const at = steps.push(fork);
    body();
    [fork.first, fork.second] = lazy ? [steps.length, at] : [at, steps.length];
  };
  const writeRepeat = ({ part: body, least, most, lazy }: Part & { kind: 'repeat' }): void => {
    for (let turn = 0; turn < least && steps.length <= MOST_STEPS; turn += 1) {
      write(body);
    }
    if (most === Infinity) {
      const start = steps.length;
      writeOptional(() => {
        write(body);
        steps.push({ kind: 'jump', to: start });
      }, lazy);
      return;
    }
    const writeRest = (left: number): void => {
      if (left > 0 && steps.length <= MOST_STEPS) {
        writeOptional(() => {
          write(body);
          writeRest(left - 1);
        }, lazy);
      }
    };
    writeRest(most - least);
  };
  write(part);
  return steps.length > MOST_STEPS ? undefined : steps;
}

interface Try {
  readonly step: number;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Looks for the first fit by trying forks in their order, and never goes on from the same step at the
 * same place twice: what led nowhere once leads nowhere again (without references back).
 */
function findGroup(steps: readonly Step[], text: string): string | undefined {
  const signs = Array.from(text);
  const width = signs.length + 1;
  const seen = new Uint8Array((steps.length + 1) * width);
  for (let begin = 0; begin < width; begin += 1) {
    const tries: Try[] = [{ step: 0, at: begin, from: 0, to: 0 }];
    for (let next = tries.pop(); next !== undefined; next = tries.pop()) {
      const { step: number, at, from, to } = next;
      const place = number * width + at;
      if (seen[place] === 1) {
        continue;
      }
      seen[place] = 1;
      const step = steps[number];
      if (step === undefined) {
        return signs.slice(from, to).join('');
      }
      switch (step.kind) {
        case 'fork':
          tries.push({ ...next, step: step.second }, { ...next, step: step.first });
          break;
        case 'jump':
          tries.push({ ...next, step: step.to });
          break;
        case 'open':
          tries.push({ step: number + 1, at, from: at, to: at });
          break;
        case 'close':
          tries.push({ step: number + 1, at, from, to: at });
          break;
        case 'sign': {
          const sign = signs[at];
          if (sign !== undefined && step.fits(sign)) {
            tries.push({ step: number + 1, at: at + 1, from, to });
          }
          break;
        }
        default:
          if (isEdge(step.kind, signs[at - 1], signs[at])) {
            tries.push({ ...next, step: number + 1 });
          }
      }
    }
  }
  return undefined;
}

const isBreak = (sign: string | undefined): boolean => sign === undefined || /^[\n\r]$/.test(sign);
const isWord = (sign: string | undefined): boolean => sign !== undefined && /^\w$/.test(sign);

function isEdge(
  kind: 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge',
  before: string | undefined,
  after: string | undefined,
): boolean {
  switch (kind) {
    case 'line-start':
      return isBreak(before);
    case 'line-end':
      return isBreak(after);
    case 'word-edge':
      return isWord(before) !== isWord(after);
    case 'no-word-edge':
      return isWord(before) === isWord(after);
  }
}
