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

/** How many of so many managers must reach each other: more than half (raft). */
export function quorumOf(managers: number): number {
  return Math.floor(managers / 2) + 1;
}

/** How many of so many managers may be lost while the swarm can still be changed. */
export function lossesBorne(managers: number): number {
  return managers - quorumOf(managers);
}
