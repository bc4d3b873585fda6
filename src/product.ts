import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { CommandContext } from './commands/commandContext';
import type { SwarmLogs } from './commands/logs/swarmLogs';
import { commandRunner } from './commands/commandRunner';
import { restoreConnections } from './commands/connect';
import { confirmHostKey } from './commands/confirmHostKey';
import { Drafts } from './commands/drafts';
import { followDefinitions } from './commands/followDefinitions';
import { LateSecrets } from './commands/lateSecrets';
import { RememberedConnections } from './commands/rememberedConnections';
import type { ServiceEditor } from './commands/serviceEditor';
import { showError } from './commands/showError';
import { tellFailing } from './commands/tellFailing';
import type { StackFiles } from './commands/stackFiles';
import { VscodeQuickUi } from './commands/vscodeQuickUi';
import { systemClock } from './common/clock';
import { DisposableStore, type Disposable } from './common/disposable';
import type { Event } from './common/emitter';
import { describeError } from './common/errorText';
import { COMPOSE_FILES, CONTEXT_KEYS, type CommandName } from './contributions';
import { DemoConnection } from './demoClient/demoConnection';
import { findConnections } from './docker/findConnections';
import { openEngine } from './docker/engineOpener';
import { managerAddress } from './docker/managerTemplate';
import { expandHome, readOwnConnections } from './docker/ownConnections';
import { watchContexts } from './docker/watchContexts';
import type { Engine } from './docker/engine';
import type { SshOptions } from './docker/sshCommand';
import type { ConnectionEntry } from './docker/target';
import { DocumentFiles } from './documents/documentFiles';
import { InspectFileSystem } from './documents/inspectFileSystem';
import type { Panels } from './panels';
import { onDidChangeSettings, readSettings, saveConnection } from './settings';
import type { StatusItem } from './statusBar/statusItem';
import { swarmStatus } from './statusBar/swarmStatus';
import { managerRoutes } from './store/managerRoutes';
import { lookAt } from './store/lookAt';
import { Swarms } from './store/swarms';
import { contextStateOf } from './tree/contextState';
import { registerMarkDecorations } from './tree/markDecorations';
import { SwarmTreeProvider } from './tree/swarmTreeProvider';

/** What the start-up part hands over. */
export interface ProductHost {
  readonly context: vscode.ExtensionContext;
  readonly logger: vscode.LogOutputChannel;
  readonly view: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>;
  readonly drawStatus: (status: StatusItem | undefined) => void;
  /** What serves compose files until {@link Product.stacks} does. */
  readonly standIns: Disposable;
}

/** Commands that do not wait for the remembered connections to be looked up. */
const AT_ONCE: ReadonlySet<CommandName> = new Set<CommandName>([
  'connect',
  'startDemo',
  'forgetSecrets',
  'showLog',
]);

/** Everything behind the start-up part: built once, when a view or a command first needs it. */
export class Product implements Disposable {
  readonly tree: SwarmTreeProvider;
  readonly documents: DocumentFiles;
  private readonly own = new DisposableStore();
  private readonly demo: DemoConnection;
  private readonly swarms: Swarms;
  private readonly ui = new VscodeQuickUi();
  private readonly secrets: LateSecrets;
  private readonly commands: CommandContext;
  private readonly failing = new Map<string, number>();
  private readonly warned = new Set<string>();
  /** Values of context keys as VS Code knows them. */
  private readonly contextKeys = new Map<string, unknown>();
  private readonly restored: Promise<void>;
  private panels: Promise<Panels> | undefined;
  private stackFiles: Promise<StackFiles> | undefined;
  private logs: Promise<SwarmLogs> | undefined;
  private readonly inspected: InspectFileSystem;
  private editor: Promise<ServiceEditor> | undefined;
  /** Watches the definitions of connections while any is open. */
  private following: Disposable | undefined;

