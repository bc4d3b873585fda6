import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../../common/text';
import type { SwarmNetwork, SwarmSnapshot } from '../../model/snapshot';
import { usableAddresses } from '../../spec/networkRoom';

/**
 * Warns when a network of some services has too few free addresses for `wanted` tasks of each (SWARM: one
 * a task).
 */
export function addressWarning(
  snapshot: SwarmSnapshot,
  serviceIds: readonly string[],
  wanted: number,
): string | undefined {
  for (const network of networksOf(snapshot, serviceIds)) {
    const more = moreTasks(network, snapshot, serviceIds, wanted);
    const free = Math.max(0, freeAddresses(network, snapshot));
    if (more > free) {
      return `${freeText(network, free)} ${needText(more)}`;
    }
    if (more + Math.min(more, newNodes(network, snapshot)) > free) {
      const nodes = l10n.t('Each node that gets its first task there needs one too.');
      return `${freeText(network, free)} ${needText(more)} ${nodes}`;
    }
  }
  return undefined;
}

/** Tasks that come to a network when each of some services gets `wanted`. */
function moreTasks(
  { id }: SwarmNetwork,
  { servicesByNetwork, tasksByService }: SwarmSnapshot,
  serviceIds: readonly string[],
  wanted: number,
): number {
  return (servicesByNetwork.get(id) ?? [])
    .filter((service) => serviceIds.includes(service.id))
    .map((service) => (tasksByService.get(service.id) ?? []).filter(({ current }) => current))
    .reduce((sum, present) => sum + Math.max(0, wanted - present.length), 0);
}

/** The network of a service that has no free address left for a task, as far as can be told. */
export function fullNetwork(snapshot: SwarmSnapshot, serviceId: string): SwarmNetwork | undefined {
  return networksOf(snapshot, [serviceId]).find((network) => freeAddresses(network, snapshot) <= 0);
}

function freeText({ name }: SwarmNetwork, free: number): string {
  const network = toPlainLine(name);
  return free === 1
    ? l10n.t('The network "{0}" has about 1 free address.', network)
    : l10n.t('The network "{0}" has about {1} free addresses.', network, free);
}

function needText(more: number): string {
  return more === 1
    ? l10n.t('1 more task needs one.')
    : l10n.t('{0} more tasks need one each.', more);
}

function networksOf(
  { servicesByNetwork, networks }: SwarmSnapshot,
  serviceIds: readonly string[],
): readonly SwarmNetwork[] {
  return [...servicesByNetwork].flatMap(([id, members]) =>
    members.some((member) => serviceIds.includes(member.id)) ? (networks.get(id) ?? []) : [],
  );
}

/** Nodes that take tasks and have none on a network yet; all have a place in the ingress network. */
function newNodes({ id, ingress }: SwarmNetwork, { nodes, tasksByNetwork }: SwarmSnapshot): number {
  const there = new Set((tasksByNetwork.get(id) ?? []).map(({ nodeId }) => nodeId));
  return ingress
    ? 0
    : [...nodes.values()].filter(
        (node) => node.state === 'ready' && node.availability === 'active' && !there.has(node.id),
      ).length;
}

/**
 * Addresses of a network that nobody has, about: those of its subnets less the present tasks, the
 * services' VIPs and the balancer of each node.
 */
function freeAddresses(network: SwarmNetwork, snapshot: SwarmSnapshot): number {
  const usable = network.subnets
    .filter(({ subnet }) => subnet.includes('.'))
    .reduce((sum, subnet) => sum + Math.max(0, usableAddresses(subnet) ?? 0), 0);
  const tasks = snapshot.tasksByNetwork.get(network.id) ?? [];
  const vips = (snapshot.servicesByNetwork.get(network.id) ?? []).filter(({ virtualIps }) =>
    virtualIps.some(({ networkId }) => networkId === network.id),
  );
  const balancers = network.ingress
    ? snapshot.nodes.size
    : new Set(tasks.flatMap(({ nodeId }) => nodeId ?? [])).size;
  return usable === 0 ? Number.POSITIVE_INFINITY : usable - tasks.length - vips.length - balancers;
}
