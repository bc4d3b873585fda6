import type { Answer, InputQuestion, PickQuestion, QuickFrame, QuickUi } from './quickUi';

/**
 * Keeps what was typed but not accepted, so that Back, Escape and a reload lose nothing of it: a
 * question that is asked again begins with it.
 */
export class KeepingUi implements QuickUi {
  private readonly texts: Map<string, string>;

  constructor(
    private readonly ui: QuickUi,
    texts: Readonly<Record<string, string>>,
    private readonly onChange: () => void,
  ) {
    this.texts = new Map(Object.entries(texts));
  }

  /** Texts by their question. */
  get kept(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.texts);
  }

  async input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    const key = question.key ?? question.prompt;
    const keep = (text: string | undefined): void => {
      if (this.texts.get(key) !== text) {
        if (text === undefined) {
          this.texts.delete(key);
        } else {
          this.texts.set(key, text);
        }
        this.onChange();
      }
    };
    const answer = await this.ui.input(frame, {
      ...question,
      value: this.texts.get(key) ?? question.value,
      check: (text) => {
        keep(text === question.value ? undefined : text);
        return question.check(text);
      },
    });
    if (answer.kind === 'value') {
      keep(undefined);
    }
    return answer;
  }

  pick<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<T>> {
    return this.ui.pick(frame, question);
  }

  pickMany<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    return this.ui.pickMany(frame, question);
  }
}
