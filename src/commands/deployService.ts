import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toSwarmscopeError, type SwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { toPlainLine } from '../common/text';
import { swarmValues } from '../serviceYaml/completeServiceYaml';
import { chooseSwarm, refusal, titleFor } from './chooseSwarm';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from './commandContext';
import { createFromDraft } from './createFromDraft';
import {
  DEPLOY_FIELDS,
  emptyAnswers,
  readKept,
  type DeployAnswers,
  type DeployField,
  type KeptDeploy,
} from './deployAnswers';
import { askReview } from './deployReview';
import { deploySteps } from './deploySteps';
import { FieldEditor } from './fieldEditor';
import { askMore } from './moreOptions';
import { runSteps, type Step } from './multiStep';
import { objectFromArgument } from './pickObject';
import { showError, tellDisconnected, tellNotDone } from './showError';
import { pickStoredFile } from './storedFiles';
import { SwarmLists } from './swarmLists';
import { singleFrame } from './vscodeQuickUi';
import { watchDeploy } from './watchDeploy';

/** Name of the form among the drafts. */
const DEPLOY_FORM = 'deployService';

/** Asks for a service, creates it once and follows it until it converged or why it does not. */
export async function deployService(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Deploy Service');
  const start = await chooseSwarm(context, argument, { title, toChange: true });
  if (start === undefined) {
    return;
  }
  const form = new DeployForm(context, start, titleFor(context, title, start));
  const object = objectFromArgument(argument);
  await form.run(object?.kind === 'network' ? object.name : undefined);
}

/** One run of the form, and what becomes of it. */
class DeployForm {
  private answers: DeployAnswers = emptyAnswers(undefined);
  private at: DeployField = 'image';
  private readonly lists: SwarmLists;
  private snapshot: ConnectedSwarm['snapshot'];

  constructor(
    private readonly context: CommandContext,
    private readonly start: ConnectedSwarm,
    private readonly title: string,
  ) {
    this.snapshot = start.snapshot;
    this.lists = new SwarmLists(() => this.snapshotNow());
  }

  async run(network: string | undefined): Promise<void> {
    const kept = await this.askForKept();
    if (kept === 'leave') {
      return;
    }
    this.answers = kept === undefined ? emptyAnswers(network) : kept.answers;
    this.at = kept?.at ?? 'image';
    await this.ask();
  }

  private async ask(): Promise<void> {
    void this.refreshLists().catch((error: unknown) => showError(this.context, error));
    for (;;) {
      const given = await runSteps(this.context.ui, {
        title: this.title,
        steps: this.steps(),
        initial: this.answers,
        startAt: Math.max(0, DEPLOY_FIELDS.indexOf(this.answers.problem?.field ?? this.at)),
      });
      if (given === undefined) {
        this.offerToContinue();
        return;
      }
      const { end, problem: _told, ...answers } = given;
      this.answers = answers;
      if (end === 'yaml') {
        const editor = await this.context.serviceEditor();
        await editor.editNew(this.start.connection.id, answers);
        await this.context.drafts.clear(DEPLOY_FORM, this.start.connection.id);
        return;
      }
      if (await this.deploy(answers)) {
        return;
      }
    }
  }

  /** What was entered before and not deployed, if the person wants to go on with it. */
  private async askForKept(): Promise<KeptDeploy | 'leave' | undefined> {
    const { context, start } = this;
    const kept = readKept(await context.drafts.load(DEPLOY_FORM, start.connection.id));
    if (kept === undefined) {
      return undefined;
    }
    const { name, image } = kept.answers.draft;
    const answer = await context.ui.pick<KeptDeploy | undefined>(singleFrame(this.title), {
      placeholder: l10n.t('You left this form before the end'),
      active: kept,
      choices: [
        {
          label: `$(history) ${l10n.t('Continue with what you entered')}`,
          description: [name, image].filter((part) => part !== '').join(' · '),
          value: kept,
        },
        { label: `$(add) ${l10n.t('Start anew')}`, value: undefined },
      ],
    });
    return answer.kind === 'value' ? answer.value : 'leave';
  }

