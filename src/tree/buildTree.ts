import * as l10n from '@vscode/l10n';
import type { SwarmscopeError } from '../common/errors';
import type { ContextToken } from '../contributions';
import type { PartName, SwarmSnapshot } from '../model/snapshot';
import type { SwarmState } from '../store/swarmState';
import { networkNodes } from './networkNodes';
import { nodeNodes } from './nodeNodes';
import { peerNodes } from './peerNodes';
import { buildRow, childrenOf, formatAge, tooltipLines } from './row';
import { serviceNodes } from './serviceNodes';
import type { TreeContext } from './treeContext';
import type { TreeNode } from './treeNode';

/** What the tree is built with besides the state. */
export interface TreeOptions {
  /** True for the demo swarm, marked wherever it shows. */
  readonly simulated: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The sentence for a person. */
  readonly describeError: (error: SwarmscopeError) => string;
}

type Connected = Extract<SwarmState, { phase: 'connected' }>;

/** The whole tree of a state; empty unless connected, so that the view shows its welcome content. */
export function buildTree(state: SwarmState, options: TreeOptions): readonly TreeNode[] {
  return state.phase === 'connected' ? [swarmNode(state, options)] : [];
}

function swarmNode(state: Connected, options: TreeOptions): TreeNode {
  const { connection, snapshot, lost } = state;
  const context: TreeContext = {
    rootId: connection.id,
    snapshot,
    describeError: options.describeError,
  };
  const leader = [...snapshot.nodes.values()].find(
    (node) => node.id === snapshot.info.swarm.nodeId,
  );
  const count = snapshot.nodes.size;
  return buildRow({
    id: connection.id,
    kind: l10n.t('Swarm'),
    label: connection.name,
    facts: [
      lost === undefined ? '' : l10n.t('no answer for {0}', formatAge(options.now - lost.since)),
      options.simulated ? l10n.t('simulated') : '',
      count === 1 ? l10n.t('1 node') : l10n.t('{0} nodes', count),
      l10n.t('manager {0}', leader?.hostname ?? snapshot.info.engineName),
      snapshot.info.engineVersion,
    ],
    icon:
      lost === undefined
        ? { id: 'server-environment', tone: 'neutral' }
        : { id: 'debug-disconnect', tone: 'bad' },
    tokens: ['swarm'],
    tooltip: () =>
      tooltipLines(
        [l10n.t('Swarm'), connection.name],
        [l10n.t('Address'), connection.address],
        [l10n.t('Problem'), lost === undefined ? undefined : options.describeError(lost.error)],
        [l10n.t('Engine'), `${snapshot.info.engineVersion} (API ${snapshot.apiVersion})`],
        [l10n.t('System'), snapshot.info.operatingSystem],
        [l10n.t('Swarm ID'), snapshot.info.swarm.cluster?.id],
      ),
    children: () => GROUPS.map((group) => groupNode(group, context)),
    expanded: true,
  });
}

interface Group {
  readonly part: Exclude<PartName, 'tasks'>;
  readonly label: () => string;
  readonly icon: string;
  readonly token: ContextToken;
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
    token: 'group:networks',
    count: (snapshot) => snapshot.networks.size,
    build: networkNodes,
    parts: ['networks'],
  },
  {
    part: 'services',
    label: () => l10n.t('Services'),
    icon: 'layers',
    token: 'group:services',
    count: (snapshot) => snapshot.services.size,
    build: serviceNodes,
    parts: ['services', 'tasks'],
  },
  {
    part: 'nodes',
    label: () => l10n.t('Nodes'),
    icon: 'server',
    token: 'group:nodes',
    count: (snapshot) => snapshot.nodes.size,
    build: nodeNodes,
    parts: ['nodes'],
  },
  {
    part: 'peers',
    label: () => l10n.t('Peers'),
    icon: 'broadcast',
    token: 'group:peers',
    count: (snapshot) => snapshot.peers.size,
    build: peerNodes,
    parts: ['peers'],
  },
];

function groupNode(group: Group, context: TreeContext): TreeNode {
  const id = `${context.rootId}/${group.part}`;
  const count = group.count(context.snapshot);
  const failures = group.parts.flatMap((part) => failedPartNodes(id, part, context));
  const failed = failures.length > 0;
  return buildRow({
    id,
    kind: l10n.t('Group'),
    label: group.label(),
    facts: [count === 0 ? l10n.t('none') : count.toString(), failed ? l10n.t('not current') : ''],
    icon: { id: group.icon, tone: failed ? 'warning' : 'neutral' },
    tokens: [group.token],
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
