import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { toPlainLine } from '../../common/text';
import { fileName } from './fileName';
import { cellMarkdown, incidentReport } from './incidentReport';
import { routingJson } from './routingExport';
import type { RoutingFacts } from './routingFacts';
import { samplesCsv } from './samplesCsv';

const TOLD_MS = 3_000;

/** Writes the page into a file of the person's choice, or opens the report as a new document. */
export async function shareRouting(
  what: 'json' | 'csv' | 'report',
  facts: RoutingFacts | undefined,
): Promise<void> {
  if (facts === undefined) {
    tellNothing();
    return;
  }
  switch (what) {
    case 'json':
      await save(facts, { suffix: 'routing.json', filter: 'JSON' }, routingJson(facts));
      return;
    case 'csv':
      await save(facts, { suffix: 'probes.csv', filter: 'CSV' }, samplesCsv(facts));
      return;
    case 'report':
      await openReport(facts);
  }
}

/** Writes the map that the page drew into a file of the person's choice. */
export async function saveMap(svg: string, facts: RoutingFacts | undefined): Promise<void> {
  if (facts === undefined || svg === '') {
    tellNothing();
    return;
  }
  await save(facts, { suffix: 'map.svg', filter: 'SVG' }, svg);
}

/** Copies what is known of one node's side of a port, as Markdown. */
export async function copyCell(facts: RoutingFacts | undefined, entryId: string): Promise<void> {
  const text = facts && cellMarkdown(facts, entryId);
  if (text !== undefined) {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(
      l10n.t('Copied the node and its probes as Markdown'),
      TOLD_MS,
    );
  }
}

async function save(
  facts: RoutingFacts,
  { suffix, filter }: { readonly suffix: string; readonly filter: string },
  text: string,
): Promise<void> {
  const open = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  const folder = open?.uri ?? vscode.Uri.file(homedir());
  const file = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, fileName(facts, suffix)),
    filters: { [filter]: [suffix.slice(suffix.indexOf('.') + 1)] },
    title: l10n.t('Save a copy of the routing page'),
  });
  if (file === undefined) {
    return;
  }
  try {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  } catch (error) {
    tellNotSaved(file, error);
    return;
  }
  const show = l10n.t('Open');
  const name = toPlainLine(vscode.workspace.asRelativePath(file));
  if ((await vscode.window.showInformationMessage(l10n.t('Saved {0}', name), show)) === show) {
    await vscode.commands.executeCommand('vscode.open', file);
  }
}

function tellNotSaved(file: vscode.Uri, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(
    toPlainLine(
      l10n.t('"{0}" could not be written: {1}. Save it in another place.', file.path, why),
      1_000,
    ),
  );
}

async function openReport(facts: RoutingFacts): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    language: 'markdown',
    content: incidentReport(facts),
  });
  await vscode.window.showTextDocument(document);
}

function tellNothing(): void {
  void vscode.window.showInformationMessage(
    l10n.t('There is nothing to take out yet: the page shows no published port.'),
  );
}
