import * as l10n from '@vscode/l10n';
import type { ContextToken } from '../contributions';
import type { PartName, SwarmSnapshot } from '../model/snapshot';
import { networkNodes } from './networkNodes';
import { nodeNodes } from './nodeNodes';
import { peerNodes } from './peerNodes';
import { buildRow, childrenOf, tooltipLines } from './row';
import { serviceNodes } from './serviceNodes';
import type { TreeContext } from './treeContext';
import type { TreeNode } from './treeNode';

/** The groups of one swarm: networks, services, nodes and peers. */
export function groupNodes(context: TreeContext): readonly TreeNode[] {
  return GROUPS.map((group) => groupNode(group, context));
}

interface Group {
  readonly part: Exclude<PartName, 'tasks'>;
  readonly label: () => string;
  readonly icon: string;
  readonly tokens: readonly ContextToken[];
  readonly count: (snapshot: SwarmSnapshot) => number;
  readonly build: (context: TreeContext) => readonly TreeNode[];
  /** Parts whose failure is told in this group. */
  readonly parts: readonly PartName[];
}

const GROUPS: readonly Group[] = [
  {
    part: 'networks',
    label: () => l10n.t('Networks'),
    icon: 'type-hierarchy',
    tokens: ['group:networks', 'newNetwork'],
    count: (snapshot) => snapshot.networks.size,
    build: networkNodes,
    parts: ['networks'],
  },
  {
    part: 'services',
    label: () => l10n.t('Services'),
    icon: 'layers',
    tokens: ['group:services', 'newService'],
    count: (snapshot) => snapshot.services.size,
    build: serviceNodes,
    parts: ['services', 'tasks'],
  },
  {
    part: 'nodes',
    label: () => l10n.t('Nodes'),
    icon: 'server',
    tokens: ['group:nodes'],
    count: (snapshot) => snapshot.nodes.size,
    build: nodeNodes,
    parts: ['nodes'],
  },
  {
    part: 'peers',
    label: () => l10n.t('Peers'),
    icon: 'broadcast',
    tokens: ['group:peers'],
    count: (snapshot) => snapshot.peers.size,
    build: peerNodes,
    parts: ['peers'],
  },
];

function groupNode(group: Group, context: TreeContext): TreeNode {
  const id = `${context.rootId}/${group.part}`;
  const count = group.count(context.listed ?? context.snapshot);
  const failures = group.parts.flatMap((part) => failedPartNodes(id, part, context));
  const failed = failures.length > 0;
  return buildRow({
    id,
    kind: l10n.t('Group'),
    label: group.label(),
    facts: [count === 0 ? l10n.t('none') : count.toString(), failed ? l10n.t('not current') : ''],
    icon: { id: group.icon, tone: failed ? 'warning' : 'neutral' },
    tokens: group.tokens,
    children: childrenOf(count + failures.length, () => [...failures, ...group.build(context)]),
  });
}

/** The one row that says why a part is not current; its last records are drawn below it. */
function failedPartNodes(
  parentId: string,
  part: PartName,
  { snapshot, describeError }: TreeContext,
): readonly TreeNode[] {
  const state = snapshot.parts[part];
  if (state.kind !== 'failed') {
    return [];
  }
  const sentence = describeError(state.error);
  return [
    buildRow({
      id: `${parentId}/failed/${part}`,
      kind: l10n.t('Problem'),
      label: failureLabel(part),
      facts: [sentence],
      icon: { id: 'error', tone: 'bad' },
      tokens: ['failedPart'],
      tooltip: () => tooltipLines([failureLabel(part), sentence]),
    }),
  ];
}

function failureLabel(part: PartName): string {
  switch (part) {
    case 'nodes':
      return l10n.t('Nodes could not be read');
    case 'networks':
      return l10n.t('Networks could not be read');
    case 'services':
      return l10n.t('Services could not be read');
    case 'tasks':
      return l10n.t('Tasks could not be read');
    case 'peers':
      return l10n.t('Peers could not be read');
  }
}
