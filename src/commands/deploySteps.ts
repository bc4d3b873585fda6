import * as l10n from '@vscode/l10n';
import type { SwarmSnapshot } from '../model/snapshot';
import { checkContextOf } from '../spec/checkContext';
import { checkNetworks } from '../spec/checkNetworks';
import { maskEnvironment } from '../spec/environment';
import { portContext } from '../spec/publishedPorts';
import type { DraftPort, ServiceDraft } from '../spec/serviceDraft';
import { DEPLOY_FIELDS, type DeployAnswers, type DeployField } from './deployAnswers';
import { textRowKey } from './fieldKeys';
import type { Step } from './multiStep';
import {
  continueLabel,
  type Answer,
  type QuickChoice,
  type QuickFrame,
  type QuickUi,
} from './quickUi';
import { checkEnvironment } from './validation/environment';
import { checkImage } from './validation/image';
import { checkServiceName, suggestServiceName } from './validation/names';
import { checkPort, type PortSpec } from './validation/ports';
import { checkReplicas } from './validation/replicas';
import { accept, type Verdict } from './validation/verdict';

/** Asks one step. */
export type Ask = Step<DeployAnswers>['ask'];

/** What the steps work with. */
export interface DeployParts {
  /** The present swarm, for every check. */
  readonly snapshot: () => SwarmSnapshot;
  /** Gets what is entered within a step at once, so that nothing is lost. */
  readonly keep: (answers: DeployAnswers) => void;
  readonly review: Ask;
}

/** The steps of the deploy form; each keeps what it was answered. */
export function deploySteps({
  snapshot,
  keep,
  review,
}: DeployParts): readonly Step<DeployAnswers>[] {
  const steps: Readonly<Record<DeployField, Step<DeployAnswers>>> = {
    image: { ask: askImage },
    name: { ask: askName(snapshot) },
    networks: { ask: askNetworks(snapshot) },
    mode: { ask: askMode },
    replicas: { ask: askReplicas(snapshot), when: ({ draft }) => draft.mode === 'replicated' },
    ports: { ask: askPorts(snapshot) },
    env: { ask: askEnvironment(keep) },
    review: { ask: review },
  };
  return DEPLOY_FIELDS.map((field, index) => ({
    ...steps[field],
    ask: async ({ problem, ...given }, frame, ui) => {
      // A problem is told at its own step, until the person goes to another one.
      const answers = { ...given, at: field, ...(problem?.field === field ? { problem } : {}) };
      keep(answers);
      const answer = await steps[field].ask(answers, frame, ui);
      if (answer.kind === 'value') {
        keep({ ...answer.value, at: DEPLOY_FIELDS[index + 1] ?? field });
      }
      return answer;
    },
  }));
}

/** Why a step is shown again. */
export function problemAt(answers: DeployAnswers, field: DeployField): { problem?: string } {
  return answers.problem?.field === field ? { problem: answers.problem.text } : {};
}

/** Puts what a question gave into the draft. */
function into<T>(
  answers: DeployAnswers,
  answer: Answer<T>,
  change: (value: T) => Partial<ServiceDraft>,
): Answer<DeployAnswers> {
  return answer.kind === 'value'
    ? { kind: 'value', value: { ...answers, draft: { ...answers.draft, ...change(answer.value) } } }
    : answer;
}

const askImage: Ask = async (answers, frame, ui) =>
  into(
    answers,
    await ui.input(frame, {
      key: 'image',
      prompt: l10n.t('Image that the tasks run'),
      placeholder: 'nginx:1.27',
      value: answers.draft.image,
      check: checkImage,
      ...problemAt(answers, 'image'),
    }),
    (image) => ({ image }),
  );

function askName(snapshot: () => SwarmSnapshot): Ask {
  const taken = (): ReadonlySet<string> =>
    new Set([...snapshot().services.values()].map(({ name }) => name));
  return async (answers, frame, ui) =>
    into(
      answers,
      await ui.input(frame, {
        key: 'name',
        prompt: l10n.t('Name of the service; other services on its networks find it by this name'),
        value: answers.draft.name || suggestServiceName(answers.draft.image, taken()),
        check: (text) => checkServiceName(text, taken()),
        ...problemAt(answers, 'name'),
      }),
      (name) => ({ name }),
    );
}

