import { groupBy } from '../common/groupBy';
import { burstOf, tellingRun } from './cellHistory';
import type { ProbeTarget } from './probe';

/** With more connections than this a round sends fewer than {@link burstOf} to each address. */
const MOST_PER_ROUND = 900;
/** The repetitions of an address are spread over so many moments. */
const MOMENTS = 3;

/**
 * Every target of a round several times, the repetitions apart from each other; `most` connections where
 * one to each leaves a choice.
 */
export function planRound(
  due: readonly ProbeTarget[],
  isDead: (id: string) => boolean,
  most: number,
): readonly ProbeTarget[] {
  const bursts = due.map(({ id, tasks: { count } }) =>
    // One that is asked less often has to tell at once when it is back.
    isDead(id) ? Math.max(burstOf(count), tellingRun(count)) : burstOf(count),
  );
  const wanted = bursts.reduce((sum, burst) => sum + burst, 0);
  const share = Math.min(1, Math.min(MOST_PER_ROUND, most) / Math.max(1, wanted));
  const times = bursts.map((burst) => Math.max(1, Math.floor(burst * share)));
  return Array.from({ length: Math.max(0, ...times) }, (_unused, turn) =>
    due.filter((_target, index) => turn < (times[index] ?? 0)),
  ).flat();
}

/**
 * The targets by the moment at which they are to begin: the repetitions of one, told by its id, apart from
 * each other, so that what disturbs one of them does not fail all.
 */
export function inMoments(targets: readonly ProbeTarget[]): readonly (readonly ProbeTarget[])[] {
  const turns = new Map<string, number>();
  const moments = groupBy(targets, ({ id }) => {
    const turn = turns.get(id) ?? 0;
    turns.set(id, turn + 1);
    return turn % MOMENTS;
  });
  return [...moments.values()];
}
