import type { HostMessage, PageMessage, PageState } from '../src/shared/protocol';
import type {
  PortRoute,
  ProbeCell,
  ProbeView,
  RouteEntry,
  RoutingView,
} from '../src/shared/routingView';
import { reduceHistory, type HistoryEvent, type HistoryState } from './historyEvents';
import { changeMatrix, INITIAL_MATRIX, type MatrixOrder, type MatrixState } from './matrixState';
import { fitsFilter } from './routeFilter';
import {
  INITIAL_ANSWERS,
  isAnswersEvent,
  reduceAnswers,
  type AnswersEvent,
  type AnswersState,
} from './answers';
import { findPart, type MapPart } from './mapParts';
import { isProblem } from '../src/shared/expectation';
import { comparisonOf } from './verdicts';
import { formatPorts } from './wording';
import type * as Later from './later';

/** The part of the map that can be seen, in pixels from the map's own top. */
export interface Viewport {
  readonly width: number;
  readonly top: number;
  readonly height: number;
  /** Font size over VS Code's default of 13 px; rows grow with it. */
  readonly scale: number;
}

/** Everything the page draws from. */
export interface PageModel {
  readonly saved: PageState;
  readonly routing?: RoutingView;
  readonly probes?: ProbeView;
  /** Cells of `probes` by entry id. */
  readonly cells: ReadonlyMap<string, ProbeCell>;
  readonly unavailable?: Extract<HostMessage, { type: 'unavailable' }>;
  /** Text that a route's port or name must contain. */
  readonly filter: string;
  readonly problemsOnly: boolean;
  readonly answers: AnswersState;
  /** Route that was shown and is not published any more, in words. */
  readonly gone?: string;
  /** Start of the probe whose way is told, milliseconds since the epoch; the newest when omitted. */
  readonly sampleAt?: number;
  /** Entry under the pointer or the keyboard focus. */
  readonly hovered?: string;
  readonly viewport: Viewport;
  readonly history: HistoryState;
  readonly matrix: MatrixState;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
}

/** What the person looks at more closely: a port, an element of its map, one of a node's probes. */
type OpeningEvent =
  | { readonly type: 'selectRoute'; readonly id: string }
  | { readonly type: 'openEntry' | 'openPart'; readonly id: string | undefined }
  | { readonly type: 'chooseSample'; readonly at: number | undefined };

/** What happens to the page, from the host or from the person. */
export type PageEvent =
  | Exclude<HostMessage, { readonly type: 'drawMap' }>
  | AnswersEvent
  | OpeningEvent
  | { readonly type: 'showTab'; readonly tab: PageState['tab'] }
  | { readonly type: 'hover'; readonly id: string | undefined }
  | { readonly type: 'filter'; readonly text: string }
  | { readonly type: 'problemsOnly'; readonly on: boolean }
  | { readonly type: 'matrix'; readonly change: Partial<MatrixState> }
  | ({ readonly type: 'arrangeMatrix' } & MatrixOrder)
  | { readonly type: 'viewport'; readonly viewport: Viewport }
  | HistoryEvent
  | { readonly type: 'tick'; readonly now: number };

/** The parts of the page that are loaded after its first draw. */
export type LaterPart = typeof Later;

/** What components may do: change the page's own state, or ask the host for something. */
export interface Actions {
  /** Undefined in the moment until it is loaded. */
  readonly later: LaterPart | undefined;
  /** The state now: what is drawn may be a frame behind, and keys come faster than frames. */
  current(): PageModel;
  dispatch(event: PageEvent): void;
  send(message: PageMessage): void;
  /** Shows the map and hands it to the host as a picture. */
  saveMap(): void;
}

/** The page before its first message. */
export function initialModel(saved: PageState, now: number): PageModel {
  return {
    saved,
    cells: new Map(),
    filter: '',
    problemsOnly: false,
    answers: INITIAL_ANSWERS,
    viewport: { width: 900, top: 0, height: 600, scale: 1 },
    history: { isTable: false },
    matrix: INITIAL_MATRIX,
    now,
  };
}

/** The next state of the page; pure, and the same object when nothing changed. */
export function reduce(model: PageModel, event: PageEvent): PageModel {
  return isAnswersEvent(event)
    ? { ...model, answers: reduceAnswers(model.answers, event) }
    : isOpening(event)
      ? open(model, event)
      : reducePage(model, event);
}

function isOpening(event: { readonly type: string }): event is OpeningEvent {
  return ['selectRoute', 'openEntry', 'openPart', 'chooseSample'].includes(event.type);
}

function reducePage(
  model: PageModel,
  event: Exclude<PageEvent, AnswersEvent | OpeningEvent>,
): PageModel {
  switch (event.type) {
    case 'routing':
      return takeRouting(model, event.view);
    case 'probes':
      return {
        ...model,
        probes: event.view,
        saved: followProbes(model.saved, event.view),
        cells: new Map([
          ...(event.view.complete ? [] : model.cells),
          ...event.view.cells.map((cell) => [cell.entryId, cell] as const),
        ]),
      };
    case 'unavailable':
      return { ...without(model, 'hovered'), unavailable: event };
    case 'strings':
      // A new object, so that every text is drawn again.
      return { ...model };
    case 'showTab':
      return { ...without(model, 'hovered'), saved: { ...model.saved, tab: event.tab } };
    case 'hover':
      return event.id === model.hovered ? model : withOptional(model, 'hovered', event.id);
    case 'filter':
      return { ...release(model), filter: event.text };
    case 'problemsOnly':
      return { ...release(model), problemsOnly: event.on };
    case 'matrix':
      return withMatrix(model, event.change);
    case 'arrangeMatrix':
      return arrangeMatrix(model, event);
    case 'viewport':
      return sameViewport(model.viewport, event.viewport)
        ? model
        : { ...model, viewport: event.viewport };
    case 'tick':
      return { ...model, now: event.now };
    default:
      return reduceHistory(model, event);
  }
}

