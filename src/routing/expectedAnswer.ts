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
): Expectation {
  if (node.state !== 'ready') {
    return { kind: 'nothing' };
  }
  const running = backends.filter(({ active }) => active);
  if (running.length === 0) {
    return { kind: 'refusal', why: 'no-task' };
  }
  return mode === 'ingress' || running.some(({ nodeId }) => nodeId === node.id)
    ? { kind: 'answer' }
    : { kind: 'refusal', why: 'not-here' };
}