  constructor(private readonly host: ProductHost) {
    const { context, logger, view } = host;
    l10n.config({ contents: vscode.l10n.bundle ?? {} });
    this.demo = this.own.add(newDemo(context, logger));
    this.secrets = new LateSecrets({
      ui: this.ui,
      keeper: context.secrets,
      confirmHost: confirmHostKey,
      tell: (message) => void vscode.window.showInformationMessage(message),
    });
    this.swarms = this.own.add(
      new Swarms({
        open: (entry, signal) => this.openEngine(entry, signal),
        openQuietly: (entry, signal) => this.openEngine(entry, signal, this.secrets.quiet),
        routes: async (connection, managers) =>
          managerRoutes(connection, managers, await this.findConnections(), managerAddress),
        logger,
        clock: systemClock,
      }),
    );
    const { swarms } = this;
    this.inspected = this.own.add(
      new InspectFileSystem(swarms, (document, open, connectionId) =>
        swarms.setVisible(`document:${document}`, open, connectionId),
      ),
    );
    this.documents = this.own.add(
      new DocumentFiles(this.inspected, async () => {
        await this.restored;
        return await this.loadLogs();
      }),
    );
    this.tree = this.own.add(new SwarmTreeProvider(swarms, { clock: systemClock, describeError }));
    this.own.add(registerMarkDecorations());
    const groupByStack = (): void => void this.tree.groupByStack(readSettings().groupByStack);
    groupByStack();
    this.own.add(onDidChangeSettings(groupByStack));
    this.own.add(onDidChangeSettings(() => this.followSwarms()));
    swarms.setVisible('tree', view.visible);
    this.own.add(view.onDidChangeVisibility(({ visible }) => swarms.setVisible('tree', visible)));
    this.commands = this.newCommandContext();
    this.own.add(swarms.onDidChange(() => this.followSwarms()));
    this.own.add(vscode.workspace.onDidOpenTextDocument(() => this.lookForStacks()));
    this.own.add({ dispose: () => this.following?.dispose() });
    this.restored = restoreConnections(this.commands)
      .catch((error: unknown) => showError(this.commands, error))
      .then(() => this.followSwarms());
  }

  /** Runs a command; what fails is told to the person. */
  async run(name: CommandName, argument?: unknown, selection?: unknown): Promise<void> {
    if (!AT_ONCE.has(name)) {
      await this.restored;
    }
    await commandRunner(this.commands)(name, argument, selection);
  }

  /** Takes over a routing panel that was open when the window closed. */
  async restorePanel(view: vscode.WebviewPanel, state: unknown): Promise<void> {
    const panels = await this.loadPanels();
    await this.restored;
    const kept =
      typeof state === 'object' && state !== null && 'connectionId' in state
        ? state.connectionId
        : undefined;
    // A page that was never drawn kept nothing.
    const id = typeof kept === 'string' ? kept : (this.swarms.open[0]?.connectionId ?? '');
    panels.routing.restore(view, id, state);
  }

  /** What compose files are deployed and compared with. */
  private stacks(): Promise<StackFiles> {
    return (this.stackFiles ??= import('./commands/stacks').then(({ StackFiles }) => {
      this.host.standIns.dispose();
      return this.own.add(new StackFiles(this.commands));
    }));
  }

  /** Services as YAML documents. */
  serviceEditor(): Promise<ServiceEditor> {
    this.editor ??= import('./commands/serviceEditor').then(({ ServiceEditor: Editor }) =>
      this.own.add(new Editor(this.commands)),
    );
    return this.editor;
  }

  dispose(): void {
    this.own.dispose();
  }

  private async openEngine(
    entry: ConnectionEntry,
    signal: AbortSignal,
    secrets = this.secrets.askerFor(entry.name),
  ): Promise<Engine> {
    return await openEngine(entry, signal, {
      secrets,
      ssh: this.sshOptions(),
      resolveAddress: async () =>
        entry.source === 'demo' ? (await this.demo.open(signal)).address : entry.address,
      logger: this.host.logger,
    });
  }

  private sshOptions(): SshOptions {
    const { sshPath, sshConfigFile } = readSettings();
    const home = homedir();
    return {
      program: expandHome(sshPath, home),
      askpassScript: this.host.context.asAbsolutePath('dist/askpass.js'),
      ...(sshConfigFile === '' ? {} : { configFile: expandHome(sshConfigFile, home) }),
    };
  }

  private findConnections(): Promise<readonly ConnectionEntry[]> {
    const home = homedir();
    const warn = (line: string): void => this.warnOnce(line);
    return findConnections({
      env: process.env,
      platform: process.platform,
      home,
      settings: readOwnConnections(readSettings().connections, { home, warn }),
      warn,
    });
  }

  private warnOnce(line: string): void {
    if (!this.warned.has(line)) {
      this.warned.add(line);
      this.host.logger.warn(line);
    }
  }

  private newCommandContext(): CommandContext {
    const { context, logger } = this.host;
    return {
      swarms: this.swarms,
      ui: this.ui,
      logger,
      remembered: new RememberedConnections(context.globalState),
      drafts: new Drafts(context.secrets),
      findConnections: () => this.findConnections(),
      onConnectionsChange: onDefinitionsChange,
      lookAt: (entry, signal) =>
        lookAt(
          entry,
          (looked, lookSignal) => this.openEngine(looked, lookSignal, this.secrets.quiet),
          signal,
        ),
      openEngine: (entry, signal) => this.openEngine(entry, signal),
      saveConnection,
      forgetSecrets: async () =>
        (await this.secrets.forget()) + (await this.commands.drafts.forget()),
      serviceEditor: () => this.serviceEditor(),
      openDocument: (connectionId, object) => this.inspected.open(connectionId, object),
      openRouting: async (connectionId) => (await this.loadPanels()).routing.show(connectionId),
      guard: async (connectionId, serviceIds) =>
        readSettings().guardsActs
          ? await (await this.loadPanels()).guard(connectionId, serviceIds)
          : undefined,
      shareRouting: async (what) => (await this.loadPanels()).routing.share(what),
      stacks: () => this.stacks(),
      memory: context.workspaceState,
      showLog: () => logger.show(),
      logs: () => this.loadLogs(),
      nodeAddresses: () => ({
        ...this.demo.addresses(),
        ...asObject(readSettings().nodeAddresses),
      }),
    };
  }

