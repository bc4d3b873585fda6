import type {
  HistoryPoint,
  HistoryRange,
  HistorySubject,
  HistoryView,
} from '../src/shared/historyView';
import type { HistoryRequest } from '../src/shared/protocol';
import { openEntry, selectedRoute, type PageModel } from './state';

/** Points that the page asks for: with all else the drawing stays below 300 elements. */
const POINTS = 100;
const DEFAULT_RANGE: HistoryRange = 900_000;
/** Points that a page key moves by. */
const PAGE_STEP = 10;

/** The length of the past that is shown. */
export function rangeOf(model: PageModel): HistoryRange {
  return model.saved.historyRange ?? DEFAULT_RANGE;
}

/** What the history is of; undefined while no details are open, or where nothing is probed. */
export function historySubject(model: PageModel): HistorySubject | undefined {
  const entry = openEntry(model);
  const route = selectedRoute(model);
  if (entry === undefined || route === undefined || route.probe.kind === 'none') {
    return undefined;
  }
  const { taskId } = model.history;
  return taskId !== undefined && route.backends.some((task) => task.taskId === taskId)
    ? { kind: 'task', id: taskId }
    : { kind: 'entry', id: entry.id };
}

/** What the host should tell of; undefined when nothing is looked at. */
export function wantedHistory(model: PageModel): HistoryRequest | undefined {
  const subject = historySubject(model);
  return subject && { subject, rangeMs: rangeOf(model), most: POINTS };
}

/** The history to draw; undefined until the host has told what is looked at now. */
export function shownHistory(model: PageModel): HistoryView | undefined {
  const { view } = model.history;
  const subject = historySubject(model);
  return view !== undefined &&
    subject !== undefined &&
    view.rangeMs === rangeOf(model) &&
    view.subject.kind === subject.kind &&
    view.subject.id === subject.id
    ? view
    : undefined;
}

/** The point that is read out: what is held, as it is known now, else the newest. */
export function readPoint(
  { points }: HistoryView,
  held: HistoryPoint | undefined,
): {
  readonly point?: HistoryPoint;
  /** Of `point` in the points; -1 when it has left them. */
  readonly index: number;
} {
  if (held === undefined) {
    const last = points.at(-1);
    return { ...(last && { point: last }), index: points.length - 1 };
  }
  const index = points.findIndex(
    ({ from, widthMs }) => from <= held.from && held.from < from + widthMs,
  );
  return { point: points[index] ?? held, index };
}

/**
 * Where a key leads from the point that is read out: a point, `live` for the newest and on with it, or
 * undefined for keys that mean nothing here.
 */
export function moveByKey(
  key: string,
  view: HistoryView,
  held: HistoryPoint | undefined,
): HistoryPoint | 'live' | undefined {
  const { points } = view;
  const { index } = readPoint(view, held);
  const to = (next: number): HistoryPoint | 'live' =>
    next >= points.length - 1 ? 'live' : (points[Math.max(0, next)] ?? 'live');
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return to(index - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return to(index + 1);
    case 'PageDown':
      return to(index - PAGE_STEP);
    case 'PageUp':
      return to(index + PAGE_STEP);
    case 'Home':
      return to(0);
    case 'End':
      return 'live';
    case 'Escape':
      return held === undefined ? undefined : 'live';
    default:
      return undefined;
  }
}

/** The point nearest to a time. */
export function pointAt({ points }: HistoryView, at: number): HistoryPoint | undefined {
  const distance = ({ from, widthMs }: HistoryPoint): number => Math.abs(from + widthMs / 2 - at);
  return points.reduce<HistoryPoint | undefined>(
    (nearest, point) =>
      nearest === undefined || distance(point) < distance(nearest) ? point : nearest,
    undefined,
  );
}
