import * as l10n from '@vscode/l10n';
import type { CommandName } from '../contributions';
import type { CommandContext } from './commandContext';
import { chooseSwarm } from './chooseSwarm';
import { connect, connectTo, disconnect, retry } from './connect';
import { demoEntry } from './connectionPicker';
import { forgetSecrets } from './forgetSecrets';
import { showError } from './showError';

type Handler = (argument?: unknown) => Promise<void> | void;

/** Runs a command; a failure is told to the person, never thrown. */
export type CommandRunner = (name: CommandName, argument?: unknown) => Promise<void>;

/** Every command of the product; a name of `COMMANDS` without a handler does not compile. */
export function commandRunner(context: CommandContext): CommandRunner {
  const handlers: Readonly<Record<CommandName, Handler>> = {
    connect: (argument) => connect(context, argument),
    startDemo: () => connectTo(context, demoEntry),
    disconnect: (argument) => disconnect(context, argument),
    refresh: (argument) => retry(context, argument),
    retry: (argument) => retry(context, argument),
    connectToManager: async (argument) => {
      await (await import('./forms')).connectToManager(context, argument);
    },
    initSwarm: async (argument) => {
      await (await import('./forms')).initSwarm(context, argument);
    },
    unlockSwarm: async (argument) => {
      await (await import('./forms')).unlockSwarm(context, argument);
    },
    createNetwork: async (argument) => {
      await (await import('./forms')).createNetwork(context, argument);
    },
    deployService: async (argument) => {
      await (await import('./forms')).deployService(context, argument);
    },
    editService: async (argument) => {
      await (await context.serviceEditor()).edit(argument);
    },
    previewService: async (argument) => {
      await (await context.serviceEditor()).preview(argument);
    },
    applyService: async (argument) => {
      await (await context.serviceEditor()).apply(argument);
    },
    resetService: async (argument) => {
      await (await context.serviceEditor()).reset(argument);
    },
    inspect: async (argument) => {
      await (await import('./acts')).inspect(context, argument);
    },
    remove: async (argument) => {
      await (await import('./acts')).remove(context, argument);
    },
    copyId: async (argument) => {
      await (await import('./acts')).copyId(context, argument);
    },
    copyDockerCommand: async (argument) => {
      await (await import('./acts')).copyDockerCommand(context, argument, false);
    },
    copyDockerCommandWithValues: async (argument) => {
      await (await import('./acts')).copyDockerCommand(context, argument, true);
    },
    openRouting: (argument) => openRouting(context, argument),
    forgetSecrets: () => forgetSecrets(context),
    showLog: () => context.showLog(),
  };
  return async (name, argument) => {
    try {
      await handlers[name](argument);
    } catch (error) {
      showError(context, error);
    }
  };
}

async function openRouting(context: CommandContext, argument: unknown): Promise<void> {
  const title = l10n.t('Open Ingress Routing');
  const swarm = await chooseSwarm(context, argument, { title, toChange: false });
  if (swarm !== undefined) {
    await context.openRouting(swarm.connection.id);
  }
}
