import type { ServiceBody } from '../docker/bodies';
import { normalizeService } from '../docker/records/service';
import type { SwarmSnapshot } from '../model/snapshot';
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
  { services }: Pick<SwarmSnapshot, 'services'>,
  serviceId: string,
  { base, wanted }: { readonly base: ServiceBody; readonly wanted: ServiceBody },
): readonly string[] {
  const service = services.get(serviceId);
  const isJob = wanted.Mode?.ReplicatedJob !== undefined || wanted.Mode?.GlobalJob !== undefined;
  const isStopped = wanted.Mode?.Replicated?.Replicas === 0;
  const isSame = isSameJson(ofTasks(base), ofTasks(wanted));
  return service === undefined || isJob || isStopped || isSame
    ? []
    : [replacement(wanted, service.running)];
}

function ofTasks({ TaskTemplate, Networks, EndpointSpec }: ServiceBody): object {
  return {
    ...TaskTemplate,
    Placement: undefined,
    Networks: [TaskTemplate?.Networks, Networks],
    EndpointSpec,
  };
}
