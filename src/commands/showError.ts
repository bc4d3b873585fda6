import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toSwarmscopeError } from '../common/errors';
import { errorLine, type ErrorContext } from '../common/errorText';
import type { CommandContext } from './commandContext';

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
  const showLog = l10n.t('Show Log');
  void vscode.window.showErrorMessage(errorLine(error, about), showLog).then((chosen) => {
    if (chosen === showLog) {
      context.showLog();
    }
  });
}
