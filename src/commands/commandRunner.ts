import * as l10n from '@vscode/l10n';
import type { CommandName } from '../contributions';
import type * as acts from './acts';
import type { CommandContext } from './commandContext';
import { chooseSwarm } from './chooseSwarm';
import { connectTo, disconnect, retry } from './connect';
import { demoEntry } from './demoEntry';
import type * as forms from './forms';
import { forgetSecrets } from './forgetSecrets';
import type * as logsEntry from './logs/logsEntry';
import { showError } from './showError';

type Handler = (argument?: unknown, selection?: unknown) => Promise<void> | void;

type FormName = keyof typeof forms;
type ActName = keyof typeof acts;
type LogAct = Exclude<keyof typeof logsEntry, 'SwarmLogs' | 'openEntry'>;

/** A command in a bundle of its own. */
type LateCommand = (
  context: CommandContext,
  argument?: unknown,
  selection?: unknown,
) => Promise<void> | void;

/** Runs a command; a failure is told to the person, never thrown. */
export type CommandRunner = (
  name: CommandName,
  argument?: unknown,
  /** The selected rows of the tree, where there are several. */
  selection?: unknown,
) => Promise<void>;

/** Every command of the product; a name of `COMMANDS` without a handler does not compile. */
export function commandRunner(context: CommandContext): CommandRunner {
  /** Runs a command of a bundle, which is loaded with the first one. */
  const late =
    <N extends string>(load: () => Promise<Readonly<Record<N, LateCommand>>>) =>
    (name: N): Handler =>
    async (argument, selection) => {
      await (await load())[name](context, argument, selection);
    };
  const form = late<FormName>(() => import('./forms'));
  const act = late<ActName>(() => import('./acts'));
  const editing =
    (name: 'edit' | 'preview' | 'apply' | 'reset'): Handler =>
    async (argument) => {
      await (await context.serviceEditor())[name](argument);
    };
  const inLogs = late<LogAct>(() => import('./logs/logsEntry'));
  const handlers: Readonly<Record<CommandName, Handler>> = {
    connect: late<'connect'>(() => import('./connectForm'))('connect'),
    startDemo: () => connectTo(context, demoEntry),
    disconnect: (argument) => disconnect(context, argument),
    refresh: (argument) => retry(context, argument),
    retry: (argument) => retry(context, argument),
    connectToManager: form('connectToManager'),
    initSwarm: form('initSwarm'),
    unlockSwarm: form('unlockSwarm'),
    createNetwork: form('createNetwork'),
    deployService: form('deployService'),
    editService: editing('edit'),
    previewService: editing('preview'),
    applyService: editing('apply'),
    resetService: editing('reset'),
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
    copyDockerCommand: act('copyDockerCommand'),
    copyDockerCommandWithValues: act('copyDockerCommandWithValues'),
    showLogs: inLogs('showLogs'),
    showLogsWithOptions: inLogs('showLogsWithOptions'),
    stopLogs: inLogs('stopLogs'),
    resumeLogs: inLogs('resumeLogs'),
    clearLogs: inLogs('clearLogs'),
    copyLogsCommand: inLogs('copyLogsCommand'),
    openPublishedPort: inLogs('openPublishedPort'),
    ...routingHandlers(context),
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

/** Commands of the routing page. */
function routingHandlers(
  context: CommandContext,
): Readonly<
  Record<'openRouting' | 'saveRoutingJson' | 'saveProbesCsv' | 'saveMap' | 'writeReport', Handler>
> {
  return {
    openRouting: (argument) => openRouting(context, argument),
    saveRoutingJson: () => context.shareRouting('json'),
    saveProbesCsv: () => context.shareRouting('csv'),
    saveMap: () => context.shareRouting('map'),
    writeReport: () => context.shareRouting('report'),
  };
}

async function openRouting(context: CommandContext, argument: unknown): Promise<void> {
  const title = l10n.t('Open Ingress Routing');
  const swarm = await chooseSwarm(context, argument, { title, toChange: false });
  if (swarm !== undefined) {
    await context.openRouting(swarm.connection.id);
  }
}
