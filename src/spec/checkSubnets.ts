import * as l10n from '@vscode/l10n';
import { contains, encloses, overlap, rangeName, readAddress, readCidr, type Cidr } from './cidr';
import { note, problem, warning, type Finding } from './finding';
import type { DraftSubnet } from './networkDraft';
import type { KnownSubnet, NetworkSurroundings } from './networkSurroundings';

/** From this version on an overlay with an IPv6 subnet is never allocated (moby#48116, moby#52469). */
const NO_IPV6_SINCE = 27;

/** What of the surroundings a subnet has to do with. */
export type SubnetSurroundings = Pick<NetworkSurroundings, 'known' | 'pools' | 'engineVersion'>;

/**
 * Checks a subnet alone. The engine accepts host bits, tiny and overlapping ones with 201, and then
 * never allocates most of them, so they are refused here.
 */
export function checkSubnet(text: string, around: SubnetSurroundings): readonly Finding[] {
  const cidr = readCidr(text);
  if (cidr === undefined) {
    return [problem('subnets', unreadable(text))];
  }
  if (!cidr.exact) {
    return [problem('subnets', hostBits(text, cidr, around))];
  }
  const shape = shapeProblem(text, cidr, around);
  return shape === undefined
    ? [...overlaps(cidr, around.known), ...poolFindings(cidr, around.pools)]
    : [problem('subnets', shape)];
}

/** Checks the gateway of a row. */
export function checkGateway(text: string, subnet: string): readonly Finding[] {
  const cidr = readCidr(subnet);
  const address = readAddress(text);
  const refuse = (sentence: string): readonly Finding[] => [problem('subnets', sentence)];
  if (cidr === undefined) {
    return refuse(l10n.t('The gateway {0} needs a subnet: give one first.', text));
  }
  if (address === undefined) {
    return refuse(l10n.t('The gateway "{0}" is no address. Write one such as 10.20.0.1.', text));
  }
  if (!contains(cidr, address)) {
    return refuse(
      l10n.t('The gateway {0} is not in {1}. Choose an address of that subnet.', text, cidr.text),
    );
  }
  const isEdge = address.value === cidr.first || (cidr.family === 4 && address.value === cidr.last);
  // Seen on 20.10 and 28.5: 201, and never allocated.
  return isEdge
    ? refuse(
        l10n.t(
          'The gateway {0} is the first or last address of {1}, which stay free. Choose another.',
          text,
          cidr.text,
        ),
      )
    : [];
}

/** Checks the range of a row that addresses are taken from. */
export function checkIpRange(text: string, subnet: string): readonly Finding[] {
  const cidr = readCidr(subnet);
  const range = readCidr(text);
  const refuse = (sentence: string): readonly Finding[] => [problem('subnets', sentence)];
  if (cidr === undefined) {
    return refuse(l10n.t('The IP range {0} needs a subnet: give one first.', text));
  }
  if (range === undefined) {
    return refuse(l10n.t('The IP range "{0}" is none. Write one such as 10.20.0.128/25.', text));
  }
  const isInside = encloses(cidr, range);
  // What is outside would be refused next.
  if (!range.exact && isInside) {
    return refuse(l10n.t('The IP range {0} has host bits set: use {1}.', text, range.text));
  }
  return isInside
    ? []
    : refuse(
        l10n.t(
          'The IP range {0} is not inside {1}. Choose a part of that subnet.',
          text,
          cidr.text,
        ),
      );
}

/** Checks all rows of a network, each alone and against each other. */
export function checkSubnets(
  rows: readonly DraftSubnet[],
  around: SubnetSurroundings,
): readonly Finding[] {
  return rows.flatMap((row, index) => [
    ...checkSubnet(row.subnet, around),
    ...(row.gateway === undefined ? [] : checkGateway(row.gateway, row.subnet)),
    ...(row.ipRange === undefined ? [] : checkIpRange(row.ipRange, row.subnet)),
    ...checkTwice(row, rows.slice(0, index)),
  ]);
}

/** Refuses a row that overlaps one of the same network. */
export function checkTwice(
  { subnet }: Pick<DraftSubnet, 'subnet'>,
  others: readonly Pick<DraftSubnet, 'subnet'>[],
): readonly Finding[] {
  const cidr = readCidr(subnet);
  const other = others.find((row) => {
    const taken = readCidr(row.subnet);
    return cidr !== undefined && taken !== undefined && overlap(cidr, taken);
  });
  return other === undefined
    ? []
    : [
        problem(
          'subnets',
          l10n.t(
            '{0} overlaps {1} of the same network. Change or remove one of them.',
            subnet,
            other.subnet,
          ),
        ),
      ];
}

