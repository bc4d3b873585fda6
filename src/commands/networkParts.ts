import * as l10n from '@vscode/l10n';
import { checkNetworkName } from '../spec/checkNetwork';
import { checkLabel, checkMtu, checkOption, checkVxlanIds } from '../spec/checkNetworkOptions';
import type { NetworkDraft } from '../spec/networkDraft';
import { textRowKey } from './fieldKeys';
import { toVerdict, withPart } from './networkForm';
import { pickRow, type AskPart } from './networkList';
import type { Answer } from './quickUi';
import { accept, refuse, type Verdict } from './validation/verdict';

/** Asks for another name. */
export const askMenuName: AskPart = ({ draft, around, frame, ui }) =>
  into(draft, 'name', () =>
    ui.input(frame, {
      prompt: l10n.t('Name of the network'),
      value: draft.name,
      check: (text) => toVerdict(text.trim(), checkNetworkName(text.trim(), draft, around())),
    }),
  );

/** Asks for the MTU. */
export const askMtu: AskPart = ({ draft, frame, ui }) =>
  into(draft, 'mtu', () =>
    ui.input(frame, {
      prompt: l10n.t('MTU of the links between the nodes, in bytes; empty for 1500'),
      placeholder: '1450',
      value: draft.mtu === undefined ? '' : String(draft.mtu),
      check: (text): Verdict<number | undefined> => {
        const mtu = text.trim() === '' ? undefined : toNumber(text);
        return toVerdict(mtu, checkMtu(withPart(draft, 'mtu', mtu)));
      },
    }),
  );

/** Asks for VXLAN ids. */
export const askVxlanIds: AskPart = ({ draft, around, frame, ui }) =>
  into(draft, 'vxlanIds', () =>
    ui.input(frame, {
      prompt: l10n.t('VXLAN id of each subnet, separated by commas; empty to let the swarm choose'),
      placeholder: '5001,5002',
      value: (draft.vxlanIds ?? []).join(','),
      check: (text): Verdict<readonly number[] | undefined> => {
        const words = text.split(/[\s,]+/).filter((word) => word !== '');
        const odd = words.find((word) => Number.isNaN(toNumber(word)));
        if (odd !== undefined) {
          return refuse(l10n.t('"{0}" is no VXLAN id: write whole numbers such as 5001.', odd));
        }
        const vxlanIds = words.length === 0 ? undefined : words.map(toNumber);
        return toVerdict(vxlanIds, checkVxlanIds(withPart(draft, 'vxlanIds', vxlanIds), around()));
      },
    }),
  );

type Kind = 'overlay' | 'config-only' | 'macvlan' | 'ipvlan';

/** What a draft is, in a word. */
export function kindName({ driver = 'overlay', configOnly }: NetworkDraft): string {
  return configOnly === true ? l10n.t('configuration') : driver;
}

/** Asks what the network is: an overlay, a configuration, or made from one. */
export const askKind: AskPart = async ({ draft, frame, ui }) => {
  const answer = await ui.pick<Kind>(frame, {
    placeholder: l10n.t('What kind of network?'),
    active: draft.configOnly === true ? 'config-only' : (draft.driver ?? 'overlay'),
    choices: [
      {
        label: 'overlay',
        detail: l10n.t('One network over all nodes, through VXLAN.'),
        value: 'overlay',
      },
      {
        label: l10n.t('configuration'),
        detail: l10n.t(
          'Subnets and options for macvlan or ipvlan, on the connected node only. Make one on every node.',
        ),
        value: 'config-only',
      },
      ...(['macvlan', 'ipvlan'] as const).map((driver) => ({
        label: driver,
        detail: l10n.t(
          'Tasks are in the LAN of their node, with the configuration that each node has.',
        ),
        value: driver,
      })),
    ],
  });
  if (answer.kind !== 'value') {
    return answer;
  }
  const { driver: _driver, configOnly: _configOnly, configFrom, ...others } = draft;
  switch (answer.value) {
    case 'overlay':
      return { kind: 'value', value: others };
    case 'config-only':
      return { kind: 'value', value: { ...others, configOnly: true } };
    default:
      return {
        kind: 'value',
        value: {
          ...others,
          driver: answer.value,
          ...(configFrom === undefined ? {} : { configFrom }),
        },
      };
  }
};

