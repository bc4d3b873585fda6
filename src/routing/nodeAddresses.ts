import { isIP } from 'node:net';

/** One address to use instead of the advertised one. */
export interface MappedAddress {
  /** IP literal without brackets, or host name. */
  readonly host: string;
  /** 1-65535; undefined keeps the published port. */
  readonly port?: number;
}

/** Mapped addresses by lower-case `<host name or id>` or `<host name or id>:<published port>`. */
export type NodeAddressMap = ReadonlyMap<string, MappedAddress>;

/** An entry of the setting that cannot be used. */
export interface NodeAddressProblem {
  readonly key: string;
  readonly reason: 'not-an-object' | 'key-invalid' | 'value-invalid';
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
    const address = typeof value === 'string' ? parseAddress(value) : undefined;
    if (!isKey(key)) {
      problems.push({ key, reason: 'key-invalid' });
    } else if (address === undefined) {
      problems.push({ key, reason: 'value-invalid' });
    } else {
      map.set(key.toLowerCase(), address);
    }
  }
  return { map, problems };
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

/**
 * Where a published port of a node is knocked at: the entry for node and port, else the entry for
 * the node, else its own address; host names count before ids. Undefined without any.
 */
export function resolveTarget(
  map: NodeAddressMap,
  node: AddressedNode,
  publishedPort: number,
): { readonly host: string; readonly port: number; readonly mapped: boolean } | undefined {
  const names = [node.hostname.toLowerCase(), node.id.toLowerCase()];
  for (const key of [...names.map((name) => `${name}:${publishedPort}`), ...names]) {
    const mapped = map.get(key);
    if (mapped !== undefined) {
      return { host: mapped.host, port: mapped.port ?? publishedPort, mapped: true };
    }
  }
  return node.address === undefined
    ? undefined
    : { host: node.address, port: publishedPort, mapped: false };
}

/** The map without addresses that mean whichever machine uses them. */
export function withoutLoopback(map: NodeAddressMap): NodeAddressMap {
  const isLoopback = (host: string): boolean =>
    (isIP(host) === 4 && host.startsWith('127.')) ||
    (isIP(host) === 6 && /^[0:]*:0*1$|^::ffff:127\./i.test(host)) ||
    /(?:^|\.)localhost\.?$/i.test(host);
  return new Map([...map].filter(([, { host }]) => !isLoopback(host)));
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
