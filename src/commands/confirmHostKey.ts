import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import type { HostKeyQuestion } from '../docker/secrets';

/** Asks whether a host that ssh does not know is the right one; ssh remembers it then. */
export async function confirmHostKey(
  connection: string,
  { host, keyType, fingerprint }: HostKeyQuestion,
): Promise<boolean> {
  const yes = l10n.t('Connect and Remember');
  const chosen = await vscode.window.showWarningMessage(
    l10n.t('Is this the right host? "{0}" was never reached by ssh before.', toPlainLine(host)),
    {
      modal: true,
      detail: l10n.t(
        'Connection: {0}\n{1} key fingerprint: {2}\n\nCompare it with what the one who runs the host tells you. Anybody in between would show another one.',
        toPlainLine(connection, 60),
        keyType,
        fingerprint,
      ),
    },
    yes,
  );
  return chosen === yes;
}
