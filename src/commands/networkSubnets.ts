import * as l10n from '@vscode/l10n';
import { checkRow } from '../spec/checkNetwork';
import { checkGateway, checkIpRange } from '../spec/checkSubnets';
import type { DraftSubnet, NetworkDraft } from '../spec/networkDraft';
import type { NetworkSurroundings } from '../spec/networkSurroundings';
import { fieldKey } from './fieldKeys';
import { toVerdict, withPart } from './networkForm';
import { pickRow, type AskPart, type PartContext } from './networkList';
import { accept, type Verdict } from './validation/verdict';

/** Asks for rows of subnet, gateway and IP range. */
export const askSubnets: AskPart = async (context) => {
  const { frame, ui, commit } = context;
  let { draft } = context;
  for (;;) {
    const rows = draft.subnets ?? [];
    const chosen = await pickRow(rows.map(rowText), l10n.t('Subnet'), { frame, ui });
    if (chosen.kind === 'cancel') {
      return chosen;
    }
    if (chosen.kind === 'back' || chosen.value === 'done') {
      return { kind: 'value', value: draft };
    }
    const index = chosen.value === 'add' ? rows.length : chosen.value;
    const left = await askSubnetRow(index, {
      ...context,
      draft,
      commit: (next) => {
        draft = next;
        commit(next);
      },
    });
    if (left === 'cancel') {
      return { kind: 'cancel' };
    }
  }
};

type RowPart = keyof DraftSubnet;
const ROW_PARTS: readonly RowPart[] = ['subnet', 'gateway', 'ipRange'];

/** Asks for the parts of a row; each is taken over at once, so that leaving loses none. */
async function askSubnetRow(index: number, context: PartContext): Promise<'done' | 'cancel'> {
  const { around, frame, ui, commit } = context;
  let { draft } = context;
  for (let at = 0; at < ROW_PARTS.length;) {
    const part = ROW_PARTS[at] ?? 'subnet';
    const row = draft.subnets?.[index] ?? { subnet: '' };
    const answer = await ui.input(frame, {
      key: fieldKey(draft, ['subnets', index, part]),
      prompt: rowPrompt(part, row),
      value: row[part] ?? '',
      check: (text) => checkPart(part, text.trim(), index, draft, around()),
    });
    if (answer.kind === 'cancel') {
      return 'cancel';
    }
    if (answer.kind === 'back') {
      if (at === 0) {
        return 'done';
      }
      at -= 1;
      continue;
    }
    draft = withRow(draft, index, part, answer.value);
    commit(draft);
    if (part === 'subnet' && answer.value === '') {
      return 'done';
    }
    at += 1;
  }
  return 'done';
}

function rowPrompt(part: RowPart, { subnet }: DraftSubnet): string {
  switch (part) {
    case 'subnet':
      return l10n.t('Subnet such as 10.20.0.0/24; empty to remove it');
    case 'gateway':
      return l10n.t('Gateway of {0}; empty for its first address', subnet);
    case 'ipRange':
      return l10n.t('Part of {0} that addresses are taken from; empty for all of it', subnet);
  }
}

function checkPart(
  part: RowPart,
  text: string,
  index: number,
  draft: NetworkDraft,
  around: NetworkSurroundings,
): Verdict<string> {
  const subnet = draft.subnets?.[index]?.subnet ?? '';
  if (text === '') {
    return accept('');
  }
  switch (part) {
    case 'subnet':
      return toVerdict(text, checkRow(text, index, draft, around));
    case 'gateway':
      return toVerdict(text, checkGateway(text, subnet));
    case 'ipRange':
      return toVerdict(text, checkIpRange(text, subnet));
  }
}

function withRow(draft: NetworkDraft, index: number, part: RowPart, value: string): NetworkDraft {
  const rows = draft.subnets ?? [];
  const { [part]: _old, ...others }: Partial<DraftSubnet> = rows[index] ?? {};
  const row = { subnet: '', ...others, ...(value === '' ? {} : { [part]: value }) };
  const next = [
    ...rows.slice(0, index),
    ...(row.subnet === '' ? [] : [row]),
    ...rows.slice(index + 1),
  ];
  return withPart(draft, 'subnets', next.length === 0 ? undefined : next);
}

function rowText({ subnet, gateway, ipRange }: DraftSubnet): string {
  return [
    subnet,
    ...(gateway === undefined ? [] : [l10n.t('gateway {0}', gateway)]),
    ...(ipRange === undefined ? [] : [l10n.t('addresses from {0}', ipRange)]),
  ].join(' · ');
}
