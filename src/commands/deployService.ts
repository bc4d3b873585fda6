import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toSwarmscopeError, type SwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { chooseSwarm, titleFor } from './chooseSwarm';
import type { CommandContext, ConnectedSwarm } from './commandContext';
import { createFromDraft } from './createFromDraft';
import type { DeployAnswers, DeployField } from './deployAnswers';
import { DeployForm } from './deployForm';
import { offerToContinue, tellUnsent } from './formNotices';
import type { Sent } from './keptForm';
import { objectFromArgument } from './pickObject';
import { showError } from './showError';
import type { SwarmLists } from './swarmLists';
import { watchDeploy } from './watchDeploy';

/** Asks for a service, creates it once and follows it until it converged or why it does not. */
export async function deployService(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Deploy Service');
  const start = await chooseSwarm(context, argument, { title, toChange: true });
  if (start === undefined) {
    return;
  }
  const object = objectFromArgument(argument);
  const form = new DeployForm({
    context,
    start,
    title: titleFor(context, title, start),
    network: object?.kind === 'network' ? object.name : undefined,
    refuse: (swarm, { draft }) => tellUnsent(context, start, swarm, draft.name),
    offerToContinue: (label, again) => offerToContinue(context, label, again),
    copy: copyCommand,
    tell: (text) => void vscode.window.showInformationMessage(text),
    toYaml: async (answers) => {
      const editor = await context.serviceEditor();
      await editor.editNew(start, answers);
    },
    create: (swarm, answers, lists) => create({ context, start, swarm }, answers, lists),
  });
  await form.run();
}

async function create(
  parts: {
    readonly context: CommandContext;
    readonly start: ConnectedSwarm;
    readonly swarm: ConnectedSwarm;
  },
  answers: DeployAnswers,
  lists: SwarmLists,
): Promise<Sent<DeployAnswers>> {
  const { context, start, swarm } = parts;
  const { draft } = answers;
  const about = { swarm: start.connection.name, object: draft.name };
  try {
    const created = await createFromDraft(swarm, draft, lists.names, answers.registryAuth);
    const service = { id: created.id, name: draft.name };
    return {
      kind: 'done',
      after: () => watchDeploy(context, start, service, created.warnings),
    };
  } catch (thrown) {
    const error = toSwarmscopeError(thrown);
    // What is missing is a network, not the service that is to be made.
    const missing = error.code === 'not-found' ? String(error.details['id'] ?? '') : undefined;
    const named =
      missing === undefined
        ? about
        : { ...about, object: swarm.snapshot.networks.get(missing)?.name ?? missing };
    showError(context, error, named);
    const problem = { field: fieldOf(error), text: errorLine(error, named) };
    return error.code === 'outcome-unknown'
      ? { kind: 'unknown' }
      : { kind: 'refused', answers: { ...answers, problem } };
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
