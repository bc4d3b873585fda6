import * as vscode from 'vscode';
import { swarmMarkUri } from './markDecorations';
import { tooltipMarkdown } from './tooltipMarkdown';
import type { TreeNode, TreeTone } from './treeNode';

const COLORS: Readonly<Record<TreeTone, string | undefined>> = {
  neutral: undefined,
  good: 'testing.iconPassed',
  busy: 'progressBar.background',
  warning: 'list.warningForeground',
  bad: 'list.errorForeground',
  muted: 'disabledForeground',
};

/** Draws a row; its tooltip comes later, by {@link toTooltip}. */
export function toTreeItem(node: TreeNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, collapsibleState(node));
  const color = COLORS[node.icon.tone];
  item.id = node.id;
  item.description = node.description;
  item.iconPath = new vscode.ThemeIcon(
    node.icon.id,
    color === undefined ? undefined : new vscode.ThemeColor(color),
  );
  item.contextValue = node.tokens.join(' ');
  item.accessibilityInformation = { label: node.accessibleLabel };
  if (node.mark !== undefined) {
    item.resourceUri = swarmMarkUri(node.mark, node.id);
  }
  return item;
}

/** The tooltip of a row as Markdown that runs nothing and shows no HTML. */
export function toTooltip(node: TreeNode): vscode.MarkdownString | undefined {
  return node.tooltip === undefined
    ? undefined
    : new vscode.MarkdownString(tooltipMarkdown(node.tooltip()));
}

function collapsibleState(node: TreeNode): vscode.TreeItemCollapsibleState {
  if (node.children === undefined) {
    return vscode.TreeItemCollapsibleState.None;
  }
  return node.expanded === true
    ? vscode.TreeItemCollapsibleState.Expanded
    : vscode.TreeItemCollapsibleState.Collapsed;
}
