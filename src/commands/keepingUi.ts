import type {
  Answer,
  InputQuestion,
  PickQuestion,
  QuickChoice,
  QuickFrame,
  QuickUi,
} from './quickUi';

/** What was entered and not accepted, by question: a text, or the keys of the ticked rows. */
export type KeptInputs = Readonly<Record<string, string | readonly string[]>>;

/**
 * Keeps what was typed or ticked but not accepted, so that Back, Escape and a reload lose nothing of
 * it: a question that is asked again begins with it.
 */
export class KeepingUi implements QuickUi {
  private inputs: Map<string, string | readonly string[]>;

  constructor(
    private readonly ui: QuickUi,
    kept: KeptInputs,
    private readonly onChange: () => void,
  ) {
    this.inputs = new Map(Object.entries(kept));
  }

  /** What is kept now, to be handed to the constructor of a later one. */
  get kept(): KeptInputs {
    return Object.fromEntries(this.inputs);
  }

  /** Forgets what is kept of some questions. */
  forget(keys: readonly string[]): void {
    for (const key of keys) {
      this.keep(key, undefined);
    }
  }

  /** Follows questions whose keys became others; undefined when a question is gone. Tells nobody. */
  rekey(move: (key: string) => string | undefined): void {
    this.inputs = new Map(
      [...this.inputs].flatMap(([key, input]) => {
        const moved = move(key);
        return moved === undefined ? [] : [[moved, input] as const];
      }),
    );
  }

  async input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    const key = question.key ?? question.prompt;
    const kept = this.inputs.get(key);
    const untouched = question.untilForgotten === true ? '' : question.value;
    const answer = await this.ui.input(frame, {
      ...question,
      value: typeof kept === 'string' ? kept : question.value,
      check: (text) => {
        this.keep(key, text === untouched ? undefined : text);
        return question.check(text);
      },
    });
    if (answer.kind === 'value' && question.untilForgotten !== true) {
      this.keep(key, undefined);
    }
    return answer;
  }

  pick<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<T>> {
    return this.ui.pick(frame, question);
  }

  async pickMany<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    const key = question.key ?? question.placeholder;
    const kept = this.inputs.get(key);
    const before = question.choices.filter(({ picked }) => picked === true).map(rowKey);
    const answer = await this.ui.pickMany(frame, {
      ...question,
      choices:
        kept === undefined || typeof kept === 'string'
          ? question.choices
          : question.choices.map((choice) => ({
              ...choice,
              picked: kept.includes(rowKey(choice)),
            })),
      ticked: (values) => {
        const now = question.choices.filter(({ value }) => values.includes(value)).map(rowKey);
        this.keep(key, isSame(now, before) ? undefined : now);
        question.ticked?.(values);
      },
    });
    if (answer.kind === 'value') {
      this.keep(key, undefined);
    }
    return answer;
  }

  private keep(key: string, input: string | readonly string[] | undefined): void {
    if (isSame(this.inputs.get(key), input)) {
      return;
    }
    if (input === undefined) {
      this.inputs.delete(key);
    } else {
      this.inputs.set(key, input);
    }
    this.onChange();
  }
}

/** What tells a row from the others of its list, in this session and in later ones. */
function rowKey({ label, value }: QuickChoice<unknown>): string {
  return typeof value === 'string' ? value : label;
}

function isSame(
  one: string | readonly string[] | undefined,
  other: string | readonly string[] | undefined,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Reads what was kept, perhaps by another version; what does not fit is left out. */
export function readKeptInputs(value: unknown): KeptInputs {
  return Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(
      ([, input]: readonly [string, unknown]) =>
        typeof input === 'string' ||
        (Array.isArray(input) && input.every((key) => typeof key === 'string')),
    ),
  );
}
