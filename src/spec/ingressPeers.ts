import type { NetworkRecord } from '../docker/records/network';
import type { SwarmNode } from '../model/snapshot';

/** The ingress network as the engine of one node sees it; undefined when it could not tell. */
export interface IngressView {
  readonly nodeId: string;
  readonly network: Pick<NetworkRecord, 'peers' | 'containers'> | undefined;
}

/** An engine's part in an ingress network `x` is `x-sbox` among its containers (moby libnetwork). */
const SANDBOX = /-sbox$/;

/**
 * Nodes of which nothing shows that they take part in the ingress network: their own engine has its
 * sandbox there where it can be asked, and somebody's gossip names their address.
 */
export function unverifiedNodes<N extends Pick<SwarmNode, 'id' | 'address'>>(
  nodes: readonly N[],
  views: readonly IngressView[],
): readonly N[] {
  const peers = new Set(views.flatMap(({ network }) => network?.peers?.map(({ ip }) => ip) ?? []));
  return nodes.filter(({ id, address }) => {
    const own = views.find(({ nodeId }) => nodeId === id);
    const hasSandbox =
      own === undefined ||
      own.network?.containers?.some(({ id: key }) => SANDBOX.test(key)) === true;
    return address === undefined || !peers.has(address) || !hasSandbox;
  });
}