  private loadLogs(): Promise<SwarmLogs> {
    this.logs ??= import('./commands/logs/logsEntry').then(({ SwarmLogs: Logs }) =>
      this.own.add(new Logs(this.swarms)),
    );
    return this.logs;
  }

  private loadPanels(): Promise<Panels> {
    const orShow = (done: Promise<void>): void =>
      void done.catch((error: unknown) => showError(this.commands, error));
    this.panels ??= import('./panels').then(({ createPanels }) =>
      this.own.add(
        createPanels({
          extensionUri: this.host.context.extensionUri,
          storageUri: this.host.context.globalStorageUri,
          productVersion: (this.host.context.extension.packageJSON as { version: string }).version,
          swarms: this.swarms,
          demo: this.demo,
          logger: this.host.logger,
          ssh: () => this.sshOptions(),
          secrets: this.secrets.quiet,
          openDocument: (connectionId, object) => orShow(this.inspected.open(connectionId, object)),
          openInBrowser: (connectionId, door) =>
            orShow(
              import('./commands/logs/logsEntry').then(({ openEntry }) =>
                openEntry(this.commands, connectionId, door),
              ),
            ),
          tellFailing: (connectionId, text) =>
            orShow(tellFailing(this.commands, connectionId, text)),
          onDidChangeFailing: (connectionId, failing) => {
            if (failing === undefined) {
              this.failing.delete(connectionId);
            } else {
              this.failing.set(connectionId, failing);
            }
            this.drawStatus();
          },
        }),
      ),
    );
    return this.panels;
  }

  /** Context keys, status bar, watchers and the demo's process follow what is open. */
  private followSwarms(): void {
    const { states } = this.swarms;
    if (readSettings().watchesInBackground && states.some(({ phase }) => phase === 'connected')) {
      void this.loadPanels();
    }
    if (states.length === 0) {
      this.following?.dispose();
      this.following = undefined;
    } else {
      this.following ??= onDefinitionsChange(() => followDefinitions(this.commands));
    }
    const setContext = (key: string, value: unknown): void => {
      if (this.contextKeys.get(key) !== value) {
        this.contextKeys.set(key, value);
        void vscode.commands.executeCommand('setContext', key, value);
      }
    };
    setContext(CONTEXT_KEYS.state, contextStateOf(states));
    this.lookForStacks();
    setContext(
      CONTEXT_KEYS.failedStates,
      states
        .flatMap((state) => (state.phase === 'failed' ? [contextStateOf([state])] : []))
        .join(' '),
    );
    setContext(
      CONTEXT_KEYS.writable,
      states.some((state) => state.phase === 'connected' && state.connection.readOnly !== true),
    );
    if (!states.some((state) => state.phase !== 'disconnected' && isDemo(state.connection))) {
      this.demo.release();
    }
    for (const state of states) {
      const swarmId =
        state.phase === 'connected' ? state.snapshot.info.swarm.cluster?.id : undefined;
      if (state.phase === 'connected' && swarmId !== undefined) {
        void this.commands.remembered.noteSwarm(state.connection.id, swarmId);
      }
    }
    this.drawStatus();
  }

  /** A compose file that is open beside a connected swarm shows what it knows of it. */
  private lookForStacks(): void {
    if (
      this.contextKeys.get(CONTEXT_KEYS.state) === 'connected' &&
      vscode.workspace.textDocuments.some((one) => vscode.languages.match(COMPOSE_FILES, one) > 0)
    ) {
      void this.stacks();
    }
  }

  private drawStatus(): void {
    this.host.drawStatus(swarmStatus(this.swarms.states, (id) => this.failing.get(id)));
  }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function isDemo({ source }: ConnectionEntry): boolean {
  return source === 'demo';
}

function newDemo(
  context: vscode.ExtensionContext,
  logger: vscode.LogOutputChannel,
): DemoConnection {
  return new DemoConnection({
    script: context.asAbsolutePath('dist/demoSwarm.js'),
    // VS Code's own runtime, for machines without a `node`.
    runtime: { command: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } },
    logger,
  });
}

/** Fires when docker's contexts or Swarmscope's settings changed. */
const onDefinitionsChange: Event<void> = (listener) => {
  const both = new DisposableStore();
  both.add(watchContexts({ env: process.env, home: homedir() }, () => listener()));
  both.add(onDidChangeSettings(listener));
  return both;
};
