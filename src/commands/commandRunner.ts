import * as l10n from '@vscode/l10n';
import type { CommandName } from '../contributions';
import type * as acts from './acts';
import type { CommandContext } from './commandContext';
import { chooseSwarm } from './chooseSwarm';
import { connectTo, disconnect, retry } from './connect';
import { demoEntry } from './demoEntry';
import { forgetSecrets } from './forgetSecrets';
import type * as logsEntry from './logs/logsEntry';
import { showError } from './showError';

type Handler = (argument?: unknown, selection?: unknown) => Promise<void> | void;

/** Acts on objects, in a bundle of their own. */
type ActName = Exclude<keyof typeof acts, 'copyDockerCommand'>;

type LogAct = Exclude<keyof typeof logsEntry, 'SwarmLogs'>;

/** Runs a command; a failure is told to the person, never thrown. */
export type CommandRunner = (
  name: CommandName,
  argument?: unknown,
  /** The selected rows of the tree, where there are several. */
  selection?: unknown,
) => Promise<void>;

/** Every command of the product; a name of `COMMANDS` without a handler does not compile. */
export function commandRunner(context: CommandContext): CommandRunner {
  const inLogs =
    (act: LogAct): Handler =>
    async (argument) => {
      await (await import('./logs/logsEntry'))[act](context, argument);
    };
  const act =
    (name: ActName): Handler =>
    async (argument, selection) => {
      await (await import('./acts'))[name](context, argument, selection);
    };
  const handlers: Readonly<Record<CommandName, Handler>> = {
    connect: async (argument) => {
      await (await import('./connectForm')).connect(context, argument);
    },
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
    inspect: act('inspect'),
    remove: act('remove'),
    scaleService: act('scaleService'),
    updateImage: act('updateImage'),
    forceUpdate: act('forceUpdate'),
    rollBack: act('rollBack'),
    attachNetworks: act('attachNetworks'),
    detachNetworks: act('detachNetworks'),
    editPorts: act('editPorts'),
    setAvailability: act('setAvailability'),
    promoteNode: act('promoteNode'),
    demoteNode: act('demoteNode'),
    editNodeLabels: act('editNodeLabels'),
    copyId: act('copyId'),
    copyDockerCommand: async (argument) => {
      await (await import('./acts')).copyDockerCommand(context, argument, false);
    },
    copyDockerCommandWithValues: async (argument) => {
      await (await import('./acts')).copyDockerCommand(context, argument, true);
    },
    showLogs: inLogs('showLogs'),
    showLogsWithOptions: inLogs('showLogsWithOptions'),
    stopLogs: inLogs('stopLogs'),
    resumeLogs: inLogs('resumeLogs'),
    clearLogs: inLogs('clearLogs'),
    copyLogsCommand: inLogs('copyLogsCommand'),
    openPublishedPort: inLogs('openPublishedPort'),
    openRouting: (argument) => openRouting(context, argument),
    deployStack: async (argument) => {
      await (await context.stacks()).deploy(argument);
    },
    compareStack: async (argument) => {
      await (await context.stacks()).compare(argument);
    },
    groupByStack: async () => {
      await (await context.stacks()).group(true);
    },
    dontGroupByStack: async () => {
      await (await context.stacks()).group(false);
    },
    forgetSecrets: () => forgetSecrets(context),
    showLog: () => context.showLog(),
  };
  return async (name, argument, selection) => {
    try {
      await handlers[name](argument, selection);
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
