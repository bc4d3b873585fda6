import * as l10n from '@vscode/l10n';
import type { PeerEvidence, SwarmPeer, SwarmSnapshot } from '../model/snapshot';
import { plainNodeNode } from './nodeNodes';
import { buildRow, childrenOf, plainText, tooltipLines, type Fact, type Row } from './row';
import type { TreeContext } from './treeContext';
import type { TreeNode } from './treeNode';

/** Rows of the group Peers. */
export function peerNodes({ rootId, snapshot }: TreeContext): readonly TreeNode[] {
  return [...snapshot.peers.values()].map((peer) => {
    const id = `${rootId}/peers/${peer.id}`;
    const node = snapshot.nodes.get(peer.nodeId ?? '');
    const inferred = peer.networks.every(({ evidence }) => evidence === 'placement');
    const count = peer.networks.length;
    return buildRow({
      ...peerRow(id, peer, snapshot, [
        count === 1 ? l10n.t('1 network') : l10n.t('{0} networks', count),
        inferred ? evidenceText('placement') : '',
      ]),
      children: childrenOf(count, () => [
        ...(node === undefined ? [] : [plainNodeNode(`${id}/node/${node.id}`, node)]),
        ...peer.networks.map(({ networkId, evidence }) =>
          networkOfPeerNode(id, networkId, evidence, snapshot),
        ),
      ]),
    });
  });
}

/** A peer as it stands below one of its networks. */
export function peerOfNetworkNode(
  parentId: string,
  peer: SwarmPeer,
  networkId: string,
  snapshot: SwarmSnapshot,
): TreeNode {
  const evidence = peer.networks.find((network) => network.networkId === networkId)?.evidence;
  return buildRow(
    peerRow(`${parentId}/peer/${peer.id}`, peer, snapshot, [evidenceText(evidence ?? 'placement')]),
  );
}

function peerRow(
  id: string,
  peer: SwarmPeer,
  snapshot: SwarmSnapshot,
  facts: readonly Fact[],
): Row {
  const node = snapshot.nodes.get(peer.nodeId ?? '');
  const name = node?.hostname ?? peer.address ?? peer.id;
  return {
    id,
    kind: l10n.t('Peer'),
    label: name,
    facts: [
      node === undefined ? l10n.t('no node has this address') : (peer.address ?? ''),
      ...facts,
    ],
    icon: { id: 'broadcast', tone: node === undefined ? 'warning' : 'neutral' },
    tokens: node === undefined ? ['peer'] : ['peer', 'inspectable', 'hasId'],
    tooltip: () =>
      tooltipLines(
        [l10n.t('Peer'), peer.address],
        [l10n.t('Node'), node?.hostname],
        ...peer.networks.map(
          ({ networkId, evidence }) =>
            [networkName(snapshot, networkId), evidenceText(evidence)] as const,
        ),
      ),
    ...(node === undefined
      ? {}
      : { object: { kind: 'node', id: node.id, name: plainText(node.hostname) } as const }),
  };
}

function networkOfPeerNode(
  parentId: string,
  networkId: string,
  evidence: PeerEvidence,
  snapshot: SwarmSnapshot,
): TreeNode {
  const name = networkName(snapshot, networkId);
  return buildRow({
    id: `${parentId}/network/${networkId}`,
    kind: l10n.t('Network'),
    label: name,
    facts: [evidenceText(evidence)],
    icon: { id: 'type-hierarchy-sub', tone: evidence === 'reported' ? 'neutral' : 'muted' },
    tokens: ['network', 'inspectable', 'hasId'],
    object: { kind: 'network', id: networkId, name },
  });
}

function networkName(snapshot: SwarmSnapshot, networkId: string): string {
  return plainText(snapshot.networks.get(networkId)?.name ?? networkId);
}

function evidenceText(evidence: PeerEvidence): string {
  return evidence === 'reported' ? l10n.t('reported') : l10n.t('inferred from placement');
}
