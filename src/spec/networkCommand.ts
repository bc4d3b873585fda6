import { shellQuote } from '../common/shellQuote';
import type { NetworkRecord } from '../docker/records/network';
import {
  driverOptions,
  ENCRYPTED_OPTION,
  isSwarmWideLocalDriver,
  MTU_OPTION,
  VXLAN_OPTION,
} from './networkBody';
import type { NetworkDraft } from './networkDraft';

/** A network whose driver may be any. */
export type AnyNetwork = Omit<NetworkDraft, 'driver'> & { readonly driver?: string };

/** Arguments of the docker CLI (20.10 and later) that make a network of this draft. */
export function networkCreateArguments(draft: AnyNetwork): string[] {
  const { configOnly = false, configFrom, ipamDriver, subnets = [] } = draft;
  const switches: [boolean | undefined, string][] = [
    [draft.attachable, '--attachable'],
    [draft.internal, '--internal'],
    [draft.ingress, '--ingress'],
    [draft.ipv6, '--ipv6'],
    [configOnly, '--config-only'],
  ];
  return [
    'network',
    'create',
    ...(configOnly ? [] : ['--driver', draft.driver ?? 'overlay']),
    ...(isSwarmWideLocalDriver(draft) ? ['--scope', 'swarm'] : []),
    ...(configFrom === undefined ? [] : ['--config-from', configFrom]),
    ...subnets.flatMap(({ subnet, gateway, ipRange }) => [
      ...['--subnet', subnet],
      ...(gateway === undefined ? [] : ['--gateway', gateway]),
      ...(ipRange === undefined ? [] : ['--ip-range', ipRange]),
    ]),
    ...switches.filter(([on]) => on === true).map(([, name]) => name),
    ...pairs('--opt', driverOptions(draft), true),
    ...(ipamDriver === undefined ? [] : ['--ipam-driver', ipamDriver]),
    ...pairs('--ipam-opt', draft.ipamOptions ?? {}, true),
    ...pairs('--label', draft.labels ?? {}, false),
    draft.name,
  ];
}

/** The whole command on lines of at most `width` characters where that is possible. */
export function commandLines(argumentsList: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = 'docker';
  for (const [index, argument] of argumentsList.entries()) {
    const word = shellQuote(argument);
    const value = argumentsList[index + 1];
    // A flag stays beside its value.
    const together =
      argument.startsWith('--') && value !== undefined ? `${word} ${shellQuote(value)}` : word;
    if (line.length + together.length + 3 > width && line !== 'docker') {
      lines.push(`${line} \\`);
      line = `  ${word}`;
    } else {
      line += ` ${word}`;
    }
  }
  return [...lines, line];
}

/** The draft that makes a network like one that is there; what the swarm chose itself is left out. */
export function toNetworkDraft(network: NetworkRecord): AnyNetwork {
  const {
    [ENCRYPTED_OPTION]: encrypted,
    [MTU_OPTION]: mtu,
    // Allocated by the swarm: passing it on would ask for the same VXLAN id again.
    [VXLAN_OPTION]: _vxlan,
    ...options
  } = network.options;
  return {
    name: network.name,
    driver: network.driver || 'overlay',
    subnets: network.subnets,
    attachable: network.attachable,
    internal: network.internal,
    ingress: network.ingress,
    ipv6: network.ipv6,
    encrypted: encrypted !== undefined,
    ...(mtu === undefined || !/^\d+$/.test(mtu) ? {} : { mtu: Number(mtu) }),
    options: mtu === undefined || /^\d+$/.test(mtu) ? options : { ...options, [MTU_OPTION]: mtu },
    labels: network.labels,
  };
}

function pairs(
  flag: string,
  values: Readonly<Record<string, string>>,
  mayStandAlone: boolean,
): string[] {
  return Object.entries(values).flatMap(([name, value]) => [
    flag,
    value === '' && mayStandAlone ? name : `${name}=${value}`,
  ]);
}
