import { isIP } from 'node:net';

/** RFC 9110 token: what a header name is made of. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** Visible ASCII and blanks: what every server takes in a header's value. */
const FIELD_VALUE = /^[\u0020-\u007e]{0,1000}$/;
/** Visible ASCII without blanks and `#`, which would end it (RFC 3986). */
const PATH = /^\/[\u0021\u0022\u0024-\u007e]{0,1999}$/;
const NAME = /^(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?$/i;
/** Headers that decide how the message itself is read, or that a probe sets by itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export function isHeaderName(name: string): boolean {
  return TOKEN.test(name) && !OWN_HEADERS.has(name.toLowerCase());
}

export function isHeaderValue(value: string): boolean {
  return FIELD_VALUE.test(value);
}

/** A path with its query: no control character, no blank, no fragment, never another host. */
export function isProbePath(path: string): boolean {
  return PATH.test(path);
}

/** A host name, such as a certificate carries, at most 253 characters. */
export function isHostName(name: string): boolean {
  return name.length <= 253 && NAME.test(name);
}

/** A `Host` header: a name or an address, with a port where one is written. */
export function isHostHeader(value: string): boolean {
  const [, host = '', port = '1'] = /^(\[[\da-f:.]+\]|[^:]*)(?::(\d{1,5}))?$/i.exec(value) ?? [];
  const plain = host.startsWith('[') ? host.slice(1, -1) : host;
  const number = Number(port);
  return (isIP(plain) > 0 || isHostName(plain)) && number >= 1 && number <= 65_535;
}
