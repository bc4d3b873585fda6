import type { Engine } from '../docker/engine';

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
    try {
      await engine.updateNode(id, await engine.nodeSpec(id));
    } catch {
      // Whoever does not join is named afterwards.
    }
  }
}
