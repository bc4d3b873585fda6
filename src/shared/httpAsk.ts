/** What a probe asks of an HTTP server, and what counts as the answer. */
export interface HttpAsk {
  readonly scheme: 'http' | 'https';
  readonly method: 'GET' | 'HEAD';
  /** With its query; begins with a slash. */
  readonly path: string;
  /** Further headers, `Host` among them where another name than the address is sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** https: the name that is sent (SNI) and that the certificate must carry; the host when omitted. */
  readonly serverName?: string;
  /** Inclusive ranges of statuses that count as an answer; any does when omitted. */
  readonly status?: readonly (readonly [from: number, to: number])[];
  /** Text that the body must hold within its first 64 kB. */
  readonly bodyContains?: string;
  /** Whatever of the answer names one of the tasks when omitted. */
  readonly answeredBy?: AnswererRule;
}

/** Where an answer names the task that gave it: in a header, or in the group of a pattern (8 kB of body). */
export type AnswererRule =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'pattern'; readonly source: string };

/** What is asked where nobody said otherwise. */
export const PLAIN_ASK: HttpAsk = { scheme: 'http', method: 'GET', path: '/', headers: [] };

/** Where a connection goes. */
interface Address {
  /** IP literal without brackets, or host name. */
  readonly host: string;
  readonly port: number;
}

/** `host:port` with IPv6 literals in brackets. */
export function formatAuthority({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The URL of a request; with a server name that name stands for the host, which curl is led to apart. */
export function formatUrl({ scheme, path, serverName }: HttpAsk, { host, port }: Address): string {
  return `${scheme}://${formatAuthority({ host: serverName ?? host, port })}${path}`;
}

/** A header as curl takes it: without a value it would be left out, the semicolon sends it empty. */
export function headerArgument(name: string, value: string): string {
  return value.trim() === '' ? `${name};` : `${name}: ${value}`;
}
