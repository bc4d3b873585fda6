import type { ServiceBody } from '../docker/bodies';
import { normalizeService } from '../docker/records/service';
import { fulfils } from '../model/placement';
import type { SwarmService, SwarmSnapshot } from '../model/snapshot';
import { radiusOfUpdate } from '../routing/updateRadius';
import { isSameJson } from '../spec/reapply';
import { blastLines } from './operate/blastText';
import { replacement } from './operate/replacement';

/** What changing a service to `wanted` takes away beside the tasks that are replaced, in lines. */
export function updateLosses(
  snapshot: SwarmSnapshot,
  serviceId: string,
  wanted: ServiceBody,
): readonly string[] {
  const raw = snapshot.services.get(serviceId)?.raw;
  if (typeof raw !== 'object' || raw === null) {
    return [];
  }
  const later = normalizeService({ ...raw, Spec: wanted });
  return blastLines(radiusOfUpdate(snapshot, serviceId, later));
}

/**
 * How an update replaces running tasks, in a line; none where it does not. Tasks that run where new
 * constraints let them stay (swarmkit `IsTaskDirty`), and of a job's tasks nothing is said.
 */
export function replacedTasks(
  snapshot: SwarmSnapshot,
  serviceId: string,
  { base, wanted }: { readonly base: ServiceBody; readonly wanted: ServiceBody },
): readonly string[] {
  const service = snapshot.services.get(serviceId);
  const isJob = wanted.Mode?.ReplicatedJob !== undefined || wanted.Mode?.GlobalJob !== undefined;
  const isStopped = wanted.Mode?.Replicated?.Replicas === 0;
  if (service === undefined || isJob || isStopped) {
    return [];
  }
  const replaced = isSameJson(ofTasks(base), ofTasks(wanted))
    ? movedTasks(snapshot, service, wanted)
    : service.running;
  return replaced === 0 ? [] : [replacement(wanted, replaced)];
}

/** Running tasks whose node no longer fulfils the constraints: they alone are replaced elsewhere. */
function movedTasks(
  { nodes, tasksByService }: SwarmSnapshot,
  { id }: SwarmService,
  { TaskTemplate: template }: ServiceBody,
): number {
  const constraints = template?.Placement?.Constraints ?? [];
  return (tasksByService.get(id) ?? []).filter(({ current, state, nodeId = '' }) => {
    const node = nodes.get(nodeId);
    return current && state === 'running' && node !== undefined && !fulfils({ constraints }, node);
  }).length;
}

function ofTasks({ TaskTemplate, Networks, EndpointSpec }: ServiceBody): object {
  return {
    ...TaskTemplate,
    Placement: undefined,
    Networks: [TaskTemplate?.Networks, Networks],
    EndpointSpec,
  };
}
