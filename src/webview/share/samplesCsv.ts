import { toPlainLine } from '../../common/text';
import type { Expectation } from '../../shared/expectation';
import type { PortRoute, ProbeSample, RouteEntry } from '../../shared/routingView';
import { isoTime, type RoutingFacts } from './routingFacts';

/** Columns in their order; lengths of time are milliseconds since the start of the probe. */
export const CSV_COLUMNS = [
  'time',
  'service',
  'port',
  'protocol',
  'mode',
  'node',
  'address',
  'expected',
  'outcome',
  'http_status',
  'lookup_ms',
  'connect_ms',
  'tls_ms',
  'first_byte_ms',
  'total_ms',
  'answered_by',
] as const;

type Cell = string | number | undefined;

/** Every kept sample as one row (RFC 4180: commas, CRLF, a header row). */
export function samplesCsv({ view, cells }: RoutingFacts): string {
  const rows: (readonly Cell[])[] = [CSV_COLUMNS];
  for (const route of view.routes) {
    const names = new Map(route.backends.map(({ taskId, taskName }) => [taskId, taskName]));
    for (const entry of route.entries) {
      for (const sample of cells.get(entry.id)?.samples ?? []) {
        rows.push(rowOf(route, entry, sample, names));
      }
    }
  }
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function rowOf(
  route: PortRoute,
  entry: RouteEntry,
  sample: ProbeSample,
  taskNames: ReadonlyMap<string, string>,
): readonly Cell[] {
  const { phases, answeredBy } = sample;
  return [
    isoTime(sample.at),
    route.serviceName,
    route.publishedPort ?? entry.target?.port,
    route.protocol,
    route.mode,
    entry.hostname,
    addressOf(entry),
    expectationWord(entry.expected),
    sample.outcome,
    sample.httpStatus,
    phases.lookup,
    phases.connect,
    phases.tls,
    phases.firstByte,
    phases.total,
    answeredBy === undefined ? '' : (taskNames.get(answeredBy) ?? answeredBy),
  ];
}

/** `host:port`, brackets around IPv6; empty while no address is known. */
export function addressOf({ target }: Pick<RouteEntry, 'target'>): string {
  if (target === undefined) {
    return '';
  }
  return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

function expectationWord(expected: Expectation): string {
  return expected.kind === 'refusal' ? `refusal (${expected.why})` : expected.kind;
}

/**
 * One cell: quoted where RFC 4180 wants it. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it (OWASP, "CSV Injection"), the full-width forms of the signs too.
 */
function csvCell(value: Cell): string {
  if (typeof value === 'number') {
    // Differences of floats have tails that mean nothing: a microsecond is the finest that is measured.
    return Number.isFinite(value) ? String(Math.round(value * 1_000) / 1_000) : '';
  }
  const plain = toPlainLine(value ?? '', 1_000);
  const harmless = /^[=+\-@＝＋－＠]/u.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
