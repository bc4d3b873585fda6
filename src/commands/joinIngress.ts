import { isSwarmscopeError } from '../common/errors';
import type { Engine } from '../docker/engine';

/** Nodes change on their own while a network comes and goes. */
const ATTEMPTS = 5;

/**
 * Makes nodes join a new ingress network, once that is allocated: the leader gives a node its part when
 * something updates the node, and else with the first task (Engine 20.10 to 28.5, where a node without
 * tasks never joined). Each is updated to the spec that it has. A node that cannot be updated is left.
 */
export async function joinIngress(
  engine: Pick<Engine, 'nodeSpec' | 'updateNode'>,
  nodeIds: Iterable<string>,
): Promise<void> {
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
