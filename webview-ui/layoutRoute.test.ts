import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  BUNDLED_ABOVE,
  layoutRoute,
  waysOf,
  WINDOWED_ABOVE,
  type Box,
  type LayoutInput,
} from './layoutRoute';
import { TIGHT_BELOW } from './mapColumns';

function makeInput(nodes: number, tasks: number, change: Partial<LayoutInput> = {}): LayoutInput {
  return {
    nodes: Array.from({ length: nodes }, (_, index) => `n${index}`),
    tasks: Array.from({ length: tasks }, (_, index) => ({ id: `t${index}`, active: true })),
    answeredBy: new Map(),
    ...change,
  };
}

const VIEW = { width: 1000, top: 0, height: 800, scale: 1 };

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe('layoutRoute', () => {
  it('never lets cards overlap or leave the map', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 150 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 300, max: 2500 }),
        fc.integer({ min: 0, max: 15_000 }),
        fc.constantFrom(1, 1.25, 2),
        (nodes, tasks, width, top, scale) => {
          const layout = layoutRoute(makeInput(nodes, tasks), { width, top, height: 700, scale });
          const boxes = [
            layout.client,
            ...layout.rows.flatMap((row) => [row.node, row.sandbox]),
            ...layout.tasks.map((task) => task.box),
          ];
          for (const [index, box] of boxes.entries()) {
            expect(box.width).toBeGreaterThan(20);
            expect(box.x).toBeGreaterThanOrEqual(0);
            expect(box.x + box.width).toBeLessThanOrEqual(Math.max(TIGHT_BELOW, width));
            expect(box.y).toBeGreaterThanOrEqual(0);
            expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
            // Neighbours in drawing order and the client are the only ones that could meet.
            const next = boxes[index + 1];
            expect(next !== undefined && overlaps(box, next)).toBe(false);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('leads from every sandbox to every active task and to no other', () => {
    const input = makeInput(2, 3, {
      tasks: [
        { id: 'a', active: true },
        { id: 'b', active: false },
        { id: 'c', active: true },
      ],
      answeredBy: new Map([['n1', 'c']]),
    });
    const edges = layoutRoute(input, VIEW).edges.map(
      ({ id, kind, last }) => `${id} ${kind} ${last}`,
    );
    expect(edges).toEqual([
      'k:n0 knock false',
      'e:n0 enter false',
      'b:n0:a balance false',
      'b:n0:c balance false',
      'k:n1 knock true',
      'e:n1 enter true',
      'b:n1:a balance false',
      'b:n1:c balance true',
    ]);
  });

  it('leads on from no entry that does not balance', () => {
    const { edges } = layoutRoute(makeInput(2, 2, { idle: new Set(['n1']) }), VIEW);
    expect(edges.map(({ id }) => id)).toEqual(['k:n0', 'e:n0', 'b:n0:t0', 'b:n0:t1', 'k:n1']);
    const direct = new Map([
      ['n0', ['t0']],
      ['n1', ['t1']],
    ]);
    const host = layoutRoute(makeInput(2, 2, { idle: new Set(['n1']), direct }), VIEW);
    expect(host.edges.map(({ id }) => id)).toEqual(['k:n0', 'b:n0:t0', 'k:n1']);
    const many = layoutRoute(makeInput(20, 12, { idle: new Set(['n1']) }), VIEW);
    const bundles = many.edges.filter(({ kind }) => kind === 'bundle').map(({ id }) => id);
    expect(bundles.filter((id) => id.startsWith('s:'))).toHaveLength(19);
    expect(bundles).not.toContain('s:n1');
  });

  it('has room for a text on each way, beside every card, unless it is narrow', () => {
    for (const width of [940, 1200, 2400]) {
      const layout = layoutRoute(makeInput(3, 4), { ...VIEW, width });
      const labels = [...layout.wayLabels, ...layout.taskLabels].map(({ box }) => box);
      expect(labels).toHaveLength(7);
      const cards = [
        layout.client,
        ...layout.rows.flatMap(({ node, sandbox }) => [node, sandbox]),
        ...layout.tasks.map(({ box }) => box),
      ];
      const clash = labels.filter((label) =>
        [...cards, ...labels].some((other) => other !== label && overlaps(label, other)),
      );
      expect(clash).toEqual([]);
    }
    const narrow = layoutRoute(makeInput(3, 4), { ...VIEW, width: 939 });
    expect([...narrow.wayLabels, ...narrow.taskLabels]).toEqual([]);
  });

  it('fits into a side panel, with higher cards', () => {
    const side = layoutRoute(makeInput(3, 4), { ...VIEW, width: 362 });
    expect([side.width, side.tight]).toEqual([362, true]);
    const wide = layoutRoute(makeInput(3, 4), { ...VIEW, width: TIGHT_BELOW });
    expect([wide.width, wide.tight]).toEqual([TIGHT_BELOW, false]);
    expect(side.rows[0]?.node.height).toBeGreaterThan(wide.rows[0]?.node.height ?? 0);
  });

  it('bundles many lines but draws those of the focused node', () => {
    const nodes = 26;
    const tasks = Math.ceil(BUNDLED_ABOVE / nodes) + 1;
    const { edges } = layoutRoute(makeInput(nodes, tasks, { focus: 'n3' }), VIEW);
    const balance = edges.filter((edge) => edge.kind === 'balance');
    expect(new Set(balance.map((edge) => edge.entryId))).toEqual(new Set(['n3']));
    expect(balance).toHaveLength(tasks);
    expect(edges.filter((edge) => edge.kind === 'bundle')).toHaveLength(nodes + tasks);
  });

  it('leads to a chosen task from every node that balances, bundled or not', () => {
    const change = { idle: new Set(['n1']), focusTask: 't2' };
    const few = layoutRoute(makeInput(3, 4, change), VIEW);
    expect([...waysOf(few.edges, change)]).toEqual([
      ...['k:n0', 'e:n0', 'b:n0:t2'],
      ...['k:n2', 'e:n2', 'b:n2:t2'],
    ]);
    const many = layoutRoute(makeInput(20, 12, change), VIEW);
    expect(waysOf(many.edges, change).size).toBe(3 * 19);
    expect([...waysOf(few.edges, { focus: 'n1' })]).toEqual(['k:n1']);
    expect(waysOf(few.edges, { focusTask: 'gone' }).size).toBe(0);
    const direct = new Map([['n0', ['t2']]]);
    const host = layoutRoute(makeInput(3, 4, { ...change, direct }), VIEW);
    expect([...waysOf(host.edges, change)]).toEqual(['k:n0', 'b:n0:t2']);
  });

  it('draws rows near the viewport only when there are many, and counts the others', () => {
    const few = WINDOWED_ABOVE - 3;
    const all = layoutRoute(makeInput(few, 3), { ...VIEW, top: 1000 });
    expect([all.rows.length, all.above, all.below]).toEqual([few, 0, 0]);
    const some = layoutRoute(makeInput(1000, 3), { ...VIEW, top: 50_000 });
    expect(some.rows.length).toBeLessThan(20);
    expect(some.above + some.rows.length + some.below).toBe(1000);
    expect(some.rows[0]?.index).toBe(some.above);
  });

  it('keeps few tasks in sight while many nodes scroll', () => {
    for (const top of [0, 20_000, 60_000, 99_000]) {
      const { tasks, client } = layoutRoute(makeInput(1000, 3), { ...VIEW, top });
      for (const box of [client, ...tasks.map((task) => task.box)]) {
        expect(box.y).toBeGreaterThanOrEqual(top - 1);
        expect(box.y + box.height).toBeLessThanOrEqual(top + VIEW.height + 31);
      }
    }
  });
});
