import { fulfils, roomFor } from '../model/placement';
import type { SwarmService, SwarmSnapshot } from '../model/snapshot';
import {
  joined,
  networksOf,
  NOTHING,
  radiusOfDetaching,
  radiusOfStopping,
  radiusOfUnpublishing,
  runningOf,
  type BlastRadius,
} from './blastRadius';

/** What of a service decides what an update of it takes away. */
export type WantedService = Pick<
  SwarmService,
  'mode' | 'networks' | 'wantedPorts' | 'constraints' | 'maxPerNode' | 'reserved'
>;

/**
 * What updating a service takes away, beside the tasks that are replaced. `wanted` is how it will be;
 * its kind of mode stays, as the engine changes none.
 */
export function radiusOfUpdate(
  snapshot: SwarmSnapshot,
  serviceId: string,
  wanted: WantedService,
): BlastRadius {
  const service = snapshot.services.get(serviceId);
  if (service === undefined) {
    return NOTHING;
  }
  if (wanted.mode.kind === 'replicated' && wanted.mode.replicas === 0) {
    return radiusOfStopping(snapshot, [serviceId]);
  }
  const remaining = new Set(wanted.networks.map(({ target }) => networkId(target, snapshot)));
  const left = networksOf(service, snapshot).filter((id) => !remaining.has(id));
  const closing = unpublished(service, wanted).flatMap(({ publishedPort: port, protocol }) =>
    port === undefined ? [] : [{ port, protocol }],
  );
  return [
    radiusOfUnpublishing(snapshot, serviceId, closing),
    radiusOfDetaching(snapshot, serviceId, left),
    lessRoom(service, wanted, snapshot),
  ].reduce(joined);
}

/** The ports of a service that it no longer publishes the same way. */
function unpublished(
  { ports }: SwarmService,
  { wantedPorts }: WantedService,
): SwarmService['ports'] {
  return ports.filter(
    (port) =>
      !wantedPorts.some(
        ({ protocol, mode, publishedPort, targetPort }) =>
          protocol === port.protocol &&
          mode === port.mode &&
          // One that the swarm chose stays while none is asked for.
          (publishedPort === undefined
            ? targetPort === port.targetPort
            : publishedPort === port.publishedPort),
      ),
  );
}

/** What becomes of tasks that fewer nodes can take than before. */
function lessRoom(
  service: SwarmService,
  { mode, wantedPorts, constraints, maxPerNode, reserved }: WantedService,
  snapshot: SwarmSnapshot,
): BlastRadius {
  const { maxPerNode: _limit, reserved: _asked, ...rest } = service;
  const later: SwarmService = {
    ...rest,
    ...{ mode, wantedPorts, constraints },
    ...(maxPerNode === undefined ? {} : { maxPerNode }),
    ...(reserved === undefined ? {} : { reserved }),
  };
  const { name } = service;
  const nodes = [...snapshot.nodes.values()];
  const room = roomFor(later, nodes, snapshot);
  if (service.running === 0 || room >= roomFor(service, nodes, snapshot)) {
    return NOTHING;
  }
  const desired = mode.kind === 'replicated' ? mode.replicas : service.desired;
  // The tasks of a replicated service stay where constraints let them, however tight it gets.
  if (room === 0 || mode.kind === 'replicated') {
    return room < desired ? { ...NOTHING, tight: [{ service: name, room, desired }] } : NOTHING;
  }
  const tasks = runningOf(service, snapshot).filter(({ nodeId = '' }) => {
    const node = snapshot.nodes.get(nodeId);
    return node !== undefined && !fulfils(later, node);
  }).length;
  return mode.kind === 'global' && tasks > 0
    ? { ...NOTHING, stopping: [{ service: name, tasks, elsewhere: false }] }
    : NOTHING;
}

/** The id of a network that a service names by id or by name. */
function networkId(target: string, { networks }: SwarmSnapshot): string {
  return networks.has(target)
    ? target
    : ([...networks.values()].find(({ name }) => name === target)?.id ?? target);
}
