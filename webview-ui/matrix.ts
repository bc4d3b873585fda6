import type { Comparison } from '../src/shared/expectation';
import type { PortRoute, ProbeCell, RouteEntry } from '../src/shared/routingView';
import type { MatrixOrder, MatrixState } from './matrixState';
import { fitsFilter } from './routeFilter';
import { comparisonOf } from './verdicts';

/** From more ports than this on they are the rows, where there are fewer nodes than ports. */
const MOST_PORT_COLUMNS = 5;

/** How many cells of a row or column came to what. */
export type Tally = Readonly<Record<Comparison, number>>;

/**
 * A node, or one of its two addresses, with what its cells come to; `id` is the place of its entries, of
 * which `entry` is any, for its name and marks.
 */
export interface MatrixNode {
  readonly kind: 'node';
  readonly id: string;
  readonly entry: RouteEntry;
  readonly tally: Tally;
}

/** A published port with what its cells come to. */
export interface MatrixPort {
  readonly kind: 'port';
  readonly id: string;
  readonly route: PortRoute;
  readonly tally: Tally;
}

/** A row or a column. */
export type MatrixLine = MatrixNode | MatrixPort;

/** What of a swarm is to be shown, and how. */
export interface MatrixInput extends MatrixOrder {
  readonly routes: readonly PortRoute[];
  readonly cells: ReadonlyMap<string, ProbeCell>;
  /** Text that a port, its service or a node's name must contain; see {@link fit}. */
  readonly filter: string;
  readonly problemsOnly: boolean;
  readonly held: MatrixState['held'];
}

/** Every node against every published port, filtered and in order. */
export interface Matrix {
  readonly rows: readonly MatrixLine[];
  readonly columns: readonly MatrixLine[];
  /** Whether ports are the rows. */
  readonly transposed: boolean;
  readonly nodes: readonly MatrixNode[];
  readonly ports: readonly MatrixPort[];
  readonly totalNodes: number;
  readonly totalPorts: number;
  /** Over all that fits the filter's text. */
  readonly tally: Tally;
}

/** Builds the matrix; counts go over all that fits the text, whether "problems only" leaves it out or not. */
export function buildMatrix(input: MatrixInput): Matrix {
  const all = readNodes(input.routes);
  const fitting = fit(input, all);
  const nodeTallies = new Map(fitting.nodes.map(({ place }) => [place, emptyTally()]));
  const total = emptyTally();
  const ports = fitting.ports.map((route): MatrixPort => {
    const tally = emptyTally();
    for (const entry of route.entries) {
      const ofNode = nodeTallies.get(entry.place);
      if (ofNode !== undefined) {
        const comparison = comparisonOf(route, entry, input.cells);
        tally[comparison] += 1;
        total[comparison] += 1;
        ofNode[comparison] += 1;
      }
    }
    return { kind: 'port', id: route.id, route, tally };
  });
  const nodes = fitting.nodes.map((entry): MatrixNode => {
    const tally = nodeTallies.get(entry.place) ?? emptyTally();
    return { kind: 'node', id: entry.place, entry, tally };
  });
  const shown = {
    nodes: arrange(nodes, input, input.held?.nodes, nodeOrder(input)),
    ports: arrange(ports, input, input.held?.ports, portOrder(ports, input)),
  };
  const transposed = input.routes.length > MOST_PORT_COLUMNS && input.routes.length > all.length;
  return {
    ...shown,
    rows: transposed ? shown.ports : shown.nodes,
    columns: transposed ? shown.nodes : shown.ports,
    transposed,
    totalNodes: countNodes(all),
    totalPorts: input.routes.length,
    tally: total,
  };
}

/** The entry where a row and a column meet. */
export function entryAt(
  row: MatrixLine,
  column: MatrixLine,
): { readonly route: PortRoute; readonly entry: RouteEntry } | undefined {
  const route = row.kind === 'port' ? row.route : column.kind === 'port' ? column.route : undefined;
  const place = row.kind === 'node' ? row.id : column.id;
  const entry = route?.entries.find((one) => one.place === place);
  return route === undefined || entry === undefined ? undefined : { route, entry };
}

/** How many nodes lines are of: one may have a line for each family. */
export function countNodes(entries: readonly RouteEntry[]): number {
  return new Set(entries.map(({ nodeId }) => nodeId)).size;
}

