import type { HttpAsk } from '../shared/httpAsk';
import type { ProbeSample } from '../shared/routingView';
import type { Pace } from './pace';

/** What an HTTP server said, for the extension host only: bodies go nowhere else. */
export interface HttpAnswer {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body's beginning, at most 64 kB, not made harmless. */
  readonly body: string;
}

/** Takes one finished probe; `answer` is there where an HTTP server said something. */
export type OnSample = (id: string, sample: ProbeSample, answer?: HttpAnswer) => void;

/** Some tasks: another `key` means other ones. */
export interface TaskSet {
  readonly count: number;
  readonly key: string;
}

/** One address to probe once. Hosts come from the swarm or from the person, never from a label. */
export interface ProbeTarget {
  /** Route entry id; results come back under it. */
  readonly id: string;
  /** Whom {@link ProbeOptions.perNode} counts; the host when omitted. */
  readonly nodeId?: string;
  /** IP literal or host name, already validated. */
  readonly host: string;
  readonly port: number;
  readonly kind: 'http' | 'tcp';
  /** For kind http; {@link PLAIN_ASK} when omitted. */
  readonly http?: HttpAsk;
  /** Deadline of its own, milliseconds. */
  readonly timeoutMs?: number;
  /** Running tasks that a connection to it may come to. */
  readonly tasks: TaskSet;
}

/** Limits of a batch. */
export interface ProbeOptions {
  /** Deadline of one probe, milliseconds. */
  readonly timeoutMs: number;
  /** At most this many probes at once; Node makes no more than 16. */
  readonly concurrency: number;
  /** At most this many of them to one node; as many as to all when omitted. */
  readonly perNode?: number;
  /** Lets each connection begin; without it they begin as fast as they can. */
  readonly pace?: Pace;
}

/**
 * Runs one batch: a fresh connection per target, no retry. Calls `onSample` as each finishes; resolves
 * when all did or the signal aborted (aborted probes give no sample). Never rejects for a dead target.
 */
export interface ProbeEngine {
  /** For people: `curl 7.88.1` or `Node.js`. */
  readonly label: string;
  run(
    targets: readonly ProbeTarget[],
    options: ProbeOptions,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void>;
}

/** Where probes start. */
export interface Vantage {
  /** Name of the machine. */
  readonly name: string;
  /** Asked once per `ProbeScheduler.resetEngine`; rejects while nothing can be probed from there. */
  readonly chooseEngine: () => Promise<ProbeEngine>;
}
