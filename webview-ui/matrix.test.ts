import { describe, expect, it } from 'vitest';

import type { HostMessage } from '../src/shared/protocol';
import type { ProbeCell } from '../src/shared/routingView';
import { FAMILIES } from '../test/webview/familyScene';
import { MANY_PORTS, MIXED } from '../test/webview/matrixScenes';
import {
  buildMatrix,
  entryAt,
  problemsOf,
  type Matrix,
  type MatrixInput,
  type MatrixLine,
} from './matrix';

function read(messages: readonly HostMessage[], change: Partial<MatrixInput> = {}): Matrix {
  const cells = new Map<string, ProbeCell>();
  let routes: MatrixInput['routes'] = [];
  for (const message of messages) {
    if (message.type === 'routing') {
      routes = message.view.routes;
    } else if (message.type === 'probes') {
      for (const cell of message.view.cells) {
        cells.set(cell.entryId, cell);
      }
    }
  }
  return buildMatrix({
    routes,
    cells,
    filter: '',
    problemsOnly: false,
    sort: 'name',
    group: 'none',
    held: undefined,
    ...change,
  });
}

function names(lines: readonly MatrixLine[]): readonly string[] {
  return lines.map((line) => (line.kind === 'node' ? line.id : `${line.route.publishedPort}`));
}

describe('rows and columns', () => {
  it('has every node as a row and every port as a column, by name', () => {
    const matrix = read(MIXED);
    expect(matrix.transposed).toBe(false);
    // The host name of node-4 begins with "ip".
    expect(names(matrix.rows)).toEqual([
      'node-4',
      'node-1',
      'node-2',
      'node-3',
      'node-5',
      'node-6',
      'node-7',
    ]);
    expect(names(matrix.columns)).toEqual(['53', '8081', '9100', '9443', '8080', '2905']);
  });

  it('has a row for each address of a node, of which it counts one', () => {
    const matrix = read(FAMILIES);
    expect(
      matrix.rows.map((row) => [row.id, row.kind === 'node' ? row.entry.hostname : '']),
    ).toEqual([
      ['node-1', 'node1 (IPv4)'],
      ['node-1/6', 'node1 (IPv6)'],
      ['node-2', 'node2'],
    ]);
    expect([matrix.totalNodes, matrix.tally['as-expected'], matrix.tally.open]).toEqual([2, 5, 1]);
    expect(problemsOf(matrix.tally)).toBe(0);
    const [, six] = matrix.rows;
    const meetings = matrix.columns.map((port) => six && entryAt(six, port)?.entry.id);
    expect(meetings).toEqual([undefined, 'exporter:tcp:9100@node-1/6', 'shop:tcp:8080@node-1/6']);
  });

  it('turns around where there are many ports and fewer nodes, whatever is filtered', () => {
    const matrix = read(MANY_PORTS);
    expect(matrix.transposed).toBe(true);
    expect(names(matrix.columns)).toHaveLength(5);
    expect(names(matrix.rows)).toHaveLength(12);
    expect(read(MANY_PORTS, { filter: '8080' }).transposed).toBe(true);
  });

  it('finds the entry of a cell in both directions', () => {
    for (const messages of [MIXED, MANY_PORTS]) {
      const { rows, columns } = read(messages);
      for (const row of rows) {
        for (const column of columns) {
          const [node, port] = row.kind === 'node' ? [row, column] : [column, row];
          expect(entryAt(row, column)?.entry.id).toBe(`${port.id}@${node.id}`);
        }
      }
    }
  });
});

describe('summaries', () => {
  it('counts each row, each column and all of it', () => {
    const matrix = read(MIXED);
    const byName = (lines: readonly MatrixLine[]) =>
      Object.fromEntries(names(lines).map((name, index) => [name, lines[index]?.tally]));
    const none = {
      waiting: 0,
      'not-probed': 0,
      'as-expected': 0,
      partly: 0,
      unexpected: 0,
      down: 0,
      open: 0,
    };
    expect(byName(matrix.rows)).toMatchObject({
      'node-1': { ...none, 'as-expected': 4, 'not-probed': 2 },
      'node-3': { ...none, 'as-expected': 3, unexpected: 1, 'not-probed': 2 },
      'node-4': { ...none, open: 4, 'not-probed': 2 },
      'node-5': { ...none, 'as-expected': 2, partly: 1, unexpected: 1, 'not-probed': 2 },
    });
    expect(byName(matrix.columns)).toMatchObject({
      '9443': { ...none, 'as-expected': 4, partly: 1, unexpected: 1, open: 1 },
      '8081': { ...none, 'as-expected': 6, open: 1 },
      '2905': { ...none, 'not-probed': 7 },
    });
    expect(matrix.tally).toEqual({
      waiting: 0,
      'not-probed': 14,
      'as-expected': 21,
      partly: 1,
      unexpected: 2,
      down: 0,
      open: 4,
    });
  });

  it('waits for what has not been probed', () => {
    const matrix = read(MIXED, { cells: new Map() });
    expect(matrix.tally).toMatchObject({ waiting: 28, 'not-probed': 14 });
  });
});

