import type { SwarmSnapshot } from '../../model/snapshot';

/** A node that is worth a line of its own. */
export interface NodeFact {
  readonly hostname: string;
  readonly role: string;
  readonly state: string;
  readonly availability: string;
  /** Managers only: what the other managers say of it. */
  readonly reachability: string;
}

/** A service whose running tasks are not as many as asked for. */
interface ServiceFact {
  readonly name: string;
  readonly running: number;
  readonly desired: number;
}

/** The state of a swarm in a few figures and the exceptions; no environment, no labels. */
export interface SwarmSummary {
  readonly engineName: string;
  readonly engineVersion: string;
  readonly apiVersion: string;
  readonly clusterId: string;
  /** Versions of the nodes' engines, each with the number of nodes. */
  readonly versions: readonly { readonly version: string; readonly nodes: number }[];
  readonly nodes: number;
  readonly managers: number;
  readonly reachableManagers: number;
  readonly leader: string;
  /** Nodes that are not ready, not active, or managers that the others do not reach. */
  readonly troubledNodes: readonly NodeFact[];
  readonly services: number;
  readonly troubledServices: readonly ServiceFact[];
  readonly runningTasks: number;
  /** Parts that the engine did not give when it was asked last. */
  readonly failedParts: readonly string[];
}

/** Sums up a snapshot. */
export function swarmSummary({
  info,
  apiVersion,
  nodes: nodeMap,
  services: serviceMap,
  tasks,
  parts,
}: SwarmSnapshot): SwarmSummary {
  const nodes = [...nodeMap.values()];
  const services = [...serviceMap.values()];
  const managers = nodes.filter(({ role }) => role === 'manager');
  const versions = new Map<string, number>();
  for (const { engineVersion } of nodes) {
    versions.set(engineVersion, (versions.get(engineVersion) ?? 0) + 1);
  }
  return {
    engineName: info.engineName,
    engineVersion: info.engineVersion,
    apiVersion,
    clusterId: info.swarm.cluster?.id ?? '',
    versions: [...versions].map(([version, count]) => ({ version, nodes: count })),
    nodes: nodes.length,
    managers: managers.length,
    reachableManagers: managers.filter(({ reachability }) => reachability === 'reachable').length,
    leader: managers.find(({ leader }) => leader)?.hostname ?? '',
    troubledNodes: nodes
      .filter(
        ({ state, availability, role, reachability }) =>
          state !== 'ready' ||
          availability !== 'active' ||
          (role === 'manager' && reachability !== 'reachable'),
      )
      .map(({ hostname, role, state, availability, reachability }) => ({
        hostname,
        role,
        state,
        availability,
        reachability: reachability ?? '',
      })),
    services: services.length,
    troubledServices: services
      .filter(({ running, desired }) => running !== desired)
      .map(({ name, running, desired }) => ({ name, running, desired })),
    runningTasks: [...tasks.values()].filter(({ current, state }) => current && state === 'running')
      .length,
    failedParts: Object.entries(parts)
      .filter(([, { kind }]) => kind === 'failed')
      .map(([name]) => name),
  };
}
