import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { COMMANDS } from '../contributions';
import type { Created } from '../docker/engine';
import { buildNetworkBody, type OverlayNetworkSpec } from '../docker/requestBodies';
import type { ObjectReference } from '../model/objectReference';
import type { SwarmSnapshot } from '../model/snapshot';
import { chooseSwarm, refusal, titleFor } from './chooseSwarm';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from './commandContext';
import { createOnce } from './lostAnswer';
import { into, runSteps, type Step } from './multiStep';
import { showError, tellDisconnected, tellNotDone } from './showError';
import type { SwarmState } from '../store/swarmState';
import { stateWhere } from './stateWhere';
import { checkNetworkName } from './validation/names';
import { checkSubnet, knownSubnets } from './validation/subnet';

type Option = 'attachable' | 'encrypted' | 'internal';

type Field = 'name' | 'subnet' | 'options';

const FIELDS: readonly Field[] = ['name', 'subnet', 'options'];

interface Answers {
  readonly name: string;
  readonly subnet: string | undefined;
  readonly options: readonly Option[];
  /** Why the steps are asked again after a refusal. */
  readonly problem?: { readonly field: Field; readonly text: string };
}

/** A network without driver and subnet after this time was never allocated (normal: some ms). */
const ALLOCATION_MS = 4_000;

/** Asks for a new overlay network and creates it; a refused one asks again with all answers kept. */
export async function createNetwork(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Create Overlay Network');
  const start = await chooseSwarm(context, argument, { title, toChange: true });
  if (start === undefined) {
    return;
  }
  let answers: Answers = { name: '', subnet: undefined, options: [] };
  for (;;) {
    const given = await runSteps(context.ui, {
      title: titleFor(context, title, start),
      steps: networkSteps(() => sameSwarm(context, start)?.snapshot),
      initial: answers,
      startAt: Math.max(0, FIELDS.indexOf(answers.problem?.field ?? 'name')),
    });
    if (given === undefined) {
      return;
    }
    const spec = toSpec(given);
    const about = { swarm: start.connection.name, object: spec.name };
    const swarm = sameSwarm(context, start);
    const why = swarm && refusal(swarm, { toChange: true });
    if (swarm === undefined || why !== undefined) {
      const text = why === undefined ? tellDisconnected(context, about) : tellNotDone(context, why);
      answers = { ...given, problem: { field: 'options', text } };
      continue;
    }
    try {
      const created = await creating(spec, (signal) =>
        createOnce(
          swarm,
          spec.name,
          ({ networks }) => networks,
          (engine) => engine.createNetwork(buildNetworkBody(spec), signal),
        ),
      );
      await tellCreated(context, start, spec, created);
      return;
    } catch (thrown) {
      const error = toSwarmscopeError(thrown);
      showError(context, error, about);
      if (error.code === 'outcome-unknown') {
        return;
      }
      const field = error.code === 'name-taken' ? 'name' : 'subnet';
      answers = { ...given, problem: { field, text: errorLine(error, about) } };
    }
  }
}

function networkSteps(snapshot: () => SwarmSnapshot | undefined): readonly Step<Answers>[] {
  const problemOf = (answers: Answers, field: Field) =>
    answers.problem?.field === field ? { problem: answers.problem.text } : {};
  return [
    {
      ask: async (answers, frame, ui) =>
        into(
          answers,
          'name',
          await ui.input(frame, {
            prompt: l10n.t('Name of the network'),
            placeholder: 'mydrupal',
            value: answers.name,
            check: (text) =>
              checkNetworkName(
                text,
                new Set([...(snapshot()?.networks.values() ?? [])].map(({ name }) => name)),
              ),
            ...problemOf(answers, 'name'),
          }),
        ),
    },
    {
      ask: async (answers, frame, ui) =>
        into(
          answers,
          'subnet',
          await ui.input(frame, {
            prompt: l10n.t('Subnet, or leave it empty to let the swarm choose'),
            placeholder: '10.20.0.0/24',
            value: answers.subnet ?? '',
            check: (text) => {
              const now = snapshot();
              return checkSubnet(text, now === undefined ? [] : knownSubnets(now));
            },
            ...problemOf(answers, 'subnet'),
          }),
        ),
    },
    {
      ask: async (answers, frame, ui) =>
        into(
          answers,
          'options',
          await ui.pickMany<Option>(frame, {
            placeholder:
              problemOf(answers, 'options').problem ??
              l10n.t('Tick what the network should be, then press Enter'),
            choices: optionChoices(answers.options),
          }),
        ),
    },
  ];
}

function optionChoices(picked: readonly Option[]) {
  const choices: { value: Option; label: string; detail: string }[] = [
    {
      value: 'attachable',
      label: l10n.t('Attachable'),
      detail: l10n.t('Containers started with "docker run" may join, not only services.'),
    },
    {
      value: 'encrypted',
      label: l10n.t('Encrypted'),
      detail: l10n.t(
        'Traffic between nodes is encrypted (IPsec). Needs IP protocol 50 between them; no Windows nodes.',
      ),
    },
    {
      value: 'internal',
      label: l10n.t('Internal'),
      detail: l10n.t('No way out to other networks. Host-mode ports do not work on it alone.'),
    },
  ];
  return choices.map((choice) => ({ ...choice, picked: picked.includes(choice.value) }));
}

function toSpec({ name, subnet, options }: Answers): OverlayNetworkSpec {
  return {
    name,
    ...(subnet === undefined ? {} : { subnet }),
    attachable: options.includes('attachable'),
    encrypted: options.includes('encrypted'),
    internal: options.includes('internal'),
  };
}

function creating<T>(
  spec: OverlayNetworkSpec,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return Promise.resolve(
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: l10n.t('Creating "{0}"…', spec.name) },
      () => run(new AbortController().signal),
    ),
  );
}

async function tellCreated(
  context: CommandContext,
  { store, connection }: ConnectedSwarm,
  spec: OverlayNetworkSpec,
  created: Created,
): Promise<void> {
  store.expectChange(ALLOCATION_MS);
  await store.refresh('after-command');
  const allocatedIn = (state: SwarmState): boolean | undefined =>
    state.phase === 'connected' && state.lost === undefined
      ? state.snapshot.networks.get(created.id)?.allocated
      : undefined;
  await stateWhere(store, (state) => allocatedIn(state) === true, ALLOCATION_MS);
  // Who is not connected any more, or has not seen the network, knows nothing against it.
  const withoutSubnet = allocatedIn(store.state) === false;
  const object: ObjectReference = { kind: 'network', id: created.id, name: spec.name };
  const inspect = l10n.t('Inspect');
  const deploy = l10n.t('Deploy Service…');
  const chosen = withoutSubnet
    ? await vscode.window.showWarningMessage(
        l10n.t(
          '"{0}" was created, but the swarm has not given it a subnet. It is likely that its range overlaps with a pool or network that Swarmscope cannot see; the log of the leader’s Docker daemon has the reason. Remove it and choose another subnet.',
          spec.name,
        ),
        inspect,
      )
    : await vscode.window.showInformationMessage(
        l10n.t('Created the overlay network "{0}".', spec.name),
        deploy,
        inspect,
      );
  if (chosen === inspect) {
    await context.openDocument(connection.id, object);
  } else if (chosen === deploy) {
    await vscode.commands.executeCommand(COMMANDS.deployService, {
      connectionId: connection.id,
      object,
    });
  }
}
