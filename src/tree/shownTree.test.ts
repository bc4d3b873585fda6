import { describe, expect, it } from 'vitest';
import { ShownTree } from './shownTree';
import type { TreeNode } from './treeNode';

function row(id: string, description = '', children?: readonly TreeNode[]): TreeNode {
  return {
    id,
    label: id,
    description,
    icon: { id: 'circle', tone: 'neutral' },
    tokens: [],
    accessibleLabel: `${id} ${description}`,
    ...(children === undefined ? {} : { children: () => children }),
  };
}

const tree = (b = '', more: readonly TreeNode[] = [], root = '') => [
  row('root', root, [row('a', '', [row('a1')]), row('group', '', [row('b', b), ...more])]),
];

/** A tree of which a view has asked for everything but the children of `a`. */
function openTree(): { shown: ShownTree; handles: Map<string, TreeNode> } {
  const shown = new ShownTree(tree());
  const handles = new Map<string, TreeNode>();
  const open = (parent?: TreeNode): void => {
    for (const child of shown.childrenOf(parent)) {
      handles.set(child.id, child);
      if (child.id !== 'a') {
        open(child);
      }
    }
  };
  open();
  return { shown, handles };
}

describe('ShownTree', () => {
  it('redraws nothing when nothing changed', () => {
    expect(openTree().shown.update(tree())).toEqual([]);
  });

  it('redraws only the row that changed, as the object that the view knows', () => {
    const { shown, handles } = openTree();
    const changed = shown.update(tree('new'));
    expect(changed).toEqual([handles.get('b')]);
    expect(changed[0]).toBe(handles.get('b'));
    expect(shown.latestOf(changed[0] as TreeNode).description).toBe('new');
  });

  it('redraws the parent of a row that came, and keeps the others', () => {
    const { shown, handles } = openTree();
    expect(shown.update(tree('', [row('c')]))).toEqual([handles.get('group')]);
    const children = shown.childrenOf(handles.get('group'));
    expect(children.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(children[0]).toBe(handles.get('b'));
  });

  it('names a changed row once, not the rows below it', () => {
    const { shown, handles } = openTree();
    expect(shown.update(tree('new', [], 'lost'))).toEqual([handles.get('root')]);
  });

  it('does not build what nobody looked at', () => {
    const { shown } = openTree();
    const next = [
      row('root', '', [
        {
          ...row('a'),
          children: () => {
            throw new Error('built');
          },
        },
        row('group', '', [row('b')]),
      ]),
    ];
    expect(shown.update(next)).toEqual([]);
  });

  it('starts again when the top changes', () => {
    const { shown, handles } = openTree();
    expect(shown.update([])).toBe('all');
    expect(shown.childrenOf(undefined)).toEqual([]);
    expect(shown.parentOf(handles.get('b') as TreeNode)).toBeUndefined();
  });

  it('redraws all when the view has not asked yet', () => {
    expect(new ShownTree().update(tree())).toBe('all');
  });

  it('knows parents', () => {
    const { shown, handles } = openTree();
    expect(shown.parentOf(handles.get('b') as TreeNode)).toBe(handles.get('group'));
    expect(shown.parentOf(handles.get('root') as TreeNode)).toBeUndefined();
  });
});
