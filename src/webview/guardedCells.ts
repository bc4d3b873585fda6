import type { GuardedCell } from '../probe/actGuard';
import type { PortRoute, RouteEntry, RoutingView } from '../shared/routingView';
import { probeTargets } from './routingModel';

/** The cells of services that can be probed, with whether they have to answer as the swarm is now. */
export function guardedCells(
  view: RoutingView,
  serviceIds: readonly string[],
): readonly GuardedCell[] {
  const routes = view.routes.filter(({ serviceId }) => serviceIds.includes(serviceId));
  const { targets } = probeTargets({ ...view, routes });
  const byId = new Map(targets.map((target) => [target.id, target]));
  return routes.flatMap((route) =>
    route.entries.flatMap((entry) => {
      const target = byId.get(entry.id);
      // What nobody promises, no act can break.
      return target === undefined || entry.expected.kind === 'unpromised'
        ? []
        : [
            {
              target,
              hostname: entry.hostname,
              port: route.publishedPort ?? target.port,
              owed: isOwed(route, entry),
            },
          ];
    }),
  );
}

/**
 * Tasks that are wanted and do not run are no excuse: they are what an act may have broken. A port is
 * shut on purpose where nothing is wanted, and in host mode where all tasks run on other nodes.
 */
function isOwed(
  { mode, running, desired }: PortRoute,
  { expected, availability }: RouteEntry,
): boolean {
  return (
    expected.kind === 'answer' ||
    (expected.kind === 'refusal' &&
      running < desired &&
      (mode === 'ingress' || availability !== 'drain'))
  );
}
