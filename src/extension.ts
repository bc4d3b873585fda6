import * as vscode from 'vscode';
import { DisposableStore } from './common/disposable';
import {
  COMMANDS,
  CONTEXT_KEYS,
  DOCUMENT_SCHEME,
  REMEMBERED_CONNECTIONS,
  ROUTING_PANEL,
  SERVICE_SCHEME,
  VIEWS,
  type CommandName,
} from './contributions';
import type { Product } from './product';
import { composeStandIns } from './startup/composeStandIns';
import { createStatusBarItem, drawStatusItem } from './startup/drawStatusItem';
import { LazyFileSystem } from './startup/lazyFileSystem';
import { LazyTree } from './startup/lazyTree';
import { savedNames, savedStatus } from './statusBar/savedStatus';

/**
 * Registers everything and loads nothing: the first view, command, panel or document that needs the
 * product brings it in. Until then only the status bar says which connections are remembered.
 */
export function activate(context: vscode.ExtensionContext): void {
  const own = new DisposableStore();
  context.subscriptions.push(own);
  const logger = own.add(vscode.window.createOutputChannel('Swarmscope', { log: true }));
  const status = own.add(createStatusBarItem());
  let loading: Promise<Product> | undefined;
  const product = (): Promise<Product> => (loading ??= load());

  const treeDataProvider = own.add(new LazyTree(async () => (await product()).tree));
  const view = own.add(
    vscode.window.createTreeView(VIEWS.swarm, {
      treeDataProvider,
      showCollapseAll: true,
      canSelectMany: true,
    }),
  );
  const files = own.add(new LazyFileSystem(async () => (await product()).documents));
  own.add(
    vscode.workspace.registerFileSystemProvider(DOCUMENT_SCHEME, files, {
      isReadonly: true,
      isCaseSensitive: true,
    }),
  );
  const services = own.add(
    new LazyFileSystem(async () => (await (await product()).serviceEditor()).documents),
  );
  own.add(
    vscode.workspace.registerFileSystemProvider(SERVICE_SCHEME, services, {
      isCaseSensitive: true,
    }),
  );
  const standIns = own.add(composeStandIns());
  own.add(
    vscode.window.registerWebviewPanelSerializer(ROUTING_PANEL, {
      deserializeWebviewPanel: async (panel, state: unknown) =>
        await (await product()).restorePanel(panel, state),
    }),
  );
  for (const [name, id] of Object.entries(COMMANDS)) {
    own.add(
      vscode.commands.registerCommand(
        id,
        async (argument?: unknown, selection?: unknown) =>
          await (await product()).run(name as CommandName, argument, selection),
      ),
    );
  }
  showSaved();

  async function load(): Promise<Product> {
    const { Product } = await import('./product');
    return own.add(
      new Product({
        context,
        logger,
        view,
        drawStatus: (item) => drawStatusItem(status, item),
        standIns,
      }),
    );
  }

  function showSaved(): void {
    const saved = savedNames(context.globalState.get(REMEMBERED_CONNECTIONS));
    drawStatusItem(
      status,
      savedStatus(saved, {
        notOpened: vscode.l10n.t('opens with the Swarmscope view'),
        several: (count) => vscode.l10n.t('{0} swarms', count),
      }),
    );
    void vscode.commands.executeCommand(
      'setContext',
      CONTEXT_KEYS.state,
      saved.length > 0 ? 'saved' : 'disconnected',
    );
  }
}
