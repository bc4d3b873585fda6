import type { ConnectionEntry } from '../docker/target';
import type { SwarmMark } from './treeNode';

const PALETTE: readonly SwarmMark[] = ['blue', 'green', 'orange', 'purple', 'yellow'];

/**
 * The colour of each connection: what the person chose, red for production, else the next free one
 * of the palette. A lone connection that nobody coloured has none.
 */
export function swarmMarks(
  connections: readonly ConnectionEntry[],
): ReadonlyMap<string, SwarmMark> {
  const marks = new Map<string, SwarmMark>();
  for (const { id, color, production } of connections) {
    const own = color ?? (production === true ? 'red' : undefined);
    if (own !== undefined) {
      marks.set(id, own);
    }
  }
  if (connections.length < 2) {
    return marks;
  }
  const taken = new Set(marks.values());
  let free = PALETTE.filter((mark) => !taken.has(mark));
  for (const { id } of connections.filter((connection) => !marks.has(connection.id))) {
    const [next = 'blue', ...rest] = free;
    marks.set(id, next);
    // More swarms than colours: the palette begins anew.
    free = rest.length > 0 ? rest : [...PALETTE];
  }
  return marks;
}
