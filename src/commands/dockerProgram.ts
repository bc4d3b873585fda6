import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import { SETTINGS } from '../contributions';
import { expandHome } from '../docker/ownConnections';

const INSTALL_PAGE = 'https://docs.docker.com/engine/install/';

/** The docker CLI that the person named. */
export function dockerProgram(): string {
  const value = vscode.workspace.getConfiguration().get<unknown>(SETTINGS.dockerPath);
  const named = typeof value === 'string' ? value.trim() : '';
  return expandHome(named || 'docker', homedir());
}

/** Tells that the CLI cannot be started and offers what helps; true when another one was chosen. */
export async function offerDocker(reason: string): Promise<boolean> {
  const install = l10n.t('Open the Install Page');
  const choose = l10n.t('Choose a Path…');
  const program = toPlainLine(dockerProgram());
  const why =
    reason === 'ENOENT'
      ? l10n.t('There is no docker command "{0}" on the machine that Swarmscope runs on.', program)
      : l10n.t('The docker command "{0}" cannot be started ({1}).', program, reason);
  const chosen = await vscode.window.showErrorMessage(
    `${why} ${l10n.t('Stacks are deployed and compared by the docker CLI: install it, or say where it is.')}`,
    install,
    choose,
  );
  if (chosen === install) {
    await vscode.env.openExternal(vscode.Uri.parse(INSTALL_PAGE));
  }
  return chosen === choose && (await choosePath());
}

async function choosePath(): Promise<boolean> {
  const [file] =
    (await vscode.window.showOpenDialog({ title: l10n.t('Choose the docker command') })) ?? [];
  if (file === undefined) {
    return false;
  }
  await vscode.workspace
    .getConfiguration()
    .update(SETTINGS.dockerPath, file.fsPath, vscode.ConfigurationTarget.Global);
  return true;
}

/** Says so when the workspace is not trusted: the CLI acts on files of it. */
export async function refusedAsUntrusted(): Promise<boolean> {
  if (vscode.workspace.isTrusted) {
    return false;
  }
  const manage = l10n.t('Manage Workspace Trust');
  const chosen = await vscode.window.showErrorMessage(
    l10n.t(
      'This workspace is not trusted. Stacks are deployed and compared by running the docker CLI on its files, which needs a workspace that you trust.',
    ),
    manage,
  );
  if (chosen === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
  return true;
}
