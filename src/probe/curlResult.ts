import type { ProbeOutcome, ProbePhases, ProbeSample } from '../shared/routingView';
import { isAsAsked, whatIsWrong } from './httpAsk';
import { PLAIN_ASK, type HttpAsk } from '../shared/httpAsk';
import { type HttpAnswer } from './probe';

/** curl's numbers that a sample is made of; times in seconds, 0 when never reached. */
const FIGURES = [
  'exitcode',
  'http_code',
  'time_namelookup',
  'time_connect',
  'time_appconnect',
  'time_starttransfer',
  'time_total',
] as const;

/** What curl says of one transfer. */
export type CurlResult = Readonly<Record<(typeof FIGURES)[number], number>> & {
  readonly errormsg: string | null;
};

/**
 * What curl writes to standard error of the transfer with this number. It does so in a system call for
 * each variable and each character between them: `%{json}` would cost more than all the rest of a probe.
 */
export function resultFormat(number: number): string {
  const variables = [...FIGURES, 'errormsg'].map((name) => `%{${name}}`);
  return `%{stderr}\\n@${number} ${variables.join(' ')}\\n`;
}

/** Reads a line of {@link resultFormat}; undefined for curl's own complaints, which stand between them. */
export function parseResult(
  line: string,
): { readonly number: number; readonly result: CurlResult } | undefined {
  const [, number, figures = '', errormsg = ''] =
    /^@(\d+)((?: \d+(?:\.\d+)?){7}) (.*)$/s.exec(line) ?? [];
  if (number === undefined) {
    return undefined;
  }
  const [
    exitcode = 0,
    http_code = 0,
    time_namelookup = 0,
    time_connect = 0,
    time_appconnect = 0,
    time_starttransfer = 0,
    time_total = 0,
  ] = figures.trim().split(' ').map(Number);
  return {
    number: Number(number),
    result: {
      exitcode,
      http_code,
      time_namelookup,
      time_connect,
      time_appconnect,
      time_starttransfer,
      time_total,
      errormsg,
    },
  };
}

/**
 * A refusal comes back at once, or after one lost packet; curl 7.88 words it like a dead route, which
 * takes longer than this. Windows asks again after a refusal, so time tells nothing there.
 */
const REFUSAL_LIMIT_SECONDS = process.platform === 'win32' ? Infinity : 2.5;

/** Strips control characters of `text` and caps it at `limit` characters. */
export function stripText(text: string, limit: number): string {
  return text.replaceAll(/\p{C}/gu, '').trim().slice(0, limit);
}

/** First line of a body, stripped, at most 80 characters; undefined when nothing is left. */
export function readFirstLine(body: string): string | undefined {
  return stripText(body.split(/\r?\n/, 1)[0] ?? '', 80) || undefined;
}

/** Exit codes of a server that connected and could not agree on TLS, or whose certificate is not trusted. */
const TLS_FAILED: ReadonlySet<number> = new Set([35, 51, 60, 83, 90, 91, 98]);

/** Makes a sample of one transfer's result; `endedAt` in milliseconds since the epoch. */
export function toSample(
  result: CurlResult,
  endedAt: number,
  ask: HttpAsk = PLAIN_ASK,
  answer: HttpAnswer = { headers: [], body: '' },
): ProbeSample {
  const technical = toOutcome(result);
  const wrong =
    technical === 'answered' && result.http_code > 0
      ? whatIsWrong(ask, result.http_code, answer)
      : undefined;
  const outcome = wrong ?? technical;
  const firstLine = readFirstLine(answer.body);
  const asAsked = isAsAsked(ask, outcome, result.http_code > 0 ? result.http_code : undefined);
  const phases = toPhases(result);
  return {
    at: Math.round(endedAt - phases.total),
    outcome,
    // After a failed handshake some curls report no time of connecting.
    reachable: result.time_connect > 0 || result.http_code > 0 || outcome === 'tls-failed',
    phases,
    ...(asAsked !== undefined && { asAsked }),
    ...(result.http_code > 0 && { httpStatus: result.http_code }),
    ...(firstLine !== undefined && { firstLine }),
    ...(result.exitcode !== 0 && {
      detail: stripText(`curl: (${result.exitcode}) ${result.errormsg ?? ''}`, 200),
    }),
  };
}

function toOutcome(result: CurlResult): ProbeOutcome {
  if (result.exitcode === 0 || (result.http_code > 0 && [28, 63].includes(result.exitcode))) {
    return 'answered';
  }
  if (TLS_FAILED.has(result.exitcode)) {
    return 'tls-failed';
  }
  switch (result.exitcode) {
    case 1:
    case 8:
      // Something answers, in another language than HTTP.
      return result.time_connect > 0 ? 'answered' : 'failed';
    case 6:
      return 'lookup-failed';
    case 7:
      return isRouteError(result) ? 'no-route' : 'refused';
    case 28:
      return result.time_connect > 0 ? 'silent' : 'timed-out';
    case 52:
      return 'empty';
    case 56:
      return 'reset';
    default:
      return 'failed';
  }
}

function isRouteError(result: CurlResult): boolean {
  const worded = /no route|unreachable/i.test(result.errormsg ?? '');
  return worded || result.time_total >= REFUSAL_LIMIT_SECONDS;
}

function toPhases(result: CurlResult): ProbePhases {
  return {
    ...(result.time_namelookup > 0 && { lookup: result.time_namelookup * 1000 }),
    ...(result.time_connect > 0 && { connect: result.time_connect * 1000 }),
    ...(result.time_appconnect > 0 && { tls: result.time_appconnect * 1000 }),
    ...(result.time_starttransfer > 0 && { firstByte: result.time_starttransfer * 1000 }),
    total: result.time_total * 1000,
  };
}