function unreadable(text: string): string {
  return readAddress(text) === undefined
    ? l10n.t('"{0}" is no subnet. Write one such as 10.20.0.0/24.', text)
    : l10n.t(
        'The subnet lacks its prefix length: write {0}/{1}.',
        text,
        text.includes(':') ? 64 : 24,
      );
}

/** Suggests the subnet that was probably meant, or says why that would be refused too. */
function hostBits(text: string, meant: Cidr, around: SubnetSurroundings): string {
  const refused = checkSubnet(meant.text, around).find(({ severity }) => severity === 'error');
  return refused === undefined
    ? l10n.t('The subnet {0} has host bits set: use {1}.', text, meant.text)
    : l10n.t('The subnet {0} has host bits set, and without them: {1}', text, refused.text);
}

function shapeProblem(
  text: string,
  cidr: Cidr,
  { engineVersion }: SubnetSurroundings,
): string | undefined {
  const { family, prefix } = cidr;
  const [widest, smallest] = family === 4 ? [8, 29] : [16, 125];
  if (prefix < widest) {
    return l10n.t('/{0} is too large for one subnet: use /{1} or smaller.', prefix, widest);
  }
  if (prefix > smallest) {
    return l10n.t('/{0} is too small for an overlay subnet: use /{1} or larger.', prefix, smallest);
  }
  if (
    ['multicast', 'loopback', 'unspecified', 'linkLocal', 'broadcast'].includes(rangeName(cidr))
  ) {
    return l10n.t('The subnet {0} is reserved. Use a private one such as 10.20.0.0/24.', text);
  }
  return family === 6 && Number.parseInt(engineVersion, 10) >= NO_IPV6_SINCE
    ? l10n.t(
        'Docker {0} accepts the IPv6 subnet {1} and then never allocates the network. Remove it.',
        engineVersion,
        text,
      )
    : undefined;
}

function overlaps(cidr: Cidr, known: readonly KnownSubnet[]): readonly Finding[] {
  const touching = known.filter((other) => {
    // A subnet that the engine reports and nobody can read cannot be compared.
    const taken = readCidr(other.cidr);
    return taken !== undefined && overlap(cidr, taken);
  });
  for (const kind of ['swarm', 'node', 'local'] as const) {
    const found = touching.find((other) => other.kind === kind);
    if (found !== undefined) {
      return [problem('subnets', overlapText(cidr, found))];
    }
  }
  return [];
}

function overlapText({ text }: Cidr, { kind, name, cidr }: KnownSubnet): string {
  switch (kind) {
    case 'swarm':
      return l10n.t(
        'The subnet {0} overlaps the network "{1}" ({2}). Choose another.',
        text,
        name,
        cidr,
      );
    case 'node':
      return l10n.t(
        'The subnet {0} contains the address of node "{1}" ({2}). Choose another.',
        text,
        name,
        cidr.replace(/\/\d+$/, ''),
      );
    case 'local':
      return l10n.t(
        'The subnet {0} overlaps "{1}" ({2}) on the connected node: tasks would fail there. Choose another.',
        text,
        name,
        cidr,
      );
  }
}

/** Being inside a pool is usual; filling one leaves nothing for networks to come. */
function poolFindings(cidr: Cidr, pools: readonly string[]): readonly Finding[] {
  const touching = pools.flatMap((pool) => {
    const read = readCidr(pool);
    return read !== undefined && overlap(cidr, read) ? [read] : [];
  });
  const [pool] = touching;
  const isPublic = !['private', 'uniqueLocal', 'carrierGradeNat'].includes(rangeName(cidr));
  return [
    ...(isPublic
      ? [
          warning(
            'subnets',
            l10n.t(
              '{0} is a public range: its real hosts cannot be reached from this network.',
              cidr.text,
            ),
          ),
        ]
      : []),
    ...(pool === undefined ? [] : [poolFinding(cidr, pool)]),
  ];
}

function poolFinding(cidr: Cidr, pool: Cidr): Finding {
  return encloses(cidr, pool)
    ? warning(
        'subnets',
        l10n.t(
          '{0} covers the whole pool {1}: the swarm cannot cut subnets for further networks from it.',
          cidr.text,
          pool.text,
        ),
      )
    : note(
        'subnets',
        l10n.t(
          '{0} lies in {1}, which the swarm cuts subnets from. That is usual, but what was cut there later can clash when this network is made anew.',
          cidr.text,
          pool.text,
        ),
      );
}