/** Cells that are not as expected, those that answer in part included. */
export function problemsOf(tally: Tally): number {
  return wrong(tally) + tally.partly;
}

function wrong({ unexpected, down }: Tally): number {
  return unexpected + down;
}

function emptyTally(): Record<Comparison, number> {
  return {
    waiting: 0,
    'not-probed': 0,
    'as-expected': 0,
    partly: 0,
    unexpected: 0,
    down: 0,
    open: 0,
  };
}

/** Each place once, as its first entry, or the first that names its family. */
function readNodes(routes: readonly PortRoute[]): readonly RouteEntry[] {
  const nodes = new Map<string, RouteEntry>();
  for (const { entries } of routes) {
    for (const entry of entries) {
      const known = nodes.get(entry.place);
      if (known === undefined || (known.family === undefined && entry.family !== undefined)) {
        nodes.set(entry.place, entry);
      }
    }
  }
  return [...nodes.values()];
}

/**
 * What fits the text. As a whole it is looked for in the ports, as it is beside the map; what fits none
 * is taken word by word, each a part of a port or, where no port has it, of a node's name.
 */
function fit(
  { routes, filter }: MatrixInput,
  all: readonly RouteEntry[],
): { readonly ports: readonly PortRoute[]; readonly nodes: readonly RouteEntry[] } {
  const whole = routes.filter((route) => fitsFilter(route, filter));
  if (whole.length > 0) {
    return { ports: whole, nodes: all };
  }
  let ports = routes;
  let nodes = all;
  for (const word of filter.trim().split(/\s+/)) {
    if (routes.some((route) => fitsFilter(route, word))) {
      ports = ports.filter((route) => fitsFilter(route, word));
    } else {
      nodes = nodes.filter(({ hostname }) => hostname.toLowerCase().includes(word.toLowerCase()));
    }
  }
  return ports.length === 0 || nodes.length === 0 ? { ports: [], nodes: [] } : { ports, nodes };
}

type Order<Line> = (a: Line, b: Line) => number;

function arrange<Line extends MatrixLine>(
  lines: readonly Line[],
  { problemsOnly }: MatrixInput,
  held: readonly string[] | undefined,
  order: Order<Line>,
): readonly Line[] {
  const places = new Map((held ?? []).map((id, index) => [id, index]));
  const place = ({ id }: Line): number => places.get(id) ?? places.size;
  return lines
    .filter(({ id, tally }) => !problemsOnly || problemsOf(tally) > 0 || places.has(id))
    .toSorted((a, b) => place(a) - place(b) || order(a, b));
}

/** Most of what is wholly wrong first, then most of what is wrong in part. */
function byProblems(a: Tally, b: Tally): number {
  return wrong(b) - wrong(a) || b.partly - a.partly;
}

const names = new Intl.Collator(undefined, { numeric: true });

function nodeOrder({ sort }: MatrixInput): Order<MatrixNode> {
  return (a, b) =>
    (sort === 'problems' ? byProblems(a.tally, b.tally) : 0) ||
    names.compare(a.entry.hostname, b.entry.hostname) ||
    names.compare(a.id, b.id);
}

/** Stacks first where they are grouped: by name, those without one last, or by their problems. */
function portOrder(ports: readonly MatrixPort[], { sort, group }: MatrixInput): Order<MatrixPort> {
  const tallies = new Map<string, Record<Comparison, number>>();
  for (const { route, tally } of ports) {
    const sum = tallies.get(route.stack) ?? emptyTally();
    sum.unexpected += tally.unexpected;
    sum.down += tally.down;
    sum.partly += tally.partly;
    tallies.set(route.stack, sum);
  }
  const sumOf = (stack: string): Tally => tallies.get(stack) ?? emptyTally();
  const byStack: Order<MatrixPort> = (a, b) =>
    (sort === 'problems' ? byProblems(sumOf(a.route.stack), sumOf(b.route.stack)) : 0) ||
    Number(a.route.stack === '') - Number(b.route.stack === '') ||
    names.compare(a.route.stack, b.route.stack);
  return (a, b) =>
    (group === 'stack' ? byStack(a, b) : 0) ||
    (sort === 'problems' ? byProblems(a.tally, b.tally) : 0) ||
    names.compare(a.route.serviceName, b.route.serviceName) ||
    (a.route.publishedPort ?? 0) - (b.route.publishedPort ?? 0) ||
    names.compare(a.id, b.id);
}
