import * as l10n from '@vscode/l10n';
import type { SwarmNode } from '../model/snapshot';
import {
  buildRow,
  childrenOf,
  formatPairs,
  plainText,
  tooltipLines,
  type Fact,
  type TooltipLines,
} from './row';
import { taskNode } from './taskNodes';
import type { TreeContext } from './treeContext';
import type { TreeNode } from './treeNode';

/** Rows of the group Nodes. */
export function nodeNodes({ rootId, snapshot }: TreeContext): readonly TreeNode[] {
  return [...snapshot.nodes.values()].map((node) => {
    const id = `${rootId}/nodes/${node.id}`;
    const tasks = (snapshot.tasksByNode.get(node.id) ?? []).filter((task) => task.current);
    return buildRow({
      ...nodeRow(id, node),
      children: childrenOf(tasks.length, () =>
        tasks.map((task) => taskNode(id, task, snapshot, { kind: 'node' })),
      ),
    });
  });
}

/** A node without its tasks, as it stands below a peer. */
export function plainNodeNode(id: string, node: SwarmNode): TreeNode {
  return buildRow(nodeRow(id, node));
}

function nodeRow(id: string, node: SwarmNode): Parameters<typeof buildRow>[0] {
  return {
    id,
    kind: l10n.t('Node'),
    label: node.hostname,
    facts: nodeFacts(node),
    icon: nodeIcon(node),
    tokens: [
      'node',
      'inspectable',
      'hasId',
      'steerable',
      node.role === 'manager' ? 'demotable' : 'promotable',
      ...(node.state === 'down' ? ['removable' as const] : []),
    ],
    tooltip: () => nodeTooltip(node),
    object: { kind: 'node', id: node.id, name: plainText(node.hostname) },
  };
}

function nodeFacts(node: SwarmNode): readonly Fact[] {
  const unreachable = node.reachability !== undefined && node.reachability !== 'reachable';
  return [
    node.role === 'manager' ? l10n.t('manager') : l10n.t('worker'),
    node.leader ? l10n.t('leader') : '',
    unreachable ? l10n.t('manager unreachable') : '',
    node.availability,
    node.state,
    node.address ?? l10n.t('no usable address'),
  ];
}

/** State as shape and colour. */
export function nodeIcon(node: SwarmNode): TreeNode['icon'] {
  switch (node.state) {
    case 'down':
      return { id: 'error', tone: 'bad' };
    case 'unknown':
    case 'disconnected':
      return { id: 'warning', tone: 'warning' };
    case 'ready':
      if (node.availability === 'active') {
        return { id: 'server', tone: 'good' };
      }
      return { id: node.availability === 'pause' ? 'debug-pause' : 'circle-slash', tone: 'muted' };
  }
}

function nodeTooltip(node: SwarmNode): TooltipLines {
  return tooltipLines(
    [l10n.t('Node'), node.hostname],
    [l10n.t('State'), [node.state, node.stateMessage].filter((text) => text !== '').join(': ')],
    [l10n.t('Reachability'), node.reachability],
    [l10n.t('Address'), node.address],
    [l10n.t('Engine'), node.engineVersion],
    [l10n.t('Platform'), `${node.platform.os} ${node.platform.architecture}`],
    [l10n.t('Labels'), formatPairs(node.labels)],
    [l10n.t('ID'), node.id],
  );
}
