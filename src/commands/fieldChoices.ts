import * as l10n from '@vscode/l10n';
import { valueAt, type DraftPath } from '../spec/draftPath';
import type { ServiceDraft } from '../spec/serviceDraft';
import type { ServiceField } from '../spec/serviceField';
import { fieldLabel, valueSummary } from './fieldLabel';
import { withoutIcons, type QuickChoice } from './quickUi';

/** Menu rows for fields, with what is set now. */
export function fieldChoices(
  draft: ServiceDraft,
  path: DraftPath,
  fields: readonly ServiceField[],
): QuickChoice<{ kind: 'field'; member: ServiceField }>[] {
  return fields.map((member) => {
    const summary = valueSummary(valueAt(draft, [...path, member.key]), member.key);
    return {
      label: fieldLabel(member.key),
      description: withoutIcons(summary),
      detail: member.about,
      value: { kind: 'field', member },
    };
  });
}

/** The row that ends a menu. */
export function doneChoice(): QuickChoice<{ kind: 'done' }> {
  return { label: `$(check) ${l10n.t('Done')}`, value: { kind: 'done' } };
}

/** The row that adds to a list. */
export function addChoice(): QuickChoice<{ kind: 'add' }> {
  return { label: `$(add) ${l10n.t('Add…')}`, value: { kind: 'add' } };
}
