import * as l10n from '@vscode/l10n';
import { isSameJson } from '../../spec/reapply';
import type { CommandContext, ConnectedSwarm } from '../commandContext';
import { KeepingUi, readKeptInputs, type KeptInputs } from '../keepingUi';
import type { Answer, InputQuestion, PickQuestion, QuickFrame, QuickUi } from '../quickUi';

/**
 * What was entered into an act on one object and not done yet. It is kept when the act is left, and the
 * questions begin with it when it is begun again, with a word that they do.
 */
export class ActDraft {
  /** Keeps what is typed and ticked in it. */
  readonly ui: QuickUi;
  private readonly keeping: KeepingUi;
  private now: unknown;

  private constructor(
    { ui, drafts }: Pick<CommandContext, 'ui' | 'drafts'>,
    private readonly place: { readonly form: string; readonly connectionId: string },
    kept: { readonly inputs: KeptInputs; readonly answers?: unknown },
  ) {
    this.now = kept.answers;
    const hinting = new HintingUi(ui, kept.inputs, kept.answers !== undefined);
    this.keeping = new KeepingUi(hinting, kept.inputs, () => void this.save());
    this.ui = this.keeping;
    this.drafts = drafts;
  }

  private readonly drafts: CommandContext['drafts'];

  /** The draft of an act, such as `image`, on the object of an id. */
  static async open(
    context: Pick<CommandContext, 'ui' | 'drafts'>,
    { connection }: Pick<ConnectedSwarm, 'connection'>,
    act: string,
    objectId: string,
  ): Promise<ActDraft> {
    const place = { form: `${act}:${objectId}`, connectionId: connection.id };
    const saved = await context.drafts.load(place.form, place.connectionId);
    const { inputs, answers } = (
      typeof saved === 'object' && saved !== null ? saved : {}
    ) as Readonly<Record<string, unknown>>;
    return new ActDraft(context, place, {
      inputs: readKeptInputs(inputs),
      ...(answers === undefined ? {} : { answers }),
    });
  }

  /** Answers that were kept, perhaps by another version; undefined when there are none. */
  get answers(): unknown {
    return this.now;
  }

  /** Keeps answers, as JSON; undefined when they change nothing. */
  keep(answers: unknown): void {
    if (!isSameJson(this.now, answers)) {
      this.now = answers;
      void this.save();
    }
  }

  /** Forgets all of it: the act is done, or there is nothing to do. */
  async clear(): Promise<void> {
    this.now = undefined;
    this.keeping.forget(Object.keys(this.keeping.kept));
    await this.save();
  }

  private async save(): Promise<void> {
    const { form, connectionId } = this.place;
    const { kept: inputs } = this.keeping;
    await (this.now === undefined && Object.keys(inputs).length === 0
      ? this.drafts.clear(form, connectionId)
      : this.drafts.save(form, connectionId, { inputs, answers: this.now }));
  }
}

/** Says of a question that begins with what was kept that it does. */
class HintingUi implements QuickUi {
  private readonly kept: Map<string, unknown>;

  constructor(
    private readonly ui: QuickUi,
    inputs: KeptInputs,
    /** Whether the first question begins with kept answers. */
    private isFirst: boolean,
  ) {
    this.kept = new Map(Object.entries(inputs));
  }

  input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    const prompt = this.hinted(question.prompt, question.key ?? question.prompt);
    return this.ui.input(frame, { ...question, prompt });
  }

  pick<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<T>> {
    return this.ui.pick(frame, { ...question, placeholder: this.hinted(question.placeholder) });
  }

  pickMany<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    const placeholder = this.hinted(question.placeholder, question.key ?? question.placeholder);
    return this.ui.pickMany(frame, { ...question, placeholder });
  }

  private hinted(text: string, key = ''): string {
    const isKept = this.isFirst || this.kept.delete(key);
    this.isFirst = false;
    return isKept ? l10n.t('Kept from before. {0}', text) : text;
  }
}
