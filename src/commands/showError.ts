import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toSwarmscopeError } from '../common/errors';
import { errorLine, type ErrorContext } from '../common/errorText';
import { toPlainLine } from '../common/text';
import type { CommandContext } from './commandContext';

/** Tells that a form came to its end without its swarm; gives the sentence. */
export function tellDisconnected(
  context: Pick<CommandContext, 'showLog'>,
  { swarm, object }: { readonly swarm: string; readonly object: string },
): string {
  return tellNotDone(
    context,
    l10n.t('"{0}" is not connected any more; "{1}" was not created.', swarm, object),
  );
}

/**
 * Tells why an act was not carried out; gives the sentence as it is shown. A notification is shown whole
 * with a button only: without one VS Code cuts it to a line.
 */
export function tellNotDone(context: Pick<CommandContext, 'showLog'>, why: string): string {
  const text = toPlainLine(why, 1_000);
  offerLog(context, text);
  return text;
}

/** Tells a failure with its next step and "Show Log"; a cancelled act needs no telling. */
export function showError(
  context: Pick<CommandContext, 'logger' | 'showLog'>,
  thrown: unknown,
  about: ErrorContext = {},
): void {
  const error = toSwarmscopeError(thrown);
  if (error.code === 'cancelled') {
    return;
  }
  context.logger.error(`${error.code}: ${error.message}`);
  offerLog(context, errorLine(error, about));
}

function offerLog(context: Pick<CommandContext, 'showLog'>, text: string): void {
  const showLog = l10n.t('Show Log');
  void vscode.window.showErrorMessage(text, showLog).then((chosen) => {
    if (chosen === showLog) {
      context.showLog();
    }
  });
}
