import * as l10n from '@vscode/l10n';
import { nameProblem } from '../common/swarmName';
import {
  checkEncrypted,
  checkLabel,
  checkMtu,
  checkOption,
  checkVxlanIds,
} from './checkNetworkOptions';
import { checkSubnet, checkSubnets, checkTwice } from './checkSubnets';
import { readCidr } from './cidr';
import { note, problem, warning, type Finding } from './finding';
import { checkRoom } from './networkRoom';
import { isSwarmWideLocalDriver } from './networkBody';
import type { NetworkDraft } from './networkDraft';
import type { NetworkSurroundings } from './networkSurroundings';

/** Names of networks that every engine has. */
const PREDEFINED: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'default']);
/** A local network may lie where it likes, in the LAN of the nodes too. */
const NOTHING_AROUND = { known: [], pools: [], engineVersion: '' };
/** Drivers of networks that a swarm can hold. */
const DRIVERS: ReadonlySet<string> = new Set(['overlay', 'macvlan', 'ipvlan']);

/**
 * Everything that can be said of a network before it is asked for. The engine answers 201 to much of
 * what is refused here, and then never allocates it (Engine 20.10 to 28.5).
 */
export function checkNetwork(draft: NetworkDraft, around: NetworkSurroundings): readonly Finding[] {
  const found = [
    ...checkNetworkName(draft.name, draft, around),
    ...checkKind(draft, around),
    ...Object.keys(draft.labels ?? {}).flatMap(checkLabel),
    ...[...Object.keys(draft.options ?? {}), ...Object.keys(draft.ipamOptions ?? {})].flatMap(
      checkOption,
    ),
  ];
  if (isOverlay(draft)) {
    found.push(
      ...checkSubnets(draft.subnets ?? [], around),
      ...checkFamilies(draft),
      ...checkVxlanIds(draft, around),
      ...checkMtu(draft),
      ...checkEncrypted(draft, around),
      ...checkIngress(draft, around),
    );
  } else {
    found.push(...checkSubnets(draft.subnets ?? [], NOTHING_AROUND));
  }
  return found.some(({ severity }) => severity === 'error') || !isOverlay(draft)
    ? found
    : [...found, ...checkRoom(draft, around)];
}

/** Checks the name of a new network. */
export function checkNetworkName(
  name: string,
  { ingress }: Pick<NetworkDraft, 'ingress'>,
  around: Pick<NetworkSurroundings, 'names' | 'ingress'>,
): readonly Finding[] {
  const bad = nameProblem(name);
  if (bad !== undefined) {
    return [problem('name', bad)];
  }
  // Rebuilding removes the old one first, so that its name is free.
  if (ingress === true && name === around.ingress?.name) {
    return [];
  }
  if (PREDEFINED.has(name) || (name === 'ingress' && ingress !== true)) {
    return [
      problem(
        'name',
        l10n.t('"{0}" is a network that Docker makes itself. Choose another name.', name),
      ),
    ];
  }
  return around.names.has(name)
    ? [problem('name', l10n.t('A network of this name exists. Choose another name.'))]
    : [];
}

/** Checks a subnet that is being typed into row `index` of a draft, and says what room it gives. */
export function checkRow(
  subnet: string,
  index: number,
  draft: NetworkDraft,
  around: NetworkSurroundings,
): readonly Finding[] {
  const others = (draft.subnets ?? []).filter((_row, at) => at !== index);
  const found = [
    ...checkSubnet(subnet, isOverlay(draft) ? around : NOTHING_AROUND),
    ...checkTwice({ subnet }, others),
  ];
  return found.some(({ severity }) => severity === 'error') || !isOverlay(draft)
    ? found
    : [...checkRoom({ ...draft, subnets: [...others, { subnet }] }, around), ...found];
}

/** Whether a draft is for the overlay driver itself. */
export function isOverlay({ driver = 'overlay', configOnly }: NetworkDraft): boolean {
  return driver === 'overlay' && configOnly !== true;
}

/** What each kind of network can have: overlay, configuration, and swarm-wide macvlan or ipvlan. */
function checkKind(draft: NetworkDraft, around: NetworkSurroundings): readonly Finding[] {
  const { driver = 'overlay', configOnly = false, configFrom } = draft;
  if (!DRIVERS.has(driver)) {
    return [
      problem(
        'driver',
        l10n.t(
          'No driver "{0}" makes networks of a swarm: use overlay, macvlan or ipvlan.',
          driver,
        ),
      ),
    ];
  }
  if (configOnly) {
    return [...checkConfiguration(draft), ...checkOverlayOnly(draft)];
  }
  if (isSwarmWideLocalDriver(draft)) {
    return [...checkFromConfiguration(draft, around), ...checkOverlayOnly(draft)];
  }
  return configFrom === undefined
    ? []
    : [
        problem(
          'configFrom',
          l10n.t(
            'An overlay takes nothing from the configuration "{0}": choose macvlan or ipvlan, or leave it out.',
            configFrom,
          ),
        ),
      ];
}

