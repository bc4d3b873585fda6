import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { GuardResult, RunningGuard } from '../probe/actGuard';

/** Ends the probes around an act, and shows that the last of them are waited for: up to their deadline. */
export async function endOfGuard(guard: RunningGuard): Promise<GuardResult> {
  return await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: l10n.t('Waiting for the last probes…') },
    async () => await guard.end(),
  );
}
