/** Where everything of a route's map stands; pure geometry in pixels, no text and no DOM. */

import { alignColumn, Column } from './layoutColumn';
import { mapWidth, placeColumns } from './mapColumns';

/** A rectangle of the map. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the layout needs to know of a route. */
export interface LayoutInput {
  readonly nodes: readonly string[];
  readonly tasks: readonly { readonly id: string; readonly active: boolean }[];
  /** Entry whose way to the tasks is drawn in full, whatever the number of edges. */
  readonly focus?: string;
  /** Task that every way is drawn to in full. */
  readonly focusTask?: string;
  /** Task that answered an entry last. */
  readonly answeredBy: ReadonlyMap<string, string>;
  /** Entries that nothing is drawn to lead on from: they do not balance, for all that is known. */
  readonly idle?: ReadonlySet<string>;
  /** Host mode: the tasks that each entry leads to itself, without sandbox and balancer. */
  readonly direct?: ReadonlyMap<string, readonly string[]>;
}

/** The visible part of the map, and how large a row is. */
export interface LayoutViewport {
  readonly width: number;
  readonly top: number;
  readonly height: number;
  readonly scale: number;
}

/** A line of the map; `bundle` stands for many that are off screen or too many to tell apart. */
export interface Edge {
  readonly id: string;
  readonly kind: 'knock' | 'enter' | 'balance' | 'bundle';
  readonly path: string;
  /** Entry that the line belongs to. */
  readonly entryId?: string;
  /** Task that it leads to. */
  readonly taskId?: string;
  /** True on the way that the entry's last answer took. */
  readonly last: boolean;
}

/** One drawn row: a node with its own sandbox. */
export interface NodeRow {
  readonly id: string;
  readonly index: number;
  readonly node: Box;
  readonly sandbox: Box;
}

/** The drawn map. */
export interface RouteLayout {
  readonly width: number;
  readonly height: number;
  /** True when columns are too narrow for side texts. */
  readonly compact: boolean;
  /** True when a node's card has each of its texts on a line of its own. */
  readonly tight: boolean;
  readonly headings: {
    readonly client: Box;
    readonly nodes: Box;
    readonly sandboxes: Box;
    readonly tasks: Box;
  };
  readonly client: Box;
  readonly rows: readonly NodeRow[];
  readonly tasks: readonly { readonly id: string; readonly box: Box }[];
  readonly edges: readonly Edge[];
  /** Room for a text on the way to each row, by entry, and on the ways to each active task. */
  readonly wayLabels: readonly { readonly id: string; readonly box: Box }[];
  readonly taskLabels: readonly { readonly id: string; readonly box: Box }[];
  /** Nodes that are not drawn because they are far off screen. */
  readonly above: number;
  readonly below: number;
}

/**
 * Up to this many nodes and tasks all are drawn, so that search finds them; of more only those near the
 * viewport, and the table has all. With {@link BUNDLED_ABOVE} it keeps the map to 400 elements.
 */
export const WINDOWED_ABOVE = 32;
/** Above this many balancing lines only the focused node's are drawn one by one. */
export const BUNDLED_ABOVE = 100;
const HEADING = 30;
const NODE = 86;
const TIGHT_NODE = 108;
const NODE_GAP = 14;
const TASK = 62;
const TASK_GAP = 12;
const CLIENT = 76;
const SANDBOX = 46;
/** A text at the end of a line, side by side with the card that it leads to. */
const LABEL = { width: 60, height: 38 };
/** How far beyond the viewport rows are drawn; less where the viewport alone shows many. */
const OVERSCAN = { most: 300, least: 100, height: 2300 };

