import * as l10n from '@vscode/l10n';
import { checkNetworkName, checkRow } from '../spec/checkNetwork';
import type { Step } from './multiStep';
import {
  toVerdict,
  withPart,
  type NetworkAnswers,
  type NetworkForm,
  type NetworkStep,
} from './networkForm';
import { askMore } from './networkMenu';
import { askReview } from './networkReview';
import { accept } from './validation/verdict';

type Ask = Step<NetworkAnswers>['ask'];
type Tick = 'attachable' | 'encrypted' | 'internal' | 'more';

/** The steps of the form, in the order of `NETWORK_STEPS`. */
export function networkSteps(form: NetworkForm): readonly Step<NetworkAnswers>[] {
  const when = ({ more }: NetworkAnswers): boolean => more;
  const steps: readonly Step<NetworkAnswers>[] = [
    { ask: askName(form) },
    { ask: askSubnet(form) },
    { ask: askOptions },
    { ask: askMore(form), when },
    { ask: askReview(form), when },
  ];
  return steps.map((step) => ({ ...step, ask: keeping(step.ask, form) }));
}

/** What a step gave is kept before the next one asks. */
function keeping(ask: Ask, { keep }: NetworkForm): Ask {
  return async (answers, frame, ui) => {
    const answer = await ask(answers, frame, ui);
    if (answer.kind === 'value') {
      keep(answer.value);
    }
    return answer;
  };
}

function problemAt({ problem }: NetworkAnswers, step: NetworkStep): { problem?: string } {
  return problem?.step === step ? { problem: problem.text } : {};
}

function askName({ around }: NetworkForm): Ask {
  return async (answers, frame, ui) => {
    const { draft } = answers;
    const answer = await ui.input(frame, {
      prompt: l10n.t('Name of the network'),
      placeholder: 'mydrupal',
      value: draft.name,
      check: (text) => toVerdict(text.trim(), checkNetworkName(text.trim(), draft, around())),
      ...problemAt(answers, 'name'),
    });
    return answer.kind === 'value'
      ? { kind: 'value', value: { ...answers, draft: { ...draft, name: answer.value } } }
      : answer;
  };
}

function askSubnet({ around }: NetworkForm): Ask {
  return async (answers, frame, ui) => {
    const { draft } = answers;
    const [first, ...others] = draft.subnets ?? [];
    const answer = await ui.input(frame, {
      prompt: l10n.t('Subnet, or leave it empty to let the swarm choose'),
      placeholder: '10.20.0.0/24',
      value: first?.subnet ?? '',
      check: (text) => {
        const subnet = text.trim();
        return subnet === '' ? accept('') : toVerdict(subnet, checkRow(subnet, 0, draft, around()));
      },
      ...problemAt(answers, 'subnet'),
    });
    if (answer.kind !== 'value') {
      return answer;
    }
    const rows = answer.value === '' ? others : [{ ...first, subnet: answer.value }, ...others];
    const subnets = rows.length === 0 ? undefined : rows;
    return { kind: 'value', value: { ...answers, draft: withPart(draft, 'subnets', subnets) } };
  };
}

const askOptions: Ask = async (answers, frame, ui) => {
  const answer = await ui.pickMany<Tick>(frame, {
    key: 'options',
    placeholder:
      problemAt(answers, 'options').problem ??
      l10n.t('Tick what the network should be, then press Enter'),
    choices: optionChoices(answers),
  });
  return answer.kind === 'value'
    ? { kind: 'value', value: withTicks(answers, answer.value) }
    : answer;
};

function withTicks(answers: NetworkAnswers, ticks: readonly Tick[]): NetworkAnswers {
  let { draft } = answers;
  for (const key of ['attachable', 'encrypted', 'internal'] as const) {
    draft = withPart(draft, key, ticks.includes(key) ? true : undefined);
  }
  return { ...answers, draft, more: ticks.includes('more') };
}

function optionChoices({ draft, more }: NetworkAnswers) {
  const choices: { value: Tick; label: string; detail: string; picked: boolean }[] = [
    {
      value: 'attachable',
      label: l10n.t('Attachable'),
      detail: l10n.t('Containers started with "docker run" may join, not only services.'),
      picked: draft.attachable === true,
    },
    {
      value: 'encrypted',
      label: l10n.t('Encrypted'),
      detail: l10n.t(
        'Traffic between nodes is encrypted (IPsec). Needs IP protocol 50 between them; no Windows nodes.',
      ),
      picked: draft.encrypted === true,
    },
    {
      value: 'internal',
      label: l10n.t('Internal'),
      detail: l10n.t('No way out to other networks. Host-mode ports do not work on it alone.'),
      picked: draft.internal === true,
    },
    {
      value: 'more',
      label: l10n.t('More options…'),
      detail: l10n.t(
        'Several subnets, gateways, IPv6, MTU, labels, ingress, macvlan; then a review.',
      ),
      picked: more,
    },
  ];
  return choices;
}
