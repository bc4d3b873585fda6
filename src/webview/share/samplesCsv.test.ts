import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { factsNamed, factsOf, hostileNames } from '../../../test/fakes/sharedFacts';
import { makeCell, makeEntry, makeRoute, makeRouting } from '../../../test/webview/views';
import { CSV_COLUMNS, samplesCsv } from './samplesCsv';

/** Reads RFC 4180 strictly: CRLF ends every record, a quote stands doubled inside quotes only. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
    if (match === null) {
      throw new Error(`Not RFC 4180: ${JSON.stringify(rest.slice(0, 60))}`);
    }
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') {
      rows.push(row);
      row = [];
    }
    rest = rest.slice(match[0].length);
  }
  return rows;
}

test('times are told to the microsecond, without the tails of floats', () => {
  const route = makeRoute('web', 8080, 1, 1);
  const cell = makeCell(route, 'web:tcp:8080@node-1', ['answered']);
  const [sample] = cell.samples;
  const phases = { lookup: 0.018_000_000_000_000_002, connect: 0.1 + 0.2, total: 12.345_678 };
  const told = { ...cell, samples: sample === undefined ? [] : [{ ...sample, phases }] };
  const [, row] = parseCsv(samplesCsv(factsOf(makeRouting([route]), [told])));
  expect(row?.slice(-6, -1)).toEqual(['0.018', '0.3', '', '', '12.346']);
});

test('has one row per sample with every column', () => {
  const route = makeRoute('web', 8080, 1, 1);
  const cell = makeCell(route, 'web:tcp:8080@node-1', ['answered', 'refused']);
  expect(parseCsv(samplesCsv(factsOf(makeRouting([route]), [cell])))).toEqual([
    [...CSV_COLUMNS],
    [
      '2026-01-15T11:55:00.000Z',
      'web',
      '8080',
      'tcp',
      'ingress',
      'node1',
      '192.168.56.11:8080',
      'answer',
      'answered',
      '200',
      '0.05',
      '0.7',
      '',
      '2.1',
      '2.4',
      'web.1',
    ],
    [
      '2026-01-15T11:55:05.000Z',
      'web',
      '8080',
      'tcp',
      'ingress',
      'node1',
      '192.168.56.11:8080',
      'answer',
      'refused',
      ...['', '', '', '', '', '0.8', ''],
    ],
  ]);
});

test('quotes commas and quotes, brackets IPv6, and makes formulas texts', () => {
  const names = ['a,b', 'say "hi"', '=1+1', '+1', '-1', '@x', '\t=1', '＝1', "'=1"];
  const rows = names.map((serviceName) => {
    const route = makeRoute('web', 8080, 1, 1, {
      serviceName,
      entries: [
        makeEntry('web:tcp:8080', 1, 8080, {
          target: { host: 'fd00::1', port: 8080, mapped: false },
          expected: { kind: 'refusal', why: 'not-here' },
        }),
      ],
    });
    const cell = makeCell(route, 'web:tcp:8080@node-1', ['refused']);
    return parseCsv(samplesCsv(factsOf(makeRouting([route]), [cell])))[1];
  });
  expect(rows.map((row) => row?.[1])).toEqual([
    'a,b',
    'say "hi"',
    "'=1+1",
    "'+1",
    "'-1",
    "'@x",
    "'=1",
    "'＝1",
    "'=1",
  ]);
  expect(rows[0]?.slice(6, 8)).toEqual(['[fd00::1]:8080', 'refusal (not-here)']);
});

test('is a table of harmless texts whatever things are called', () => {
  fc.assert(
    fc.property(hostileNames, (name) => {
      const rows = parseCsv(samplesCsv(factsNamed(name)));
      expect(rows.map(({ length }) => length)).toEqual(rows.map(() => CSV_COLUMNS.length));
      expect(rows.length).toBe(25);
      expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    }),
  );
});
