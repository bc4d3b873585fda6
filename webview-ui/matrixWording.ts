import * as l10n from '@vscode/l10n';

import type { CellVerdict, PortRoute, ProbeCell, RouteEntry } from '../src/shared/routingView';
import { problemsOf, type MatrixLine, type Tally } from './matrix';
import { describeVerdict, type Verdict } from './verdicts';
import { formatPorts, nodeMarks } from './wording';

/** One cell: as everywhere, with a text short enough for it. */
export function describeCell(
  route: PortRoute,
  entry: RouteEntry,
  cell: ProbeCell | undefined,
  unreachable: boolean,
): Verdict {
  const verdict = cell?.verdict ?? unprobed(route);
  const described = describeVerdict(verdict, entry, unreachable);
  if (verdict?.kind === 'not-probed' && verdict.why === route.protocol) {
    return { ...described, text: verdict.why };
  }
  return described.tone === 'bad' && verdict?.kind === 'none' && entry.expected.kind === 'answer'
    ? { ...described, text: l10n.t('none') }
    : described;
}

function unprobed({ probe }: PortRoute): CellVerdict | undefined {
  return probe.kind === 'none' ? { kind: 'not-probed', why: probe.why } : undefined;
}

/** A row or column in short: how many of its cells are as expected. */
export function describeTally(tally: Tally, unreachable: boolean): Verdict {
  const problems = problemsOf(tally);
  const judged = problems + tally['as-expected'];
  const said: string[] = [];
  const say = (count: number, text: string): void => {
    if (count > 0) {
      said.push(text);
    }
  };
  say(judged, l10n.t('{0} of {1} as expected', tally['as-expected'], judged));
  say(tally.partly, l10n.t('{0} at times', tally.partly));
  say(tally.unexpected, l10n.t('{0} not as expected', tally.unexpected));
  say(tally.down, l10n.t('{0} closed without a task', tally.down));
  say(tally.open, l10n.t('{0} where nothing is expected', tally.open));
  say(tally['not-probed'], l10n.t('{0} not probed', tally['not-probed']));
  say(tally.waiting, l10n.t('{0} waiting', tally.waiting));
  const sentence = said.join(', ');
  if (unreachable) {
    return { tone: 'neutral', text: '–', sentence: l10n.t('out of reach') };
  }
  if (judged > 0) {
    return {
      tone: tally.unexpected + tally.down > 0 ? 'bad' : problems > 0 ? 'partial' : 'good',
      text: l10n.t('{0} of {1}', tally['as-expected'], judged),
      sentence,
    };
  }
  return tally.waiting > 0
    ? { tone: 'waiting', text: l10n.t('waiting'), sentence }
    : { tone: 'neutral', text: '–', sentence };
}

/** A row or column in words: what it is, and its marks. */
export function nameLine(line: MatrixLine): string {
  if (line.kind === 'node') {
    return [line.entry.hostname, ...nodeMarks(line.entry).map(({ text }) => text)].join(', ');
  }
  const { serviceName, mode } = line.route;
  return [
    `${formatPorts(line.route)} ${serviceName}`,
    ...(mode === 'host' ? [l10n.t('host mode')] : []),
  ].join(', ');
}
