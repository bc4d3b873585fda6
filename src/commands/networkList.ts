import * as l10n from '@vscode/l10n';
import type { NetworkDraft } from '../spec/networkDraft';
import type { NetworkSurroundings } from '../spec/networkSurroundings';
import { withoutIcons, type Answer, type QuickFrame, type QuickUi } from './quickUi';

/** What asking for one option needs. */
export interface PartContext {
  readonly draft: NetworkDraft;
  readonly around: () => NetworkSurroundings;
  /** Takes over what is complete while more is asked. */
  readonly commit: (draft: NetworkDraft) => void;
  readonly frame: QuickFrame;
  readonly ui: QuickUi;
}

/** Asks for one option; Back leaves it as it is. */
export type AskPart = (context: PartContext) => Promise<Answer<NetworkDraft>>;

/** What is chosen in a list of rows: the end, a new row, or one by its index. */
type ListChoice = 'done' | 'add' | number;

/** Asks which row of a list is to be changed. */
export function pickRow(
  rows: readonly string[],
  what: string,
  { frame, ui }: Pick<PartContext, 'frame' | 'ui'>,
): Promise<Answer<ListChoice>> {
  return ui.pick<ListChoice>(frame, {
    placeholder:
      rows.length === 0
        ? l10n.t('{0}: none yet', what)
        : l10n.t('{0}: choose one to change or remove it', what),
    choices: [
      { label: `$(check) ${l10n.t('Done')}`, value: 'done' },
      { label: `$(add) ${l10n.t('Add…')}`, value: 'add' },
      ...rows.map((row, index) => ({ label: withoutIcons(row), value: index })),
    ],
  });
}
