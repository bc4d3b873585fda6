import * as vscode from 'vscode';
import { COMMANDS } from '../contributions';
import type { StatusItem } from '../statusBar/statusItem';

const BACKGROUND: Readonly<Record<StatusItem['severity'], string | undefined>> = {
  normal: undefined,
  warning: 'statusBarItem.warningBackground',
  error: 'statusBarItem.errorBackground',
};

/** Makes the item; it shows nothing until {@link drawStatusItem}. */
export function createStatusBarItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem(
    'swarmscope.status',
    vscode.StatusBarAlignment.Left,
    50,
  );
  item.name = 'Swarmscope';
  item.command = COMMANDS.connect;
  return item;
}

/** Draws the item, or hides it when there is nothing to show. */
export function drawStatusItem(item: vscode.StatusBarItem, status: StatusItem | undefined): void {
  if (status === undefined) {
    item.hide();
    return;
  }
  const background = BACKGROUND[status.severity];
  item.text = status.text;
  item.tooltip = tooltipOf(status);
  item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
  item.accessibilityInformation = { label: status.accessibleLabel };
  item.show();
}

function tooltipOf({ lines }: StatusItem): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  for (const [index, { name, facts }] of lines.entries()) {
    if (index > 0) {
      text.appendMarkdown('\n\n');
    }
    text.appendMarkdown('**');
    text.appendText(name);
    text.appendMarkdown('** ');
    text.appendText(facts.join(' · '));
  }
  return text;
}