function checkConfiguration({
  attachable,
  internal,
  ingress,
  configFrom,
}: NetworkDraft): readonly Finding[] {
  const rows: readonly [boolean, string][] = [
    [attachable === true, l10n.t('Attachable')],
    [internal === true, l10n.t('Internal')],
    [ingress === true, l10n.t('Ingress')],
    [configFrom !== undefined, l10n.t('Made from a configuration')],
  ];
  return rows
    .filter(([on]) => on)
    .map(([, name]) =>
      problem(
        'configOnly',
        l10n.t('A configuration has addresses and options only: turn "{0}" off.', name),
      ),
    );
}

function checkFromConfiguration(
  draft: NetworkDraft,
  { configs }: NetworkSurroundings,
): readonly Finding[] {
  const { configFrom, driver = '' } = draft;
  if (configFrom === undefined || configFrom === '') {
    return [
      problem(
        'configFrom',
        l10n.t(
          'A {0} network of the swarm is made from a configuration on each node: make that first, then name it.',
          driver,
        ),
      ),
    ];
  }
  const given: readonly [boolean, string][] = [
    [(draft.subnets ?? []).length > 0, l10n.t('Subnets')],
    [draft.ipv6 === true, l10n.t('IPv6')],
    [Object.keys(draft.labels ?? {}).length > 0, l10n.t('Labels')],
    [Object.keys(draft.options ?? {}).length > 0, l10n.t('Driver options')],
    [
      draft.ipamDriver !== undefined || Object.keys(draft.ipamOptions ?? {}).length > 0,
      l10n.t('IPAM driver'),
    ],
    [draft.ingress === true, l10n.t('Ingress')],
  ];
  return [
    ...(configs.includes(configFrom)
      ? []
      : [
          problem(
            'configFrom',
            l10n.t(
              'The connected node has no configuration "{0}". Make it first, on every node.',
              configFrom,
            ),
          ),
        ]),
    ...given
      .filter(([on]) => on)
      .map(([, name]) =>
        problem(
          'configFrom',
          l10n.t('"{0}" comes from the configuration: leave it out here.', name),
        ),
      ),
  ];
}

function checkOverlayOnly({ encrypted, mtu, vxlanIds = [] }: NetworkDraft): readonly Finding[] {
  const rows: readonly ['encrypted' | 'mtu' | 'vxlanIds', boolean, string][] = [
    ['encrypted', encrypted === true, l10n.t('Encrypted')],
    ['mtu', mtu !== undefined, l10n.t('MTU')],
    ['vxlanIds', vxlanIds.length > 0, l10n.t('VXLAN ids')],
  ];
  return rows
    .filter(([, on]) => on)
    .map(([field, , name]) =>
      problem(field, l10n.t('"{0}" is for overlay networks only: leave it out.', name)),
    );
}

/** What IPv4 and IPv6 rows mean together. */
function checkFamilies({ subnets = [], ipv6 = false }: NetworkDraft): readonly Finding[] {
  const families = subnets.map(({ subnet }) => readCidr(subnet)?.family);
  const has6 = families.includes(6);
  if (has6 && !families.includes(4)) {
    return [
      problem(
        'subnets',
        l10n.t(
          'An overlay needs an IPv4 subnet beside the IPv6 one: tasks would be rejected. Add one.',
        ),
      ),
    ];
  }
  if (has6) {
    return [
      warning(
        'ipv6',
        l10n.t(
          'Some services may get an IPv6 address as their VIP, which the balancer does not serve. Use dnsrr or tasks.NAME for them.',
        ),
      ),
      ...(ipv6
        ? []
        : [warning('ipv6', l10n.t('There is an IPv6 subnet, but IPv6 is off: turn it on.'))]),
    ];
  }
  return ipv6
    ? [
        warning(
          'ipv6',
          l10n.t(
            'IPv6 is on, but there is no IPv6 subnet, and the swarm chooses none: the network has IPv4 only.',
          ),
        ),
      ]
    : [];
}

function checkIngress(
  { ingress, attachable }: NetworkDraft,
  around: NetworkSurroundings,
): readonly Finding[] {
  if (ingress !== true) {
    return [];
  }
  const { ingress: present, ingressServices } = around;
  return [
    ...(attachable === true
      ? [
          problem(
            'ingress',
            l10n.t('The ingress network cannot be attachable: turn "Attachable" or "Ingress" off.'),
          ),
        ]
      : []),
    ...(present !== undefined && ingressServices.length > 0
      ? [
          problem(
            'ingress',
            l10n.t(
              'The present ingress network "{0}" is needed by services that publish ports: {1}. Remove them or their ports first.',
              present.name,
              ingressServices.join(', '),
            ),
          ),
        ]
      : []),
    ...(present !== undefined && ingressServices.length > 0 ? [] : [ingressPlan(present?.name)]),
  ];
}

function ingressPlan(present: string | undefined): Finding {
  return present === undefined
    ? note(
        'ingress',
        l10n.t('The swarm has no ingress network: this one will carry the published ports.'),
      )
    : warning(
        'ingress',
        l10n.t(
          'The present ingress network "{0}" is removed first; meanwhile no port can be published.',
          present,
        ),
      );
}
