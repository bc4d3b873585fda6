import * as ipaddr from 'ipaddr.js';
import { contains, formatSubnet, parseIp, parseSubnet, type Subnet } from './addressPool';
import { ApiError, clusterError } from './apiError';
import { asText, asTextMap } from './json';
import type { JsonObject } from './swarmTypes';

interface Config {
  readonly subnet: string;
  readonly range: string;
  readonly gateway: string;
  readonly auxiliary: Readonly<Record<string, string>>;
}

/** Refuses addresses as the engine does: several problems in one answer. */
export function checkIpam(rows: readonly JsonObject[], enablesIpv6: boolean): void {
  const problems = rows.flatMap((row) => problemsOf(readConfig(row), enablesIpv6));
  if (problems.length === 1) {
    throw new ApiError(400, `invalid network config:\n${problems[0]}`);
  }
  if (problems.length > 1) {
    const list = problems.map((problem) => `* ${problem}`);
    throw new ApiError(400, `invalid network config:\n${list.join('\n')}`);
  }
}

/** Refuses what the cluster store looks at besides: IPv6 gateways and ranges of other networks. */
export function checkClusterIpam(rows: readonly JsonObject[]): void {
  for (const row of rows) {
    const { subnet, gateway, range } = readConfig(row);
    const block = parseSixth(subnet);
    const text = `ipam configuration: subnet ${subnet} does not contain`;
    if (block === undefined) {
      continue;
    }
    if (range !== '' && !holds(block, range.split('/')[0] ?? '')) {
      throw clusterError('InvalidArgument', `${text} range ${range}`);
    }
    if (gateway !== '' && !holds(block, gateway)) {
      throw clusterError('InvalidArgument', `${text} gateway ${gateway}`);
    }
  }
}

function readConfig(row: JsonObject): Config {
  return {
    subnet: asText(row['Subnet'], 'IPAMConfig.Subnet'),
    gateway: asText(row['Gateway'], 'IPAMConfig.Gateway'),
    range: asText(row['IPRange'], 'IPAMConfig.IPRange'),
    auxiliary: asTextMap(row['AuxiliaryAddresses']),
  };
}

type Block = [ipaddr.IPv6, number];

function parseSixth(text: string): Block | undefined {
  return ipaddr.IPv6.isValidCIDR(text) ? ipaddr.IPv6.parseCIDR(text) : undefined;
}

function holds(block: Block, address: string): boolean {
  return ipaddr.IPv6.isValid(address) && ipaddr.IPv6.parse(address).match(block);
}

function problemsOf(config: Config, enablesIpv6: boolean): string[] {
  const { subnet: wish, range, gateway, auxiliary } = config;
  const six = parseSixth(wish);
  if (six !== undefined) {
    return enablesIpv6 ? problemsOfSixth(wish, six) : [];
  }
  const subnet = parseSubnet(wish);
  if (subnet === undefined) {
    return [`invalid subnet ${wish}: invalid CIDR block notation`];
  }
  const right = formatSubnet(subnet);
  return [
    ...(right === wish ? [] : [`invalid subnet ${wish}: it should be ${right}`]),
    ...rangeProblems(subnet, range),
    ...(gateway === '' ? [] : addressProblems(subnet, 'gateway', gateway, gateway)),
    ...Object.entries(auxiliary).flatMap(([name, address]) =>
      addressProblems(subnet, 'auxiliary address', name, address),
    ),
  ];
}

function problemsOfSixth(wish: string, [, prefix]: Block): string[] {
  const right = `${ipaddr.IPv6.networkAddressFromCIDR(wish).toRFC5952String()}/${prefix}`;
  return right === wish.toLowerCase() ? [] : [`invalid subnet ${wish}: it should be ${right}`];
}

function addressProblems(subnet: Subnet, what: string, name: string, address: string): string[] {
  const parsed = parseIp(address);
  const invalid = `invalid ${what} ${name}:`;
  if (parsed === undefined) {
    return ipaddr.IPv6.isValid(address)
      ? [`${invalid} parent subnet is an IPv4 block`]
      : [`${invalid} invalid address`];
  }
  return contains(subnet, parsed)
    ? []
    : [`${invalid} parent subnet ${formatSubnet(subnet)} doesn't contain this address`];
}

function rangeProblems(subnet: Subnet, range: string): string[] {
  if (range === '') {
    return [];
  }
  const parsed = parseSubnet(range);
  const parent = formatSubnet(subnet);
  const invalid = `invalid ip-range ${range}:`;
  if (parsed === undefined) {
    return [`${invalid} invalid CIDR block notation`];
  }
  if (parsed.prefix < subnet.prefix) {
    return [`${invalid} CIDR block is bigger than its parent subnet ${parent}`];
  }
  const right = formatSubnet(parsed);
  return [
    ...(right === range ? [] : [`${invalid} it should be ${right}`]),
    ...(contains(subnet, parsed.base)
      ? []
      : [`${invalid} parent subnet ${parent} doesn't contain ip-range`]),
  ];
}
