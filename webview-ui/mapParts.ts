import { isAnswer, latencyOf, type LatencyFigures } from '../src/shared/burstSummary';
import { isMeantClosed } from '../src/shared/expectation';
import type {
  PortRoute,
  ProbeCell,
  ProbeSample,
  RouteBackend,
  RouteEntry,
} from '../src/shared/routingView';

/** An element of the map that the side panel tells of; nodes have details of their own. */
export type MapPart =
  | { readonly kind: 'client' | 'idle' }
  /** From the client to a node, or a node's ingress sandbox. */
  | { readonly kind: 'way' | 'sandbox'; readonly entry: RouteEntry }
  | { readonly kind: 'task'; readonly task: RouteBackend }
  /** From a node to a task. */
  | { readonly kind: 'share'; readonly entry: RouteEntry; readonly task: RouteBackend };

/** Names a part in the page's state; ids hold no spaces. */
export function partId(kind: MapPart['kind'], ...ids: readonly string[]): string {
  return [kind, ...ids].join(' ');
}

/** The part of a route by its name, if it is still there. */
export function findPart(id: string | undefined, route: PortRoute): MapPart | undefined {
  const [kind, first, second] = id?.split(' ') ?? [];
  const entry = route.entries.find((one) => one.id === first);
  const task = route.backends.find(({ taskId }) => taskId === (second ?? first));
  switch (kind) {
    case 'client':
    case 'idle':
      return { kind };
    case 'way':
    case 'sandbox':
      return entry && { kind, entry };
    case 'task':
      return task && { kind, task };
    case 'share':
      return entry && task && { kind, entry, task };
    default:
      return undefined;
  }
}

/** What went over an edge lately. */
export interface Flow {
  readonly probes: number;
  readonly answers: number;
  /** Answers a second; undefined before the second probe. */
  readonly perSecond?: number;
  /** Of the answers, milliseconds. */
  readonly latency?: LatencyFigures;
  /** The newest probe. */
  readonly last?: ProbeSample;
}

/** The kept probes of a node since the tasks behind it changed last: those before tell of other tasks. */
export function currentSamples(cell: ProbeCell | undefined): readonly ProbeSample[] {
  const all = cell?.samples ?? [];
  return all.slice(all.length - Math.min(all.length, cell?.current ?? all.length));
}

/** The probes that did not connect where none should, as far as they tell of the present tasks. */
export function expectedRefusals(
  { expected }: RouteEntry,
  cell: ProbeCell | undefined,
): ReadonlySet<ProbeSample> {
  return new Set(
    isMeantClosed(expected) ? currentSamples(cell).filter(({ reachable }) => !reachable) : [],
  );
}

/** Probes of one round come together; rounds are a second apart at least. */
const SAME_ROUND_MS = 500;

/** Sums up probes, oldest first. */
export function flowOf(samples: readonly ProbeSample[]): Flow {
  const answers = samples.filter(isAnswer);
  const latency = latencyOf(answers.map(({ phases }) => phases.total));
  const last = samples.at(-1);
  const begin = samples[0]?.at ?? 0;
  const later = samples.filter(({ at }) => at - begin > SAME_ROUND_MS);
  return {
    probes: samples.length,
    answers: answers.length,
    // The first round began the time in which the others came.
    ...(later.length > 0 && last !== undefined
      ? { perSecond: (later.filter(isAnswer).length * 1000) / (last.at - begin) }
      : {}),
    ...(latency === undefined ? {} : { latency }),
    ...(last === undefined ? {} : { last }),
  };
}

/** The answers that name a task, by its id: of one node, or of all nodes of a port. */
export function answersByTask(
  entries: readonly RouteEntry[],
  cells: ReadonlyMap<string, ProbeCell>,
): ReadonlyMap<string, readonly ProbeSample[]> {
  const found = new Map<string, ProbeSample[]>();
  for (const { id } of entries) {
    for (const sample of currentSamples(cells.get(id))) {
      const { answeredBy } = sample;
      if (answeredBy !== undefined) {
        const before = found.get(answeredBy);
        if (before === undefined) {
          found.set(answeredBy, [sample]);
        } else {
          before.push(sample);
        }
      }
    }
  }
  return found;
}

/** Whether a connection to a node is balanced there, for all that is known. */
export function balances({ expected }: RouteEntry, cell: ProbeCell | undefined): boolean {
  const last = cell?.samples.at(-1);
  // Over IPv6 the mesh may take a connection and lead it nowhere.
  return (
    expected.kind === 'answer' ||
    (last !== undefined && (expected.kind === 'unpromised' ? isAnswer(last) : last.reachable))
  );
}
