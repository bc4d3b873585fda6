import type { ProbeSample } from '../shared/routingView';

/** One address to probe once. Hosts come from the swarm or from the person, never from a label. */
export interface ProbeTarget {
  /** Route entry id; results come back under it. */
  readonly id: string;
  /** IP literal or host name, already validated. */
  readonly host: string;
  readonly port: number;
  readonly kind: 'http' | 'tcp';
  /** Running tasks that a connection to it may come to. */
  readonly tasks: number;
}

/** Limits of a batch. */
export interface ProbeOptions {
  /** Deadline of one probe, milliseconds. */
  readonly timeoutMs: number;
  /** At most this many probes at once (curl 50, Node 16). */
  readonly concurrency: number;
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
    onSample: (id: string, sample: ProbeSample) => void,
  ): Promise<void>;
}
