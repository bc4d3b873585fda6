import * as l10n from '@vscode/l10n';
import type { SwarmSnapshot } from '../model/snapshot';
import type { DeployAnswers, DeployField } from './deployAnswers';
import { into, type Step } from './multiStep';
import type { Answer, QuickChoice, QuickFrame, QuickUi } from './quickUi';
import { maskEnvironment } from '../spec/environment';
import { checkEnvironment } from './validation/environment';
import { checkImage } from './validation/image';
import { checkServiceName, suggestServiceName } from './validation/names';
import { portContext } from '../spec/publishedPorts';
import { checkPort, portLabel, type PortSpec } from './validation/ports';
import { checkReplicas } from './validation/replicas';
import { accept, type Verdict } from './validation/verdict';
import { continueLabel } from './vscodeQuickUi';

/** Fields in the order in which they are asked; the place of a field is its step's index. */
export const DEPLOY_FIELDS: readonly DeployField[] = [
  'image',
  'name',
  'networks',
  'mode',
  'replicas',
  'ports',
  'env',
  'review',
];

type Ask = Step<DeployAnswers>['ask'];

/** The steps of the deploy form; `snapshot` gives the present swarm for every check. */
export function deploySteps(snapshot: () => SwarmSnapshot): readonly Step<DeployAnswers>[] {
  const steps: Readonly<Record<DeployField, Step<DeployAnswers>>> = {
    image: { ask: askImage },
    name: { ask: askName(snapshot) },
    networks: { ask: askNetworks(snapshot) },
    mode: { ask: askMode },
    replicas: { ask: askReplicas, when: ({ mode }) => mode === 'replicated' },
    ports: { ask: askPorts(snapshot) },
    env: { ask: askEnvironment },
    review: { ask: askReview(snapshot) },
  };
  return DEPLOY_FIELDS.map((field) => steps[field]);
}

function problemAt(answers: DeployAnswers, field: DeployField): { problem?: string } {
  return answers.problem?.field === field ? { problem: answers.problem.text } : {};
}

const askImage: Ask = async (answers, frame, ui) =>
  into(
    answers,
    'image',
    await ui.input(frame, {
      prompt: l10n.t('Image that the tasks run'),
      placeholder: 'nginx:1.27',
      value: answers.image,
      check: checkImage,
      ...problemAt(answers, 'image'),
    }),
  );

function askName(snapshot: () => SwarmSnapshot): Ask {
  const taken = (): ReadonlySet<string> =>
    new Set([...snapshot().services.values()].map(({ name }) => name));
  return async (answers, frame, ui) =>
    into(
      answers,
      'name',
      await ui.input(frame, {
        prompt: l10n.t('Name of the service; other services on its networks find it by this name'),
        value: answers.name || suggestServiceName(answers.image, taken()),
        check: (text) => checkServiceName(text, taken()),
        ...problemAt(answers, 'name'),
      }),
    );
}

function askNetworks(snapshot: () => SwarmSnapshot): Ask {
  return async (answers, frame, ui) => {
    const overlays = [...snapshot().networks.values()].filter(
      (network) => !network.ingress && network.allocated,
    );
    return into(
      answers,
      'networks',
      await ui.pickMany(frame, {
        placeholder:
          problemAt(answers, 'networks').problem ??
          (overlays.length === 0
            ? l10n.t('There is no overlay network yet; press Enter to go on without one')
            : l10n.t('Tick the networks to join, or none, then press Enter')),
        choices: overlays.map(({ id, name, driver, subnets }) => ({
          label: name,
          description: [driver, subnets[0]?.subnet ?? ''].join(' ').trim(),
          value: id,
          picked: answers.networks.includes(id),
        })),
      }),
    );
  };
}

const askMode: Ask = async (answers, frame, ui) =>
  into(
    answers,
    'mode',
    await ui.pick<DeployAnswers['mode']>(frame, {
      placeholder: l10n.t('How many tasks, and where?'),
      active: answers.mode,
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
      ],
    }),
  );

