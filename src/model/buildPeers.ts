import type { NetworkRecord } from '../docker/records/network';
import type { PeerEvidence, SwarmNetwork, SwarmNode, SwarmPeer, SwarmTask } from './snapshot';
import { isRunning } from './buildTasks';
import { compareCodeUnits, compareNames } from './sorting';

/** What peers are worked out from; `addressesOf` gives every address of a node. */
export interface PeerSources {
  readonly nodes: ReadonlyMap<string, SwarmNode>;
  /** Sorted by name. */
  readonly networks: ReadonlyMap<string, SwarmNetwork>;
  readonly tasksByNetwork: ReadonlyMap<string, readonly SwarmTask[]>;
  readonly details: ReadonlyMap<string, NetworkRecord>;
  readonly addressesOf: (node: SwarmNode) => readonly string[];
}

interface PeerDraft {
  readonly id: string;
  address?: string;
  readonly nodeId?: string;
  readonly networks: Map<string, PeerEvidence>;
}

/**
 * Joins gossip members with nodes by address and fills in what task placement proves; a network
 * that the connected engine does not report has its peers by placement only.
 */
export function buildPeers(sources: PeerSources): SwarmPeer[] {
  const drafts = new Map<string, PeerDraft>();
  const nodeByAddress = indexAddresses(sources);
  for (const network of sources.networks.values()) {
    const reported = sources.details.get(network.id)?.peers;
    for (const { ip } of reported ?? []) {
      const draft = draftOf(drafts, nodeByAddress.get(ip), ip);
      draft.address = ip;
      draft.networks.set(network.id, 'reported');
    }
    for (const node of placedNodes(network, reported !== undefined, sources)) {
      const draft = draftOf(drafts, node, node.address);
      if (!draft.networks.has(network.id)) {
        draft.networks.set(network.id, 'placement');
      }
    }
  }
  const hostname = (draft: PeerDraft): string =>
    sources.nodes.get(draft.nodeId ?? '')?.hostname ?? '\uffff';
  return [...drafts.values()]
    .toSorted(
      (left, right) =>
        compareNames(hostname(left), hostname(right)) ||
        compareNames(left.address ?? '', right.address ?? '') ||
        compareCodeUnits(left.id, right.id),
    )
    .map(({ networks, ...peer }) => ({
      ...peer,
      networks: [...networks].map(([networkId, evidence]) => ({ networkId, evidence })),
    }));
}

function indexAddresses({ nodes, addressesOf }: PeerSources): ReadonlyMap<string, SwarmNode> {
  const index = new Map<string, SwarmNode>();
  const ranked = [...nodes.values()].map((node) => ({ node, addresses: addressesOf(node) }));
  const depth = Math.max(0, ...ranked.map(({ addresses }) => addresses.length));
  // Best addresses first, so that a node's true address beats another's doubtful one.
  for (let rank = 0; rank < depth; rank += 1) {
    for (const { node, addresses } of ranked) {
      const address = addresses[rank];
      if (address !== undefined && !index.has(address)) {
        index.set(address, node);
      }
    }
  }
  return index;
}

function draftOf(
  drafts: Map<string, PeerDraft>,
  node: SwarmNode | undefined,
  address: string | undefined,
): PeerDraft {
  const id = node?.id ?? address ?? '';
  let draft = drafts.get(id);
  if (draft === undefined) {
    draft = {
      id,
      ...(address === undefined ? {} : { address }),
      ...(node === undefined ? {} : { nodeId: node.id }),
      networks: new Map(),
    };
    drafts.set(id, draft);
  }
  return draft;
}

function placedNodes(
  network: SwarmNetwork,
  reported: boolean,
  { nodes, tasksByNetwork }: PeerSources,
): Iterable<SwarmNode> {
  if (network.ingress && !reported) {
    return nodes.values();
  }
  const placed = new Set<SwarmNode>();
  for (const task of tasksByNetwork.get(network.id) ?? []) {
    const node = isRunning(task) ? nodes.get(task.nodeId ?? '') : undefined;
    if (node !== undefined) {
      placed.add(node);
    }
  }
  return placed;
}
