import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import { refusal } from './refusal';
import { leadsElsewhere, type CommandContext, type ConnectedSwarm } from './commandContext';
import { showError, tellDisconnected, tellNotDone } from './showError';

/**
 * Why a form cannot be sent to the swarm that it began with, told to the person; undefined when it can.
 */
export function tellUnsent(
  context: CommandContext,
  start: ConnectedSwarm,
  now: ConnectedSwarm | undefined,
  object: string,
): string | undefined {
  const swarm = start.connection.name;
  if (now !== undefined) {
    const why = refusal(now, { toChange: true });
    return why === undefined ? undefined : tellNotDone(context, why);
  }
  return leadsElsewhere(context, start)
    ? tellNotDone(
        context,
        l10n.t('"{0}" leads to another swarm now; "{1}" was not created.', swarm, object),
      )
    : tellDisconnected(context, { swarm, object });
}

/** Tells that what was entered is kept, and goes on with the form when the person wants it. */
export function offerToContinue(
  context: CommandContext,
  label: string,
  again: () => Promise<void>,
): void {
  const text =
    label === ''
      ? l10n.t('What you entered is kept.')
      : l10n.t('What you entered for "{0}" is kept.', label);
  const go = l10n.t('Continue');
  void vscode.window.showInformationMessage(toPlainLine(text), go).then(async (chosen) => {
    if (chosen === go) {
      await again().catch((error: unknown) => showError(context, error));
    }
  });
}
