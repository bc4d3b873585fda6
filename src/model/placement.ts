import type { SwarmNode, SwarmService, SwarmSnapshot } from './snapshot';

/** `key == value` or `key != value` (swarmkit `constraint/constraint.go`). */
const CONSTRAINT = /^\s*([^=!\s]+)\s*(==|!=)\s*(.*?)\s*$/;

/** Names that a processor has both in docker and in uname (swarmkit `normalizeArch`). */
const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64' };

/** Whether a node fulfils every placement constraint of a service, whatever its state. */
export function fulfils({ constraints }: Pick<SwarmService, 'constraints'>, node: SwarmNode) {
  return constraints.every((constraint) => isFulfilled(constraint, node));
}

/** Whether the swarm gives new tasks of a service to a node, as far as constraints and its state go. */
export function takesTasks(service: Pick<SwarmService, 'constraints'>, node: SwarmNode): boolean {
  return node.state === 'ready' && node.availability === 'active' && fulfils(service, node);
}

/**
 * How many tasks of a service `nodes` have room for: constraints, tasks per node, fixed host-mode ports
 * and reservations are counted, with what other services run there. Infinity without any limit.
 */
export function roomFor(
  service: SwarmService,
  nodes: Iterable<SwarmNode>,
  snapshot: SwarmSnapshot,
): number {
  let room = 0;
  for (const node of nodes) {
    room += takesTasks(service, node) ? roomOn(service, node, snapshot) : 0;
  }
  return room;
}

function roomOn(service: SwarmService, node: SwarmNode, snapshot: SwarmSnapshot): number {
  const limits = [service.maxPerNode ?? Number.POSITIVE_INFINITY];
  if (service.mode.kind === 'global' || service.mode.kind === 'global-job') {
    limits.push(1);
  }
  const hostPorts = fixedHostPorts(service);
  if (hostPorts.length > 0) {
    limits.push(others(service, node, snapshot).some((other) => shares(other, hostPorts)) ? 0 : 1);
  }
  const { reserved } = service;
  if (reserved !== undefined && node.resources !== undefined) {
    const free = { ...node.resources };
    for (const other of others(service, node, snapshot)) {
      free.nanoCpus -= other.reserved?.nanoCpus ?? 0;
      free.memoryBytes -= other.reserved?.memoryBytes ?? 0;
    }
    for (const part of ['nanoCpus', 'memoryBytes'] as const) {
      if (reserved[part] > 0) {
        limits.push(Math.max(0, Math.floor(free[part] / reserved[part])));
      }
    }
  }
  return Math.min(...limits);
}

/** The service of every present task of other services on a node; one with two tasks comes twice. */
function others(
  { id }: SwarmService,
  node: SwarmNode,
  { tasksByNode, services }: SwarmSnapshot,
): readonly SwarmService[] {
  return (tasksByNode.get(node.id) ?? []).flatMap((task) => {
    const other = services.get(task.serviceId ?? '');
    return task.current && other !== undefined && other.id !== id ? [other] : [];
  });
}

function fixedHostPorts({ wantedPorts }: SwarmService): readonly string[] {
  return wantedPorts.flatMap(({ mode, publishedPort, protocol }) =>
    mode === 'host' && publishedPort !== undefined ? [`${publishedPort}/${protocol}`] : [],
  );
}

function shares(other: SwarmService, ports: readonly string[]): boolean {
  return fixedHostPorts(other).some((port) => ports.includes(port));
}

function isFulfilled(constraint: string, node: SwarmNode): boolean {
  const [, key = '', sign, wanted = ''] = CONSTRAINT.exec(constraint) ?? [];
  const found = valuesOf(key, node);
  if (sign === undefined || found === undefined) {
    return false;
  }
  const isEqual = found.some((value) => sameText(value, wanted));
  return sign === '==' ? isEqual : !isEqual;
}

/** What a constraint's key means on a node; undefined for a key that the swarm never fulfils. */
function valuesOf(key: string, node: SwarmNode): readonly string[] | undefined {
  const label = /^node\.labels\.(.+)$/i.exec(key)?.[1];
  const engineLabel = /^engine\.labels\.(.+)$/i.exec(key)?.[1];
  if (label !== undefined) {
    return [node.labels[label] ?? ''];
  }
  if (engineLabel !== undefined) {
    return [node.engineLabels?.[engineLabel] ?? ''];
  }
  const { os, architecture } = node.platform;
  switch (key.toLowerCase()) {
    case 'node.id':
      return [node.id];
    case 'node.hostname':
      return [node.hostname];
    case 'node.role':
      return [node.role];
    case 'node.ip':
      return [node.statusAddress];
    case 'node.platform.os':
      return [os];
    case 'node.platform.arch':
      return Object.entries(ARCHITECTURES)
        .flatMap(([docker, uname]) =>
          architecture === docker || architecture === uname ? [docker, uname] : [],
        )
        .concat(architecture);
    default:
      return undefined;
  }
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
