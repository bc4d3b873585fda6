import * as l10n from '@vscode/l10n';
import { accept, refuse, type Verdict } from '../validation/verdict';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const DURATION = /^(?:\d{1,6}[smhd])+$/;

/** Checks what a person wrote as the beginning of the logs: `10m`, `1h30m`, or a time. */
export function checkSince(text: string, now: number): Verdict<string | undefined> {
  const wanted = text.trim();
  if (wanted === '') {
    return accept(undefined);
  }
  if (!DURATION.test(wanted) && Number.isNaN(timeOf(wanted))) {
    return refuse(
      l10n.t('"{0}" is no time: write 10m, 1h30m, 2d or 2026-11-26 13:30', wanted.slice(0, 40)),
    );
  }
  const at = Number(toEngineTime(wanted, now));
  return at * 1_000 > now
    ? accept(wanted, l10n.t('That is in the future: nothing is shown until then'))
    : accept(wanted);
}

/** A beginning as `Engine.logs` takes it, in seconds since the epoch; `now` in milliseconds. */
export function toEngineTime(since: string | undefined, now: number): string | undefined {
  if (since === undefined) {
    return undefined;
  }
  if (!DURATION.test(since)) {
    const at = timeOf(since);
    return Number.isNaN(at) ? undefined : (at / 1_000).toFixed(3);
  }
  const seconds = [...since.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0),
    0,
  );
  return (now / 1_000 - seconds).toFixed(3);
}

/** ISO 8601, with a blank for the T; local where no zone is named. */
function timeOf(text: string): number {
  return /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text)
    ? Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text.replace(' ', 'T'))
    : Number.NaN;
}
