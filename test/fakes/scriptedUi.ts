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
}

/**
 * Answers quick inputs from a script: a label (its icon and what follows may be left out) for a list, labels
 * joined by `+` for several, a text for a line; `<` is Back and `!` Escape. A refused text throws.
 */
export class ScriptedUi implements QuickUi {
  readonly shown: ShownQuestion[] = [];

  constructor(private readonly script: string[]) {}

  /** Whether everything was answered. */
  get isDone(): boolean {
    return this.script.length === 0;
  }

  async input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    const next = this.next(frame, question.prompt, [], question.problem);
    if (typeof next !== 'string') {
      return next;
    }
    const verdict = question.check(next);
    if (!verdict.ok) {
      throw new Error(`${question.prompt}: ${verdict.error}`);
    }
    return { kind: 'value', value: verdict.value };
  }

  async pick<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<T>> {
    const next = this.next(frame, question.placeholder, question.choices.map(rowText));
    return typeof next === 'string' ? { kind: 'value', value: chosen(question, next) } : next;
  }

  async pickMany<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    const next = this.next(frame, question.placeholder, question.choices.map(rowText));
    return typeof next === 'string'
      ? {
          kind: 'value',
          value: next
            .split('+')
            .filter((label) => label !== '')
            .map((label) => chosen(question, label)),
        }
      : next;
  }

  private next(
    { title }: QuickFrame,
    text: string,
    rows: readonly string[],
    problem?: string,
  ): string | { kind: 'back' } | { kind: 'cancel' } {
    this.shown.push({ title, text, rows, ...(problem === undefined ? {} : { problem }) });
    const next = this.script.shift();
    if (next === undefined) {
      throw new Error(`the script ends at "${title}: ${text}" (${rows.join(' | ')})`);
    }
    return next === '<' ? { kind: 'back' } : next === '!' ? { kind: 'cancel' } : next;
  }
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
