import { MASK, maskEnvironment } from '../../spec/environment';

/** A spec as JSON; values of variables are masked, and marked where the other side has another value. */
export function specText(spec: object, other: object): string {
  const others = new Set(environmentOf(other));
  const text = JSON.stringify(
    spec,
    (key, value: unknown) => {
      if (key === 'Env' && Array.isArray(value)) {
        return value.map((line) => maskedLine(String(line), others));
      }
      // Options of log and volume drivers hold tokens and passwords.
      return key === 'LogDriver' || key === 'DriverConfig' ? withMaskedOptions(value) : value;
    },
    2,
  );
  return `${text}\n`;
}

function withMaskedOptions(driver: unknown): unknown {
  if (typeof driver !== 'object' || driver === null || !('Options' in driver)) {
    return driver;
  }
  const options = Object.keys(driver.Options ?? {}).map((name) => [name, MASK]);
  return { ...driver, Options: Object.fromEntries(options) as unknown };
}

function maskedLine(line: string, others: ReadonlySet<string>): string {
  const masked = maskEnvironment(line);
  const differs =
    !others.has(line) && [...others].some((other) => maskEnvironment(other) === masked);
  return differs ? `${masked} (≠)` : masked;
}

function environmentOf(spec: object): readonly string[] {
  const found: string[] = [];
  JSON.stringify(spec, (key, value: unknown) => {
    if (key === 'Env' && Array.isArray(value)) {
      found.push(...value.map(String));
    }
    return value;
  });
  return found;
}
