import ipaddr from 'ipaddr.js';
import { isIPv4, isIPv6 } from 'node:net';

/** An address as a number. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** A row of addresses, host bits cut off. */
export interface Cidr {
  readonly family: 4 | 6;
  /** Number of leading bits that all its addresses share. */
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
  /** Canonical, such as `10.20.0.0/24`. */
  readonly text: string;
  /** False when bits behind the prefix were set in what was read. */
  readonly exact: boolean;
}

/** Reads an address strictly: engines and libraries read `010.0.0.1` and `10.1` each in their own way. */
export function readAddress(text: string): Address | undefined {
  if (isIPv4(text)) {
    return { family: 4, value: toValue(ipaddr.IPv4.parse(text)) };
  }
  if (!isIPv6(text) || text.includes('%')) {
    return undefined;
  }
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? undefined : { family: 6, value: toValue(address) };
}

/** Reads `address/prefix` strictly; undefined when it is nothing of the kind. */
export function readCidr(text: string): Cidr | undefined {
  const [host = '', length = '', ...rest] = text.split('/');
  const address = readAddress(host);
  const bits = address?.family === 4 ? 32 : 128;
  if (address === undefined || rest.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length)) {
    return undefined;
  }
  const prefix = Number(length);
  if (prefix > bits) {
    return undefined;
  }
  const size = 2n ** BigInt(bits - prefix);
  const first = address.value - (address.value % size);
  return {
    family: address.family,
    prefix,
    first,
    last: first + size - 1n,
    text: `${formatAddress({ family: address.family, value: first })}/${prefix}`,
    exact: first === address.value,
  };
}

/** Writes an address as people do. */
export function formatAddress({ family, value }: Address): string {
  const length = family === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, index) =>
    Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn),
  );
  return ipaddr.fromByteArray(bytes).toString();
}

/** Whether an address lies in a row. */
export function contains(cidr: Cidr, { family, value }: Address): boolean {
  return cidr.family === family && cidr.first <= value && value <= cidr.last;
}

/** Whether all addresses of `inner` lie in `outer`. */
export function encloses(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether two rows share an address. */
export function overlap(one: Cidr, other: Cidr): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

/** What kind of addresses a row begins with, in the words of ipaddr.js: `private`, `multicast`… */
export function rangeName(cidr: Cidr): string {
  return ipaddr.parse(formatAddress({ family: cidr.family, value: cidr.first })).range();
}

function toValue(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}
