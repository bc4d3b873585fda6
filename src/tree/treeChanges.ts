import type { TreeNode } from './treeNode';

/** Rows as a view shows them: each with the children it was asked for, if it was. */
export interface ShownNode {
  readonly node: TreeNode;
  readonly children?: readonly ShownNode[];
}

/** The new rows at the places of the old ones, and the ids of the topmost rows that must be redrawn. */
export interface TreeChanges {
  readonly shown: readonly ShownNode[];
  readonly changedIds: readonly string[];
  /** True when rows came, went or moved at the top. */
  readonly rootChanged: boolean;
}

/** Compares what is shown with the rows that would be shown now; looks only where a view looked. */
export function compareTrees(shown: readonly ShownNode[], next: readonly TreeNode[]): TreeChanges {
  const changedIds: string[] = [];
  const old = new Map(shown.map((item) => [item.node.id, item]));
  const now = next.map((node) => {
    const before = old.get(node.id);
    return before === undefined ? { node } : renew(before, node, changedIds);
  });
  return { shown: now, changedIds, rootChanged: !hasSameRows(shown, next) };
}

function renew(before: ShownNode, node: TreeNode, changedIds: string[]): ShownNode {
  const own = !isSameRow(before.node, node);
  if (before.children === undefined) {
    if (own) {
      changedIds.push(node.id);
    }
    return { node };
  }
  const children = node.children?.() ?? [];
  const below = compareTrees(before.children, children);
  if (own || below.rootChanged) {
    // Redrawing a row asks for its children again, so changes below it need no call of their own.
    changedIds.push(node.id);
  } else {
    changedIds.push(...below.changedIds);
  }
  return { node, children: below.shown };
}

function hasSameRows(shown: readonly ShownNode[], next: readonly TreeNode[]): boolean {
  return (
    shown.length === next.length && next.every(({ id }, index) => shown[index]?.node.id === id)
  );
}

/** True when both would be drawn alike; tooltips are built when shown and do not count. */
function isSameRow(left: TreeNode, right: TreeNode): boolean {
  return (
    left.label === right.label &&
    left.description === right.description &&
    left.accessibleLabel === right.accessibleLabel &&
    left.icon.id === right.icon.id &&
    left.icon.tone === right.icon.tone &&
    left.mark === right.mark &&
    left.tokens.join(' ') === right.tokens.join(' ') &&
    (left.children === undefined) === (right.children === undefined)
  );
}
