import { isSwarmscopeError } from '../common/errors';
import type { Engine } from '../docker/engine';

/** Nodes change on their own while a network comes and goes. */
const ATTEMPTS = 5;
const PAUSE_MS = 500;
const LOOKS_BETWEEN_UPDATES = 6;

type NodeUpdates = Pick<Engine, 'nodeSpec' | 'updateNode'>;

/**
 * Makes nodes join a new ingress network and looks until none is missing or the limit is over; those that
 * hesitate are updated again. Gives the ids of those that are missing in the end; a look that fails counts
 * as one at which all are.
 */
export async function untilJoined(
  nodeIds: readonly string[],
  parts: {
    /** Asked anew for each update: a connection may have moved to another manager. */
    readonly engine: () => NodeUpdates;
    readonly missing: () => Promise<readonly string[]>;
    readonly limitMs: number;
  },
): Promise<readonly string[]> {
  const end = Date.now() + parts.limitMs;
  let missing = nodeIds;
  for (let looks = 0; missing.length > 0 && Date.now() < end; looks += 1) {
    if (looks % LOOKS_BETWEEN_UPDATES === 0) {
      await joinIngress(parts.engine(), missing);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MS);
    });
    missing = await parts.missing().catch(() => missing);
  }
  return missing;
}

/**
 * Makes nodes join a new ingress network, once that is allocated: the leader gives a node its part when
 * something updates the node, and else with the first task (Engine 20.10 to 28.5, where a node without
 * tasks never joined). Each is updated to the spec that it has. A node that cannot be updated is left.
 */
async function joinIngress(engine: NodeUpdates, nodeIds: Iterable<string>): Promise<void> {
  for (const id of nodeIds) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        await engine.updateNode(id, await engine.nodeSpec(id));
        break;
      } catch (error) {
        if (!isSwarmscopeError(error, 'out-of-sequence')) {
          // Whoever does not join is named afterwards.
          break;
        }
      }
    }
  }
}