describe('sort', () => {
  it('puts the most wrong first, then what is wrong at times', () => {
    const matrix = read(MIXED, { sort: 'problems' });
    expect(names(matrix.rows).slice(0, 3)).toEqual(['node-5', 'node-3', 'node-4']);
    expect(names(matrix.columns).slice(0, 3)).toEqual(['9443', '9100', '53']);
  });

  it('keeps a held order, and puts what is new behind it', () => {
    const held = { nodes: ['node-7', 'node-3', 'gone'], ports: [] };
    const matrix = read(MIXED, { sort: 'problems', held });
    expect(names(matrix.rows).slice(0, 4)).toEqual(['node-7', 'node-3', 'node-5', 'node-4']);
  });
});

describe('group', () => {
  const stacks = (matrix: Matrix): readonly string[] =>
    matrix.ports.map(({ route }) => route.stack).filter((stack, at, all) => stack !== all[at - 1]);

  it('keeps the ports of a stack together, those without one last', () => {
    expect(stacks(read(MIXED, { group: 'stack' }))).toEqual(['monitoring', 'shop', '']);
  });

  it('puts the stack with the most problems first where these count', () => {
    const matrix = read(MIXED, { group: 'stack', sort: 'problems' });
    expect(stacks(matrix)).toEqual(['shop', 'monitoring', '']);
    expect(names(matrix.ports).slice(0, 2)).toEqual(['9443', '8080']);
  });
});

describe('filter', () => {
  const size = (filter: string): readonly number[] => {
    const { nodes, ports } = read(MIXED, { filter });
    return [nodes.length, ports.length];
  };

  it('takes ports, services, stacks and protocols', () => {
    expect(size('9443')).toEqual([7, 1]);
    expect(size('SHOP_')).toEqual([7, 2]);
    expect(size('monitoring')).toEqual([7, 1]);
    expect(size('udp')).toEqual([7, 1]);
  });

  it('takes names of nodes, alone and with a port', () => {
    expect(size('node3')).toEqual([1, 6]);
    expect(size('eu-central')).toEqual([1, 6]);
    expect(size(' node3  9443 ')).toEqual([1, 1]);
    expect(size('node')).toEqual([6, 6]);
  });

  it('shows nothing where nothing fits, and counts only what does', () => {
    expect(size('node3 absent')).toEqual([0, 0]);
    const matrix = read(MIXED, { filter: 'node3' });
    expect(matrix.tally).toMatchObject({ 'as-expected': 3, unexpected: 1 });
    expect([matrix.totalNodes, matrix.totalPorts]).toEqual([7, 6]);
  });
});

describe('problems only', () => {
  it('leaves out rows and columns without one, and keeps their counts', () => {
    const matrix = read(MIXED, { problemsOnly: true });
    expect(names(matrix.rows)).toEqual(['node-3', 'node-5']);
    expect(names(matrix.columns)).toEqual(['9100', '9443']);
    expect(matrix.rows[0]?.tally['as-expected']).toBe(3);
    expect(problemsOf(matrix.tally)).toBe(3);
  });

  it('keeps what is held although its problem has passed', () => {
    const held = { nodes: ['node-1'], ports: [] };
    expect(names(read(MIXED, { problemsOnly: true, held }).rows)).toEqual([
      'node-1',
      'node-3',
      'node-5',
    ]);
  });

  it('is empty where everything is as expected', () => {
    const matrix = read(MIXED, { problemsOnly: true, cells: new Map() });
    expect([matrix.rows, matrix.columns]).toEqual([[], []]);
  });
});