  private steps(): readonly Step<DeployAnswers>[] {
    const { ui } = this.context;
    const check = (draft: DeployAnswers['draft']) => this.lists.check(draft);
    let current = this.answers;
    const keep = (answers: DeployAnswers, at: DeployField = 'review'): void => {
      current = answers;
      this.keep(answers, at);
    };
    const editor = new FieldEditor({
      ui,
      check,
      values: ({ source }) => swarmValues(source, this.lists.offered),
      keep: (draft) => keep({ ...current, draft }),
      pickFile: (kind, frame) =>
        pickStoredFile(kind, frame, {
          ui,
          existing: this.lists.offered[kind],
          engine: () => this.swarmNow()?.engine,
          onCreated: () => this.refreshLists(),
        }),
    });
    const review = askReview({
      check,
      edit: async (answers, field, frame) => ({
        ...answers,
        draft: await editor.edit(answers.draft, [field.key], field, frame),
      }),
      more: (answers, frame) => {
        current = answers;
        const tell = (text: string): void => void vscode.window.showInformationMessage(text);
        return askMore(answers, frame, { ui, editor, keep, tell });
      },
      copy: copyCommand,
    });
    return deploySteps({ snapshot: () => this.snapshotNow(), keep, review });
  }

  /** Creates the service; false when the form has to be shown again. */
  private async deploy(answers: DeployAnswers): Promise<boolean> {
    const { context, start } = this;
    const { draft } = answers;
    const about = { swarm: start.connection.name, object: draft.name };
    const swarm = this.swarmNow();
    const why = swarm && refusal(swarm, { toChange: true });
    if (swarm === undefined || why !== undefined) {
      const text = why === undefined ? tellDisconnected(context, about) : tellNotDone(context, why);
      this.answers = { ...answers, problem: { field: 'review', text } };
      return false;
    }
    try {
      const created = await createFromDraft(swarm, draft, this.lists.names, answers.registryAuth);
      await context.drafts.clear(DEPLOY_FORM, start.connection.id);
      await watchDeploy(context, start, { id: created.id, name: draft.name }, created.warnings);
      return true;
    } catch (thrown) {
      const error = toSwarmscopeError(thrown);
      // What is missing is a network, not the service that is to be made.
      const missing = error.code === 'not-found' ? String(error.details['id'] ?? '') : undefined;
      const named =
        missing === undefined
          ? about
          : { ...about, object: this.snapshot.networks.get(missing)?.name ?? missing };
      showError(context, error, named);
      if (error.code === 'outcome-unknown') {
        return true;
      }
      this.answers = {
        ...answers,
        problem: { field: fieldOf(error), text: errorLine(error, named) },
      };
      return false;
    }
  }

  private keep({ draft, registryAuth }: DeployAnswers, at: DeployField): void {
    this.answers = { draft, registryAuth };
    this.at = at;
    const kept: KeptDeploy = { answers: { draft, registryAuth }, at };
    void this.context.drafts.save(DEPLOY_FORM, this.start.connection.id, kept);
  }

  private offerToContinue(): void {
    if (this.answers.draft.image === '') {
      return;
    }
    const again = l10n.t('Continue');
    void vscode.window
      .showInformationMessage(
        toPlainLine(
          l10n.t(
            'What you entered for "{0}" is kept.',
            this.answers.draft.name || this.answers.draft.image,
          ),
        ),
        again,
      )
      .then(async (chosen) => {
        if (chosen === again) {
          await this.ask();
        }
      });
  }

  private async refreshLists(): Promise<void> {
    const engine = this.swarmNow()?.engine;
    if (engine !== undefined) {
      await this.lists.refresh(engine);
    }
  }

  private swarmNow(): ConnectedSwarm | undefined {
    return sameSwarm(this.context, this.start);
  }

  private snapshotNow(): ConnectedSwarm['snapshot'] {
    this.snapshot = this.swarmNow()?.snapshot ?? this.snapshot;
    return this.snapshot;
  }
}

async function copyCommand(command: string, withValues: boolean): Promise<void> {
  await vscode.env.clipboard.writeText(command);
  vscode.window.setStatusBarMessage(
    withValues
      ? l10n.t('Copied the docker command, values included')
      : l10n.t('Copied the docker command'),
    3_000,
  );
}

/** The step that can mend a refusal. */
function fieldOf(error: SwarmscopeError): DeployField {
  switch (error.code) {
    case 'name-taken':
      return 'name';
    case 'port-taken':
      return 'ports';
    case 'not-found':
      return 'networks';
    default:
      return 'review';
  }
}
