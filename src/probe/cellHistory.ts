import { isGood } from '../shared/goodSample';
import type { CellVerdict, ProbeSample } from '../shared/routingView';

/** Fresh connections to each address per round: a mesh of three tasks shows each of them once. */
export const BURST = 3;
/** Most connections to one address per round. */
const LARGEST_BURST = 10;
/** A verdict looks at so many samples at least. */
const SMALLEST_WINDOW = 10;
/** And at so many at most: more would be old news, and they are kept for every cell. */
const LARGEST_WINDOW = 300;
/** Samples that the page shows of each cell: fewer where there are very many. */
const SHOWN = 60;
/** A run this long tells of a change, however many tasks there are. */
const LONGEST_RUN = 20;
/** A run that a mixed cell brings about by chance once in so many times is no change. */
const CHANCE = 0.01;

/**
 * Samples that a verdict looks at: with round robin one probe proves little, so each of the tasks gets
 * its turn three times.
 */
export function windowOf(tasks: number): number {
  return Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, 3 * tasks));
}

/** Connections to one address per round: four rounds fill the window. */
export function burstOf(tasks: number): number {
  return Math.min(LARGEST_BURST, Math.max(BURST, Math.ceil(windowOf(tasks) / 4)));
}

/** Samples kept of a cell with so many tasks, of so many cells. */
export function keptSamples(cells: number, tasks: number): number {
  // A round sends very many cells one probe each: a long window would be an hour.
  return cells > 1_000 ? 12 : Math.max(windowOf(tasks), SHOWN);
}

/**
 * Verdict over the last {@link windowOf} samples: all connections stood, k of N did, or none. A run that
 * the samples before it do not explain is a change, and what was before it counts no more: so a node
 * that fell silent reads as "none", and one that is back as "all", after one round.
 * TCP decides, unless the person asked for a status or a text; what else HTTP said is told per sample.
 */
export function judge(samples: readonly ProbeSample[], tasks: number): CellVerdict {
  const recent = samples.slice(
    Math.max(lastChange(samples, tasks), samples.length - windowOf(tasks)),
  );
  const last = recent.at(-1);
  if (last === undefined) {
    return { kind: 'waiting' };
  }
  const answered = recent.filter(isGood).length;
  const of = recent.length;
  const asked = last.asAsked === undefined ? {} : { asked: true as const };
  if (answered === 0) {
    const connected = recent.filter(({ reachable }) => reachable).length;
    return { kind: 'none', of, ...asked, ...(connected === 0 ? {} : { connected }) };
  }
  return answered === of ? { kind: 'all', of, ...asked } : { kind: 'some', answered, of, ...asked };
}

/** Samples alike, one after the other, that tell of a change where nothing was like them before. */
export function tellingRun(tasks: number): number {
  return Math.min(LONGEST_RUN, Math.max(BURST, tasks));
}

/** Index of the sample with which the present state of a cell began. */
function lastChange(samples: readonly ProbeSample[], tasks: number): number {
  // Round robin over tasks of which some fail makes runs as well, shorter ones than there are tasks.
  const shortest = tellingRun(tasks);
  let since = 0;
  let runStart = 0;
  /** Samples from `since` on that stood. */
  let answered = 0;
  let runGood = true;
  for (const [index, sample] of samples.entries()) {
    const good = isGood(sample);
    if (good !== runGood) {
      runStart = index;
      runGood = good;
    }
    answered += good ? 1 : 0;
    const run = index - runStart + 1;
    const before = runStart - since;
    if (before > 0 && run >= shortest) {
      const stood = answered - (good ? run : 0);
      const share = (good ? stood : before - stood) / before;
      if (share ** run <= CHANCE) {
        since = runStart;
        answered = good ? run : 0;
      }
    }
  }
  return since;
}

/** Outcomes that prove nothing stands at the address: not even a refusal came back. */
const UNREACHED: ReadonlySet<ProbeSample['outcome']> = new Set([
  'timed-out',
  'no-route',
  'lookup-failed',
]);

/** Whether nothing came back at all. */
export function isUnreached({ outcome }: ProbeSample): boolean {
  return UNREACHED.has(outcome);
}

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
    if (!samples.every(isUnreached)) {
      return false;
    }
    unreached.set(host, (unreached.get(host) ?? 0) + samples.length);
  }
  return unreached.size > 0 && [...unreached.values()].every((count) => count >= BURST);
}
