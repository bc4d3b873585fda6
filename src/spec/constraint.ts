import ipaddr from 'ipaddr.js';
import type { CheckNode } from './checkContext';

/** A placement constraint, `node.labels.zone==a`. */
export interface Constraint {
  readonly key: string;
  readonly operator: '==' | '!=';
  readonly value: string;
}

/** Swarmkit's patterns of keys and values (`constraint.Parse`). */
const KEY = /^[a-z_][a-z0-9\-_.]+$/i;
const VALUE = /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i;

/** Reads a constraint as swarmkit does; undefined when it refuses it. */
export function readConstraint(text: string): Constraint | undefined {
  for (const operator of ['==', '!='] as const) {
    const at = text.indexOf(operator);
    if (at >= 0) {
      const key = text.slice(0, at).trim();
      const value = text.slice(at + 2).trim();
      return KEY.test(key) && VALUE.test(value) ? { key, operator, value } : undefined;
    }
  }
  return undefined;
}

/** Whether a node satisfies a constraint, as the scheduler decides (swarmkit `constraint.NodeMatches`). */
export function satisfies(node: CheckNode, { key, operator, value }: Constraint): boolean {
  return matches(node, key, value) === (operator === '==');
}

function matches(node: CheckNode, key: string, value: string): boolean {
  const same = (other: string): boolean => other.toLowerCase() === value.toLowerCase();
  const label = /^(node|engine)\.labels\.(.+)$/i.exec(key);
  if (label !== null) {
    const [, kind = '', name = ''] = label;
    const labels = kind.toLowerCase() === 'node' ? node.labels : node.engineLabels;
    return same((Object.hasOwn(labels, name) ? labels[name] : undefined) ?? '');
  }
  switch (key.toLowerCase()) {
    case 'node.id':
      return same(node.id);
    case 'node.hostname':
      return same(node.hostname);
    case 'node.role':
      return same(node.role);
    case 'node.platform.os':
      return same(node.os);
    case 'node.platform.arch':
      return sameArchitecture(node.architecture, value);
    case 'node.ip':
      return node.address !== undefined && isWithin(node.address, value);
    default:
      return false;
  }
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

function sameArchitecture(one: string, other: string): boolean {
  const plain = (name: string): string => ARCHITECTURES[name.toLowerCase()] ?? name.toLowerCase();
  return plain(one) === plain(other);
}

/** Whether an address is `range` or lies in it. */
function isWithin(address: string, range: string): boolean {
  if (address === range) {
    return true;
  }
  return (
    range.includes('/') &&
    ipaddr.isValid(address) &&
    ipaddr.isValidCIDR(range) &&
    ipaddr.parse(address).kind() === ipaddr.parseCIDR(range)[0].kind() &&
    ipaddr.parse(address).match(ipaddr.parseCIDR(range))
  );
}
