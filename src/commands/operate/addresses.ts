import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../../common/text';
import type { SwarmNetwork, SwarmSnapshot } from '../../model/snapshot';

/** Warns when a network of a service has too few free addresses for `wanted` tasks (SWARM: one each). */
export function addressWarning(
  snapshot: SwarmSnapshot,
  serviceId: string,
  wanted: number,
): string | undefined {
  const present = (snapshot.tasksByService.get(serviceId) ?? []).filter(({ current }) => current);
  const more = wanted - present.length;
  for (const [id, members] of snapshot.servicesByNetwork) {
    const network = snapshot.networks.get(id);
    if (network !== undefined && members.some((member) => member.id === serviceId)) {
      const free = freeAddresses(network, snapshot);
      if (more > free) {
        return l10n.t(
          'The network "{0}" has about {1} free addresses, and {2} more tasks need one each.',
          toPlainLine(network.name),
          Math.max(0, free),
          more,
        );
      }
    }
  }
  return undefined;
}

/**
 * Addresses of a network that nobody has, about: each subnet without its own, its broadcast and its
 * gateway's address, less the present tasks, the services' VIPs and the balancer of each node.
 */
function freeAddresses(network: SwarmNetwork, snapshot: SwarmSnapshot): number {
  const usable = network.subnets
    .filter(({ subnet }) => subnet.includes('.'))
    .reduce((sum, { subnet }) => sum + 2 ** (32 - Number(subnet.split('/')[1] ?? 32)) - 3, 0);
  const tasks = snapshot.tasksByNetwork.get(network.id) ?? [];
  const vips = (snapshot.servicesByNetwork.get(network.id) ?? []).filter(({ virtualIps }) =>
    virtualIps.some(({ networkId }) => networkId === network.id),
  );
  const balancers = network.ingress
    ? snapshot.nodes.size
    : new Set(tasks.map(({ nodeId }) => nodeId)).size;
  return usable === 0 ? Number.POSITIVE_INFINITY : usable - tasks.length - vips.length - balancers;
}
