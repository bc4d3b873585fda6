import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../../common/text';

/** Names in a sentence at most; more are counted. */
const SHOWN = 6;

/** `a, b, c and 12 more`, each a harmless line of at most `length` characters. */
export function listText(names: readonly string[], shown = SHOWN, length = 80): string {
  const all = [...new Set(names)].map((name) => toPlainLine(name, length));
  const more = all.length - shown;
  return more > 1
    ? l10n.t('{0} and {1} more', all.slice(0, shown).join(', '), more)
    : all.join(', ');
}
