import * as l10n from '@vscode/l10n';
import type { DraftPath } from '../spec/draftPath';
import { fieldAt } from '../spec/serviceFields';

/** What a field is for, as lines: its meaning, its option of the docker CLI, its values. */
export function hoverLines(path: DraftPath): readonly string[] {
  const field = fieldAt(path);
  if (field === undefined) {
    return [];
  }
  const { about, flag, values, example } = field;
  return [
    about,
    ...(flag === undefined ? [] : [l10n.t('docker service create: {0}', flag)]),
    ...(values === undefined ? [] : [l10n.t('One of: {0}', values.join(', '))]),
    ...(example === undefined ? [] : [l10n.t('Such as {0}', example)]),
  ];
}
