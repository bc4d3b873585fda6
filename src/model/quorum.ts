import type { SwarmSnapshot } from './snapshot';

/**
 * Whether the managers of a swarm that lost its leader can elect another: whether more than half of
 * them are left, as far as the last look told (raft, as in swarmkit's `manager/state/raft`).
 */
export function canElect({ nodes }: Pick<SwarmSnapshot, 'nodes'>): boolean {
  const managers = [...nodes.values()].filter(({ role }) => role === 'manager');
  const reachable = managers.filter(({ reachability }) => reachability === 'reachable').length;
  // The leader that went was the last to be called reachable.
  return reachable - 1 > managers.length / 2;
}
