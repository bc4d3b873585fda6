import type {
  Answer,
  InputQuestion,
  PickQuestion,
  QuickFrame,
  QuickUi,
} from '../../src/commands/quickUi';

/** What a quick input showed. */
export interface ShownQuestion {
  readonly title: string;
  readonly text: string;
  readonly rows: readonly string[];
  readonly problem?: string;
  /** The label of the row that Enter takes, where the question says which. */
  readonly active?: string;
  /** The text in the line, or the labels of the ticked rows joined by `+`, as it began. */
  readonly begun?: string;
}

/**
 * Answers quick inputs from a script: a label (its icon and what follows may be left out) for a list, labels
 * joined by `+` for several, a text for a line; `<` is Back and `!` Escape. With `…` before it, what is
 * typed or ticked is not accepted: `…text<` and `…label+label!`. A refused text throws.
 */
export class ScriptedUi implements QuickUi {
  readonly shown: ShownQuestion[] = [];
  /** What lines of text were warned of when they were accepted. */
  readonly warnings: string[] = [];

  constructor(private readonly script: string[]) {}

  /** Whether everything was answered. */
  get isDone(): boolean {
    return this.script.length === 0;
  }

  async input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    const { prompt, problem, value, check } = question;
    const next = this.next(frame, prompt, [], { problem, begun: value });
    check(value);
    if (typeof next !== 'string') {
      return next;
    }
    const left = leaving(next);
    const verdict = check(left?.entered ?? next);
    if (left !== undefined) {
      return { kind: left.kind };
    }
    if (!verdict.ok) {
      throw new Error(`${prompt}: ${verdict.error}`);
    }
    if (verdict.warning !== undefined) {
      this.warnings.push(verdict.warning);
    }
    return { kind: 'value', value: verdict.value };
  }

  async pick<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<T>> {
    const { choices, placeholder, active } = question;
    const on = active === undefined ? undefined : choices.find(({ value }) => value === active);
    const next = this.next(
      frame,
      placeholder,
      choices.map(rowText),
      on === undefined ? {} : { active: bare(on.label) },
    );
    return typeof next === 'string' ? { kind: 'value', value: chosen(question, next) } : next;
  }

  async pickMany<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    const { choices, placeholder, ticked } = question;
    const begun = choices.filter(({ picked }) => picked === true).map(({ label }) => bare(label));
    const next = this.next(frame, placeholder, choices.map(rowText), { begun: begun.join('+') });
    if (typeof next !== 'string') {
      return next;
    }
    const left = leaving(next);
    const value = (left?.entered ?? next)
      .split('+')
      .filter((label) => label !== '')
      .map((label) => chosen(question, label));
    ticked?.(value);
    return left === undefined ? { kind: 'value', value } : { kind: left.kind };
  }

  private next(
    { title }: QuickFrame,
    text: string,
    rows: readonly string[],
    more: {
      readonly problem?: string | undefined;
      readonly begun?: string;
      readonly active?: string;
    } = {},
  ): string | { kind: 'back' } | { kind: 'cancel' } {
    const { problem, ...others } = more;
    this.shown.push({
      title,
      text,
      rows,
      ...others,
      ...(problem === undefined ? {} : { problem }),
    });
    const next = this.script.shift();
    if (next === undefined) {
      throw new Error(`the script ends at "${title}: ${text}" (${rows.join(' | ')})`);
    }
    return next === '<' ? { kind: 'back' } : next === '!' ? { kind: 'cancel' } : next;
  }
}

/** What is entered and not accepted, and how the question is left then. */
function leaving(
  next: string,
): { readonly entered: string; readonly kind: 'back' | 'cancel' } | undefined {
  const [, entered = '', how] = /^…(.*)([<!])$/.exec(next) ?? [];
  return how === undefined ? undefined : { entered, kind: how === '<' ? 'back' : 'cancel' };
}

function bare(label: string): string {
  return label.replace(/^\$\([\w-]+\) /, '');
}

function rowText(choice: PickQuestion<unknown>['choices'][number]): string {
  return [bare(choice.label), choice.description ?? '', choice.detail ?? '']
    .filter((part) => part !== '')
    .join(' · ');
}

function chosen<T>({ choices, placeholder }: PickQuestion<T>, label: string): T {
  const found =
    choices.find((choice) => bare(choice.label) === label) ??
    choices.find((choice) => bare(choice.label).startsWith(label));
  if (found === undefined) {
    throw new Error(`"${placeholder}" has no row "${label}": ${choices.map(rowText).join(' | ')}`);
  }
  return found.value;
}
