import * as l10n from '@vscode/l10n';
import { contains, encloses, readAddress, readCidr } from './cidr';
import { note, problem, warning, type Finding } from './finding';
import type { DraftSubnet, NetworkDraft } from './networkDraft';
import type { NetworkSurroundings } from './networkSurroundings';

/** Beyond this many addresses nobody counts. */
const PLENTY = 65_533;

/**
 * Addresses for VIPs, tasks and load balancers in a row: all of the subnet but network, broadcast and
 * gateway, or those of the IP range (Engine 20.10: everything comes from it). Undefined when unreadable.
 */
export function usableAddresses({ subnet, gateway, ipRange }: DraftSubnet): number | undefined {
  const cidr = readCidr(subnet);
  const range = ipRange === undefined ? cidr : readCidr(ipRange);
  if (cidr === undefined || range === undefined || !encloses(cidr, range)) {
    return undefined;
  }
  const reserved = new Set(
    [cidr.first, cidr.last].filter((edge) => edge >= range.first && edge <= range.last),
  );
  const chosen = gateway === undefined ? undefined : readAddress(gateway);
  // Without a wish the engine takes the first address that is free in the range.
  const gateways =
    chosen === undefined || (contains(range, chosen) && !reserved.has(chosen.value)) ? 1n : 0n;
  const free = range.last - range.first + 1n - BigInt(reserved.size) - gateways;
  return Number(free > BigInt(PLENTY) ? BigInt(PLENTY) : free);
}

/**
 * Says how many tasks a network has room for, and warns when the swarm as it is would not fit. Each
 * node with a task, each service and each task takes an address; of the ingress network every node.
 */
export function checkRoom(draft: NetworkDraft, around: NetworkSurroundings): readonly Finding[] {
  const rows = (draft.subnets ?? []).filter(({ subnet }) => readCidr(subnet)?.family === 4);
  const cut = { subnet: `10.0.0.0/${around.subnetSize}` };
  const counts = (rows.length === 0 ? [cut] : rows).map(usableAddresses);
  const usable = Math.min(
    PLENTY,
    counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
  );
  if (counts.includes(undefined)) {
    return [];
  }
  return draft.ingress === true ? ingressRoom(usable, around) : overlayRoom(usable, around);
}

function overlayRoom(usable: number, around: NetworkSurroundings): readonly Finding[] {
  const nodes = Math.max(1, around.nodes.length);
  const room = usable - nodes - 1;
  const needed = nodes + around.services + around.tasks;
  if (room < 1) {
    return [
      warning(
        'subnets',
        l10n.t(
          'Only {0} addresses: with a task on each of the {1} nodes not even one service fits. Use a larger subnet.',
          usable,
          nodes,
        ),
      ),
    ];
  }
  const told = note(
    'subnets',
    l10n.t(
      'Room for {0} tasks of one service on {1} nodes: of {2} addresses each node and each service takes one too.',
      room,
      nodes,
      usable,
    ),
  );
  return needed <= usable
    ? [told]
    : [
        told,
        warning(
          'subnets',
          l10n.t(
            'The whole swarm would not fit: its {0} tasks, {1} services and {2} nodes need {3} addresses. Use a larger subnet if all are to join.',
            around.tasks,
            around.services,
            nodes,
            needed,
          ),
        ),
      ];
}

function ingressRoom(usable: number, around: NetworkSurroundings): readonly Finding[] {
  const nodes = Math.max(1, around.nodes.length);
  return usable - nodes < 2
    ? [
        problem(
          'subnets',
          l10n.t(
            'Each of the {0} nodes takes an address of the ingress network; {1} are too few. Use a larger subnet.',
            nodes,
            usable,
          ),
        ),
      ]
    : [
        note(
          'subnets',
          l10n.t(
            'Room for {0} tasks of one service that publishes ports: of {1} addresses each of the {2} nodes and each service takes one.',
            usable - nodes - 1,
            usable,
            nodes,
          ),
        ),
      ];
}
