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
          'Only {0}: with a task on {1} not even one service fits. Use a larger subnet.',
          addressesText(usable),
          nodes === 1 ? l10n.t('the node') : l10n.t('each of the {0} nodes', nodes),
        ),
      ),
    ];
  }
  const told = note(
    'subnets',
    l10n.t(
      'Room for {0} of one service on {1}: of {2} addresses each node and each service takes one too.',
      tasksText(room),
      nodesText(nodes),
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
            'The whole swarm would not fit: its {0}, {1} and {2} need {3}. Use a larger subnet if all are to join.',
            tasksText(around.tasks),
            around.services === 1 ? l10n.t('1 service') : l10n.t('{0} services', around.services),
            nodesText(nodes),
            addressesText(needed),
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
            'Room for {0} of one service that publishes ports: of {1} addresses each of {2} and each service takes one.',
            tasksText(usable - nodes - 1),
            usable,
            nodesText(nodes),
          ),
        ),
      ];
}

function tasksText(count: number): string {
  return count === 1 ? l10n.t('1 task') : l10n.t('{0} tasks', count);
}

function nodesText(count: number): string {
  return count === 1 ? l10n.t('1 node') : l10n.t('{0} nodes', count);
}

function addressesText(count: number): string {
  return count === 1 ? l10n.t('1 address') : l10n.t('{0} addresses', count);
}