/** Lays out one route; draws all rows up to {@link WINDOWED_ABOVE}, else those near the viewport. */
export function layoutRoute(input: LayoutInput, viewport: LayoutViewport): RouteLayout {
  const width = mapWidth(viewport.width, viewport.scale);
  const size = (pixels: number): number => Math.round(pixels * viewport.scale);
  const columns = placeColumns(width, viewport.scale);
  const nodes = new Column(
    input.nodes.length,
    size(columns.tight ? TIGHT_NODE : NODE),
    size(NODE_GAP),
  );
  const tasks = new Column(input.tasks.length, size(TASK), size(TASK_GAP));
  const top = size(HEADING);
  const body = Math.max(nodes.length, tasks.length, size(CLIENT));
  const seen = { top: Math.max(0, viewport.top - top), height: viewport.height };
  const nodesTop = top + alignColumn(nodes.length, body, seen);
  const tasksTop = top + alignColumn(tasks.length, body, seen);
  const windowed = nodes.count + tasks.count > WINDOWED_ABOVE;
  const beyond = Math.min(
    OVERSCAN.most,
    Math.max(OVERSCAN.least, (OVERSCAN.height - viewport.height) / 2),
  );
  const range = windowed
    ? { from: viewport.top - beyond, to: viewport.top + viewport.height + beyond }
    : { from: -Infinity, to: Infinity };
  const [from, to] = nodes.within(nodesTop, range);
  const rows = input.nodes.slice(from, to).map((id, offset): NodeRow => {
    const y = nodesTop + nodes.start(from + offset);
    const sandbox = size(SANDBOX);
    return {
      id,
      index: from + offset,
      node: box(columns.nodes, y, nodes.item),
      sandbox: box(columns.sandboxes, y + Math.round((nodes.item - sandbox) / 2), sandbox),
    };
  });
  const [firstTask, endTask] = tasks.within(tasksTop, range);
  const boxes = input.tasks.slice(firstTask, endTask).map((task, offset) => ({
    id: task.id,
    active: task.active,
    box: box(columns.tasks, tasksTop + tasks.start(firstTask + offset), tasks.item),
  }));
  const client = box(
    columns.client,
    top + alignClient(body, size(CLIENT), seen, rows.length > 0),
    size(CLIENT),
  );
  const hidden = { above: from, below: nodes.count - to };
  const active = boxes.filter((task) => task.active);
  const label = (id: string, card: Box): { id: string; box: Box } => ({
    id,
    box: besideCard(card, size(LABEL.width), size(LABEL.height / 2)),
  });
  return {
    width,
    height: top + body,
    compact: columns.compact,
    tight: columns.tight,
    headings: {
      client: box(columns.client, 0, top),
      nodes: box(columns.nodes, 0, top),
      sandboxes: widen(
        box(columns.sandboxes, 0, top),
        columns.tight ? 4 : columns.compact ? 12 : 14,
      ),
      tasks: box(columns.tasks, 0, top),
    },
    client,
    rows,
    tasks: boxes.map(({ id, box: place }) => ({ id, box: place })),
    edges: drawEdges(input, client, rows, active, hidden),
    wayLabels: columns.labelled ? rows.map(({ id, node }) => label(id, node)) : [],
    taskLabels:
      columns.labelled && !isBundled(rows, active)
        ? active.map(({ id, box: card }) => label(id, card))
        : [],
    ...hidden,
  };
}

function alignClient(
  body: number,
  length: number,
  seen: { top: number; height: number },
  any: boolean,
): number {
  if (!any || body <= seen.height) {
    return Math.round((body - length) / 2);
  }
  const centred = seen.top + (seen.height - length) / 2;
  return Math.round(Math.min(body - length, Math.max(0, centred)));
}

function box([x, width]: readonly [number, number], y: number, height: number): Box {
  return { x, y, width, height };
}

function besideCard(card: Box, width: number, half: number): Box {
  return { x: card.x - width, y: middle(card) - half, width, height: 2 * half };
}

function widen(place: Box, by: number): Box {
  return { ...place, x: place.x - by, width: place.width + 2 * by };
}

interface PlacedTask {
  readonly id: string;
  readonly active: boolean;
  readonly box: Box;
}

function drawEdges(
  input: LayoutInput,
  client: Box,
  rows: readonly NodeRow[],
  active: readonly PlacedTask[],
  hidden: { above: number; below: number },
): readonly Edge[] {
  if (input.direct !== undefined) {
    return [
      ...bundleHidden(client, rows, hidden),
      ...rows.flatMap((row) => directEdges(input, client, row, active)),
    ];
  }
  const bundled = isBundled(rows, active);
  const edges: Edge[] = [];
  for (const row of rows) {
    const entry = { entryId: row.id, last: input.answeredBy.has(row.id) };
    edges.push({ id: `k:${row.id}`, kind: 'knock', path: curve(client, row.node), ...entry });
    if (input.idle?.has(row.id) === true) {
      continue;
    }
    edges.push({ id: `e:${row.id}`, kind: 'enter', path: curve(row.node, row.sandbox), ...entry });
    for (const task of active) {
      const last = input.answeredBy.get(row.id) === task.id;
      if (!bundled || row.id === input.focus || task.id === input.focusTask || last) {
        edges.push({
          id: `b:${row.id}:${task.id}`,
          kind: 'balance',
          path: curve(row.sandbox, task.box),
          entryId: row.id,
          taskId: task.id,
          last,
        });
      }
    }
  }
  return [
    ...(bundled
      ? bundleBalance(
          rows.filter(({ id }) => input.idle?.has(id) !== true),
          active,
        )
      : []),
    ...bundleHidden(client, rows, hidden),
    ...edges,
  ];
}

