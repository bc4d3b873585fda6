import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { toPlainLine } from '../../common/text';
import { listText } from './listText';
import { showSpecDifference } from './specDifference';

/** A change that was not sent, because somebody else changed the same fields meanwhile. */
export interface Conflict {
  readonly name: string;
  /** The fields, as paths. */
  readonly paths: readonly string[];
  /** What it is now. */
  readonly now: object;
  /** What was asked for. */
  readonly wanted: object;
}

/**
 * Tells a conflict with its fields, and shows the difference where the person asks for it. Gives the
 * sentence for the question that comes back; undefined when the person leaves it at that.
 */
export async function tellConflict({
  name,
  paths,
  now,
  wanted,
}: Conflict): Promise<string | undefined> {
  const difference = l10n.t('Show Difference');
  const again = l10n.t('Ask Again');
  const problem = toPlainLine(
    l10n.t('Somebody else changed "{0}" meanwhile: {1}. Nothing was sent.', name, listText(paths)),
    600,
  );
  const buttons = [again, difference];
  let shown: Disposable | undefined;
  for (;;) {
    const chosen = await vscode.window.showWarningMessage(problem, ...buttons);
    if (chosen === again) {
      shown?.dispose();
      return problem;
    }
    if (chosen !== difference) {
      return undefined;
    }
    shown = await showSpecDifference(
      { spec: now, name: l10n.t('{0} now', name) },
      { spec: wanted, name: l10n.t('{0} as you asked', name) },
      l10n.t('{0}: now ↔ as you asked', name),
    );
    buttons.splice(1);
  }
}
