import * as l10n from '@vscode/l10n';
import { compare, isProblem } from '../../shared/expectation';
import { isGood } from '../../shared/goodSample';
import type { PortRoute, ProbeCell, ProbeSample, RouteEntry } from '../../shared/routingView';
import { curlCommand } from '../curlCommand';
import { codeBlock, codeSpan } from './markdownText';
import {
  comparisonText,
  expectationText,
  msText,
  outcomeText,
  portsText,
  verdictText,
} from './reportWords';
import { isoTime, type RoutingFacts } from './routingFacts';
import { addressOf } from './samplesCsv';

/** Everything known of one node's side of a port, as Markdown lines below a heading. */
export function cellEvidence(
  facts: RoutingFacts,
  route: PortRoute,
  entry: RouteEntry,
): readonly string[] {
  const cell = facts.cells.get(entry.id);
  const samples = cell?.samples ?? [];
  const verdict = l10n.t('Seen: {0}', verdictText(cell?.verdict));
  const comparison = comparisonText(compare(entry.expected, cell?.verdict));
  const since = sinceText(entry, cell);
  const command = curlCommand(facts.view, entry.id, facts.timeoutMs);
  return [
    `- ${l10n.t('Address: {0}', codeSpan(addressOf(entry)))}`,
    `- ${l10n.t('Node: {0}', `${entry.role}, ${entry.nodeState}, ${entry.availability}`)}`,
    `- ${l10n.t('Expected: {0}', expectationText(entry.expected, entry.tasks))}`,
    `- ${facts.probes.nothingReachable ? verdict : `${verdict} (${comparison})`}`,
    ...(since === undefined ? [] : [`- ${since}`]),
    ...sampleLines(route, samples),
    ...(command === undefined
      ? []
      : [
          '',
          l10n.t('To repeat one probe, on {0}:', codeSpan(facts.probes.vantage)),
          '',
          codeBlock(command, 'sh'),
        ]),
  ];
}

/** `web 8080→80/tcp at node3`, each part harmless. */
export function cellName(route: PortRoute, { hostname }: Pick<RouteEntry, 'hostname'>): string {
  return l10n.t(
    '{0} {1} at {2}',
    codeSpan(route.serviceName),
    codeSpan(portsText(route)),
    codeSpan(hostname),
  );
}

/**
 * Since when a cell is not as expected, as far as its kept samples reach: after its last probe that was
 * or, where some are and some are not, since the first that was not; undefined for what is as expected.
 */
export function sinceText(
  { expected }: Pick<RouteEntry, 'expected'>,
  cell: ProbeCell | undefined,
): string | undefined {
  const comparison = compare(expected, cell?.verdict);
  if (cell === undefined || !isProblem(comparison)) {
    return undefined;
  }
  const { samples } = cell;
  const wantsRefusal = expected.kind === 'refusal' && comparison !== 'down';
  const isBad = (sample: ProbeSample): boolean => isGood(sample) === wantsRefusal;
  const lastFit = samples.findLastIndex((sample) => !isBad(sample));
  const after = samples[lastFit + 1];
  const begin = samples[0];
  const bad = samples.find(isBad);
  if (begin === undefined || bad === undefined) {
    return undefined;
  }
  if (comparison === 'partly' || after === undefined) {
    return l10n.t(
      'Since: at times, first at {0} among the probes kept since {1}',
      isoTime(bad.at),
      isoTime(begin.at),
    );
  }
  return lastFit === -1
    ? l10n.t('Since: {0} or earlier, when the oldest kept probe was sent', isoTime(after.at))
    : l10n.t('Since: {0}, the first probe after the last that fitted', isoTime(after.at));
}

function sampleLines(route: PortRoute, samples: readonly ProbeSample[]): readonly string[] {
  const last = samples.at(-1);
  const failed = samples.findLast((sample) => !isGood(sample));
  if (last === undefined) {
    return [];
  }
  const names = new Map(route.backends.map(({ taskId, taskName }) => [taskId, taskName]));
  const outcomes = countsOf(samples.map(outcomeText));
  const answerers = countsOf(
    samples.flatMap(({ answeredBy }) =>
      answeredBy === undefined ? [] : [codeSpan(names.get(answeredBy) ?? answeredBy)],
    ),
  );
  return [
    `- ${l10n.t('Outcomes of the last {0} probes: {1}', samples.length, outcomes)}`,
    `- ${l10n.t('Duration: {0} in the middle, {1} at most', ...durations(samples))}`,
    ...(answerers === '' ? [] : [`- ${l10n.t('Answered by: {0}', answerers)}`]),
    `- ${l10n.t('Last probe: {0}, {1}', isoTime(last.at), outcomeText(last))}`,
    ...(failed === undefined
      ? []
      : [
          `- ${l10n.t('Last failure: {0}, {1}', isoTime(failed.at), outcomeText(failed))}${
            failed.detail === undefined ? '' : `, ${codeSpan(failed.detail)}`
          }`,
        ]),
  ];
}

function durations(samples: readonly ProbeSample[]): [median: string, most: string] {
  const sorted = samples.map(({ phases }) => phases.total).toSorted((a, b) => a - b);
  return [
    msText(sorted[Math.floor((sorted.length - 1) / 2)] ?? 0),
    msText(sorted[sorted.length - 1] ?? 0),
  ];
}

/** `16 × HTTP 200, 8 × timed out`, most first. */
function countsOf(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, left], [, right]) => right - left)
    .map(([text, count]) => `${count} × ${text}`)
    .join(', ');
}
