import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable';
import { COMMANDS, type CommandName } from '../contributions';
import type { CommandContext } from './commandContext';
import { connect, connectAgain, connectTo, demoEntry } from './connect';
import { copyDockerCommand, copyId } from './copy';
import { createNetwork } from './createNetwork';
import { deployService } from './deployService';
import { objectOrPick } from './pickObject';
import { remove } from './remove';
import { showError } from './showError';

type Handler = (argument?: unknown) => Promise<void> | void;

/** Registers every command; a name of `COMMANDS` without a handler does not compile. */
export function registerCommands(context: CommandContext): Disposable {
  const { store } = context;
  const handlers: Readonly<Record<CommandName, Handler>> = {
    connect: (argument) => connect(context, argument),
    startDemo: () => connectTo(context, demoEntry),
    disconnect: async () => {
      store.disconnect();
      await context.lastConnection.remember(undefined);
    },
    refresh: () => retry(context),
    retry: () => retry(context),
    createNetwork: () => createNetwork(context),
    deployService: (argument) => deployService(context, argument),
    inspect: (argument) => inspect(context, argument),
    remove: (argument) => remove(context, argument),
    copyId: (argument) => copyId(context, argument),
    copyDockerCommand: (argument) => copyDockerCommand(context, argument, false),
    copyDockerCommandWithValues: (argument) => copyDockerCommand(context, argument, true),
    openRouting: () => context.openRouting(),
    showLog: () => context.showLog(),
  };
  const disposables = new DisposableStore();
  for (const [name, id] of Object.entries(COMMANDS)) {
    const handler = handlers[name as CommandName];
    disposables.add(
      vscode.commands.registerCommand(id, async (argument?: unknown) => {
        try {
          await handler(argument);
        } catch (error) {
          showError(context, error);
        }
      }),
    );
  }
  return disposables;
}

/** Connects again after a failure, or looks anew. */
async function retry(context: CommandContext): Promise<void> {
  const { store } = context;
  if (store.state.phase === 'failed') {
    await connectAgain(context, store.state.connection);
  } else {
    await store.refresh('manual');
  }
}

async function inspect(context: CommandContext, argument: unknown): Promise<void> {
  const object = await objectOrPick(context, argument, l10n.t('Inspect'), [
    'network',
    'service',
    'node',
    'task',
  ]);
  if (object !== undefined) {
    await context.openDocument(object);
  }
}
