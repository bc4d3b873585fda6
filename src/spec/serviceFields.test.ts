import { describe, expect, it } from 'vitest';
import { withValue, valueAt } from './draftPath';
import { readEnvFile } from './envFile';
import type { ServiceField } from './serviceField';
import { fieldAt, serviceFields } from './serviceFields';
import { knownKeys, serviceDraftSchema } from './serviceSchema';

/** Both groups of resources have one type: what only the other takes is not offered. */
const FOREIGN: ReadonlySet<string> = new Set(['limits.generic', 'reservations.pids']);

/** Every path of the table, and every path of the schema at the same places. */
function paths(
  fields: readonly ServiceField[],
  above: readonly (string | number)[] = [],
): { readonly table: readonly string[]; readonly schema: readonly string[] } {
  const written = (key: string): string => [...above, key].join('.');
  const below = fields.flatMap(({ key, kind, fields: members }) =>
    members === undefined ? [] : [paths(members, [...above, key, ...(kind === 'rows' ? [0] : [])])],
  );
  return {
    table: [
      ...fields.map(({ key }) => written(key)),
      ...below.flatMap(({ table }) => table),
    ].toSorted(),
    schema: [
      ...knownKeys(serviceDraftSchema, above).map(written),
      ...below.flatMap(({ schema }) => schema),
    ]
      .filter((path) => !FOREIGN.has(path))
      .toSorted(),
  };
}

describe('the fields that people meet', () => {
  it('are those that a draft can have, at every depth', () => {
    const { table, schema } = paths(serviceFields());
    expect(table.length).toBeGreaterThan(80);
    expect(table).toEqual(schema);
  });

  it('are found by their path; what is within a map has none', () => {
    expect(fieldAt(['ports', 0, 'mode'])?.values).toEqual(['ingress', 'host']);
    expect(fieldAt(['mounts', 3, 'tmpfs', 'size'])?.key).toBe('size');
    expect(fieldAt(['env', 'PATH'])).toBeUndefined();
    expect(fieldAt([])).toBeUndefined();
  });
});

describe('changing a draft at a path', () => {
  const draft = { name: 'web', image: 'nginx', ports: [{ target: 80 }, { target: 81 }] };

  it('sets, and takes away with whatever is empty then', () => {
    const set = withValue(draft, ['healthcheck', 'interval'], '5s');
    expect(set.healthcheck).toEqual({ interval: '5s' });
    expect(withValue(set, ['healthcheck', 'interval'], undefined)).toEqual(draft);
    expect(withValue(draft, ['ports', 0], undefined).ports).toEqual([{ target: 81 }]);
    expect(withValue(draft, ['ports', 2, 'target'], 82).ports).toHaveLength(3);
    expect(withValue(draft, ['image'], '')).toMatchObject({ name: 'web', image: '' });
  });

  it('reads nothing that is inherited', () => {
    expect(valueAt(draft, ['constructor'])).toBeUndefined();
    expect(valueAt(draft, ['ports', 1, 'target'])).toBe(81);
  });
});

describe('an env file', () => {
  const read = (text: string) => readEnvFile(new TextEncoder().encode(text));

  it('is read as docker does: quotes and blanks of values stay, the last of a name counts', () => {
    expect(
      read('\uFEFF# c\r\n\r\n  A=" x "\nB=\nC=a=b # no comment\nHOME\n\tA=2\n__proto__=p'),
    ).toEqual({
      ok: true,
      env: Object.fromEntries([
        ['A', '2'],
        ['B', ''],
        ['C', 'a=b # no comment'],
        ['__proto__', 'p'],
      ]),
      withoutValue: ['HOME'],
    });
  });

  it.each([
    ['A=1\n=2\n', 2],
    ['A B=1\n', 1],
    ['\n\nA=\0\n', 3],
  ])('%j is refused at its line', (text, line) => {
    expect(read(text)).toMatchObject({ ok: false, line });
  });

  it('is refused when it is no UTF-8', () => {
    expect(readEnvFile(Uint8Array.of(0x41, 0x3d, 0xff))).toMatchObject({ ok: false });
  });
});
