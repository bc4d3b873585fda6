import * as l10n from '@vscode/l10n';
import type { ContextToken } from '../contributions';
import type { SwarmNetwork, SwarmService, SwarmSnapshot } from '../model/snapshot';
import { peerOfNetworkNode } from './peerNodes';
import {
  buildRow,
  childrenOf,
  formatPairs,
  formatTime,
  plainText,
  tooltipLines,
  withoutPrefix,
  type Fact,
  type TooltipLines,
} from './row';
import { serviceNode } from './serviceNodes';
import { taskNode } from './taskNodes';
import type { TreeContext } from './treeContext';
import type { TreeNode } from './treeNode';

/** Rows of the group Networks. */
export function networkNodes({
  rootId,
  snapshot,
  listed = snapshot,
}: TreeContext): readonly TreeNode[] {
  return [...listed.networks.values()].map((network) => {
    const id = `${rootId}/networks/${network.id}`;
    const services = snapshot.servicesByNetwork.get(network.id) ?? [];
    const tasks = snapshot.tasksByNetwork.get(network.id) ?? [];
    const peers = snapshot.peersByNetwork.get(network.id) ?? [];
    return buildRow({
      id,
      kind: l10n.t('Network'),
      label: network.name,
      facts: networkFacts(network),
      icon: network.allocated
        ? { id: networkIcon(network), tone: 'neutral' }
        : { id: 'error', tone: 'bad' },
      tokens: networkTokens(network),
      tooltip: () => networkTooltip(network),
      children: childrenOf(services.length + tasks.length + peers.length, () => [
        ...services.map((service) => attachedService(id, service, network, snapshot)),
        ...tasks.map((task) =>
          taskNode(id, task, snapshot, { kind: 'network', networkId: network.id }),
        ),
        ...peers.map((peer) => peerOfNetworkNode(id, peer, network.id, snapshot)),
      ]),
      object: { kind: 'network', id: network.id, name: plainText(network.name) },
    });
  });
}

function networkIcon(network: SwarmNetwork): string {
  if (network.ingress) {
    return 'globe';
  }
  return network.encrypted ? 'lock' : 'type-hierarchy-sub';
}

function networkFacts(network: SwarmNetwork): readonly Fact[] {
  return [
    network.allocated ? '' : l10n.t('never allocated'),
    network.driver,
    ...network.subnets.map(({ subnet }) => subnet),
    network.ingress ? l10n.t('ingress') : '',
    network.encrypted ? l10n.t('encrypted') : '',
    network.attachable ? l10n.t('attachable') : '',
    network.internal ? l10n.t('internal') : '',
  ];
}

function networkTokens(network: SwarmNetwork): readonly ContextToken[] {
  return [
    'network',
    'inspectable',
    'hasId',
    'dockerCommand',
    ...(network.ingress ? (['ingress'] as const) : (['removable'] as const)),
    ...(network.allocated && !network.ingress && network.driver === 'overlay'
      ? (['deployTarget'] as const)
      : []),
  ];
}

function attachedService(
  parentId: string,
  service: SwarmService,
  network: SwarmNetwork,
  snapshot: SwarmSnapshot,
): TreeNode {
  const vip = service.virtualIps.find(({ networkId }) => networkId === network.id)?.address;
  const aliases = service.networks
    .filter(({ target }) => target === network.id || target === network.name)
    .flatMap((attachment) => attachment.aliases);
  return serviceNode(`${parentId}/service/${service.id}`, service, snapshot, [
    vip === undefined ? l10n.t('no VIP') : l10n.t('VIP {0}', withoutPrefix(vip)),
    aliases.length === 0 ? '' : l10n.t('also {0}', aliases.join(', ')),
  ]);
}

function networkTooltip(network: SwarmNetwork): TooltipLines {
  return tooltipLines(
    [l10n.t('Network'), network.name],
    [l10n.t('Driver'), network.driver],
    ...network.subnets.flatMap(({ subnet, gateway, ipRange }) => [
      [l10n.t('Subnet'), subnet] as const,
      [l10n.t('Gateway'), gateway] as const,
      [l10n.t('IP range'), ipRange] as const,
    ]),
    [l10n.t('Options'), formatPairs(network.options)],
    [l10n.t('Labels'), formatPairs(network.labels)],
    [
      l10n.t('Hint'),
      network.allocated
        ? undefined
        : l10n.t(
            'The swarm accepted this network but never gave it addresses. Often its subnet overlaps another. Remove it and create it with a free subnet.',
          ),
    ],
    [l10n.t('Created'), formatTime(network.created)],
    [l10n.t('ID'), network.id],
  );
}
