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
import { chooseSwarm, titleFor } from './chooseSwarm';
import { clusterOf, sameSwarm, type CommandContext, type ConnectedSwarm } from './commandContext';
import { followKey } from './fieldKeys';
import { offerToContinue, tellUnsent } from './formNotices';
import { KeptForm, type Sent } from './keptForm';
import { createOnce } from './lostAnswer';
import { tellCreated } from './networkCreated';
import {
  askedAgain,
  emptyNetwork,
  NETWORK_STEPS,
  readSavedForm,
  stepOf,
  writeSavedForm,
  type NetworkAnswers,
  type NetworkStep,
} from './networkForm';
import { networkSteps } from './networkSteps';
import { removeIngress, verifyIngress } from './rebuildIngress';
import { showError } from './showError';

/** Name of the form among the drafts. */
const FORM = 'network';

/** Asks for a new network and creates it; a refused one asks again with all answers kept. */
export async function createNetwork(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Create Overlay Network');
  const start = await chooseSwarm(context, argument, { title, toChange: true });
  if (start === undefined) {
    return;
  }
  let { snapshot } = start;
  const around = () =>
    networkSurroundings((snapshot = sameSwarm(context, start)?.snapshot ?? snapshot));
  const form = new KeptForm<NetworkAnswers>({
    ui: context.ui,
    title: titleFor(context, title, start),
    draft: {
      drafts: context.drafts,
      form: FORM,
      connectionId: start.connection.id,
      cluster: clusterOf(start.snapshot),
      write: writeSavedForm,
      read: readSavedForm,
      isEmpty: ({ draft, more }) => draft.name === '' && Object.keys(draft).length === 1 && !more,
      label: ({ draft }) => draft.name,
    },
    fresh: emptyNetwork,
    steps: ({ keep }) => networkSteps({ around, keep, copy }),
    startAt: ({ problem }) => NETWORK_STEPS.indexOf(problem?.step ?? 'name'),
    follow: (key, before, after) => followKey(key, before.draft, after.draft),
    swarm: () => sameSwarm(context, start),
    refuse: (swarm, { draft }) => tellUnsent(context, start, swarm, draft.name),
    withProblem,
    send: async (swarm, answers) => {
      const bad = firstProblem(checkNetwork(answers.draft, around()));
      return bad === undefined
        ? await submit({ context, start, swarm }, answers)
        : refused(answers, stepOf(bad.field, answers), bad.text);
    },
    offerToContinue: (label, again) => offerToContinue(context, label, again),
  });
  await form.run();
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(l10n.t('Copied the docker command'), 3_000);
}

/** Answers that are asked again at their end. */
function withProblem(answers: NetworkAnswers, text: string): NetworkAnswers {
  return { ...answers, problem: { step: answers.more ? 'review' : 'options', text } };
}

function refused(answers: NetworkAnswers, step: NetworkStep, text: string): Sent<NetworkAnswers> {
  return { kind: 'refused', answers: askedAgain(answers, step, text) };
}

/** Creates the network; a problem says why the form must come back, and where. */
async function submit(
  parts: {
    readonly context: CommandContext;
    readonly start: ConnectedSwarm;
    readonly swarm: ConnectedSwarm;
  },
  answers: NetworkAnswers,
): Promise<Sent<NetworkAnswers>> {
  const { context, start, swarm } = parts;
  const { draft } = answers;
  const about = { swarm: start.connection.name, object: draft.name };
  let removed = false;
  try {
    if (draft.ingress === true) {
      const removal = await removeIngress(context, swarm);
      if (removal === 'kept') {
        const text = l10n.t('Nothing was changed: the ingress network is still there.');
        return { kind: 'refused', answers: withProblem(answers, text) };
      }
      removed = removal === 'removed';
    }
    const created = await create(swarm, draft);
    return {
      kind: 'done',
      // It is there, whatever the looks at it come to.
      after: () =>
        draft.ingress === true
          ? verifyIngress(context, start, { id: created.id, name: draft.name })
          : tellCreated(context, start, draft, created),
    };
  } catch (thrown) {
    const error = toSwarmscopeError(thrown);
    showError(context, error, about);
    if (error.code === 'outcome-unknown') {
      return { kind: 'unknown' };
    }
    const text = errorLine(error, about);
    return refused(
      answers,
      stepAfter(error, answers),
      removed
        ? l10n.t('The swarm has no ingress network now: {0} Send this form again.', text)
        : text,
    );
  }
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