/** What of the probes is kept across reloads, which the host knows. */
function followProbes(saved: PageState, { running, vantages }: ProbeView): PageState {
  const paused = running ? undefined : true;
  const vantage = vantages?.chosen === 'manager' ? 'manager' : undefined;
  return saved.paused === paused && saved.vantage === vantage
    ? saved
    : withOptional(withOptional(saved, 'paused', paused), 'vantage', vantage);
}

/** Opens details in place of others, or another route without any. */
function open(model: PageModel, event: OpeningEvent): PageModel {
  if (event.type === 'chooseSample') {
    return withOptional(model, 'sampleAt', event.at);
  }
  const base = closed(model);
  return event.type === 'selectRoute'
    ? {
        ...without(without(base, 'hovered'), 'gone'),
        saved: { ...base.saved, selectedRoute: event.id },
      }
    : { ...base, saved: withOptional(base.saved, event.type, event.id) };
}

/** With no details open. */
function closed(model: PageModel): PageModel {
  return {
    ...without(model, 'sampleAt'),
    history: { isTable: model.history.isTable },
    saved: without(without(model.saved, 'openEntry'), 'openPart'),
  };
}

/** The same model when the change brings nothing new. */
function withMatrix(model: PageModel, change: Partial<MatrixState>): PageModel {
  const matrix = changeMatrix(model.matrix, change);
  return matrix === model.matrix ? model : { ...model, matrix };
}

/** Lets the matrix take its order anew: what is shown was chosen anew. */
function release(model: PageModel): PageModel {
  return withMatrix(model, { held: undefined });
}

function arrangeMatrix(model: PageModel, { sort, group }: MatrixOrder): PageModel {
  const sorted = withOptional(model.saved, 'matrixSort', sort === 'name' ? undefined : sort);
  const saved = withOptional(sorted, 'matrixGroup', group === 'none' ? undefined : group);
  return { ...release(model), saved };
}

/** A name without signs that would turn the rest of a sentence around, at most 60 long. */
export function plainName(name: string): string {
  return name.replaceAll(/\p{C}/gu, '').slice(0, 60);
}

function takeRouting(model: PageModel, view: RoutingView): PageModel {
  const base = without(model, 'unavailable');
  if (model.saved.connectionId === view.connectionId) {
    const shown = selectedRoute(model);
    const isGone = shown !== undefined && !view.routes.some(({ id }) => id === shown.id);
    return isGone
      ? { ...base, routing: view, gone: `${plainName(shown.serviceName)} ${formatPorts(shown)}` }
      : { ...base, routing: view };
  }
  // Another swarm: what was selected there means nothing here, and neither do its probes.
  return {
    ...without(without(without(without(base, 'probes'), 'hovered'), 'gone'), 'sampleAt'),
    ...(model.routing === undefined && model.probes !== undefined
      ? { probes: model.probes }
      : { cells: new Map() }),
    routing: view,
    filter: '',
    problemsOnly: false,
    history: { isTable: model.history.isTable },
    saved: {
      tab: model.saved.tab,
      connectionId: view.connectionId,
      ...(model.saved.historyRange && { historyRange: model.saved.historyRange }),
    },
    answers: { size: model.answers.size },
  };
}

/** The route to draw: the chosen one, else the first. */
export function selectedRoute(model: PageModel): PortRoute | undefined {
  const routes = model.routing?.routes ?? [];
  return routes.find((route) => route.id === model.saved.selectedRoute) ?? routes[0];
}

/** The entry whose details are open, if it belongs to the drawn route. */
export function openEntry(model: PageModel): RouteEntry | undefined {
  return selectedRoute(model)?.entries.find((entry) => entry.id === model.saved.openEntry);
}

/** The other element of the drawn map whose details are open. */
export function openPart(model: PageModel): MapPart | undefined {
  const route = selectedRoute(model);
  return route && findPart(model.saved.openPart, route);
}

/** How the matrix is arranged. */
export function matrixOrder({ saved }: PageModel): MatrixOrder {
  return { sort: saved.matrixSort ?? 'name', group: saved.matrixGroup ?? 'none' };
}

/** Routes that fit the filter text. */
export function filteredRoutes(model: PageModel): readonly PortRoute[] {
  return (model.routing?.routes ?? []).filter((route) => fitsFilter(route, model.filter));
}

/** Entries to draw: all, or only those whose probes do not all answer. */
export function visibleEntries(model: PageModel, route: PortRoute): readonly RouteEntry[] {
  return model.problemsOnly
    ? route.entries.filter((entry) => isProblem(comparisonOf(route, entry, model.cells)))
    : route.entries;
}

function sameViewport(a: Viewport, b: Viewport): boolean {
  return a.width === b.width && a.top === b.top && a.height === b.height && a.scale === b.scale;
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _dropped, ...rest } = value;
  return rest;
}

function withOptional<T extends object, K extends keyof T>(
  value: T,
  key: K,
  next: T[K] | undefined,
): T {
  const { [key]: _dropped, ...rest } = value;
  return (next === undefined ? rest : { ...rest, [key]: next }) as T;
}
