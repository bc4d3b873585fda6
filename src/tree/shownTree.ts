import { compareTrees, type ShownNode } from './treeChanges';
import type { TreeNode } from './treeNode';

/**
 * Holds what a view has asked for. VS Code knows a row by the object it was given first, so that
 * object stands for its id until the row goes; the newest data is looked up behind it.
 */
export class ShownTree {
  private readonly handles = new Map<string, TreeNode>();
  private readonly latest = new Map<string, TreeNode>();
  private readonly parents = new Map<string, string>();
  /** Ids of the children that the view was given, by parent id; '' for the top. */
  private readonly asked = new Map<string, readonly string[]>();

  constructor(private roots: readonly TreeNode[] = []) {}

  /** Newest data of a row that the view holds. */
  latestOf(node: TreeNode): TreeNode {
    return this.latest.get(node.id) ?? node;
  }

  /** Rows below `parent`, or at the top, as the objects that the view knows. */
  childrenOf(parent: TreeNode | undefined): TreeNode[] {
    const children = parent === undefined ? this.roots : this.latestOf(parent).children?.();
    return this.give(parent?.id ?? '', children ?? []);
  }

  /** The row that `node` stands below; undefined at the top or when the view never asked for it. */
  parentOf(node: TreeNode): TreeNode | undefined {
    return this.handles.get(this.parents.get(node.id) ?? '');
  }

  /** Takes a newly built tree; returns the rows to redraw, or `all`. */
  update(roots: readonly TreeNode[]): 'all' | readonly TreeNode[] {
    const before = this.shownBelow('');
    this.roots = roots;
    const { shown, changedIds, rootChanged } = compareTrees(before ?? [], roots);
    if (before === undefined || rootChanged) {
      this.forgetBelow('');
      return 'all';
    }
    this.refill(shown);
    return changedIds.flatMap((id) => this.handles.get(id) ?? []);
  }

  private give(parentId: string, children: readonly TreeNode[]): TreeNode[] {
    const ids = children.map(({ id }) => id);
    const staying = new Set(ids);
    for (const id of this.asked.get(parentId) ?? []) {
      if (!staying.has(id)) {
        this.forget(id);
      }
    }
    this.asked.set(parentId, ids);
    return children.map((child) => {
      this.latest.set(child.id, child);
      this.parents.set(child.id, parentId);
      const handle = this.handles.get(child.id) ?? child;
      this.handles.set(child.id, handle);
      return handle;
    });
  }

  private forget(id: string): void {
    this.forgetBelow(id);
    this.handles.delete(id);
    this.latest.delete(id);
    this.parents.delete(id);
  }

  private forgetBelow(id: string): void {
    for (const child of this.asked.get(id) ?? []) {
      this.forget(child);
    }
    this.asked.delete(id);
  }

  private shownBelow(parentId: string): readonly ShownNode[] | undefined {
    return this.asked.get(parentId)?.flatMap((id) => {
      const node = this.latest.get(id);
      const children = this.shownBelow(id);
      return node === undefined ? [] : [children === undefined ? { node } : { node, children }];
    });
  }

  private refill(shown: readonly ShownNode[]): void {
    for (const { node, children } of shown) {
      if (this.latest.has(node.id)) {
        this.latest.set(node.id, node);
      }
      this.refill(children ?? []);
    }
  }
}
