import { isIP } from 'node:net';

/** One address to use instead of the advertised one. */
export interface MappedAddress {
  /** IP literal without brackets, or host name. */
  readonly host: string;
  /** 1-65535; undefined keeps the published port. */
  readonly port?: number;
  /** The same node's address of the other family: one of the two is IPv4, the other IPv6. */
  readonly second?: MappedAddress;
}

/** Mapped addresses by lower-case `<host name or id>` or `<host name or id>:<published port>`. */
export type NodeAddressMap = ReadonlyMap<string, MappedAddress>;

/** An entry of the setting that cannot be used. */
export interface NodeAddressProblem {
  readonly key: string;
  readonly reason:
    | 'not-an-object'
    | 'key-invalid'
    | 'value-invalid'
    | 'a list holds one or two addresses'
    | 'two addresses are one of IPv4 and one of IPv6';
}

/** A node as far as the map knows it. */
export interface AddressedNode {
  readonly id: string;
  readonly hostname: string;
  readonly address?: string;
}

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** Reads `swarmscope.nodeAddresses`; entries that do not hold are left out and named. */
export function parseNodeAddresses(setting: unknown): {
  readonly map: NodeAddressMap;
  readonly problems: readonly NodeAddressProblem[];
} {
  const map = new Map<string, MappedAddress>();
  const problems: NodeAddressProblem[] = [];
  if (setting === undefined || setting === null) {
    return { map, problems };
  }
  if (typeof setting !== 'object' || Array.isArray(setting)) {
    return { map, problems: [{ key: '', reason: 'not-an-object' }] };
  }
  for (const [key, value] of Object.entries(setting)) {
    const address = isKey(key) ? readValue(value) : 'key-invalid';
    if (typeof address === 'string') {
      problems.push({ key, reason: address });
    } else {
      map.set(key.toLowerCase(), address);
    }
  }
  return { map, problems };
}

function readValue(value: unknown): MappedAddress | NodeAddressProblem['reason'] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length < 1 || list.length > 2) {
    return 'a list holds one or two addresses';
  }
  const [first, second] = list.map((one) =>
    typeof one === 'string' ? parseAddress(one) : undefined,
  );
  if (first === undefined || (list.length === 2 && second === undefined)) {
    return 'value-invalid';
  }
  if (second === undefined) {
    return first;
  }
  // Of a host name the family is not known.
  return isIP(first.host) + isIP(second.host) === 10
    ? { ...first, second }
    : 'two addresses are one of IPv4 and one of IPv6';
}

/** Parses `host`, `host:port`, `v6` or `[v6]:port`; undefined when it is none of them. */
export function parseAddress(text: string): MappedAddress | undefined {
  if (isIP(text) !== 0) {
    return { host: text };
  }
  const groups = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(
    text,
  )?.groups;
  const host = groups?.['v6'] ?? groups?.['host'] ?? '';
  const bracketed = groups?.['v6'] !== undefined;
  if (bracketed ? isIP(host) !== 6 : !isHost(host)) {
    return undefined;
  }
  const port = groups?.['port'];
  if (port === undefined) {
    return { host };
  }
  return isPort(Number(port)) ? { host, port: Number(port) } : undefined;
}

/** Where a published port of a node is knocked at. */
interface ResolvedTarget {
  readonly host: string;
  readonly port: number;
  readonly mapped: boolean;
}

/**
 * Where a published port of a node is knocked at: the entry for node and port, else the entry for
 * the node, else its own address; host names count before ids. Undefined without any.
 */
export function resolveTarget(
  map: NodeAddressMap,
  node: AddressedNode,
  publishedPort: number,
): ResolvedTarget | undefined {
  const mapped = findMapped(map, node, publishedPort);
  if (mapped !== undefined) {
    return { host: mapped.host, port: mapped.port ?? publishedPort, mapped: true };
  }
  return node.address === undefined
    ? undefined
    : { host: node.address, port: publishedPort, mapped: false };
}

/** The address of the other family where {@link resolveTarget} gives the first of two. */
export function resolveSecond(
  map: NodeAddressMap,
  node: AddressedNode,
  publishedPort: number,
): ResolvedTarget | undefined {
  const second = findMapped(map, node, publishedPort)?.second;
  return second && { host: second.host, port: second.port ?? publishedPort, mapped: true };
}

function findMapped(
  map: NodeAddressMap,
  { hostname, id }: AddressedNode,
  publishedPort: number,
): MappedAddress | undefined {
  const names = [hostname.toLowerCase(), id.toLowerCase()];
  return [...names.map((name) => `${name}:${publishedPort}`), ...names]
    .map((key) => map.get(key))
    .find((mapped) => mapped !== undefined);
}

/** The map without addresses that mean whichever machine uses them; of two the other stays. */
export function withoutLoopback(map: NodeAddressMap): NodeAddressMap {
  const isLoopback = ({ host }: MappedAddress): boolean =>
    (isIP(host) === 4 && host.startsWith('127.')) ||
    (isIP(host) === 6 && /^[0:]*:0*1$|^::ffff:127\./i.test(host)) ||
    /(?:^|\.)localhost\.?$/i.test(host);
  return new Map(
    [...map].flatMap(([key, address]) => {
      const { second, ...first } = address;
      if (second === undefined || !(isLoopback(first) || isLoopback(second))) {
        return isLoopback(first) ? [] : [[key, address]];
      }
      const left = [first, second].find((one) => !isLoopback(one));
      return left === undefined ? [] : [[key, left]];
    }),
  );
}

function isKey(key: string): boolean {
  const [, name, port] = /^(.+?)(?::(\d{1,5}))?$/.exec(key) ?? [];
  return name !== undefined && HOST_NAME.test(name) && (port === undefined || isPort(Number(port)));
}

/** An IPv4 literal or a host name; what only looks like an IPv4 address is neither. */
function isHost(host: string): boolean {
  return isIP(host) === 4 || (HOST_NAME.test(host) && !/^[\d.]+$/.test(host));
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
