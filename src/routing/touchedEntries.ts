import type { SwarmSnapshot } from '../model/snapshot';
import type { RoutingView } from '../shared/routingView';

/** Ids of the entries of `view` to whose node or service anything happened between two looks. */
export function touchedEntries(
  view: RoutingView,
  before: SwarmSnapshot,
  after: SwarmSnapshot,
): readonly string[] {
  // What did not change is the very same value in both.
  const isSame = (
    part: 'nodes' | 'tasksByNode' | 'services' | 'tasksByService',
    id: string,
  ): boolean => before[part].get(id) === after[part].get(id);
  const isNodeSame = new Map(
    [...after.nodes.keys()].map((id) => [id, isSame('nodes', id) && isSame('tasksByNode', id)]),
  );
  return view.routes.flatMap(({ serviceId, entries }) => {
    const isServiceSame = isSame('services', serviceId) && isSame('tasksByService', serviceId);
    return entries.flatMap(({ id, nodeId }) =>
      isServiceSame && isNodeSame.get(nodeId) === true ? [] : [id],
    );
  });
}
