import { swarmValues } from '../serviceYaml/completeServiceYaml';
import { clusterOf, sameSwarm, type CommandContext, type ConnectedSwarm } from './commandContext';
import {
  DEPLOY_FIELDS,
  emptyAnswers,
  onNetwork,
  readKept,
  writeKept,
  type DeployAnswers,
} from './deployAnswers';
import { askReview, type ReviewParts } from './deployReview';
import { deploySteps } from './deploySteps';
import { FieldEditor } from './fieldEditor';
import { followKey } from './fieldKeys';
import { KeptForm, type FormParts, type FormRun, type Sent } from './keptForm';
import { askMore, type MoreParts } from './moreOptions';
import type { Step } from './multiStep';
import { pickStoredFile } from './storedFiles';
import { SwarmLists } from './swarmLists';

/** Name of the form among the drafts. */
const DEPLOY_FORM = 'deployService';

/** What the form is opened with, and what it can do. */
export interface DeployParts {
  readonly context: Pick<CommandContext, 'swarms' | 'ui' | 'drafts'>;
  readonly start: ConnectedSwarm;
  readonly title: string;
  /** A network that the command was called on. */
  readonly network: string | undefined;
  readonly refuse: FormParts<DeployAnswers>['refuse'];
  readonly offerToContinue: FormParts<DeployAnswers>['offerToContinue'];
  readonly copy: ReviewParts['copy'];
  readonly tell: MoreParts['tell'];
  readonly toYaml: (answers: DeployAnswers) => Promise<void>;
  /** Creates the service once. */
  readonly create: (
    swarm: ConnectedSwarm,
    answers: DeployAnswers,
    lists: SwarmLists,
  ) => Promise<Sent<DeployAnswers>>;
}

/** The form that asks for a service. */
export class DeployForm {
  private readonly lists: SwarmLists;
  private snapshot: ConnectedSwarm['snapshot'];

  constructor(private readonly parts: DeployParts) {
    this.snapshot = parts.start.snapshot;
    this.lists = new SwarmLists(() => this.snapshotNow());
  }

  /** Asks until the service is there or the person leaves. */
  async run(): Promise<void> {
    const { context, start, title, network, ...acts } = this.parts;
    const form = new KeptForm<DeployAnswers>({
      ui: context.ui,
      title,
      draft: {
        drafts: context.drafts,
        form: DEPLOY_FORM,
        connectionId: start.connection.id,
        cluster: clusterOf(start.snapshot),
        write: writeKept,
        read: readKept,
        isEmpty: ({ draft: { name, image } }) => name === '' && image === '',
        label: ({ draft: { name, image } }) => name || image,
      },
      fresh: emptyAnswers(network),
      adopt: (kept) => (network === undefined ? kept : onNetwork(kept, network)),
      steps: (run) => this.steps(run),
      startAt: ({ problem, at = 'image' }) => DEPLOY_FIELDS.indexOf(problem?.field ?? at),
      follow: (key, before, after) => followKey(key, before.draft, after.draft),
      leave: (answers) => (answers.end === 'yaml' ? acts.toYaml(answers) : undefined),
      swarm: () => this.swarmNow(),
      refuse: acts.refuse,
      withProblem: ({ end: _end, ...answers }, text) => ({
        ...answers,
        problem: { field: 'review', text },
      }),
      send: (swarm, { end: _end, ...answers }) => acts.create(swarm, answers, this.lists),
      offerToContinue: acts.offerToContinue,
    });
    await form.run();
  }

  /** Asks for secrets and configs; what cannot be read stays as it was. */
  private async refreshLists(): Promise<void> {
    const engine = this.swarmNow()?.engine;
    if (engine !== undefined) {
      await this.lists.refresh(engine);
    }
  }

  private steps({ ui, keep }: FormRun<DeployAnswers>): readonly Step<DeployAnswers>[] {
    const { copy, tell } = this.parts;
    // Only a closed connection rejects it, which needs no telling.
    void this.refreshLists().catch(() => undefined);
    const check = (draft: DeployAnswers['draft']) => this.lists.check(draft);
    let current = emptyAnswers(undefined);
    const keepCurrent = (answers: DeployAnswers): void => {
      current = answers;
      keep(answers);
    };
    const editor = new FieldEditor({
      ui,
      check,
      values: ({ source }) => swarmValues(source, this.lists.offered),
      keep: (draft) => keepCurrent({ ...current, draft }),
      pickFile: (kind, frame) =>
        pickStoredFile(kind, frame, {
          ui,
          existing: this.lists.offered[kind],
          engine: () => this.swarmNow()?.engine,
          onCreated: () => this.refreshLists(),
          forget: (keys) => ui.forget(keys),
        }),
    });
    const review = askReview({
      check,
      edit: async (answers, field, frame) => ({
        ...answers,
        draft: await editor.edit(answers.draft, [field.key], field, frame),
      }),
      more: (answers, frame) => askMore(answers, frame, { ui, editor, keep: keepCurrent, tell }),
      copy,
    });
    return deploySteps({ snapshot: () => this.snapshotNow(), keep: keepCurrent, review });
  }

  private swarmNow(): ConnectedSwarm | undefined {
    return sameSwarm(this.parts.context, this.parts.start);
  }

  private snapshotNow(): ConnectedSwarm['snapshot'] {
    this.snapshot = this.swarmNow()?.snapshot ?? this.snapshot;
    return this.snapshot;
  }
}
