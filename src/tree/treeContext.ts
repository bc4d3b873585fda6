import type { SwarmscopeError } from '../common/errors';
import type { SwarmSnapshot } from '../model/snapshot';

/** What every row is built from. */
export interface TreeContext {
  /** The connection's id: every row id begins with it. */
  readonly rootId: string;
  readonly snapshot: SwarmSnapshot;
  /** What the groups list, where that is less than all. */
  readonly listed?: SwarmSnapshot;
  /** The sentence for a person. */
  readonly describeError: (error: SwarmscopeError) => string;
}

/** Host name of a node, its short id when the swarm no longer lists it, empty when there is none. */
export function hostnameOf(snapshot: SwarmSnapshot, nodeId: string | undefined): string {
  return nodeId === undefined ? '' : (snapshot.nodes.get(nodeId)?.hostname ?? nodeId.slice(0, 12));
}
