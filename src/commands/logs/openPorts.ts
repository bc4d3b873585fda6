import type { SwarmNode, SwarmService, SwarmSnapshot } from '../../model/snapshot';
import { resolveTarget, type NodeAddressMap } from '../../routing/nodeAddresses';

/** A published TCP port: what a browser can open. */
export interface OpenPort {
  readonly serviceId: string;
  readonly serviceName: string;
  readonly mode: 'ingress' | 'host';
  readonly targetPort: number;
  /** Undefined for host mode without a fixed port: each task has one of its own. */
  readonly publishedPort?: number;
}

/** What a browser can speak. */
export type Scheme = 'http' | 'https';

/** Ports that speak TLS as a rule. */
const TLS_PORTS: ReadonlySet<number> = new Set([443, 8443, 9443]);

/** A node on which a port is open, and where it is reached. */
export interface PortDoor {
  readonly node: SwarmNode;
  readonly publishedPort: number;
  /** Undefined while no address of the node is known. */
  readonly target?: { readonly host: string; readonly port: number };
  /** Running tasks of the service on it. */
  readonly tasks: number;
}

/** The TCP ports of a service. */
export function portsOfService({ id, name, ports }: SwarmService): readonly OpenPort[] {
  return ports
    .filter(
      ({ protocol, mode, publishedPort }) =>
        protocol === 'tcp' && (mode === 'host' || publishedPort !== undefined),
    )
    .map(({ mode, targetPort, publishedPort }) => ({
      serviceId: id,
      serviceName: name,
      mode,
      targetPort,
      ...(publishedPort === undefined ? {} : { publishedPort }),
    }));
}

/** Where a port is open: on every node by the mesh, in host mode where a task runs; usable ones first. */
export function doorsOf(
  port: OpenPort,
  snapshot: SwarmSnapshot,
  addresses: NodeAddressMap,
): readonly PortDoor[] {
  const tasks = (snapshot.tasksByService.get(port.serviceId) ?? []).filter(
    ({ state, current }) => current && state === 'running',
  );
  const doors = [...snapshot.nodes.values()].flatMap((node): PortDoor[] => {
    const own = tasks.filter(({ nodeId }) => nodeId === node.id);
    const published =
      port.mode === 'ingress'
        ? [port.publishedPort]
        : own.flatMap(({ hostPorts }) =>
            hostPorts
              .filter(
                ({ protocol, targetPort, publishedPort }) =>
                  protocol === 'tcp' &&
                  targetPort === port.targetPort &&
                  (port.publishedPort ?? publishedPort) === publishedPort,
              )
              .map(({ publishedPort }) => publishedPort),
          );
    return [...new Set(published)].flatMap((publishedPort) => {
      if (publishedPort === undefined) {
        return [];
      }
      const target = resolveTarget(addresses, node, publishedPort);
      return [
        { node, publishedPort, tasks: own.length, ...(target === undefined ? {} : { target }) },
      ];
    });
  });
  return doors.toSorted((left, right) => Number(isPoor(left)) - Number(isPoor(right)));
}

function isPoor({ node, target }: PortDoor): boolean {
  return node.state !== 'ready' || target === undefined;
}

/** What a port speaks by all appearances: what was chosen last (`kept`), else what its numbers suggest. */
export function likelyScheme(
  { targetPort }: Pick<OpenPort, 'targetPort'>,
  { publishedPort }: Pick<PortDoor, 'publishedPort'>,
  kept?: unknown,
): Scheme {
  if (kept === 'http' || kept === 'https') {
    return kept;
  }
  return TLS_PORTS.has(publishedPort) || TLS_PORTS.has(targetPort) ? 'https' : 'http';
}

/** `http://10.77.0.11:8080/`, brackets around IPv6. */
export function urlOf(
  scheme: Scheme,
  { host, port }: { readonly host: string; readonly port: number },
): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
