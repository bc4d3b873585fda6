import { isIP } from 'node:net';
import { formatAuthority, formatUrl, headerArgument } from '../shared/httpAsk';
import { resultFormat } from './curlResult';
import { askOf, isSoundAsk } from './httpAsk';
import type { ProbeTarget } from './probe';

/** Bytes read of an answer, unless a text is looked for in it: enough to tell who wrote it. */
export const HEAD_BYTES = 16_384;

/** Bodies above this many bytes are refused by curl when the server announces their length. */
export const MAX_BODY_BYTES = 65_536;

/**
 * Older curls do not measure a body whose length was not announced: an endless stream then brings no
 * more than this, until the deadline ends it. Pages are read at once and do not wait for it.
 */
const MAX_BYTES_PER_SECOND = 4 * 1024 * 1024;

/** The same where a text is looked for, since nothing else bounds such a body. */
const SEARCHED_BYTES_PER_SECOND = 1024 * 1024;

const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const HOST_NAME = /^(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?$/i;

/** Quotes one value for a curl config file; throws a RangeError on control characters. */
export function quoteCurlValue(value: string): string {
  if (CONTROL.test(value)) {
    throw new RangeError('Control character in a curl config value');
  }
  return `"${value.replaceAll(/["\\]/g, (found) => `\\${found}`)}"`;
}

/** True when host and port can form an address and nothing else. */
export function isProbeAddress(host: string, port: number): boolean {
  const plainHost = isIP(host) > 0 ? !host.includes('%') : HOST_NAME.test(host);
  return plainHost && host.length <= 253 && Number.isInteger(port) && port > 0 && port < 65_536;
}

/** One transfer of a batch: where its body goes and the number that its result comes back under. */
export interface CurlTransfer {
  readonly number: number;
  readonly target: ProbeTarget;
  readonly output: string;
  /** How its result is written; as {@link resultFormat} says when omitted. */
  readonly report?: string;
}

/** Writes the config of one batch for curl's stdin; throws a RangeError on a malformed target. */
export function writeCurlConfig(
  transfers: readonly CurlTransfer[],
  options: { readonly timeoutMs: number; readonly concurrency: number; readonly userAgent: string },
): string {
  const head = [
    // The meter of parallel transfers would stand in the middle of our result lines.
    'no-progress-meter',
    'parallel',
    'parallel-immediate',
    `parallel-max = ${options.concurrency}`,
  ];
  const parts = transfers.map((transfer) => writeTransfer(transfer, options).join('\n'));
  return `${head.join('\n')}\n${parts.join('\nnext\n')}\n`;
}

function writeTransfer(
  { number, target, output, report }: CurlTransfer,
  options: { readonly timeoutMs: number; readonly userAgent: string },
): string[] {
  const ask = askOf(target);
  if (!isProbeAddress(target.host, target.port) || !isSoundAsk(ask)) {
    throw new RangeError('Malformed probe target');
  }
  const seconds = ((target.timeoutMs ?? options.timeoutMs) / 1000).toFixed(3);
  const family = isIP(target.host);
  const written = report ?? resultFormat(number);
  if (target.kind === 'tcp') {
    return writeTcp(target, [
      ['output', output],
      ['connect-timeout', seconds],
      ['max-time', seconds],
      ['write-out', written],
    ]);
  }
  const values: (readonly [string, string])[] = [
    ['url', formatUrl(ask, target)],
    ['output', output],
    ...(ask.serverName === undefined
      ? []
      : [['connect-to', `::${formatAuthority(target)}`] as [string, string]]),
    ...ask.headers.map(([name, value]): [string, string] => [
      'header',
      headerArgument(name, value),
    ]),
    ['user-agent', options.userAgent],
    ['write-out', written],
  ];
  return [
    'globoff',
    // The path is sent as it is written, dots and all.
    'path-as-is',
    'include',
    // HTTP/2 would carry several probes over one connection.
    'http1.1',
    'noproxy = "*"',
    'proto = "=http,https"',
    'header = "Connection: close"',
    `connect-timeout = ${seconds}`,
    `max-time = ${seconds}`,
    `limit-rate = ${ask.bodyContains === undefined ? MAX_BYTES_PER_SECOND : SEARCHED_BYTES_PER_SECOND}`,
    // A text is looked for in the body's beginning: refused as a whole it would not come at all.
    ...(ask.bodyContains === undefined ? [`max-filesize = ${MAX_BODY_BYTES}`] : []),
    ...(ask.method === 'HEAD' ? ['head'] : []),
    ...(family === 0 ? [] : [family === 6 ? 'ipv6' : 'ipv4']),
    ...values.map(([name, value]) => `${name} = ${quoteCurlValue(value)}`),
  ];
}

/**
 * A connection on which nothing is said: of a POP3 server curl waits to be greeted first, and of anything
 * else until the deadline. What connected counts by its time of connecting, whatever comes then.
 */
function writeTcp(
  target: ProbeTarget,
  values: readonly (readonly [name: string, value: string])[],
): string[] {
  return [
    ['url', `pop3://${formatAuthority(target)}/`] as const,
    ['noproxy', '*'] as const,
    ['proto', '=pop3'] as const,
    ...values,
  ].map(([name, value]) => `${name} = ${quoteCurlValue(value)}`);
}
