import * as vscode from 'vscode';
import { parseServiceYaml } from '../serviceYaml/parseServiceYaml';
import { toRange } from './serviceLanguage';

/** Replaces the whole text of a document. */
export async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  edit.replace(document.uri, document.validateRange(all), text);
  await vscode.workspace.applyEdit(edit);
}

/** Writes the image as it was pinned; the rest of the text stays the person's. */
export async function replaceImage(document: vscode.TextDocument, image: string): Promise<void> {
  const range = parseServiceYaml(document.getText()).rangeOf(['image']);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, toRange(document, range), image);
  await vscode.workspace.applyEdit(edit);
}

/** Closes every tab of a document. */
export async function closeTab(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const mine = tabs.filter(
    ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
  );
  await vscode.window.tabGroups.close(mine);
}
