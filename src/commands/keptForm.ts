import * as l10n from '@vscode/l10n';
import { isSameJson } from '../spec/reapply';
import type { ConnectedSwarm } from './commandContext';
import { isOfAnotherSwarm, type Drafts } from './drafts';
import { KeepingUi, type KeptInputs } from './keepingUi';
import { runSteps, type Step } from './multiStep';
import { withoutIcons, type QuickUi } from './quickUi';

/** What a form holds: its answers, and what was entered into its questions and not accepted. */
export interface FormContent<A> {
  readonly answers: A;
  readonly inputs: KeptInputs;
}

/** What became of answers that were sent. */
export type Sent<A> =
  /** It is there; `after` follows it once nothing needs to be kept any more. */
  | { readonly kind: 'done'; readonly after: () => Promise<void> }
  /** Nobody knows: it may have to be sent again, so everything is kept. */
  | { readonly kind: 'unknown' }
  /** The form has to come back, with a problem among its answers. */
  | { readonly kind: 'refused'; readonly answers: A };

/** What makes one form different from another. */
export interface FormParts<A> {
  readonly ui: QuickUi;
  readonly title: string;
  /** Keeps the form of this connection. */
  readonly draft: {
    readonly drafts: Pick<Drafts, 'load' | 'save' | 'clear'>;
    readonly form: string;
    readonly connectionId: string;
    /** Cluster id of the swarm that the form is for: a connection's name may lead to another one later. */
    readonly cluster: string | undefined;
    readonly write: (content: FormContent<A>) => object;
    /** Reads what was written, perhaps by another version; undefined when it does not fit. */
    readonly read: (value: unknown) => FormContent<A> | undefined;
    /** Whether answers hold nothing that a person gave. */
    readonly isEmpty: (answers: A) => boolean;
    /** What names the answers among others, such as a name; may be empty. */
    readonly label: (answers: A) => string;
  };
  readonly fresh: A;
  /** Puts what the form was opened on into what was kept. */
  readonly adopt?: (kept: FormContent<A>) => FormContent<A>;
  readonly steps: (run: FormRun<A>) => readonly Step<A>[];
  /** Index of the step to begin with. */
  readonly startAt: (answers: A) => number;
  /** The key of a question after its answers changed; undefined when the question is gone. */
  readonly follow?: (key: string, before: A, after: A) => string | undefined;
  /** Ends the form without sending anything, where its answers say so. */
  readonly leave?: (answers: A) => Promise<void> | undefined;
  /** The very swarm that the form began with, as it is now. */
  readonly swarm: () => ConnectedSwarm | undefined;
  /** Why nothing may be sent now, once told to the person; undefined when it may. */
  readonly refuse: (swarm: ConnectedSwarm | undefined, answers: A) => string | undefined;
  readonly withProblem: (answers: A, text: string) => A;
  readonly send: (swarm: ConnectedSwarm, answers: A) => Promise<Sent<A>>;
  /** Tells that the form is kept, and offers to go on with it. */
  readonly offerToContinue: (label: string, again: () => Promise<void>) => void;
}

/** What the steps of a form work with. */
export interface FormRun<A> {
  readonly ui: KeepingUi;
  /** Gets answers before their step ends, so that nothing is lost. */
  readonly keep: (answers: A) => void;
}

/**
 * A form of which nothing is lost: what was answered, typed or ticked is kept after every key, through
 * Back, Escape, a refusal, a lost connection and a reload, until what it asks for is there.
 */
export class KeptForm<A> {
  private answers: A;
  private ui: KeepingUi;

  constructor(private readonly parts: FormParts<A>) {
    this.answers = parts.fresh;
    this.ui = this.keepingUi({});
  }

  /** Offers what was left, and asks until the form is sent or left. */
  async run(): Promise<void> {
    const content = await this.open();
    if (content !== undefined) {
      this.begin(content);
      await this.ask();
    }
  }

