import { fulfils, roomFor } from '../model/placement';
import type { SwarmNode, SwarmService, SwarmSnapshot, SwarmTask } from '../model/snapshot';

/** A published port that nobody answers on afterwards. */
export interface ClosingPort {
  readonly service: string;
  readonly port: number;
  readonly protocol: string;
  /** Host names where it closes; undefined for the routing mesh: on every node. */
  readonly nodes?: readonly string[];
  /** True when the swarm opens it again by itself, with the tasks that replace those that stop. */
  readonly forAWhile: boolean;
}

/** Names that are no longer found on a network. */
export interface LostNames {
  readonly network: string;
  readonly names: readonly string[];
  /** Services that look them up there and have no other network in common. */
  readonly by: readonly string[];
}

/** What an act takes away, before it is done. Services are named. */
export interface BlastRadius {
  /** Running tasks that stop; `elsewhere` when the swarm starts others in their place. */
  readonly stopping: readonly {
    readonly service: string;
    readonly tasks: number;
    readonly elsewhere: boolean;
  }[];
  readonly closing: readonly ClosingPort[];
  /** Services that lose their last running task and that no node is left for. */
  readonly homeless: readonly string[];
  /** Services that lose every running task until others have started elsewhere. */
  readonly interrupted: readonly string[];
  /** Services that go on with fewer tasks than they should have, for want of room. */
  readonly reduced: readonly {
    readonly service: string;
    readonly left: number;
    readonly desired: number;
  }[];
  /** Services whose tasks stay, but could not be replaced on any other node. */
  readonly stuck: readonly string[];
  /** Services that there is no room for as they will be: tasks that stop beyond it are not replaced. */
  readonly tight: readonly {
    readonly service: string;
    readonly room: number;
    readonly desired: number;
  }[];
  readonly lost: readonly LostNames[];
}

/** The radius of an act that takes nothing away. */
export const NOTHING: BlastRadius = {
  stopping: [],
  closing: [],
  homeless: [],
  interrupted: [],
  reduced: [],
  stuck: [],
  tight: [],
  lost: [],
};

/** What removing services, or scaling them to 0, takes away. */
export function radiusOfStopping(snapshot: SwarmSnapshot, ids: readonly string[]): BlastRadius {
  const services = ids.flatMap((id) => snapshot.services.get(id) ?? []);
  const alive = services.filter((service) => service.running > 0);
  return {
    ...NOTHING,
    stopping: alive.map(({ name, running }) => ({
      service: name,
      tasks: running,
      elsewhere: false,
    })),
    closing: alive.flatMap((service) =>
      closingWith(service, runningOf(service, snapshot), snapshot),
    ),
    lost: lostWith(alive, snapshot),
  };
}

/** What taking a service off networks takes away, in both directions. */
export function radiusOfDetaching(
  snapshot: SwarmSnapshot,
  serviceId: string,
  networkIds: readonly string[],
): BlastRadius {
  const service = snapshot.services.get(serviceId);
  if (service === undefined) {
    return NOTHING;
  }
  const remaining = networksOf(service, snapshot).filter((id) => !networkIds.includes(id));
  const lost = networkIds.flatMap((id): readonly LostNames[] => {
    const strangers = (snapshot.servicesByNetwork.get(id) ?? []).filter(
      (other) =>
        other.id !== serviceId &&
        !networksOf(other, snapshot).some((shared) => remaining.includes(shared)),
    );
    const network = snapshot.networks.get(id)?.name ?? id;
    const names = strangers.flatMap((other) => namesOn(other, id, snapshot));
    return strangers.length === 0
      ? []
      : [
          { network, names: namesOn(service, id, snapshot), by: strangers.map(({ name }) => name) },
          { network, names, by: [service.name] },
        ];
  });
  return { ...NOTHING, lost };
}

/** What publishing fewer ports takes away; `ports` are those that go. */
export function radiusOfUnpublishing(
  snapshot: SwarmSnapshot,
  serviceId: string,
  ports: readonly Pick<ClosingPort, 'port' | 'protocol'>[],
): BlastRadius {
  const service = snapshot.services.get(serviceId);
  const closing =
    service === undefined
      ? []
      : closingWith(service, runningOf(service, snapshot), snapshot).filter((closes) =>
          ports.some(({ port, protocol }) => closes.port === port && closes.protocol === protocol),
        );
  return { ...NOTHING, closing };
}

/**
 * What changing nodes takes away. `after` holds them as they will be: drained or paused, with other
 * labels or another role. `removed` are ids of nodes that go altogether.
 */
export function radiusOfNodes(
  snapshot: SwarmSnapshot,
  after: readonly SwarmNode[],
  removed: readonly string[] = [],
): BlastRadius {
  const changed = new Map(after.map((node) => [node.id, node]));
  const later = [...snapshot.nodes.values()]
    .filter(({ id }) => !removed.includes(id))
    .map((node) => changed.get(node.id) ?? node);
  const touched = new Set([...changed.keys(), ...removed]);
  return [...snapshot.services.values()].reduce(
    (radius, service) => joined(radius, ofService(service, snapshot, later, touched)),
    NOTHING,
  );
}

/** Whether nothing is taken away. */
export function isHarmless(radius: BlastRadius): boolean {
  return Object.values(radius).every((part: readonly unknown[]) => part.length === 0);
}

