import * as l10n from '@vscode/l10n';
import { homedir, hostname } from 'node:os';
import * as vscode from 'vscode';
import type { CommandContext } from './commands/commandContext';
import { restoreConnection } from './commands/connect';
import { LastConnection } from './commands/lastConnection';
import { registerCommands } from './commands/registerCommands';
import { showError } from './commands/showError';
import { VscodeQuickUi } from './commands/vscodeQuickUi';
import { systemClock } from './common/clock';
import { DisposableStore } from './common/disposable';
import { describeError, errorLine } from './common/errorText';
import type { Logger } from './common/logger';
import { Visibility } from './common/visibility';
import { COMMANDS, CONTEXT_KEYS, SETTINGS, VIEWS } from './contributions';
import { DemoConnection } from './demoClient/demoConnection';
import { findConnections } from './docker/contexts';
import { openEngine } from './docker/engineOpener';
import type { ConnectionEntry } from './docker/target';
import { InspectFileSystem } from './documents/inspectFileSystem';
import { chooseProbeEngine } from './probe/chooseEngine';
import type { ProbeEngine } from './probe/probe';
import { ProbeScheduler } from './probe/probeScheduler';
import { onDidChangeSettings, readSettings } from './settings';
import { SwarmStore } from './store/swarmStore';
import { contextStateOf } from './tree/contextState';
import { SwarmTreeProvider } from './tree/swarmTreeProvider';
import { RoutingPanelManager } from './webview/routingPanel';

/** Builds the product's objects, hands them to each other and registers them. */
export function activate(context: vscode.ExtensionContext): void {
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  const own = new DisposableStore();
  context.subscriptions.push(own);
  const logger = own.add(vscode.window.createOutputChannel('Swarmscope', { log: true }));
  const demo = own.add(newDemo(context, logger));
  const store = own.add(newStore(demo, logger));
  const visibility = new Visibility((visible) => store.setVisible(visible));
  const documents = own.add(
    new InspectFileSystem(store, (open) => visibility.set('documents', open)),
  );
  own.add(documents.register());
  const panels = own.add(newPanels(context, { store, demo, documents, visibility, logger }));
  own.add(panels.registerSerializer());
  registerTree(own, store, visibility);

  const lastConnection = new LastConnection(context.globalState);
  const commandContext: CommandContext = {
    store,
    ui: new VscodeQuickUi(),
    logger,
    lastConnection,
    findConnections: findConnectionsHere,
    openDocument: (object) => documents.open(object),
    openRouting: () => panels.show(),
    showLog: () => logger.show(),
  };
  own.add(registerCommands(commandContext));
  own.add(
    store.onDidChange((state) => {
      if (state.phase === 'disconnected' || state.connection.source !== 'demo') {
        demo.release();
      }
    }),
  );
  restoreConnection(commandContext).catch((error: unknown) => showError(commandContext, error));
}

function newDemo(context: vscode.ExtensionContext, logger: Logger): DemoConnection {
  return new DemoConnection({
    script: context.asAbsolutePath('dist/demoSwarm.js'),
    // VS Code's own runtime, for machines without a `node`.
    runtime: { command: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } },
    logger,
  });
}

function newStore(demo: DemoConnection, logger: Logger): SwarmStore {
  return new SwarmStore({
    open: (entry, signal) =>
      openEngine(entry, signal, {
        resolveAddress: async () =>
          entry.source === 'demo' ? (await demo.open(signal)).address : entry.address,
        logger,
      }),
    logger,
    clock: systemClock,
  });
}

function registerTree(own: DisposableStore, store: SwarmStore, visibility: Visibility): void {
  const treeDataProvider = own.add(
    new SwarmTreeProvider(store, {
      clock: systemClock,
      describeError: (error) => errorLine(error),
    }),
  );
  const view = own.add(
    vscode.window.createTreeView(VIEWS.swarm, { treeDataProvider, showCollapseAll: true }),
  );
  visibility.set('tree', view.visible);
  own.add(view.onDidChangeVisibility(({ visible }) => visibility.set('tree', visible)));
  const showState = (): void => {
    const value = contextStateOf(store.state);
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.state, value);
  };
  own.add(store.onDidChange(showState));
  showState();
}

interface PanelParts {
  readonly store: SwarmStore;
  readonly demo: DemoConnection;
  readonly documents: InspectFileSystem;
  readonly visibility: Visibility;
  readonly logger: vscode.LogOutputChannel;
}

function newPanels(
  { extension, extensionUri }: vscode.ExtensionContext,
  { store, demo, documents, visibility, logger }: PanelParts,
): RoutingPanelManager {
  const manifest = extension.packageJSON as { readonly version: string };
  const chooseEngine = (): Promise<ProbeEngine> =>
    chooseProbeEngine({
      curlPath: readSettings().curlPath,
      productVersion: manifest.version,
      logger,
    });
  return new RoutingPanelManager({
    extensionUri,
    store,
    createScheduler: () =>
      new ProbeScheduler(
        { chooseEngine, clock: systemClock, logger, vantage: hostname() },
        readSettings(),
      ),
    readSettings,
    onDidChangeSettings,
    demoAddresses: () => demo.addresses(),
    onDidChangeDemoAddresses: demo.onDidChangeAddresses,
    onDidChangeVisible: (visible) => visibility.set('panel', visible),
    describeError,
    logger,
    actions: {
      inspect: (object) =>
        void documents
          .open(object)
          .catch((error: unknown) => showError({ logger, showLog: () => logger.show() }, error)),
      connect: () => void vscode.commands.executeCommand(COMMANDS.connect),
      showLog: () => logger.show(),
      openAddressSetting: () =>
        void vscode.commands.executeCommand(
          'workbench.action.openSettings',
          SETTINGS.nodeAddresses,
        ),
    },
  });
}

function findConnectionsHere(): Promise<readonly ConnectionEntry[]> {
  return findConnections({
    env: process.env,
    platform: process.platform,
    home: homedir(),
    settings: readSettings().connections,
  });
}