/** Asks for the configuration that a macvlan or ipvlan network is made from. */
export const askConfiguration: AskPart = ({ draft, around, frame, ui }) =>
  into(draft, 'configFrom', () =>
    ui.input(frame, {
      prompt: l10n.t('Name of the configuration that every node has'),
      placeholder: around().configs[0] ?? 'my-config',
      value: draft.configFrom ?? around().configs[0] ?? '',
      check: (text): Verdict<string | undefined> => {
        const name = text.trim();
        return name === '' || around().configs.includes(name)
          ? accept(name || undefined)
          : refuse(
              l10n.t(
                'The connected node has no configuration "{0}". Make it first, on every node.',
                name,
              ),
            );
      },
    }),
  );

/** Asks for the IPAM driver and its options. */
export const askIpam: AskPart = async (context) => {
  const { draft, frame, ui } = context;
  const named = await into(draft, 'ipamDriver', () =>
    ui.input(frame, {
      prompt: l10n.t('IPAM driver: a plugin of every manager; empty for the default'),
      value: draft.ipamDriver ?? '',
      check: (text) => accept<string | undefined>(text.trim() || undefined),
    }),
  );
  if (named.kind !== 'value') {
    return named;
  }
  context.commit(named.value);
  const answer = await askPairs('ipamOptions')({ ...context, draft: named.value });
  return answer.kind === 'back' ? named : answer;
};

/** Asks for `name=value` rows one by one. */
export function askPairs(key: 'labels' | 'options' | 'ipamOptions'): AskPart {
  const what =
    key === 'labels'
      ? l10n.t('Label')
      : key === 'options'
        ? l10n.t('Driver option')
        : l10n.t('IPAM option');
  return async ({ draft: given, commit, frame, ui }) => {
    let draft = given;
    for (;;) {
      const rows = Object.entries(draft[key] ?? {});
      const chosen = await pickRow(
        rows.map(([name, value]) => (value === '' ? name : `${name}=${value}`)),
        what,
        { frame, ui },
      );
      if (chosen.kind === 'cancel') {
        return chosen;
      }
      if (chosen.kind === 'back' || chosen.value === 'done') {
        return { kind: 'value', value: draft };
      }
      const index = chosen.value === 'add' ? rows.length : chosen.value;
      const others = rows.filter((_row, at) => at !== index);
      const [name = '', value = ''] = rows[index] ?? [];
      const answer = await ui.input(frame, {
        key: textRowKey([key], rows[index]?.[0]),
        prompt: l10n.t('{0} as name=value; empty to remove it', what),
        value: name === '' ? '' : `${name}=${value}`,
        check: (text) => checkPair(text, key, others),
      });
      if (answer.kind === 'cancel') {
        return answer;
      }
      if (answer.kind === 'value') {
        const row = answer.value;
        const next = [
          ...rows.slice(0, index),
          ...(row === undefined ? [] : [row]),
          ...rows.slice(index + 1),
        ];
        draft = withPart(draft, key, next.length === 0 ? undefined : Object.fromEntries(next));
        commit(draft);
      }
    }
  };
}

function checkPair(
  text: string,
  key: 'labels' | 'options' | 'ipamOptions',
  others: readonly (readonly [string, string])[],
): Verdict<readonly [string, string] | undefined> {
  if (text.trim() === '') {
    return accept(undefined);
  }
  const at = text.indexOf('=');
  const name = (at < 0 ? text : text.slice(0, at)).trim();
  const value = at < 0 ? '' : text.slice(at + 1);
  return others.some(([other]) => other === name)
    ? refuse(l10n.t('"{0}" is in the list already.', name))
    : toVerdict([name, value] as const, key === 'labels' ? checkLabel(name) : checkOption(name));
}

function toNumber(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
}

async function into<K extends keyof NetworkDraft>(
  draft: NetworkDraft,
  key: K,
  ask: () => Promise<Answer<NetworkDraft[K] | undefined>>,
): Promise<Answer<NetworkDraft>> {
  const answer = await ask();
  return answer.kind === 'value'
    ? { kind: 'value', value: withPart(draft, key, answer.value) }
    : answer;
}