function ofService(
  service: SwarmService,
  snapshot: SwarmSnapshot,
  later: readonly SwarmNode[],
  touched: ReadonlySet<string>,
): BlastRadius {
  const byId = new Map(later.map((node) => [node.id, node]));
  const running = runningOf(service, snapshot);
  const stopping = running.filter((task) => leaves(task, service, byId, touched));
  const staying = running.filter((task) => !stopping.includes(task));
  const { name, desired } = service;
  if (stopping.length === 0) {
    const isStuck =
      service.mode.kind === 'replicated' &&
      running.some((task) => touched.has(task.nodeId ?? '')) &&
      roomFor(service, later, snapshot) === 0 &&
      roomFor(service, snapshot.nodes.values(), snapshot) > 0;
    return isStuck ? { ...NOTHING, stuck: [name] } : NOTHING;
  }
  const isGlobal = service.mode.kind === 'global' || service.mode.kind === 'global-job';
  // Tasks that stay on nodes that take no more keep running beside what the others have room for.
  const kept = staying.filter(({ nodeId }) => byId.get(nodeId ?? '')?.availability !== 'active');
  const possible = roomFor(service, later, snapshot) + kept.length;
  const left = isGlobal ? staying.length : Math.max(staying.length, Math.min(desired, possible));
  const elsewhere = left > staying.length;
  const closing = closingWith(service, stopping, snapshot)
    .filter(({ nodes }) => nodes !== undefined || staying.length === 0)
    .map((port) => ({ ...port, forAWhile: elsewhere && port.nodes === undefined }));
  return {
    ...NOTHING,
    stopping: [{ service: name, tasks: stopping.length, elsewhere }],
    closing,
    homeless: left === 0 ? [name] : [],
    interrupted: staying.length === 0 && elsewhere ? [name] : [],
    reduced: !isGlobal && left > 0 && left < desired ? [{ service: name, left, desired }] : [],
    lost: left === 0 ? lostWith([service], snapshot) : [],
  };
}

/** Whether a task must leave its node: drained, gone, or no longer what the constraints ask for. */
function leaves(
  task: SwarmTask,
  service: SwarmService,
  later: ReadonlyMap<string, SwarmNode>,
  touched: ReadonlySet<string>,
): boolean {
  const { nodeId = '' } = task;
  const node = later.get(nodeId);
  return (
    touched.has(nodeId) &&
    (node === undefined || node.availability === 'drain' || !fulfils(service, node))
  );
}

/** The ports of a service that close with `tasks`. */
function closingWith(
  service: SwarmService,
  tasks: readonly SwarmTask[],
  snapshot: SwarmSnapshot,
): readonly ClosingPort[] {
  const { name } = service;
  const mesh = service.ports.flatMap(({ mode, publishedPort: port, protocol }) =>
    mode === 'ingress' && port !== undefined && tasks.length > 0
      ? [{ service: name, port, protocol, forAWhile: false }]
      : [],
  );
  const hosts = new Map<string, { port: number; protocol: string; nodes: string[] }>();
  for (const { nodeId = '', hostPorts } of tasks) {
    for (const { publishedPort: port, protocol } of hostPorts) {
      const key = `${port}/${protocol}`;
      const known = hosts.get(key) ?? { port, protocol, nodes: [] };
      known.nodes.push(snapshot.nodes.get(nodeId)?.hostname ?? nodeId);
      hosts.set(key, known);
    }
  }
  return [
    ...mesh,
    ...[...hosts.values()].map((port) => ({ ...port, service: name, forAWhile: false })),
  ];
}

/** The names that go with services that have no task left, network by network. */
function lostWith(
  services: readonly SwarmService[],
  snapshot: SwarmSnapshot,
): readonly LostNames[] {
  const ids = new Set(services.map(({ id }) => id));
  const networks = new Set(services.flatMap((service) => networksOf(service, snapshot)));
  return [...networks].flatMap((id) => {
    const members = snapshot.servicesByNetwork.get(id) ?? [];
    const by = members.filter((member) => !ids.has(member.id)).map(({ name }) => name);
    const names = members
      .filter((member) => ids.has(member.id))
      .flatMap((member) => namesOn(member, id, snapshot));
    return by.length === 0 ? [] : [{ network: snapshot.networks.get(id)?.name ?? id, names, by }];
  });
}

/** The networks by which services find each other: all but ingress. */
export function networksOf({ id }: SwarmService, snapshot: SwarmSnapshot): readonly string[] {
  return [...snapshot.servicesByNetwork]
    .filter(
      ([network, members]) =>
        snapshot.networks.get(network)?.ingress !== true &&
        members.some((member) => member.id === id),
    )
    .map(([network]) => network);
}

function namesOn(
  service: SwarmService,
  networkId: string,
  { networks }: SwarmSnapshot,
): readonly string[] {
  const network = networks.get(networkId)?.name;
  return [
    service.name,
    ...service.networks
      .filter(({ target }) => target === networkId || target === network)
      .flatMap(({ aliases }) => aliases),
  ];
}

/** The tasks of a service that run now. */
export function runningOf({ id }: SwarmService, snapshot: SwarmSnapshot): readonly SwarmTask[] {
  return (snapshot.tasksByService.get(id) ?? []).filter(
    (task) => task.current && task.state === 'running',
  );
}

/** What two acts take away together. */
export function joined(left: BlastRadius, right: BlastRadius): BlastRadius {
  return {
    stopping: [...left.stopping, ...right.stopping],
    closing: [...left.closing, ...right.closing],
    homeless: [...left.homeless, ...right.homeless],
    interrupted: [...left.interrupted, ...right.interrupted],
    reduced: [...left.reduced, ...right.reduced],
    stuck: [...left.stuck, ...right.stuck],
    tight: [...left.tight, ...right.tight],
    lost: [...left.lost, ...right.lost],
  };
}
