import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toSwarmscopeError, type SwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import type { Created } from '../docker/engine';
import type { SwarmSnapshot } from '../model/snapshot';
import { checkNetwork } from '../spec/checkNetwork';
import { firstProblem } from '../spec/finding';
import { toNetworkBody } from '../spec/networkBody';
import type { NetworkDraft } from '../spec/networkDraft';
import { networkSurroundings } from '../spec/networkSurroundings';
import { chooseSwarm, refusal, titleFor } from './chooseSwarm';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from './commandContext';
import { KeepingUi } from './keepingUi';
import { createOnce } from './lostAnswer';
import { runSteps } from './multiStep';
import { tellCreated } from './networkCreated';
import {
  emptyNetwork,
  NETWORK_STEPS,
  readSavedForm,
  stepOf,
  type NetworkAnswers,
  type SavedForm,
} from './networkForm';
import { networkSteps } from './networkSteps';
import { removeIngress, verifyIngress } from './rebuildIngress';
import { showError, tellDisconnected, tellNotDone } from './showError';
import { singleFrame } from './vscodeQuickUi';

/** Name of the form among the drafts. */
const FORM = 'network';

/** Asks for a new network and creates it; a refused one asks again with all answers kept. */
export async function createNetwork(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Create Overlay Network');
  const start = await chooseSwarm(context, argument, { title, toChange: true });
  if (start === undefined) {
    return;
  }
  const saved = await openDraft(context, start, titleFor(context, title, start));
  if (saved === undefined) {
    return;
  }
  let { answers } = saved;
  let { snapshot } = start;
  const save = (): void =>
    void context.drafts.save(FORM, start.connection.id, {
      answers: { draft: answers.draft, more: answers.more },
      texts: ui.kept,
    });
  const ui = new KeepingUi(context.ui, saved.texts, save);
  const keep = (next: NetworkAnswers): void => {
    answers = next;
    save();
  };
  const around = () =>
    networkSurroundings((snapshot = sameSwarm(context, start)?.snapshot ?? snapshot));
  const copy = async (text: string): Promise<void> => {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(l10n.t('Copied the docker command'), 3_000);
  };
  for (;;) {
    const given = await runSteps(ui, {
      title: titleFor(context, title, start),
      steps: networkSteps({ around, keep, copy }),
      initial: answers,
      startAt: Math.max(0, NETWORK_STEPS.indexOf(answers.problem?.step ?? 'name')),
    });
    if (given === undefined) {
      return;
    }
    const bad = firstProblem(checkNetwork(given.draft, around()));
    if (bad !== undefined) {
      keep({ ...given, problem: { step: stepOf(bad.field, given), text: bad.text } });
      continue;
    }
    const outcome = await submit(context, start, given);
    if (outcome === 'created') {
      await context.drafts.clear(FORM, start.connection.id);
    }
    if (typeof outcome === 'string') {
      // What nobody knows the outcome of is kept: it may have to be sent again.
      return;
    }
    keep({ ...given, problem: outcome });
  }
}

/** What was left of this form the last time, if the person wants it; undefined when they leave. */
async function openDraft(
  { drafts, ui }: CommandContext,
  { connection }: ConnectedSwarm,
  title: string,
): Promise<SavedForm | undefined> {
  const fresh: SavedForm = { answers: emptyNetwork, texts: {} };
  const saved = readSavedForm(await drafts.load(FORM, connection.id));
  if (saved === undefined || isEmpty(saved)) {
    return fresh;
  }
  const answer = await ui.pick(singleFrame(title), {
    placeholder: l10n.t('This form was left before it was sent'),
    choices: [
      {
        label: l10n.t('Continue with what you entered'),
        description: saved.answers.draft.name,
        value: saved,
      },
      { label: l10n.t('Start anew'), value: fresh },
    ],
  });
  if (answer.kind !== 'value') {
    return undefined;
  }
  if (answer.value === fresh) {
    await drafts.clear(FORM, connection.id);
  }
  return answer.value;
}

function isEmpty({ answers: { draft, more }, texts }: SavedForm): boolean {
  return (
    draft.name === '' && Object.keys(draft).length === 1 && !more && Object.keys(texts).length === 0
  );
}

/** Creates the network; a problem says why the form must come back, and where. */
async function submit(
  context: CommandContext,
  start: ConnectedSwarm,
  answers: NetworkAnswers,
): Promise<'created' | 'unknown' | NonNullable<NetworkAnswers['problem']>> {
  const { draft, more } = answers;
  const step = more ? 'review' : 'options';
  const about = { swarm: start.connection.name, object: draft.name };
  const swarm = sameSwarm(context, start);
  const why = swarm && refusal(swarm, { toChange: true });
  if (swarm === undefined || why !== undefined) {
    const text = why === undefined ? tellDisconnected(context, about) : tellNotDone(context, why);
    return { step, text };
  }
  let removed = false;
  let created: Created;
  try {
    if (draft.ingress === true) {
      const removal = await removeIngress(context, swarm);
      if (removal === 'kept') {
        return { step, text: l10n.t('Nothing was changed: the ingress network is still there.') };
      }
      removed = removal === 'removed';
    }
    created = await create(swarm, draft);
  } catch (thrown) {
    const error = toSwarmscopeError(thrown);
    showError(context, error, about);
    if (error.code === 'outcome-unknown') {
      return 'unknown';
    }
    const text = errorLine(error, about);
    return {
      step: stepAfter(error, answers),
      text: removed
        ? l10n.t('The swarm has no ingress network now: {0} Send this form again.', text)
        : text,
    };
  }
  // It is there, whatever the looks at it come to.
  await (draft.ingress === true
    ? verifyIngress(context, start, { id: created.id, name: draft.name })
    : tellCreated(context, start, draft, created));
  return 'created';
}

function stepAfter({ code }: SwarmscopeError, answers: NetworkAnswers) {
  if (code === 'name-taken') {
    return 'name';
  }
  return answers.more ? 'review' : 'subnet';
}

function create(swarm: ConnectedSwarm, draft: NetworkDraft): Promise<Created> {
  return Promise.resolve(
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: l10n.t('Creating "{0}"…', draft.name) },
      () =>
        createOnce(
          swarm,
          draft.name,
          draft.configOnly === true ? configurations : ({ networks }) => networks,
          (engine) => engine.createNetwork(toNetworkBody(draft)),
        ),
    ),
  );
}

function configurations({ localNetworks }: SwarmSnapshot) {
  return new Map(localNetworks.map((network) => [network.id, network]));
}
