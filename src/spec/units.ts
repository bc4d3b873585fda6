/*
 * The texts that the docker CLI takes for durations, sizes, CPUs and file modes, and the numbers that
 * the engine takes. Numbers stay below 2^53, so that nothing is rounded on the way.
 */

/** Nanoseconds of the units of Go's `time.ParseDuration`. */
const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const DURATION = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/;
const DURATION_PART = /(\d*)(?:\.(\d*))?(ns|us|µs|ms|s|m|h)/g;

/** Nanoseconds of `10s`, `1m30s` or `0`; undefined for anything else and for more than 104 days. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') {
    return 0;
  }
  if (!DURATION.test(text)) {
    return undefined;
  }
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(DURATION_PART)) {
    const each = NANOSECONDS[unit] ?? 0n;
    total += BigInt(whole || '0') * each;
    total += (BigInt(fraction || '0') * each) / 10n ** BigInt(fraction.length);
  }
  return total > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(total);
}

/** The shortest usual text of nanoseconds: `1m30s`, `500ms`, `0s`. */
export function formatDuration(nanoseconds: number): string {
  const [hours, afterHours] = divide(nanoseconds, 3_600_000_000_000);
  const [minutes, rest] = divide(afterHours, 60_000_000_000);
  const large = `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}`;
  return rest === 0 && large !== '' ? large : `${large}${formatSeconds(rest)}`;
}

function formatSeconds(nanoseconds: number): string {
  const [seconds, rest] = divide(nanoseconds, 1_000_000_000);
  if (seconds > 0 || rest === 0) {
    const fraction = String(rest).padStart(9, '0').replace(/0+$/, '');
    return fraction === '' ? `${seconds}s` : `${seconds}.${fraction}s`;
  }
  const [unit, size] = (
    [
      ['ms', 1_000_000],
      ['us', 1_000],
    ] as const
  ).find(([, each]) => rest % each === 0) ?? ['ns', 1];
  return `${rest / size}${unit}`;
}

const SIZE_UNITS = 'kmgtp';
const SIZE = /^(\d+(?:\.\d+)?) ?([kmgtp])?(i?b)?$/i;

/** Bytes of `64M`, `1.5g`, `512` or `64MiB`; binary as docker's (go-units `RAMInBytes`). */
export function parseSize(text: string): number | undefined {
  const [matched, amount = '', unit = '', ending = ''] = SIZE.exec(text) ?? [];
  if (matched === undefined || (unit === '' && ending.length > 1)) {
    return undefined;
  }
  const factor = unit === '' ? 1 : 1024 ** (SIZE_UNITS.indexOf(unit.toLowerCase()) + 1);
  const bytes = Math.trunc(Number(amount) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Bytes in the largest unit that leaves no fraction: `64M`, `1000b`. */
export function formatSize(bytes: number): string {
  let size = bytes;
  let unit = -1;
  while (size > 0 && size % 1024 === 0 && unit < SIZE_UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size}${unit < 0 ? 'b' : (SIZE_UNITS[unit] ?? '').toUpperCase()}`;
}

/** CPUs as the engine counts them: 0.5 is 500,000,000. */
export function toNanoCpus(cpus: number): number {
  return Math.round(cpus * 1e9);
}

/** CPUs of the engine's count. */
export function fromNanoCpus(nanoCpus: number): number {
  return nanoCpus / 1e9;
}

/** CPUs without an exponent, as `--limit-cpu` takes them. */
export function formatCpus(cpus: number): string {
  return (toNanoCpus(cpus) / 1e9).toFixed(9).replace(/\.?0+$/, '');
}

/** The number of an octal file mode, `0444` or `1777`; undefined for anything else. */
export function parseOctal(text: string): number | undefined {
  return /^[0-7]{1,7}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** A file mode with a leading 0, which the docker CLI needs to read it as octal. */
export function formatOctal(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`;
}

function divide(amount: number, by: number): readonly [number, number] {
  const rest = amount % by;
  return [(amount - rest) / by, rest];
}