function askNetworks(snapshot: () => SwarmSnapshot): Ask {
  return async (answers, frame, ui) => {
    const overlays = [...snapshot().networks.values()].filter(
      (network) => !network.ingress && network.allocated,
    );
    const chosen = answers.draft.networks ?? [];
    return into(
      answers,
      await ui.pickMany(frame, {
        key: 'networks',
        placeholder:
          problemAt(answers, 'networks').problem ??
          (overlays.length === 0
            ? l10n.t('There is no overlay network yet; press Enter to go on without one')
            : l10n.t('Tick the networks to join, or none, then press Enter')),
        choices: overlays.map(({ name, driver, subnets }) => ({
          label: name,
          description: [driver, subnets[0]?.subnet ?? ''].join(' ').trim(),
          value: name,
          picked: chosen.some((network) => network.name === name),
        })),
      }),
      // What was told of a network stays with it; networks that are not listed stay too.
      (names) => ({
        networks: [
          ...names.map((name) => chosen.find((network) => network.name === name) ?? { name }),
          ...chosen.filter(({ name }) => !overlays.some((overlay) => overlay.name === name)),
        ],
      }),
    );
  };
}

const askMode: Ask = async (answers, frame, ui) => {
  const mode = answers.draft.mode ?? 'replicated';
  const isJob = mode === 'replicated-job' || mode === 'global-job';
  return into(
    answers,
    await ui.pick<typeof mode>(frame, {
      placeholder: l10n.t('How many tasks, and where?'),
      active: mode,
      choices: [
        {
          label: l10n.t('Replicated'),
          detail: l10n.t('A number of tasks; the swarm spreads them over the nodes.'),
          value: 'replicated',
        },
        {
          label: l10n.t('Global'),
          detail: l10n.t('One task on every node.'),
          value: 'global',
        },
        // Chosen among all options: going through the steps again must not undo it.
        ...(isJob
          ? [
              {
                label: l10n.t('Job'),
                description: mode,
                detail: l10n.t('Tasks that run to their end, as chosen before.'),
                value: mode,
              },
            ]
          : []),
      ],
    }),
    (chosen) => ({ mode: chosen }),
  );
};

function askReplicas(snapshot: () => SwarmSnapshot): Ask {
  return async (answers, frame, ui) =>
    into(
      answers,
      await ui.input(frame, {
        key: 'replicas',
        prompt: l10n.t('Number of replicas'),
        value: String(answers.draft.replicas ?? 1),
        check: (text) => checkRoom(text, answers.draft, snapshot()),
        ...problemAt(answers, 'replicas'),
      }),
      (replicas) => ({ replicas }),
    );
}

/** Checks a number of replicas, and warns where a chosen network has no addresses for so many. */
function checkRoom(text: string, draft: ServiceDraft, snapshot: SwarmSnapshot): Verdict<number> {
  const verdict = checkReplicas(text);
  if (!verdict.ok) {
    return verdict;
  }
  const wanted = { ...draft, replicas: verdict.value };
  const tight = checkNetworks(wanted, checkContextOf(snapshot)).find(
    ({ severity }) => severity === 'warning',
  );
  return tight === undefined ? verdict : accept(verdict.value, tight.text);
}

function askPorts(snapshot: () => SwarmSnapshot): Ask {
  return async (answers, frame, ui) => {
    const { ports = [] } = answers.draft;
    return into(
      answers,
      await ui.input(frame, {
        key: 'ports',
        prompt: l10n.t(
          'Ports to publish on every node, as published:target, separated by spaces; empty for none',
        ),
        placeholder: '8080:80 5353:53/udp',
        value: ports.filter(isShort).map(portText).join(' '),
        check: (text) => checkPorts(text, snapshot()),
        ...problemAt(answers, 'ports'),
      }),
      // Rows that this line cannot say were made among all options: they stay.
      (given) => ({
        ports: [...given.map(toDraftPort), ...ports.filter((port) => !isShort(port))],
      }),
    );
  };
}

function isShort({ mode }: DraftPort): boolean {
  return mode !== 'host';
}

