import { isHeaderName, isHeaderValue, isHostName, isProbePath } from '../common/httpSyntax';
import { PLAIN_ASK, type HttpAsk } from '../shared/httpAsk';
import type { ProbeOutcome } from '../shared/routingView';
import type { HttpAnswer } from './probe';

/** True when nothing of a request can become another URL, header or option. */
export function isSoundAsk(ask: HttpAsk): boolean {
  return (
    isProbePath(ask.path) &&
    ask.headers.every(([name, value]) => isHeaderName(name) && isHeaderValue(value)) &&
    (ask.serverName === undefined || isHostName(ask.serverName))
  );
}

/** The request of a target. */
export function askOf({ http = PLAIN_ASK }: { readonly http?: HttpAsk }): HttpAsk {
  return http;
}

/** Why an answer is not what was asked for; undefined when it is. */
export function whatIsWrong(
  { status: ranges, bodyContains, method }: HttpAsk,
  status: number,
  { body }: HttpAnswer,
): 'wrong-status' | 'wrong-body' | undefined {
  if (ranges !== undefined && !ranges.some(([from, to]) => status >= from && status <= to)) {
    return 'wrong-status';
  }
  // The answer to HEAD has no body to look into.
  return bodyContains !== undefined && method === 'GET' && !body.includes(bodyContains)
    ? 'wrong-body'
    : undefined;
}

/**
 * Whether a probe's end is as asked for: undefined where nothing was. Who wants a status, a text or TLS
 * does not want silence, a cut connection or another language than HTTP.
 */
export function isAsAsked(
  { status, bodyContains, scheme }: HttpAsk,
  outcome: ProbeOutcome,
  httpStatus: number | undefined,
): boolean | undefined {
  return status === undefined && bodyContains === undefined && scheme === 'http'
    ? undefined
    : outcome === 'answered' && httpStatus !== undefined;
}

/** Splits what curl writes with `include`: the last block of headers, then the body. */
export function splitAnswer(text: string): HttpAnswer {
  let rest = text;
  let headers: HttpAnswer['headers'] = [];
  // Interim answers (100, 103) have a block of their own.
  while (rest.startsWith('HTTP/')) {
    const end = /\r?\n\r?\n/.exec(rest);
    const block = end === null ? rest : rest.slice(0, end.index);
    const isInterim = /^HTTP\/[\d.]+ 1\d\d/.test(block);
    headers = block
      .split(/\r?\n/)
      .slice(1)
      .flatMap((line) => {
        const colon = line.indexOf(':');
        return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
      });
    rest = end === null ? '' : rest.slice(end.index + end[0].length);
    if (!isInterim) {
      break;
    }
  }
  return { headers, body: rest };
}
