import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandContext } from '../commandContext';
import { likelyScheme, urlOf, type Scheme } from './openPorts';

/** Where a page is served. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** Opens a node's side of a port of the routing page; it speaks what its probe does. */
export async function openEntry(
  context: CommandContext,
  connectionId: string,
  {
    target,
    targetPort,
    scheme,
  }: { readonly target: Place; readonly targetPort: number; readonly scheme?: Scheme },
): Promise<void> {
  const spoken = scheme ?? likelyScheme({ targetPort }, { publishedPort: target.port });
  await openInBrowser(context, connectionId, target, spoken);
}

/** Opens the page; a window whose browser is elsewhere gets there through a relay made for this click. */
export async function openInBrowser(
  context: CommandContext,
  connectionId: string,
  target: Place,
  scheme: Scheme,
): Promise<void> {
  const isRemote = vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
  const url = vscode.Uri.parse(
    urlOf(scheme, isRemote ? await relayed(context, connectionId, target) : target),
  );
  const external = isRemote ? await vscode.env.asExternalUri(url) : url;
  context.logger.debug(`Opening ${url.toString()} as ${external.toString()}`);
  if (!(await vscode.env.openExternal(external))) {
    void vscode.window.showInformationMessage(
      l10n.t('The browser was not opened. The page is at {0}', external.toString()),
    );
  }
}

async function relayed(
  context: CommandContext,
  connectionId: string,
  target: Place,
): Promise<Place> {
  const relay = await (await context.logs()).relays.to(target, connectionId);
  return { host: '127.0.0.1', port: relay.port };
}
