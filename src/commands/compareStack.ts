import * as l10n from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import { COMMANDS } from '../contributions';
import { compareStacks, comparisonText } from '../stacks/compareStacks';
import { readCompose } from '../stacks/composeFile';
import { chooseSwarm } from './chooseSwarm';
import { offerDocker, refusedAsUntrusted } from './dockerProgram';
import { tellNotDone } from './showError';
import type { StackConfig } from './stackConfigs';
import type { StackFiles } from './stackFiles';
import { composeDocument, stackNameOf, type StackTarget } from './stackTarget';

/** Shows in a diff editor how a compose file differs from the stack of its name that runs. */
export async function compareStack(files: StackFiles, argument: unknown): Promise<void> {
  const { context, memory } = files;
  const document = await composeDocument(argument);
  if (document === undefined) {
    tellNoFile();
    return;
  }
  if (await refusedAsUntrusted()) {
    return;
  }
  const target = files.targetOf(document) ?? (await chooseTarget());
  if (target === undefined) {
    return;
  }
  const { fsPath } = document.uri;
  const config = await freshConfig(files, fsPath);
  if (config.kind === 'no-cli' && (await offerDocker(config.reason))) {
    await compareStack(files, argument);
  } else if (config.kind === 'output') {
    await show(files, document.uri, target, config.text);
  } else if (config.kind !== 'no-cli') {
    tell(files, config);
  }

  async function chooseTarget(): Promise<StackTarget | undefined> {
    const title = l10n.t('Compare Stack File with Swarm');
    if (await offeredToConnect(files)) {
      return undefined;
    }
    const swarm = await chooseSwarm(context, undefined, { title, toChange: false });
    return (
      swarm &&
      document && { swarm, stack: stackNameOf(document, readCompose(document.getText()), memory) }
    );
  }
}

/** Tells that no swarm is open, and offers to connect to one; false when there is one. */
export async function offeredToConnect({ context: { swarms } }: StackFiles): Promise<boolean> {
  if (swarms.open.length > 0) {
    return false;
  }
  const connect = l10n.t('Connect…');
  const chosen = await vscode.window.showInformationMessage(
    l10n.t('No swarm is connected. Connect to a manager first.'),
    connect,
  );
  if (chosen === connect) {
    await vscode.commands.executeCommand(COMMANDS.connect);
  }
  return true;
}

/** Tells which files can be meant. */
export function tellNoFile(): void {
  void vscode.window.showInformationMessage(
    l10n.t(
      'Open a compose file first: compose.yaml, docker-compose.yml, a file with "stack" in its name, or any in the language "Docker Compose".',
    ),
  );
}

/** What the docker CLI makes of a file now, with a progress that can be cancelled. */
export async function freshConfig(files: StackFiles, file: string): Promise<StackConfig> {
  // Variables and other files may have changed since.
  files.configs.forget(file);
  return await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Reading {0} with the docker CLI', path.basename(file)),
      cancellable: true,
    },
    async (_progress, token) => {
      token.onCancellationRequested(() => files.configs.forget(file));
      return await files.configs.look(file);
    },
  );
}

async function show(
  files: StackFiles,
  uri: vscode.Uri,
  { stack, swarm }: StackTarget,
  output: string,
): Promise<void> {
  // As it is by now.
  const { state } = swarm.store;
  const snapshot = state.phase === 'connected' ? state.snapshot : swarm.snapshot;
  const comparison = compareStacks(output, snapshot, stack);
  const { running, wanted } = files.sides.show(uri, swarm.connection, comparison);
  const title = l10n.t(
    '{0}: {1} (left) ↔ {2} (right), {3}',
    stack,
    toPlainLine(swarm.connection.name, 60),
    path.basename(uri.fsPath),
    comparisonText(comparison),
  );
  await vscode.commands.executeCommand('vscode.diff', running, wanted, title, { preview: false });
}

function tell(
  { context }: StackFiles,
  config: Exclude<StackConfig, { kind: 'output' | 'no-cli' }>,
): void {
  switch (config.kind) {
    case 'cancelled':
      return;
    case 'old-cli':
      tellNotDone(
        context,
        l10n.t(
          'This docker CLI cannot print a stack file filled in ("docker stack config"), so there is nothing to compare. Install docker CLI 23.0 or later, or name one in the setting swarmscope.docker.path.',
        ),
      );
      return;
    case 'refused':
      tellNotDone(
        context,
        l10n.t(
          'The docker CLI does not accept this file: {0}',
          config.tail || l10n.t('it says nothing'),
        ),
      );
  }
}