  /** What the form begins with; undefined when the person leaves. */
  private async open(): Promise<FormContent<A> | undefined> {
    const { draft, fresh, adopt, ui, title } = this.parts;
    const begun = { answers: fresh, inputs: {} };
    const { content: kept, isForeign } = await this.load();
    if (kept === undefined) {
      return begun;
    }
    const answer = await ui.pick<FormContent<A>>(
      { title, step: 1, totalSteps: 1, canGoBack: false },
      {
        placeholder: l10n.t('This form was left before it was sent'),
        active: isForeign ? begun : kept,
        choices: [
          {
            label: `$(history) ${l10n.t('Continue with what you entered')}`,
            description: withoutIcons(draft.label(kept.answers)),
            ...(isForeign
              ? { detail: l10n.t('Entered for another swarm, to which this connection led then.') }
              : {}),
            value: kept,
          },
          { label: `$(add) ${l10n.t('Start anew')}`, value: begun },
        ],
      },
    );
    if (answer.kind !== 'value') {
      return undefined;
    }
    if (answer.value === begun) {
      await this.clear();
      return begun;
    }
    return adopt?.(kept) ?? kept;
  }

  private async ask(): Promise<void> {
    const { parts } = this;
    for (;;) {
      const given = await runSteps(this.ui, {
        title: parts.title,
        steps: parts.steps({ ui: this.ui, keep: (answers) => this.keep(answers) }),
        initial: this.answers,
        startAt: parts.startAt(this.answers),
      });
      if (given === undefined) {
        this.offerToContinue();
        return;
      }
      const leaving = parts.leave?.(given);
      if (leaving !== undefined) {
        await leaving;
        await this.clear();
        return;
      }
      const sent = await this.send(given);
      if (sent.kind === 'refused') {
        this.keep(sent.answers);
        continue;
      }
      if (sent.kind === 'done') {
        await this.clear();
        await sent.after();
      }
      return;
    }
  }

  /** Sends to the swarm that the form began with, and to no other. */
  private async send(answers: A): Promise<Sent<A>> {
    const { parts } = this;
    const swarm = parts.swarm();
    const why = parts.refuse(swarm, answers);
    return swarm === undefined || why !== undefined
      ? { kind: 'refused', answers: parts.withProblem(answers, why ?? '') }
      : await parts.send(swarm, answers);
  }

  private keep(answers: A): void {
    const { follow } = this.parts;
    const before = this.answers;
    if (follow !== undefined) {
      this.ui.rekey((key) => follow(key, before, answers));
    }
    this.answers = answers;
    this.save();
  }

  private get content(): FormContent<A> {
    return { answers: this.answers, inputs: this.ui.kept };
  }

  private save(): void {
    const { drafts, form, connectionId, cluster, write } = this.parts.draft;
    void (this.isEmpty(this.content)
      ? drafts.clear(form, connectionId)
      : drafts.save(form, connectionId, { ...write(this.content), cluster }));
  }

  /** What was kept, if anything, and whether it was entered for another swarm. */
  private async load(): Promise<{ content: FormContent<A> | undefined; isForeign: boolean }> {
    const { drafts, form, connectionId, cluster, read } = this.parts.draft;
    const saved = await drafts.load(form, connectionId);
    const content = read(saved);
    return {
      content: content === undefined || this.isEmpty(content) ? undefined : content,
      isForeign: isOfAnotherSwarm(saved, cluster),
    };
  }

  private isEmpty({ answers, inputs }: FormContent<A>): boolean {
    return this.parts.draft.isEmpty(answers) && Object.keys(inputs).length === 0;
  }

  private async clear(): Promise<void> {
    const { drafts, form, connectionId } = this.parts.draft;
    await drafts.clear(form, connectionId);
  }

  private offerToContinue(): void {
    const { draft, offerToContinue } = this.parts;
    const mine = this.content;
    if (this.isEmpty(mine)) {
      return;
    }
    offerToContinue(draft.label(mine.answers), async () => {
      const { content: kept } = await this.load();
      // The form may have been opened and left again meanwhile: what came last counts.
      if (kept !== undefined && !isSameJson(draft.write(kept), draft.write(mine))) {
        this.begin(kept);
      }
      await this.ask();
    });
  }

  private begin({ answers, inputs }: FormContent<A>): void {
    this.answers = answers;
    this.ui = this.keepingUi(inputs);
  }

  private keepingUi(inputs: KeptInputs): KeepingUi {
    return new KeepingUi(this.parts.ui, inputs, () => this.save());
  }
}