const askReplicas: Ask = async (answers, frame, ui) =>
  into(
    answers,
    'replicas',
    await ui.input(frame, {
      prompt: l10n.t('Number of replicas'),
      value: String(answers.replicas),
      check: checkReplicas,
    }),
  );

function askPorts(snapshot: () => SwarmSnapshot): Ask {
  return async (answers, frame, ui) =>
    into(
      answers,
      'ports',
      await ui.input(frame, {
        prompt: l10n.t(
          'Ports to publish on every node, as published:target, separated by spaces; empty for none',
        ),
        placeholder: '8080:80 5353:53/udp',
        value: answers.ports.map(portText).join(' '),
        check: (text) => checkPorts(text, snapshot()),
        ...problemAt(answers, 'ports'),
      }),
    );
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

function portText({ protocol, targetPort, publishedPort }: PortSpec): string {
  const numbers = publishedPort === undefined ? `${targetPort}` : `${publishedPort}:${targetPort}`;
  return protocol === 'tcp' ? numbers : `${numbers}/${protocol}`;
}

type EnvironmentChoice =
  | { readonly kind: 'continue' }
  | { readonly kind: 'add' }
  | { readonly kind: 'edit'; readonly index: number };

const askEnvironment: Ask = async (answers, frame, ui) => {
  let env = answers.env;
  for (;;) {
    const chosen = await ui.pick<EnvironmentChoice>(frame, {
      placeholder:
        env.length === 0
          ? l10n.t('Environment variables: none yet')
          : l10n.t('Environment variables: choose one to change or remove it'),
      choices: environmentChoices(env),
    });
    if (chosen.kind !== 'value') {
      return chosen;
    }
    const choice = chosen.value;
    if (choice.kind === 'continue') {
      return { kind: 'value', value: { ...answers, env } };
    }
    env = await askVariable(env, choice.kind === 'edit' ? choice.index : undefined, frame, ui);
  }
};

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
  const answer: Answer<string> = await ui.input(
    { ...frame, canGoBack: true },
    {
      prompt:
        index === undefined
          ? l10n.t('Variable as NAME=value')
          : l10n.t('Variable as NAME=value; empty to remove it'),
      placeholder: 'POSTGRES_PASSWORD=…',
      value: index === undefined ? '' : (env[index] ?? ''),
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

function askReview(snapshot: () => SwarmSnapshot): Ask {
  return async (answers, frame, ui) => {
    const answer = await ui.pick<'deploy' | 'fact'>(frame, {
      placeholder:
        problemAt(answers, 'review').problem ?? l10n.t('Deploy this service? Back changes it.'),
      active: 'deploy',
      choices: [
        {
          label: `$(rocket) ${l10n.t('Deploy {0}', answers.name)}`,
          value: 'deploy',
        },
        ...summary(answers, snapshot()).map(({ label, description }) => ({
          label,
          description,
          group: l10n.t('What will run'),
          value: 'fact' as const,
        })),
      ],
    });
    return answer.kind === 'value' && answer.value === 'fact'
      ? askReview(snapshot)(answers, frame, ui)
      : answer.kind === 'value'
        ? { kind: 'value', value: answers }
        : answer;
  };
}

function summary(
  answers: DeployAnswers,
  snapshot: SwarmSnapshot,
): { label: string; description: string }[] {
  const none = l10n.t('none');
  const networks = answers.networks.map((id) => snapshot.networks.get(id)?.name ?? id);
  return [
    { label: l10n.t('Image'), description: answers.image },
    {
      label: l10n.t('Mode'),
      description:
        answers.mode === 'global'
          ? l10n.t('global: one task on every node')
          : l10n.t('replicated: {0}', answers.replicas),
    },
    { label: l10n.t('Networks'), description: networks.join(', ') || none },
    { label: l10n.t('Ports'), description: answers.ports.map(portLabel).join(', ') || none },
    {
      label: l10n.t('Environment'),
      description: answers.env.map(maskEnvironment).join(', ') || none,
    },
  ];
}
