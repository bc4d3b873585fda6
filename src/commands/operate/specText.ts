import { maskEnvironment } from '../../spec/environment';

/** A spec as JSON; values of variables are masked, and marked where the other side has another value. */
export function specText(spec: object, other: object): string {
  const others = new Set(environmentOf(other));
  const text = JSON.stringify(
    spec,
    (key, value: unknown) =>
      key === 'Env' && Array.isArray(value)
        ? value.map((line) => maskedLine(String(line), others))
        : value,
    2,
  );
  return `${text}\n`;
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
