import * as l10n from '@vscode/l10n';
import { changedPaths } from '../spec/reapply';
import type { ServiceDraft } from '../spec/serviceDraft';
import { fieldLabel, valueSummary } from './fieldLabel';
import { withoutIcons, type QuickChoice } from './quickUi';

/** Every field that differs, as a row that says how; environment values are masked. */
export function changedFields(before: ServiceDraft, after: ServiceDraft): QuickChoice<'fact'>[] {
  const keys = new Set(changedPaths(before, after).map((path) => path.split('.')[0] ?? ''));
  return [...keys].map((key) => {
    const text = (draft: ServiceDraft): string =>
      valueSummary(Object.entries(draft).find(([name]) => name === key)?.[1], key) ||
      l10n.t('none');
    return {
      label: fieldLabel(key),
      description: withoutIcons(`${text(before)} → ${text(after)}`),
      value: 'fact',
      group: l10n.t('What changes'),
    };
  });
}
