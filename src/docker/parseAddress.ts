import { isIP } from 'node:net';
import { SwarmscopeError } from '../common/errors';
import { assertNever } from '../common/assertNever';
import { shownAddress } from '../common/shownAddress';
import type { ConnectionTarget, TcpTarget } from './target';

/** Why an address cannot be read; `details.reason` of 'address-invalid'. */
export type AddressProblem =
  'empty' | 'characters' | 'path' | 'host' | 'port' | 'user' | 'credentials' | 'extra' | 'scheme';

/** Port of a tcp address that names none, as in the docker CLI. */
export const DEFAULT_TCP_PORT = 2375;

/** Port of an https address that names none. */
export const DEFAULT_TLS_PORT = 2376;

const UNSUPPORTED = ['fd'];
const HOST_NAME = /^(?=.{1,253}$)[\w](?:[\w.-]*[\w])?\.?$/;
/** ssh_config may put it into a command line (`%r`), so nothing that a shell knows. */
const USER_NAME = /^[a-z0-9_][a-z0-9_.+-]{0,63}$/i;

/**
 * Reads an engine address as the docker CLI writes it; a bare `/path` counts as a unix socket and a
 * bare `host:port` as tcp.
 * @throws SwarmscopeError 'address-invalid' (details.address, details.reason: {@link AddressProblem})
 *   or 'address-unsupported' (details.address, details.scheme).
 */
export function parseAddress(text: string): ConnectionTarget {
  const address = text.trim();
  if (address === '') {
    throw invalid(address, 'empty');
  }
  if (/[\s\p{Cc}]/u.test(address)) {
    throw invalid(address, 'characters');
  }
  if (address.startsWith('/')) {
    return { kind: 'unix', path: address };
  }
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(address) ?? [];
  if (scheme === undefined || rest === undefined) {
    return parseTcp(address, address);
  }
  switch (scheme.toLowerCase()) {
    case 'unix':
      return parseUnix(address, rest);
    case 'npipe':
      return parsePipe(address, rest);
    case 'tcp':
    case 'http':
      return parseTcp(address, rest);
    case 'https':
      return { ...parseTcp(address, rest, DEFAULT_TLS_PORT), tls: { verify: true } };
    case 'ssh':
      return parseSsh(address, rest);
    default:
      throw unsupported(address, scheme.toLowerCase());
  }
}

/** Writes a target in the form that {@link parseAddress} reads. */
export function formatTarget(target: ConnectionTarget): string {
  switch (target.kind) {
    case 'unix':
      return `unix://${target.path}`;
    case 'npipe':
      return `npipe://${target.path}`;
    case 'tcp':
      return `${target.tls === undefined ? 'tcp' : 'https'}://${hostAndPort(target)}`;
    case 'ssh': {
      const { user, host, port, socketPath } = target;
      const name = isIP(host) === 6 ? `[${host}]` : host;
      const before = user === undefined ? '' : `${user}@`;
      return `ssh://${before}${name}${port === undefined ? '' : `:${port}`}${socketPath ?? ''}`;
    }
    default:
      return assertNever(target);
  }
}

/** `host:port` of a tcp target, an IPv6 address in brackets. */
export function hostAndPort({ host, port }: TcpTarget): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** The host that an address names; undefined for sockets and for what cannot be read. */
export function hostOfAddress(address: string): string | undefined {
  try {
    const target = parseAddress(address);
    return target.kind === 'tcp' || target.kind === 'ssh' ? target.host : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text is an address that can be connected to. */
export function isEngineAddress(text: string): boolean {
  try {
    return parseAddress(text) !== undefined;
  } catch {
    return false;
  }
}

function parseUnix(address: string, path: string): ConnectionTarget {
  if (!path.startsWith('/') || path === '/') {
    throw invalid(address, 'path');
  }
  return { kind: 'unix', path };
}

function parsePipe(address: string, rest: string): ConnectionTarget {
  const path = rest.replaceAll('\\', '/');
  if (!/^\/\/[^/]+\/pipe\/.+$/i.test(path)) {
    throw invalid(address, 'path');
  }
  return { kind: 'npipe', path };
}

function parseSsh(address: string, rest: string): ConnectionTarget {
  const [, user, after = ''] = /^(?:([^@/]*)@)?(.*)$/.exec(rest) ?? [];
  if (user?.includes(':') === true) {
    throw invalid(address, 'credentials');
  }
  if (user !== undefined && !USER_NAME.test(user)) {
    throw invalid(address, 'user');
  }
  const [, place = '', path = ''] = /^([^/]*)(.*)$/.exec(after) ?? [];
  const { host, port } = readPlace(address, place);
  return {
    kind: 'ssh',
    ...(user === undefined ? {} : { user }),
    host,
    ...(port === undefined ? {} : { port }),
    ...(path === '' || path === '/' ? {} : { socketPath: path }),
  };
}

function parseTcp(address: string, rest: string, defaultPort = DEFAULT_TCP_PORT): TcpTarget {
  if (rest.includes('@')) {
    throw invalid(address, 'credentials');
  }
  const { host, port = defaultPort } = readPlace(address, rest.replace(/\/$/, ''));
  return { kind: 'tcp', host, port };
}

/** Reads `host`, `host:port`, `[IPv6]` or `[IPv6]:port`. */
function readPlace(address: string, place: string): { host: string; port?: number } {
  // Without brackets nobody can tell the port from the address.
  if (isIP(place) === 6) {
    throw invalid(address, 'host');
  }
  const match = /^(?:\[([^\]]*)\]|([^:/?#]*))(?::([^/?#]*))?$/.exec(place);
  if (match === null) {
    throw invalid(address, 'extra');
  }
  const [, bracketed, plain = '', portText] = match;
  const host = bracketed ?? plain;
  if (bracketed === undefined ? !isHost(host) : isIP(host) !== 6) {
    throw invalid(address, 'host');
  }
  if (portText === undefined) {
    return { host };
  }
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65535) {
    throw invalid(address, 'port');
  }
  return { host, port };
}

/** Digits and dots alone must be a real IPv4 address: `10.1` would be read as 10.0.0.1 by the resolver. */
function isHost(host: string): boolean {
  return /^[\d.]+$/.test(host) ? isIP(host) === 4 : HOST_NAME.test(host);
}

function unsupported(address: string, scheme: string): SwarmscopeError {
  return UNSUPPORTED.includes(scheme)
    ? new SwarmscopeError('address-unsupported', { address: shownAddress(address), scheme })
    : new SwarmscopeError('address-invalid', { address: shownAddress(address), reason: 'scheme' });
}

function invalid(address: string, reason: AddressProblem): SwarmscopeError {
  return new SwarmscopeError('address-invalid', { address: shownAddress(address), reason });
}
