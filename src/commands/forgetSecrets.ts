import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandContext } from './commandContext';

/** Deletes every passphrase, password and unsent form that is kept. */
export async function forgetSecrets({
  forgetSecrets: forget,
}: Pick<CommandContext, 'forgetSecrets'>): Promise<void> {
  const count = await forget();
  void vscode.window.showInformationMessage(
    count === 0
      ? l10n.t('No secret was kept.')
      : l10n.t('Kept secrets and unsent forms that were deleted: {0}', count),
  );
}
