import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { routingHtml } from './routingHtml';

/** Loads the page into its panel, or loads it anew. */
export function loadRoutingPage(
  panel: Pick<vscode.WebviewPanel, 'webview' | 'iconPath'>,
  extensionUri: vscode.Uri,
): void {
  const { webview } = panel;
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  const asset = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media/swarmscope-tab.svg');
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  webview.html = routingHtml({
    script: asset('webview.js'),
    style: asset('webview.css'),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64url'),
    title: l10n.t('Ingress Routing'),
    language: vscode.env.language,
  });
}
