import * as l10n from '@vscode/l10n';
import type { ObjectReference } from '../../model/objectReference';
import type { SwarmService, SwarmSnapshot } from '../../model/snapshot';
import type { RunningGuard } from '../../probe/actGuard';
import type { ConnectedSwarm } from '../commandContext';
import { standingsText } from '../convergenceText';
import { followServices } from '../followServices';
import { endOfGuard } from '../guardEnd';
import { drainEnd, type FollowedEnd } from './drainEnd';
import { nodesText } from './nodeChange';

/** The tasks of a drained node are gone by then, or nobody waits for it. */
const PATIENCE_MS = 60_000;

/** Services with a published tcp port and a task on one of some nodes. */
export function servicesOn(
  { tasksByNode, services }: SwarmSnapshot,
  nodes: readonly ObjectReference[],
): readonly SwarmService[] {
  const tasks = nodes.flatMap(({ id }) => tasksByNode.get(id) ?? []);
  const ids = new Set(tasks.flatMap(({ current, serviceId = '' }) => (current ? serviceId : [])));
  return [...ids]
    .flatMap((id) => services.get(id) ?? [])
    .filter(({ ports }) => ports.some(({ protocol }) => protocol === 'tcp'));
}

/**
 * Follows services whose tasks leave nodes until the new ones run, and gives what is to be said of that;
 * nothing when the person stops watching. `before` is the swarm as it was before.
 */
export async function watchDrain(
  before: ConnectedSwarm,
  nodes: readonly ObjectReference[],
  services: readonly SwarmService[],
  guard: RunningGuard,
): Promise<FollowedEnd> {
  const names = services.map(({ name }) => name);
  const outcomes = await followServices(before, {
    services,
    title: l10n.t('Draining {0}', nodesText(nodes)),
    message: (now) => standingsText(names, now),
    patienceMs: PATIENCE_MS,
    isMove: true,
  });
  if (outcomes.some(({ kind }) => kind === 'stopped')) {
    return { text: '', isWell: true };
  }
  return drainEnd(names, outcomes, await endOfGuard(guard));
}
