import type { ProbeSample } from './routingView';

/** Outcomes of connections that stood and yet are no answer as asked for. */
const WRONG: ReadonlySet<ProbeSample['outcome']> = new Set([
  'wrong-status',
  'wrong-body',
  'tls-failed',
]);

/** Whether the mesh carried the connection, and the answer is what the person asked for, if anything. */
export function isGood({ reachable, outcome }: ProbeSample): boolean {
  return reachable && !WRONG.has(outcome);
}