function toDraftPort({ targetPort, publishedPort, protocol }: PortSpec): DraftPort {
  return {
    target: targetPort,
    ...(publishedPort === undefined ? {} : { published: publishedPort }),
    ...(protocol === 'tcp' ? {} : { protocol }),
  };
}

function checkPorts(text: string, snapshot: SwarmSnapshot): Verdict<readonly PortSpec[]> {
  const context = portContext(snapshot);
  const ports: PortSpec[] = [];
  let warning: string | undefined;
  for (const word of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const verdict = checkPort(word, context, ports);
    if (!verdict.ok) {
      return verdict;
    }
    warning ??= verdict.warning;
    ports.push(verdict.value);
  }
  return accept(ports, warning);
}

function portText({ protocol = 'tcp', target, published }: DraftPort): string {
  const numbers = published === undefined ? `${target}` : `${published}:${target}`;
  return protocol === 'tcp' ? numbers : `${numbers}/${protocol}`;
}

type EnvironmentChoice =
  | { readonly kind: 'continue' }
  | { readonly kind: 'add' }
  | { readonly kind: 'edit'; readonly index: number };

function askEnvironment(keep: (answers: DeployAnswers) => void): Ask {
  return async (start, frame, ui) => {
    let answers = start;
    for (;;) {
      const env = linesOf(answers.draft.env);
      const chosen = await ui.pick<EnvironmentChoice>(frame, {
        placeholder:
          env.length === 0
            ? l10n.t('Environment variables: none yet')
            : l10n.t('Environment variables: choose one to change or remove it'),
        choices: environmentChoices(env),
      });
      if (chosen.kind !== 'value') {
        return chosen.kind === 'back' ? { kind: 'back', kept: answers } : chosen;
      }
      const choice = chosen.value;
      if (choice.kind === 'continue') {
        return { kind: 'value', value: answers };
      }
      const index = choice.kind === 'edit' ? choice.index : undefined;
      const lines = await askVariable(env, index, frame, ui);
      answers = withEnvironment(answers, lines);
      keep(answers);
    }
  };
}

function withEnvironment(answers: DeployAnswers, lines: readonly string[]): DeployAnswers {
  return { ...answers, draft: { ...answers.draft, env: fromLines(lines) } };
}

function linesOf(env: ServiceDraft['env'] = {}): readonly string[] {
  return Object.entries(env).map(([name, value]) => (value === null ? name : `${name}=${value}`));
}

function fromLines(lines: readonly string[]): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    lines.map((line) => {
      const equals = line.indexOf('=');
      return equals < 0 ? [line, null] : [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}

function environmentChoices(env: readonly string[]): QuickChoice<EnvironmentChoice>[] {
  return [
    { label: continueLabel(), value: { kind: 'continue' } },
    { label: `$(add) ${l10n.t('Add a variable…')}`, value: { kind: 'add' } },
    ...env.map((line, index): QuickChoice<EnvironmentChoice> => ({
      label: `$(symbol-variable) ${maskEnvironment(line)}`,
      value: { kind: 'edit', index },
    })),
  ];
}

/** Adds a variable, or changes the one at `index`; emptied it is removed. Back keeps the list. */
async function askVariable(
  env: readonly string[],
  index: number | undefined,
  frame: QuickFrame,
  ui: QuickUi,
): Promise<readonly string[]> {
  const others = env.filter((_line, at) => at !== index);
  const old = index === undefined ? undefined : env[index];
  const answer: Answer<string> = await ui.input(
    { ...frame, canGoBack: true },
    {
      key: textRowKey(['env'], old?.split('=', 1)[0]),
      prompt:
        index === undefined
          ? l10n.t('Variable as NAME=value')
          : l10n.t('Variable as NAME=value; empty to remove it'),
      placeholder: 'POSTGRES_PASSWORD=…',
      value: old ?? '',
      check: (text) =>
        text.trim() === '' && index !== undefined ? accept('') : checkEnvironment(text, others),
    },
  );
  if (answer.kind !== 'value') {
    return env;
  }
  if (answer.value === '') {
    return others;
  }
  return index === undefined
    ? [...env, answer.value]
    : env.map((line, at) => (at === index ? answer.value : line));
}
