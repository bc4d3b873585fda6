import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandContext } from './commandContext';

/** Deletes every passphrase and password that the person had kept. */
export async function forgetSecrets({
  forgetSecrets: forget,
}: Pick<CommandContext, 'forgetSecrets'>): Promise<void> {
  const count = await forget();
  void vscode.window.showInformationMessage(
    count === 0
      ? l10n.t('No secret was kept.')
      : l10n.t('Kept secrets that were deleted: {0}', count),
  );
}
