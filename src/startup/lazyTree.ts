import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable';
import type { TreeNode } from '../tree/treeNode';

/** What the product's tree gives; the same as VS Code asks for. */
export type LoadedTree = Required<
  Pick<
    vscode.TreeDataProvider<TreeNode>,
    'getTreeItem' | 'getChildren' | 'getParent' | 'resolveTreeItem' | 'onDidChangeTreeData'
  >
>;

/** Stands in for the tree until the view is shown; asking for its rows loads the product. */
export class LazyTree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changeEmitter = this.disposables.add(
    new vscode.EventEmitter<TreeNode | TreeNode[] | undefined | null | void>(),
  );
  private loaded: LoadedTree | undefined;

  readonly onDidChangeTreeData = this.changeEmitter.event;

  constructor(private readonly load: () => Promise<LoadedTree>) {}

  getTreeItem(node: TreeNode): vscode.TreeItem | Thenable<vscode.TreeItem> {
    return (
      this.loaded?.getTreeItem(node) ??
      this.tree().then(async (tree) => await tree.getTreeItem(node))
    );
  }

  getChildren(node?: TreeNode): vscode.ProviderResult<TreeNode[]> {
    return this.loaded === undefined
      ? this.tree().then(async (tree) => await tree.getChildren(node))
      : this.loaded.getChildren(node);
  }

  getParent(node: TreeNode): vscode.ProviderResult<TreeNode> {
    return this.loaded?.getParent(node);
  }

  resolveTreeItem(
    item: vscode.TreeItem,
    node: TreeNode,
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<vscode.TreeItem> {
    return this.loaded?.resolveTreeItem(item, node, token);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async tree(): Promise<LoadedTree> {
    const tree = await this.load();
    if (this.loaded === undefined) {
      this.loaded = tree;
      this.disposables.add(tree.onDidChangeTreeData((nodes) => this.changeEmitter.fire(nodes)));
    }
    return tree;
  }
}
