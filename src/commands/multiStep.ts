import type { Answer, QuickFrame, QuickUi } from './quickUi';

/** How a step ended; one that went back may have changed answers all the same. */
export type StepAnswer<A> = Answer<A> | { readonly kind: 'back'; readonly kept: A };

/** One step: asks for a part of the answers and gives them completed. */
export interface Step<A> {
  /** Asks; a value holds the whole answers with this step's part replaced. */
  readonly ask: (answers: A, frame: QuickFrame, ui: QuickUi) => Promise<StepAnswer<A>>;
  /** Left out, forwards and backwards, while this says no. */
  readonly when?: (answers: A) => boolean;
}

/** How to run a series of steps. */
export interface MultiStepOptions<A> {
  readonly title: string;
  readonly steps: readonly Step<A>[];
  readonly initial: A;
  /** Index of the first step to ask; where it and all after it are left out, the last that is asked. */
  readonly startAt?: number;
}

/**
 * Asks step by step; Back goes to the step before and keeps every answer. Undefined when the person
 * left with Escape.
 */
export async function runSteps<A>(
  ui: QuickUi,
  { title, steps, initial, startAt = 0 }: MultiStepOptions<A>,
): Promise<A | undefined> {
  let answers = initial;
  let index = firstAsked(steps, initial, startAt);
  while (index < steps.length) {
    const wanted = steps.filter((step) => step.when?.(answers) ?? true);
    const step = steps[index];
    if (step === undefined || !wanted.includes(step)) {
      index += 1;
      continue;
    }
    const position = wanted.indexOf(step);
    const answer = await step.ask(
      answers,
      { title, step: position + 1, totalSteps: wanted.length, canGoBack: position > 0 },
      ui,
    );
    if (answer.kind === 'cancel') {
      return undefined;
    }
    if (answer.kind === 'back') {
      answers = 'kept' in answer ? answer.kept : answers;
      const before = wanted[position - 1];
      index = before === undefined ? 0 : steps.indexOf(before);
    } else {
      answers = answer.value;
      index += 1;
    }
  }
  return answers;
}

/** Where to begin, so that something is asked: a series that asks nothing would end at once. */
function firstAsked<A>(steps: readonly Step<A>[], answers: A, startAt: number): number {
  const isAsked = ({ when }: Step<A>): boolean => when?.(answers) ?? true;
  return steps.slice(startAt).some(isAsked) ? startAt : Math.max(0, steps.findLastIndex(isAsked));
}

/** Replaces one part of the answers by what a question gave. */
export function into<A, K extends keyof A>(answers: A, key: K, answer: Answer<A[K]>): Answer<A> {
  return answer.kind === 'value'
    ? { kind: 'value', value: { ...answers, [key]: answer.value } }
    : answer;
}
