import * as l10n from '@vscode/l10n';
import { isOverlay } from '../spec/checkNetwork';
import type { NetworkDraft } from '../spec/networkDraft';
import type { Step } from './multiStep';
import { withPart, type NetworkAnswers, type NetworkForm } from './networkForm';
import {
  askConfiguration,
  askIpam,
  askKind,
  askMtu,
  askMenuName,
  askPairs,
  askVxlanIds,
  kindName,
} from './networkParts';
import type { AskPart } from './networkList';
import { askSubnets } from './networkSubnets';
import { withoutIcons, type QuickChoice } from './quickUi';

interface Row {
  readonly label: string;
  readonly value: (draft: NetworkDraft) => string;
  readonly ask: AskPart;
  /** Left out while this says no. */
  readonly when?: (draft: NetworkDraft) => boolean;
}

/** Every option with its present value; each opens its own input. Back goes to the quick steps. */
export function askMore(form: NetworkForm): Step<NetworkAnswers>['ask'] {
  return async (given, frame, ui) => {
    let answers = given;
    let active: string | undefined;
    const commit = (draft: NetworkDraft): void => {
      answers = { ...answers, draft };
      form.keep(answers);
    };
    for (;;) {
      const rows = menuRows().filter(({ when }) => when?.(answers.draft) ?? true);
      const chosen = await ui.pick<string>(frame, {
        placeholder:
          answers.problem?.step === 'more'
            ? answers.problem.text
            : l10n.t('Choose an option to change it, or go on to the review'),
        ...(active === undefined ? {} : { active }),
        choices: [
          { label: `$(arrow-right) ${l10n.t('Continue to the review')}`, value: 'continue' },
          ...rows.map((row) => toChoice(row, answers.draft)),
        ],
      });
      if (chosen.kind === 'cancel') {
        return chosen;
      }
      if (chosen.kind === 'back' || chosen.value === 'continue') {
        const { problem: _told, ...others } = answers;
        // Back keeps what was changed here; the steps before show it.
        return chosen.kind === 'back'
          ? { kind: 'back', kept: others }
          : { kind: 'value', value: others };
      }
      active = chosen.value;
      const row = rows.find(({ label }) => label === chosen.value);
      const answer = await row?.ask({
        draft: answers.draft,
        around: form.around,
        commit,
        frame: { ...frame, canGoBack: true },
        ui,
      });
      if (answer?.kind === 'cancel') {
        return answer;
      }
      if (answer?.kind === 'value') {
        commit(answer.value);
      }
    }
  };
}

function toChoice({ label, value }: Row, draft: NetworkDraft): QuickChoice<string> {
  return { label, description: withoutIcons(value(draft)), value: label };
}

function menuRows(): readonly Row[] {
  const isMadeHere = ({ configFrom }: NetworkDraft): boolean => configFrom === undefined;
  const isLocal = (draft: NetworkDraft): boolean => draft.configOnly !== true && !isOverlay(draft);
  const none = l10n.t('none');
  const pairsText = (values: Readonly<Record<string, string>> | undefined): string =>
    Object.entries(values ?? {})
      .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
      .join(', ') || none;
  return [
    { label: l10n.t('Name'), value: ({ name }) => name, ask: askMenuName },
    { label: l10n.t('Kind'), value: kindName, ask: askKind },
    {
      label: l10n.t('Configuration'),
      value: ({ configFrom }) => configFrom ?? none,
      ask: askConfiguration,
      when: isLocal,
    },
    {
      label: l10n.t('Subnets'),
      value: ({ subnets = [] }) =>
        subnets.map(({ subnet }) => subnet).join(', ') || l10n.t('the swarm chooses'),
      ask: askSubnets,
      when: isMadeHere,
    },
    toggle('ipv6', l10n.t('IPv6')),
    toggle('attachable', l10n.t('Attachable')),
    toggle('internal', l10n.t('Internal')),
    { ...toggle('encrypted', l10n.t('Encrypted')), when: isOverlay },
    { ...toggle('ingress', l10n.t('Ingress')), when: isOverlay },
    {
      label: l10n.t('MTU of the links between nodes'),
      value: ({ mtu }) => (mtu === undefined ? l10n.t('1500, as Docker assumes') : String(mtu)),
      ask: askMtu,
      when: isOverlay,
    },
    {
      label: l10n.t('VXLAN ids'),
      value: ({ vxlanIds = [] }) => vxlanIds.join(', ') || l10n.t('the swarm chooses'),
      ask: askVxlanIds,
      when: isOverlay,
    },
    { label: l10n.t('Labels'), value: ({ labels }) => pairsText(labels), ask: askPairs('labels') },
    {
      label: l10n.t('Driver options'),
      value: ({ options }) => pairsText(options),
      ask: askPairs('options'),
    },
    {
      label: l10n.t('IPAM driver'),
      value: ({ ipamDriver, ipamOptions }) =>
        ipamDriver === undefined && ipamOptions === undefined
          ? 'default'
          : [ipamDriver ?? 'default', pairsText(ipamOptions)].join(' · '),
      ask: askIpam,
    },
  ];
}

function toggle(
  key: 'ipv6' | 'attachable' | 'internal' | 'encrypted' | 'ingress',
  label: string,
): Row {
  return {
    label,
    value: (draft) => (draft[key] === true ? l10n.t('on') : l10n.t('off')),
    ask: ({ draft }) =>
      Promise.resolve({
        kind: 'value',
        value: withPart(draft, key, draft[key] === true ? undefined : true),
      }),
  };
}
