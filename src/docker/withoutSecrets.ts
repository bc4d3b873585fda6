/** A shorter value says nothing by itself, and would be found in many a word. */
const SHORTEST = 4;

/**
 * Takes out of an engine's sentence what only the request's body may hold, however the engine repeats
 * it: values of environment variables, of secrets, and the key that unlocks a swarm.
 */
export function withoutSecrets(text: string, body: unknown): string {
  return secretsIn(body)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function secretsIn(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null) {
    return [];
  }
  return Object.entries(body).flatMap(([key, value]: [string, unknown]) => {
    if ((key === 'UnlockKey' || key === 'Data') && typeof value === 'string') {
      return long(value);
    }
    return key === 'Env' && Array.isArray(value)
      ? value.flatMap((line: unknown) => long(String(line).replace(/^[^=]*=?/, '')))
      : secretsIn(value);
  });
}

function long(value: string): readonly string[] {
  return value.length < SHORTEST ? [] : [value];
}
