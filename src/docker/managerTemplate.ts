import { isIP } from 'node:net';
import { isEngineAddress } from './parseAddress';

/** What a swarm tells of one of its managers; untrusted. */
export interface ManagerFacts {
  /** Host or IP address without port. */
  readonly address: string;
  readonly hostname: string;
}

// A label never starts with a dash, so that no value is ever an option of a program.
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?$/i;

/**
 * The address that a template (`ssh://me@{hostname}`, `tcp://{address}:2376`) makes of a manager.
 * Undefined when it has no placeholder, when a value is no host, or when the result is no address.
 */
export function managerAddress(template: string, manager: ManagerFacts): string | undefined {
  const placeholder = /\{(address|hostname)\}/g;
  let usable = placeholder.test(template);
  const address = template.replaceAll(placeholder, (_, name: 'address' | 'hostname') => {
    const host = writtenHost(manager[name]);
    usable &&= host !== undefined;
    return host ?? '';
  });
  return usable && isEngineAddress(address) ? address : undefined;
}

/** Whether a template has a placeholder, and is an address without a password once it is filled in. */
export function isManagerTemplate(template: string): boolean {
  const filled = template.replaceAll(/\{(?:address|hostname)\}/g, 'host');
  return filled !== template && isEngineAddress(filled);
}

function writtenHost(value: string): string | undefined {
  switch (isIP(value)) {
    case 4:
      return value;
    case 6:
      // A zone (`fe80::1%eth0`) means something on the other machine only.
      return value.includes('%') ? undefined : `[${value}]`;
    default:
      // Digits and dots that are no IPv4 address would be read as another one.
      return HOST_NAME.test(value) && !/^[\d.]+$/.test(value) && !value.includes('..')
        ? value
        : undefined;
  }
}
