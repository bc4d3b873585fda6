import type { CellVerdict, ProbeSample } from '../shared/routingView';

/** Fresh connections to each address per round: a mesh of three tasks shows each of them once. */
export const BURST = 3;
/** Samples that a verdict looks at: the last two rounds. */
export const WINDOW = 2 * BURST;
/** Samples kept per cell: fewer where there are very many cells. */
export function keptSamples(cells: number): number {
  return cells > 1_000 ? 2 * WINDOW : 60;
}

/**
 * Verdict over the last two rounds: all connections stood, k of N did, or none. One exception keeps it
 * quick: when not one connection of the newest round stood the node reads as "none" at once, not a
 * round later. TCP decides; what HTTP said on top is told per sample.
 */
export function judge(samples: readonly ProbeSample[]): CellVerdict {
  const recent = samples.slice(-WINDOW);
  if (recent.length === 0) {
    return { kind: 'waiting' };
  }
  const newest = recent.slice(-BURST);
  if (newest.every((sample) => !sample.reachable)) {
    return { kind: 'none', of: newest.length };
  }
  const answered = recent.filter((sample) => sample.reachable).length;
  return answered === recent.length
    ? { kind: 'all', of: recent.length }
    : { kind: 'some', answered, of: recent.length };
}

/** Outcomes that prove nothing stands at the address: not even a refusal came back. */
const UNREACHED: ReadonlySet<ProbeSample['outcome']> = new Set([
  'timed-out',
  'no-route',
  'lookup-failed',
]);

/** Samples of one cell, and the host they went to. */
export interface HostSamples {
  readonly host: string;
  readonly samples: readonly ProbeSample[];
}

/**
 * True when every host was out of reach for a whole round and nothing of what is remembered ever came
 * through. A single refusal or answer proves that this machine can talk to the swarm's addresses; then
 * failures are failures.
 */
export function nothingReachable(cells: Iterable<HostSamples>): boolean {
  const unreached = new Map<string, number>();
  for (const { host, samples } of cells) {
    if (samples.some((sample) => !UNREACHED.has(sample.outcome))) {
      return false;
    }
    unreached.set(host, (unreached.get(host) ?? 0) + samples.length);
  }
  return unreached.size > 0 && [...unreached.values()].every((count) => count >= BURST);
}
