/** What chance alone brings about less often than this is said aloud. */
export const UNLIKELY = 0.01;
/** Answers that each task must come to on average before the test means anything (Cochran's rule). */
const LEAST_EACH = 5;

/** One running task's part of the answers. */
export interface TaskShare {
  readonly taskId: string;
  readonly answers: number;
  /** Of the answers that name a running task, between 0 and 1. */
  readonly share: number;
  /** Never answered, though by chance that would happen less than once in a hundred times. */
  readonly overdue: boolean;
}

/** What the parts come to. */
export type SpreadVerdict =
  /** Nothing answered yet. */
  | { readonly kind: 'no-answer' }
  /** Not one answer names its task. */
  | { readonly kind: 'unnamed' }
  /** Nothing balances: one task runs, or the port is open in host mode. */
  | { readonly kind: 'no-choice' }
  /** `needed` named answers must be there first. */
  | { readonly kind: 'too-few'; readonly needed: number }
  /** One task of several gave all answers, which by chance alone would happen with `chance`. */
  | { readonly kind: 'one'; readonly taskId: string; readonly chance: number }
  /** By chance alone an even spread looks at least this uneven with `chance`. */
  | { readonly kind: 'even' | 'uneven'; readonly chance: number };

/** Who answered how often, against the even share that a balancer without weights gives each task. */
export interface AnswerSpread {
  readonly tasks: readonly TaskShare[];
  /** The even share of each task, between 0 and 1; undefined where nothing balances. */
  readonly even: number | undefined;
  /** Answers that name a running task. */
  readonly named: number;
  /** Answers that name nobody. */
  readonly unnamed: number;
  /** Answers of tasks that do not run any more. */
  readonly gone: number;
  readonly verdict: SpreadVerdict;
}

/**
 * Holds the answers against an even spread over the running `tasks`, by a chi-square test at 1 %; a task
 * that gives none at such odds makes it uneven as well. Each answer is the id of the task that it names, undefined where it names none; `balanced` is
 * false in host mode, where every connection leads to one task.
 */
export function spreadOf(
  tasks: readonly string[],
  answers: readonly (string | undefined)[],
  balanced: boolean,
): AnswerSpread {
  const counts = new Map(tasks.map((taskId) => [taskId, 0]));
  let unnamed = 0;
  let gone = 0;
  for (const taskId of answers) {
    const count = taskId === undefined ? undefined : counts.get(taskId);
    if (taskId !== undefined && count !== undefined) {
      counts.set(taskId, count + 1);
    } else if (taskId === undefined) {
      unnamed += 1;
    } else {
      gone += 1;
    }
  }
  const named = answers.length - unnamed - gone;
  const isChoice = balanced && counts.size > 1;
  const isOverdue = isChoice && chanceOfNone(named, counts.size) < UNLIKELY;
  return {
    tasks: [...counts].map(([taskId, count]) => ({
      taskId,
      answers: count,
      share: named === 0 ? 0 : count / named,
      overdue: isOverdue && count === 0,
    })),
    even: balanced && counts.size > 0 ? 1 / counts.size : undefined,
    named,
    unnamed,
    gone,
    verdict: judgeSpread(counts, { named, all: answers.length, isChoice }),
  };
}

function judgeSpread(
  counts: ReadonlyMap<string, number>,
  { named, all, isChoice }: { named: number; all: number; isChoice: boolean },
): SpreadVerdict {
  if (all === 0) {
    return { kind: 'no-answer' };
  }
  if (!isChoice) {
    return { kind: 'no-choice' };
  }
  if (named === 0) {
    return { kind: 'unnamed' };
  }
  const one = [...counts].find(([, count]) => count === named);
  const chanceOfOne = chanceOfSame(named, counts.size);
  if (one !== undefined && chanceOfOne < UNLIKELY) {
    return { kind: 'one', taskId: one[0], chance: chanceOfOne };
  }
  const needed = LEAST_EACH * counts.size;
  if (named < needed) {
    return { kind: 'too-few', needed };
  }
  const expected = named / counts.size;
  const statistic = [...counts.values()].reduce(
    (sum, count) => sum + (count - expected) ** 2 / expected,
    0,
  );
  // A task that gives none is the less likely thing at times, and is told of in the same breath.
  const none = [...counts.values()].includes(0) ? chanceOfNone(named, counts.size) : 1;
  const chance = Math.min(none, chiSquareTail(statistic, counts.size - 1));
  return { kind: chance < UNLIKELY ? 'uneven' : 'even', chance };
}

/** At most the chance that any of `tasks` gives none of so many answers (union bound). */
export function chanceOfNone(answers: number, tasks: number): number {
  return Math.min(1, tasks * (1 - 1 / tasks) ** answers);
}

/** The chance that so many answers all come from the same one of `tasks`, whichever. */
export function chanceOfSame(answers: number, tasks: number): number {
  return answers === 0 ? 1 : tasks ** (1 - answers);
}

/**
 * The chance that a chi-square variable of `degrees` degrees of freedom is `statistic` or more: the
 * upper incomplete gamma function, by its recurrence Q(a + 1, y) = Q(a, y) + y^a e^-y / Γ(a + 1).
 */
export function chiSquareTail(statistic: number, degrees: number): number {
  const y = statistic / 2;
  const isOdd = degrees % 2 === 1;
  let a = isOdd ? 0.5 : 1;
  let tail = isOdd ? complementaryError(Math.sqrt(y)) : Math.exp(-y);
  let term = isOdd ? 2 * Math.sqrt(y / Math.PI) * Math.exp(-y) : y * Math.exp(-y);
  for (; a < degrees / 2; a += 1) {
    tail += term;
    term *= y / (a + 1);
  }
  return Math.min(1, tail);
}

/** erfc for x ≥ 0, at most 1.5e-7 off (Abramowitz and Stegun, 7.1.26). */
function complementaryError(x: number): number {
  const t = 1 / (1 + 0.327_591_1 * x);
  const factors = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
  return factors.reduce((sum, factor) => sum * t + factor, 0) * t * Math.exp(-x * x);
}
