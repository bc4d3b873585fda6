import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable';
import { ROUTING_PANEL } from '../contributions';
import type { PageState, ShareKind } from '../shared/protocol';
import { RoutingPanel, type RoutingPanelDependencies } from './routingPanel';

/** Shows a routing panel per connection, and brings them back after a reload of the window. */
export class RoutingPanels implements Disposable {
  private readonly panels = new Map<string, { panel: RoutingPanel; view: vscode.WebviewPanel }>();

  constructor(private readonly dependencies: RoutingPanelDependencies) {}

  /** Opens a connection's panel, or brings the open one to the front. */
  show(connectionId: string): void {
    const known = this.panels.get(connectionId);
    if (known === undefined) {
      this.adopt(
        vscode.window.createWebviewPanel(
          ROUTING_PANEL,
          l10n.t('Ingress Routing'),
          vscode.ViewColumn.Active,
        ),
        connectionId,
      );
    } else {
      known.view.reveal();
    }
  }

  /** Takes something out of the page in front; tells how to get there when none is. */
  share(what: ShareKind): void {
    const open = [...this.panels.values()];
    const front = open.find(({ view }) => view.active) ?? open.find(({ view }) => view.visible);
    if (front === undefined) {
      void vscode.window.showInformationMessage(
        l10n.t('No ingress routing page is in front. Open it first.'),
      );
      return;
    }
    front.panel.share(what);
  }

  /** Takes over a panel that was open when the window closed, with the state that its page kept. */
  restore(view: vscode.WebviewPanel, connectionId: string, state: unknown): void {
    const kept: Record<string, unknown> =
      typeof state === 'object' && state !== null ? { ...state } : {};
    this.adopt(view, connectionId, {
      ...(kept['paused'] === true ? { paused: true } : {}),
      ...(kept['vantage'] === 'manager' ? { vantage: 'manager' } : {}),
    });
  }

  dispose(): void {
    for (const { panel } of this.panels.values()) {
      panel.dispose();
    }
  }

  private adopt(
    view: vscode.WebviewPanel,
    connectionId: string,
    kept: Partial<PageState> = {},
  ): void {
    this.panels.get(connectionId)?.panel.dispose();
    const panel = new RoutingPanel(view, connectionId, this.dependencies, kept);
    const adopted = { panel, view };
    this.panels.set(connectionId, adopted);
    view.onDidDispose(() => {
      if (this.panels.get(connectionId) === adopted) {
        this.panels.delete(connectionId);
      }
      panel.dispose();
    });
  }
}
