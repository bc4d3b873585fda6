import * as l10n from '@vscode/l10n';

import type { HistoryMark, HistoryPoint, HistorySummary } from '../src/shared/historyView';
import { formatMs, formatTime } from './wording';

/** A length of the past. */
export function formatRange(ms: number): string {
  return ms < 3_600_000
    ? l10n.t('{0} minutes', ms / 60_000)
    : ms === 3_600_000
      ? l10n.t('1 hour')
      : l10n.t('{0} hours', ms / 3_600_000);
}

/** What happened to the swarm, in a few words. */
export function describeMark({ kind, name, detail = '' }: HistoryMark): string {
  switch (kind) {
    case 'service-created':
      return l10n.t('Service {0} created', name);
    case 'service-updated':
      return l10n.t('Service {0} changed', name);
    case 'service-removed':
      return l10n.t('Service {0} removed', name);
    case 'update-state':
      return l10n.t('Update of {0}: {1}', name, detail);
    case 'tasks':
      return l10n.t('Running tasks of {0}: {1}', name, detail);
    case 'node-joined':
      return l10n.t('Node {0} joined', name);
    case 'node-left':
      return l10n.t('Node {0} left', name);
    case 'node-state':
      return l10n.t('Node {0} is {1}', name, detail);
    case 'node-availability':
      return l10n.t('Node {0} is set to {1}', name, detail);
    case 'leader':
      return l10n.t('Node {0} is the leader', name);
  }
}

/** What happened in the stretch of a point, and to the swarm meanwhile. */
export function describePoint(point: HistoryPoint, marks: readonly HistoryMark[]): string {
  const { from, widthMs, count, failed, least, median, most } = point;
  const end = from + widthMs;
  return [
    l10n.t('{0} to {1}', formatTime(from), formatTime(end)),
    l10n.t('{0} of {1} answered', count - failed, count),
    ...(median === undefined || least === undefined || most === undefined
      ? []
      : [l10n.t('median {0}, {1} to {2}', formatMs(median), formatMs(least), formatMs(most))]),
    ...marks.filter(({ at }) => at >= from && at < end).map(describeMark),
  ].join(', ');
}

/** The share that failed where a refusal is expected now: of an earlier time nothing is known here. */
export function formatRefused(summary: HistorySummary): string {
  const text = formatFailed(summary);
  return summary.failed === 0 ? text : l10n.t('{0}, as expected now', text);
}

/** The share that failed, never said to be none when one did. */
export function formatFailed({ count, failed }: HistorySummary): string {
  if (count === 0) {
    return '–';
  }
  const percent = (100 * failed) / count;
  const text =
    failed === 0 || failed === count
      ? percent.toFixed(0)
      : percent < 0.1
        ? '<0.1'
        : Math.min(99.9, percent).toFixed(1);
  return l10n.t('{0} % ({1} of {2})', text, failed, count);
}
