import { chanceOfSame, spreadOf, UNLIKELY, type AnswerSpread } from './answerSpread';
import type { BurstAnswer, BurstView, SessionCookie } from './burstView';
import type { ProbeOutcome } from './routingView';

/** Latencies of the connections that were answered, milliseconds. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly most: number;
}

/** How one connection's task relates to that of the one before it, at the same node. */
export interface Rotation {
  /** Pairs of named answers that followed each other. */
  readonly pairs: number;
  /** Of those, pairs of two different tasks. */
  readonly switches: number;
  /** True when the tasks took turns: the order repeats itself after as many answers as there are tasks. */
  readonly inTurn: boolean;
}

/** Nodes that gave the same task again and again though several run. */
export interface SameTask {
  readonly entryIds: readonly string[];
  /** At most the chance that it happens to any of the asked nodes by chance alone. */
  readonly chance: number;
  /** Connections to these nodes that nobody answered: then the others are out of reach rather. */
  readonly failed: number;
}

/** What a burst says. */
export interface BurstSummary {
  readonly spread: AnswerSpread;
  /** Connections that somebody answered, and that failed by outcome, most frequent first. */
  readonly answered: number;
  readonly failures: readonly { readonly outcome: ProbeOutcome; readonly count: number }[];
  readonly latency: LatencyFigures | undefined;
  readonly rotation: Rotation;
  readonly sameTask: SameTask | undefined;
  /** Cookies that answers set, and how many answers did. */
  readonly cookies: readonly (SessionCookie & { readonly answers: number })[];
}

/** Outcomes that come from an application, whatever it said. */
const SPOKEN: ReadonlySet<ProbeOutcome> = new Set(['answered', 'wrong-status', 'wrong-body']);
/** An order repeats itself when so many of its places do: other clients take turns in between. */
const MOSTLY = 0.9;

/** True when somebody answered, as asked for or not. */
export function isAnswer({ outcome }: { readonly outcome: ProbeOutcome }): boolean {
  return SPOKEN.has(outcome);
}

/** What a burst says so far; the spread is held against the tasks that ran when it began. */
export function summarizeBurst(burst: BurstView): BurstSummary {
  const answers = burst.answers.filter(isAnswer);
  const byEntry = groupByEntry(answers);
  return {
    spread: spreadOf(
      burst.tasks.map(({ taskId }) => taskId),
      answers.map(({ answeredBy }) => answeredBy),
      burst.balanced,
    ),
    answered: answers.length,
    failures: countFailures(burst.answers),
    latency: latencyOf(answers.map(({ ms }) => ms)),
    rotation: rotationOf([...byEntry.values()].map(namesOf), burst.tasks.length),
    sameTask: burst.balanced && !burst.tasksChanged ? findSameTask(burst, byEntry) : undefined,
    cookies: countCookies(answers),
  };
}

/** Answers of each node, in their order. */
export function groupByEntry(answers: readonly BurstAnswer[]): Map<string, BurstAnswer[]> {
  const groups = new Map<string, BurstAnswer[]>();
  for (const answer of answers) {
    groups.set(answer.entryId, [...(groups.get(answer.entryId) ?? []), answer]);
  }
  return groups;
}

function namesOf(answers: readonly BurstAnswer[]): readonly string[] {
  return answers.flatMap(({ answeredBy }) => (answeredBy === undefined ? [] : [answeredBy]));
}

function countFailures(answers: readonly BurstAnswer[]): BurstSummary['failures'] {
  const counts = new Map<ProbeOutcome, number>();
  for (const { outcome } of answers) {
    if (outcome !== 'answered') {
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([outcome, count]) => ({ outcome, count }))
    .toSorted((a, b) => b.count - a.count);
}

/** Percentiles by nearest rank; undefined when nothing was answered. */
export function latencyOf(times: readonly number[]): LatencyFigures | undefined {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return sorted.length === 0
    ? undefined
    : { p50: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) };
}

function rotationOf(orders: readonly (readonly string[])[], tasks: number): Rotation {
  let pairs = 0;
  let switches = 0;
  let places = 0;
  let repeated = 0;
  for (const order of orders) {
    for (const [index, name] of order.entries()) {
      if (index > 0) {
        pairs += 1;
        switches += order[index - 1] === name ? 0 : 1;
      }
      if (index >= tasks) {
        places += 1;
        repeated += order[index - tasks] === name ? 1 : 0;
      }
    }
  }
  const isOften = (count: number, of: number): boolean => of > 0 && count >= MOSTLY * of;
  return {
    pairs,
    switches,
    inTurn: tasks > 1 && isOften(repeated, places) && isOften(switches, pairs),
  };
}

function findSameTask(
  { answers, tasks }: BurstView,
  byEntry: ReadonlyMap<string, readonly BurstAnswer[]>,
): SameTask | undefined {
  const entries = new Set(answers.map(({ entryId }) => entryId)).size;
  let chance = 0;
  const entryIds = [...byEntry].flatMap(([entryId, group]) => {
    const names = namesOf(group);
    const one = chanceOfSame(names.length, tasks.length) * entries;
    if (tasks.length < 2 || new Set(names).size !== 1 || one >= UNLIKELY) {
      return [];
    }
    chance = Math.max(chance, one);
    return [entryId];
  });
  const failed = answers.filter(
    (answer) => entryIds.includes(answer.entryId) && !isAnswer(answer),
  ).length;
  return entryIds.length === 0 ? undefined : { entryIds, chance, failed };
}

function countCookies(answers: readonly BurstAnswer[]): BurstSummary['cookies'] {
  const counts = new Map<string, SessionCookie & { readonly answers: number }>();
  for (const { cookie } of answers) {
    if (cookie !== undefined) {
      const key = `${cookie.kind} ${cookie.name}`;
      counts.set(key, { ...cookie, answers: (counts.get(key)?.answers ?? 0) + 1 });
    }
  }
  return [...counts.values()].toSorted((a, b) => b.answers - a.answers);
}
