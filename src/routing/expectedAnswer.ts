import type { SwarmNode } from '../model/snapshot';
import type { Expectation } from '../shared/expectation';
import type { RouteBackend } from '../shared/routingView';

/**
 * What a client gets that knocks at a node's published port. In ingress mode every node that is up
 * answers, drained ones and those without tasks included, as long as one task runs; in host mode only
 * nodes with a running task do. Sources: moby `service_common.go` and
 * `service_linux.go` (rules exist while a task is active), swarmkit's allocator (every node is on the
 * ingress network, whatever its availability).
 */
export function expectedAnswer(
  mode: 'ingress' | 'host',
  node: Pick<SwarmNode, 'id' | 'state'>,
  backends: readonly Pick<RouteBackend, 'active' | 'nodeId'>[],
  {
    desired,
    holder,
  }: {
    /** Tasks that the service should have. */
    readonly desired: number;
    /** Host mode: the other service that has this port open on the node. */
    readonly holder?: string | undefined;
  },
): Expectation {
  if (node.state !== 'ready') {
    return { kind: 'nothing' };
  }
  const running = backends.filter(({ active }) => active);
  const answers =
    running.length > 0 && (mode === 'ingress' || running.some(({ nodeId }) => nodeId === node.id));
  if (answers) {
    return { kind: 'answer' };
  }
  if (holder !== undefined) {
    return { kind: 'other', serviceName: holder };
  }
  if (running.length > 0) {
    return { kind: 'refusal', why: 'not-here' };
  }
  return { kind: 'refusal', why: desired > 0 ? 'down' : 'no-task' };
}