function isBundled(rows: readonly NodeRow[], active: readonly PlacedTask[]): boolean {
  return rows.length * active.length > BUNDLED_ABOVE;
}

/** From the client to a node, and from there to the tasks that have its port. */
function directEdges(
  { direct, idle, answeredBy }: LayoutInput,
  client: Box,
  row: NodeRow,
  tasks: readonly PlacedTask[],
): readonly Edge[] {
  const entryId = row.id;
  const own = idle?.has(entryId) === true ? [] : (direct?.get(entryId) ?? []);
  return [
    {
      id: `k:${entryId}`,
      kind: 'knock',
      path: curve(client, row.node),
      entryId,
      last: answeredBy.has(entryId),
    },
    ...tasks
      .filter(({ id }) => own.includes(id))
      .map((task): Edge => ({
        id: `b:${entryId}:${task.id}`,
        kind: 'balance',
        path: curve(row.node, task.box),
        entryId,
        taskId: task.id,
        last: answeredBy.get(entryId) === task.id,
      })),
  ];
}

/** All sandboxes meet in one knot that fans out to the tasks: the same meaning with far fewer lines. */
function bundleBalance(rows: readonly NodeRow[], tasks: readonly PlacedTask[]): readonly Edge[] {
  const row = rows[0];
  const task = tasks[0];
  if (row === undefined || task === undefined) {
    return [];
  }
  const left = right(row.sandbox);
  const knot = {
    x: Math.round((left + task.box.x) / 2),
    y: mean(tasks.map((one) => middle(one.box))),
    width: 0,
    height: 0,
  };
  const line = (id: string, path: string): Edge => ({ id, kind: 'bundle', path, last: false });
  return [
    ...rows.map((one) => line(`s:${one.id}`, curve(one.sandbox, knot))),
    ...tasks.map((one) => line(`t:${one.id}`, curve(knot, one.box))),
  ];
}

function bundleHidden(
  client: Box,
  rows: readonly NodeRow[],
  hidden: { above: number; below: number },
): readonly Edge[] {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) {
    return [];
  }
  const end = (node: Box, y: number): Box => ({ ...node, y, height: 0 });
  return [
    ...(hidden.above > 0
      ? [bundle('above', curve(client, end(first.node, first.node.y - 20)))]
      : []),
    ...(hidden.below > 0
      ? [bundle('below', curve(client, end(last.node, last.node.y + last.node.height + 20)))]
      : []),
  ];
}

function bundle(id: string, path: string): Edge {
  return { id, kind: 'bundle', path, last: false };
}

/** Ids of the lines on the ways of an entry, or on those to a task. */
export function waysOf(
  edges: readonly Edge[],
  { focus, focusTask }: Pick<LayoutInput, 'focus' | 'focusTask'>,
): ReadonlySet<string> {
  const toTask = edges.filter(({ taskId }) => taskId !== undefined && taskId === focusTask);
  const leading = new Set(toTask.map(({ entryId }) => entryId));
  const isLit = ({ entryId, taskId }: Edge): boolean =>
    entryId !== undefined &&
    (entryId === focus || (leading.has(entryId) && (taskId ?? focusTask) === focusTask));
  return new Set(edges.filter(isLit).map(({ id }) => id));
}

function curve(from: Box, to: Box): string {
  const x1 = right(from);
  const y1 = middle(from);
  const x2 = to.x;
  const y2 = middle(to);
  if (y1 === y2) {
    return `M${x1} ${y1}H${x2}`;
  }
  const bend = Math.round((x2 - x1) * 0.5);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function right(place: Box): number {
  return place.x + place.width;
}

function middle(place: Box): number {
  return Math.round(place.y + place.height / 2);
}

function mean(values: readonly number[]): number {
  return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}
