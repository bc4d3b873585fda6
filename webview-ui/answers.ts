import { spreadOf, type AnswerSpread } from '../src/shared/answerSpread';
import { isAnswer } from '../src/shared/burstSummary';
import type { BURST_CHOICES, BurstView } from '../src/shared/burstView';
import { isMeantClosed, type Expectation } from '../src/shared/expectation';
import type { HostMessage } from '../src/shared/protocol';
import type { PortRoute, ProbeCell, ProbeOutcome, RouteEntry } from '../src/shared/routingView';
import { currentSamples } from './mapParts';

/** How many connections a burst makes. */
export type BurstSize = (typeof BURST_CHOICES)[number];

/** What the view of who answers remembers. */
export interface AnswersState {
  /** Entry that answers are counted of and bursts go to; all of the port's when omitted. */
  readonly entryId?: string;
  readonly size: BurstSize;
  readonly burst?: BurstView;
}

/** What happens to it. */
export type AnswersEvent =
  | Extract<HostMessage, { type: 'burst' }>
  | { readonly type: 'answersOf'; readonly id: string | undefined }
  | { readonly type: 'burstSize'; readonly size: BurstSize };

export const INITIAL_ANSWERS: AnswersState = { size: 100 };

/** True for what concerns who answers alone. */
export function isAnswersEvent(event: { readonly type: string }): event is AnswersEvent {
  return ['burst', 'answersOf', 'burstSize'].includes(event.type);
}

/** The next state; pure. */
export function reduceAnswers(state: AnswersState, event: AnswersEvent): AnswersState {
  switch (event.type) {
    case 'burst': {
      const { burst: _before, ...rest } = state;
      return event.view === undefined ? rest : { ...rest, burst: event.view };
    }
    case 'answersOf': {
      const { entryId: _before, ...rest } = state;
      return event.id === undefined ? rest : { ...rest, entryId: event.id };
    }
    case 'burstSize':
      return { ...state, size: event.size };
  }
}

/** The chosen entry, if it belongs to the drawn route. */
export function answersEntry(state: AnswersState, route: PortRoute): RouteEntry | undefined {
  return route.entries.find(({ id }) => id === state.entryId);
}

/** The burst to draw: of this route, or none. */
export function burstOfRoute(state: AnswersState, route: PortRoute): BurstView | undefined {
  return state.burst?.routeId === route.id ? state.burst : undefined;
}

/**
 * Who answered the kept probes of a port, or of one node of it. Probes from before the running tasks
 * changed tell of other tasks and are left out.
 */
export function probedSpread(
  route: PortRoute,
  cells: ReadonlyMap<string, ProbeCell>,
  entry: RouteEntry | undefined,
): AnswerSpread {
  const samples = shownEntries(route, entry).flatMap(({ id }) => currentSamples(cells.get(id)));
  return spreadOf(
    route.backends.flatMap(({ active, taskId }) => (active ? [taskId] : [])),
    samples.filter(isAnswer).map(({ answeredBy }) => answeredBy),
    route.mode === 'ingress',
  );
}

function shownEntries(route: PortRoute, entry: RouteEntry | undefined): readonly RouteEntry[] {
  return entry === undefined ? route.entries : [entry];
}

/** Connections that nobody answered, of those that somebody might have. */
export interface Losses {
  readonly failed: number;
  readonly of: number;
  /** Whether one of them failed where an answer was expected. */
  readonly isUnexpected: boolean;
}

/** What is meant to be closed, promised by nobody or another service's loses nothing to this one. */
function isOwed(expected: Expectation): boolean {
  return !isMeantClosed(expected) && expected.kind !== 'unpromised' && expected.kind !== 'other';
}

/** How many connections to a port were lost. */
export function lossesOf(
  route: PortRoute,
  connections: readonly { readonly entryId: string; readonly outcome: ProbeOutcome }[],
): Losses {
  const expected = new Map(route.entries.map((entry) => [entry.id, entry.expected]));
  const of = (entryId: string): Expectation => expected.get(entryId) ?? { kind: 'nothing' };
  const owed = connections.filter(({ entryId }) => isOwed(of(entryId)));
  const lost = owed.filter((one) => !isAnswer(one));
  return {
    failed: lost.length,
    of: owed.length,
    isUnexpected: lost.some(({ entryId }) => of(entryId).kind !== 'nothing'),
  };
}

/** The same of the kept probes that {@link probedSpread} looks at. */
export function probedLosses(
  route: PortRoute,
  cells: ReadonlyMap<string, ProbeCell>,
  entry: RouteEntry | undefined,
): Losses {
  return lossesOf(
    route,
    shownEntries(route, entry).flatMap(({ id }) =>
      currentSamples(cells.get(id)).map(({ outcome }) => ({ entryId: id, outcome })),
    ),
  );
}
