import type { HistoryMark, HistoryPoint, HistoryView, TimeSpan } from '../src/shared/historyView';

/** Size of the drawing in its own units, of which one is at least 0.7 pixels wide. */
export const CHART = { width: 280, marks: 10, latency: 64, strip: 20, gap: 6 } as const;
export const STRIP_TOP = CHART.marks + CHART.latency + CHART.gap;
export const CHART_HEIGHT = STRIP_TOP + CHART.strip;

/** Failures are at least so wide, however long the range is. */
const FAILURE_WIDTH = 3;
const FAILURE_HEIGHT = 5;
/** Marks that lie closer together are one. */
const MARK_ROOM = 6;
const MOST_MARKS = 16;

/** A block of the strip. */
export interface Block {
  readonly x: number;
  readonly width: number;
}

/** The drawing of a history, in units of {@link CHART}. */
export interface HistoryLayout {
  /** Latency at the lower and the upper edge, milliseconds; the scale is logarithmic. */
  readonly bounds?: { readonly low: number; readonly high: number };
  /** SVG path of the medians, and that of the band from least to most. */
  readonly line: string;
  readonly band: string;
  readonly blocks: readonly Block[];
  /** Taller the larger the share that failed. */
  readonly failures: readonly (Block & { readonly y: number; readonly height: number })[];
  readonly gaps: readonly Block[];
  readonly marks: readonly { readonly x: number; readonly marks: readonly HistoryMark[] }[];
}

/** Lays a history out on one time axis; pure. */
export function layoutHistory(view: HistoryView): HistoryLayout {
  const { points, gaps } = view;
  const bounds = boundsOf(points);
  const block = ({ from, to }: TimeSpan, least: number): Block => {
    const x = Math.min(xOf(view, from), CHART.width - least);
    return { x, width: Math.max(least, xOf(view, to) - x) };
  };
  const runs = runsOf(view);
  return {
    ...(bounds && { bounds }),
    line: bounds === undefined ? '' : runs.map((run) => lineOf(view, run, bounds)).join(''),
    band: bounds === undefined ? '' : runs.map((run) => bandOf(view, run, bounds)).join(''),
    blocks: points.map((point) => block(spanOf(point), 1)),
    failures: points
      .filter(({ failed }) => failed > 0)
      .map((point) => {
        const share = point.failed / point.count;
        const height = round(FAILURE_HEIGHT + share * (CHART.strip - FAILURE_HEIGHT));
        return {
          ...block(spanOf(point), FAILURE_WIDTH),
          y: STRIP_TOP + CHART.strip - height,
          height,
        };
      }),
    gaps: gaps.map((gap) => block(gap, 1)),
    marks: groupMarks(view),
  };
}

/** Where a time lies on the axis. */
export function xOf({ from, to }: TimeSpan, at: number): number {
  return round(Math.min(1, Math.max(0, (at - from) / (to - from))) * CHART.width);
}

/** The time at a share of the axis, 0 to 1. */
export function timeAt({ from, to }: TimeSpan, share: number): number {
  return from + share * (to - from);
}

export function spanOf({ from, widthMs }: HistoryPoint): TimeSpan {
  return { from, to: from + widthMs };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Whole powers of ten around all latencies, at least one apart. */
function boundsOf(points: readonly HistoryPoint[]): Bounds | undefined {
  const answered = points.filter(({ median }) => median !== undefined);
  if (answered.length === 0) {
    return undefined;
  }
  const least = Math.min(...answered.map((point) => point.least ?? Number.POSITIVE_INFINITY));
  const most = Math.max(...answered.map((point) => point.most ?? 0));
  const low = Math.floor(Math.log10(Math.max(0.1, least)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(0.1, most))));
  return { low: 10 ** low, high: 10 ** high };
}

function yOf(ms: number, { low, high }: Bounds): number {
  const share = Math.log(Math.max(ms, low) / low) / Math.log(high / low);
  return round(CHART.marks + CHART.latency * (1 - Math.min(1, share)));
}

/** Points that one line joins: it ends where nothing was probed and where nothing was answered. */
function runsOf({ points, gaps }: HistoryView): readonly (readonly HistoryPoint[])[] {
  const runs: HistoryPoint[][] = [];
  let before: HistoryPoint | undefined;
  for (const point of points) {
    const end = before && before.from + before.widthMs;
    const isBroken =
      end === undefined ||
      before?.median === undefined ||
      gaps.some((gap) => gap.from < point.from && gap.to > end);
    if (point.median !== undefined) {
      if (isBroken) {
        runs.push([point]);
      } else {
        runs.at(-1)?.push(point);
      }
    }
    before = point;
  }
  return runs;
}

function lineOf(view: HistoryView, run: readonly HistoryPoint[], bounds: Bounds): string {
  const places = run.map(
    ({ from, widthMs, median = 0 }) => `${xOf(view, from + widthMs / 2)} ${yOf(median, bounds)}`,
  );
  // A line of no length shows as a dot.
  return `M${places.join('L')}${places.length === 1 ? 'h0.1' : ''}`;
}

function bandOf(view: HistoryView, run: readonly HistoryPoint[], bounds: Bounds): string {
  const edge = (point: HistoryPoint, ms: number, isBack: boolean): string => {
    const { from, to } = spanOf(point);
    const [x1, x2] = isBack ? [to, from] : [from, to];
    return `${xOf(view, x1)} ${yOf(ms, bounds)}L${xOf(view, x2)} ${yOf(ms, bounds)}`;
  };
  const upper = run.map((point) => edge(point, point.most ?? 0, false));
  const lower = run.toReversed().map((point) => edge(point, point.least ?? 0, true));
  return `M${[...upper, ...lower].join('L')}Z`;
}

/** Marks by where they lie: those near each other are one, and the more there are the less near. */
function groupMarks(view: HistoryView, room = MARK_ROOM): HistoryLayout['marks'] {
  const groups: { x: number; marks: HistoryMark[] }[] = [];
  for (const mark of view.marks.toSorted((a, b) => a.at - b.at)) {
    const x = xOf(view, mark.at);
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < room) {
      last.marks.push(mark);
    } else {
      groups.push({ x, marks: [mark] });
    }
  }
  return groups.length > MOST_MARKS ? groupMarks(view, 1.5 * room) : groups;
}
