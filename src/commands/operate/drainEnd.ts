import type { GuardResult } from '../../probe/actGuard';
import { isUp, outcomesText } from '../convergenceText';
import type { Outcome } from '../follow';
import { guardText } from '../guardText';

/** How what followed from a change ended. */
export interface FollowedEnd {
  /** Empty when there is nothing to say. */
  readonly text: string;
  /** False when something is worse than before. */
  readonly isWell: boolean;
}

/** How the tasks of drained nodes came up elsewhere; what probes found comes first, as the end may be cut. */
export function drainEnd(
  names: readonly string[],
  outcomes: readonly Outcome[],
  probed: GuardResult,
): FollowedEnd {
  const isUpAgain = outcomes.every(isUp);
  const words = [
    guardText(probed) ?? [],
    isUpAgain ? [] : outcomesText(names, outcomes, 'move'),
  ].flat();
  return { text: words.join(' '), isWell: isUpAgain && probed.failures.length === 0 };
}
