import type { ProbeSample } from './routingView';

/** Whether the mesh carried the connection, and the answer is what the person asked for, if anything. */
export function isGood({ reachable, asAsked }: ProbeSample): boolean {
  return reachable && asAsked !== false;
}
