/** Keys whose whole value is a secret (Engine API `Swarm`). */
const SECRET_KEYS: ReadonlySet<string> = new Set(['JoinTokens', 'UnlockKey', 'Password', 'Auth']);

/** A copy of engine JSON in which environment values and tokens read `***`; keys keep their order. */
export function maskSecrets(raw: unknown): unknown {
  if (Array.isArray(raw)) {
    return raw.map(maskSecrets);
  }
  if (typeof raw !== 'object' || raw === null) {
    return raw;
  }
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, maskValue(key, value)]),
  );
}

function maskValue(key: string, value: unknown): unknown {
  if (key === 'Env' && Array.isArray(value)) {
    return value.map((line: unknown) =>
      typeof line === 'string' && line.includes('=')
        ? `${line.slice(0, line.indexOf('='))}=***`
        : line,
    );
  }
  return SECRET_KEYS.has(key) && value !== null && value !== undefined ? '***' : maskSecrets(value);
}
