import * as l10n from '@vscode/l10n';
import { homedir, hostname } from 'node:os';
import * as vscode from 'vscode';
import type { CommandContext } from './commands/commandContext';
import { LastConnection } from './commands/lastConnection';
import { registerCommands } from './commands/registerCommands';
import { VscodeQuickUi } from './commands/vscodeQuickUi';
import { systemClock } from './common/clock';
import { DisposableStore } from './common/disposable';
import { describeError, errorLine } from './common/errorText';
import { Visibility } from './common/visibility';
import { COMMANDS, CONTEXT_KEYS, SETTINGS, VIEWS } from './contributions';
import { DemoConnection } from './demoClient/demoConnection';
import { findConnections } from './docker/contexts';
import { openEngine } from './docker/engineOpener';
import { InspectFileSystem } from './documents/inspectFileSystem';
import { chooseProbeEngine } from './probe/chooseEngine';
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
  const clock = systemClock;
  const productVersion = String(context.extension.packageJSON.version);

  const demo = own.add(
    new DemoConnection({
      script: context.asAbsolutePath('dist/demoSwarm.js'),
      runtime: { command: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } },
      logger,
    }),
  );
  const store = own.add(
    new SwarmStore({
      open: (entry, signal) =>
        openEngine(entry, signal, {
          resolveAddress: async () =>
            entry.source === 'demo' ? (await demo.open(signal)).address : entry.address,
          logger,
        }),
      logger,
      clock,
    }),
  );
  const visibility = new Visibility((visible) => store.setVisible(visible));

  const provider = own.add(
    new SwarmTreeProvider(store, { clock, describeError: (error) => errorLine(error) }),
  );
  const view = own.add(
    vscode.window.createTreeView(VIEWS.swarm, {
      treeDataProvider: provider,
      showCollapseAll: true,
    }),
  );
  visibility.set('tree', view.visible);
  own.add(view.onDidChangeVisibility(({ visible }) => visibility.set('tree', visible)));

  const documents = own.add(
    new InspectFileSystem(store, (open) => visibility.set('documents', open)),
  );
  own.add(documents.register());
  const panels = own.add(
    new RoutingPanelManager({
      extensionUri: context.extensionUri,
      store,
      createScheduler: () =>
        new ProbeScheduler(
          {
            chooseEngine: () =>
              chooseProbeEngine({ curlPath: readSettings().curlPath, productVersion, logger }),
            clock,
            logger,
            vantage: hostname(),
          },
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
        inspect: (object) => void documents.open(object),
        connect: () => void vscode.commands.executeCommand(COMMANDS.connect),
        showLog: () => logger.show(),
        openAddressSetting: () =>
          void vscode.commands.executeCommand(
            'workbench.action.openSettings',
            SETTINGS.nodeAddresses,
          ),
      },
    }),
  );
  own.add(panels.registerSerializer());

  const lastConnection = new LastConnection(context.globalState);
  const commandContext: CommandContext = {
    store,
    ui: new VscodeQuickUi(),
    logger,
    lastConnection,
    findConnections: () =>
      findConnections({
        env: process.env,
        platform: process.platform,
        home: homedir(),
        settings: readSettings().connections,
      }),
    openDocument: (object) => documents.open(object),
    openRouting: () => panels.show(),
    showLog: () => logger.show(),
  };
  own.add(registerCommands(commandContext));
  own.add(
    store.onDidChange((state) => {
      void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.state, contextStateOf(state));
      view.description = state.phase === 'disconnected' ? '' : state.connection.name;
      if (state.phase === 'disconnected' || state.connection.source !== 'demo') {
        demo.release();
      }
    }),
  );
  void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.state, 'disconnected');

  const last = lastConnection.get();
  if (last !== undefined) {
    void store.connect(last);
  }
}
