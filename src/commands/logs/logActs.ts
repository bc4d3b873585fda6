import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { shellCommand } from '../../common/shellQuote';
import type { LogAddress } from '../../logs/logAddress';
import type { CommandContext } from '../commandContext';
import type { LogView } from './logView';
import { chooseLogs } from './showLogs';

const TOLD_MS = 3_000;

/** Stops reading the logs in front; what is there stays. */
export async function stopLogs(context: CommandContext, argument?: unknown): Promise<void> {
  (await viewInFront(context, argument))?.stop();
}

/** Reads the logs in front again, with what was missed. */
export async function resumeLogs(context: CommandContext, argument?: unknown): Promise<void> {
  (await viewInFront(context, argument))?.start();
}

/** Empties the logs in front; the tasks' own logs stay as they are. */
export async function clearLogs(context: CommandContext, argument?: unknown): Promise<void> {
  (await viewInFront(context, argument))?.clear();
}

/** Copies the `docker service logs …` that shows the same. */
export async function copyLogsCommand(context: CommandContext, argument?: unknown): Promise<void> {
  const logs = await context.logs();
  const address =
    logs.find(argument)?.address ??
    (await chooseLogs(context, argument, l10n.t('Copy Logs as Docker Command')));
  if (address !== undefined) {
    await vscode.env.clipboard.writeText(logsCommand(address));
    const told = l10n.t('Copied the docker command for the logs of {0}', address.name);
    vscode.window.setStatusBarMessage(told, TOLD_MS);
  }
}

/** `docker service logs …`, which takes a service's name or a task's id. */
export function logsCommand({ kind, id, name, options }: LogAddress): string {
  const { follow, tail, since, timestamps } = options;
  return shellCommand([
    'docker',
    'service',
    'logs',
    ...(follow ? ['--follow'] : []),
    ...(timestamps ? ['--timestamps'] : []),
    ...(since === undefined ? [] : ['--since', since.replace(' ', 'T')]),
    ...(tail === undefined ? [] : ['--tail', String(tail)]),
    kind === 'service' ? name : id,
  ]);
}

async function viewInFront(
  context: CommandContext,
  argument: unknown,
): Promise<LogView | undefined> {
  const view = (await context.logs()).find(argument);
  if (view === undefined) {
    void vscode.window.showInformationMessage(
      l10n.t('No logs are in front. Run "Show Logs" first.'),
    );
  }
  return view;
}
