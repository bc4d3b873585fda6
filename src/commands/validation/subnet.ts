import * as l10n from '@vscode/l10n';
import ipaddr from 'ipaddr.js';
import { isIPv4 } from 'node:net';
import type { SwarmSnapshot } from '../../model/snapshot';
import { accept, refuse, type Verdict } from './verdict';

/** A network that a new subnet must not overlap, and what to call it. */
export interface KnownSubnet {
  readonly cidr: string;
  readonly name: string;
  /**
   * `swarm`: the swarm would silently never allocate the new network. `local`: it would be allocated
   * and fail later on the nodes. Seen on Engine 20.10 to 28.5.
   */
  readonly kind: 'swarm' | 'local' | 'node';
}

type Range = readonly [ipaddr.IPv4, number];

/** Subnets of the swarm, of the connected engine's own networks, and the nodes' addresses. */
export function knownSubnets(snapshot: SwarmSnapshot): readonly KnownSubnet[] {
  const networks = [...snapshot.networks.values()].flatMap(({ name, subnets }) =>
    subnets.map(({ subnet }): KnownSubnet => ({ cidr: subnet, name, kind: 'swarm' })),
  );
  const local = snapshot.localNetworks.flatMap(({ name, subnets }) =>
    subnets.map(({ subnet }): KnownSubnet => ({ cidr: subnet, name, kind: 'local' })),
  );
  const nodes = [...snapshot.nodes.values()].flatMap(({ hostname, address }): KnownSubnet[] =>
    address !== undefined && isIPv4(address)
      ? [{ cidr: `${address}/32`, name: hostname, kind: 'node' }]
      : [],
  );
  return [...networks, ...local, ...nodes];
}

/**
 * Checks the subnet of a new overlay network; empty means that the swarm chooses. The engine accepts
 * host bits, tiny and overlapping subnets with 201 and then never allocates them, so they are refused
 * here.
 */
export function checkSubnet(
  text: string,
  known: readonly KnownSubnet[],
): Verdict<string | undefined> {
  const cidr = text.trim();
  if (cidr === '') {
    return accept(undefined);
  }
  const range = parseRange(cidr);
  if (typeof range === 'string') {
    return refuse(range);
  }
  const [address, prefix] = range;
  const network = ipaddr.IPv4.networkAddressFromCIDR(cidr).toString();
  if (network !== address.toString()) {
    return refuse(l10n.t('{0} has host bits set: use {1}/{2}.', cidr, network, prefix));
  }
  if (prefix < 8) {
    return refuse(l10n.t('/{0} is too large for one network: use /8 or smaller.', prefix));
  }
  if (prefix > 29) {
    return refuse(l10n.t('/{0} is too small for an overlay network: use /29 or larger.', prefix));
  }
  if (address.range() === 'multicast' || address.range() === 'loopback') {
    return refuse(l10n.t('{0} is reserved and cannot be used for a network.', cidr));
  }
  return checkOverlap(cidr, range, known);
}

function checkOverlap(
  cidr: string,
  range: Range,
  known: readonly KnownSubnet[],
): Verdict<string | undefined> {
  const overlapping = known.filter((other) => overlaps(range, other.cidr));
  const swarm = overlapping.find(({ kind }) => kind === 'swarm');
  if (swarm !== undefined) {
    return refuse(l10n.t('Overlaps with the network "{0}" ({1}).', swarm.name, swarm.cidr));
  }
  const node = overlapping.find(({ kind }) => kind === 'node');
  if (node !== undefined) {
    return refuse(
      l10n.t('Contains the address of node "{0}" ({1}).', node.name, node.cidr.replace('/32', '')),
    );
  }
  const local = overlapping.find(({ kind }) => kind === 'local');
  if (local !== undefined) {
    return refuse(
      l10n.t('Overlaps with "{0}" ({1}) on the connected node.', local.name, local.cidr),
    );
  }
  const [address, prefix] = range;
  const size = 2 ** (32 - prefix) - 3;
  return accept(
    cidr,
    address.range() === 'private'
      ? l10n.t('Room for {0} addresses of services, tasks and nodes.', size)
      : l10n.t('{0} is a public range: its real hosts cannot be reached from this network.', cidr),
  );
}

/** The parsed range, or the sentence that says what is wrong. */
function parseRange(cidr: string): Range | string {
  const [address = '', prefix, ...rest] = cidr.split('/');
  if (cidr.includes(':')) {
    return l10n.t('Only IPv4 subnets can be given here.');
  }
  if (prefix === undefined) {
    return isIPv4(address)
      ? l10n.t('Add the prefix length, such as {0}/24.', address)
      : l10n.t('Write a subnet such as 10.20.0.0/24, or leave it empty.');
  }
  // Libraries accept 010.0.0.0 and 10.1; the engine would read them differently.
  if (
    !isIPv4(address) ||
    rest.length > 0 ||
    !/^(?:0|[1-9]\d?)$/.test(prefix) ||
    Number(prefix) > 32
  ) {
    return l10n.t('Write a subnet such as 10.20.0.0/24, or leave it empty.');
  }
  return [ipaddr.IPv4.parse(address), Number(prefix)];
}

function overlaps([address, prefix]: Range, otherCidr: string): boolean {
  try {
    const [otherAddress, otherPrefix] = ipaddr.parseCIDR(otherCidr);
    if (!(otherAddress instanceof ipaddr.IPv4)) {
      return false;
    }
    const shorter = Math.min(prefix, otherPrefix);
    return address.match([otherAddress, shorter]);
  } catch {
    // A subnet that the engine reports and nobody can read cannot be compared.
    return false;
  }
}
