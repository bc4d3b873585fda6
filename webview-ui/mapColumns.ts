/** Below this a map is tight. */
export const TIGHT_BELOW = 480;
/** Narrowest map, but for large fonts; a narrower page scrolls sideways. */
const MIN_WIDTH = 350;

/** Narrowest map with texts on its lines. */
const LABELLED_FROM = 940;

/** Left edge and width of each column. */
export interface Columns {
  /** Too narrow for side texts. */
  readonly compact: boolean;
  /** Too narrow for two texts side by side. */
  readonly tight: boolean;
  readonly labelled: boolean;
  readonly client: readonly [x: number, width: number];
  readonly nodes: readonly [x: number, width: number];
  readonly sandboxes: readonly [x: number, width: number];
  readonly tasks: readonly [x: number, width: number];
}

/** Shares a width among the columns. */
export function placeColumns(width: number, scale: number): Columns {
  const compact = width < 820 * scale;
  const tight = width < TIGHT_BELOW;
  const client = tight ? 28 : compact ? 44 : Math.round(Math.min(128, Math.max(100, width * 0.09)));
  const sandbox = tight ? 42 : compact ? 54 : 112;
  const labelled = width >= LABELLED_FROM * scale;
  const knock = tight ? 14 : compact ? 26 : Math.round(labelled ? 96 * scale : width * 0.05);
  const enter = tight ? 6 : compact ? 14 : 30;
  const fan = tight ? 30 : compact ? 58 : Math.round(Math.min(260, width * 0.12));
  const rest = width - client - sandbox - knock - enter - fan;
  const nodes = Math.min(460, Math.round(rest * (compact ? 0.57 : 0.56)));
  const tasks = Math.min(400, rest - nodes);
  const nodesX = client + knock;
  const sandboxX = nodesX + nodes + enter;
  return {
    compact,
    tight,
    labelled,
    client: [0, client],
    nodes: [nodesX, nodes],
    sandboxes: [sandboxX, sandbox],
    // What is left over goes to the fan, where lines need the room most.
    tasks: [width - tasks, tasks],
  };
}

/** Width of a map in so much room. */
export function mapWidth(room: number, scale: number): number {
  return Math.max(Math.min(TIGHT_BELOW, Math.round(MIN_WIDTH * scale)), Math.floor(room));
}
