import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandContext } from './commandContext';

/** Tells that ports of a swarm became failing, and leads to them. */
export async function tellFailing(
  { openRouting }: Pick<CommandContext, 'openRouting'>,
  connectionId: string,
  text: string,
): Promise<void> {
  const routing = l10n.t('Show Routing');
  if ((await vscode.window.showWarningMessage(text, routing)) === routing) {
    await openRouting(connectionId);
  }
}
