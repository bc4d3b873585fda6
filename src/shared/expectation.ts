import type { CellVerdict } from './routingView';

/** What the swarm's own state says of a node's side of a published port. */
export type Expectation =
  /** Connections stand: the node is up, and a task runs that it passes them to. */
  | { readonly kind: 'answer' }
  /** Nothing listens: no task runs and none should, none does though some should, or (host mode) none on this node. */
  | { readonly kind: 'refusal'; readonly why: 'no-task' | 'down' | 'not-here' }
  /** Nothing can be expected: the managers do not know the node as up. */
  | { readonly kind: 'nothing' }
  /** IPv6 of a node that has both families: the mesh is IPv4, and may take connections in and stay silent. */
  | { readonly kind: 'unpromised' }
  /** Host mode: a task of another service has the port on this node. */
  | { readonly kind: 'other'; readonly serviceName: string };

/**
 * What was observed against what was expected: `as-expected`, `partly` (some connections stand where
 * all should), `unexpected` (red), `down` (red: closed as no task runs, though some should), or `open`
 * where nothing was expected.
 */
export type Comparison =
  'waiting' | 'not-probed' | 'as-expected' | 'partly' | 'unexpected' | 'down' | 'open';

/** Whether a port is closed as it should be: a refusal is nothing that failed. */
export function isMeantClosed(expected: Expectation): boolean {
  return expected.kind === 'refusal' && expected.why !== 'down';
}

/** Whether a comparison is worth a look. */
export function isProblem(comparison: Comparison): boolean {
  return comparison === 'unexpected' || comparison === 'partly' || comparison === 'down';
}

/** Compares one cell. A refusal that is expected may come as silence: firewalls drop what is closed. */
export function compare(expected: Expectation, verdict: CellVerdict | undefined): Comparison {
  if (verdict === undefined || verdict.kind === 'waiting' || verdict.kind === 'not-probed') {
    return verdict?.kind ?? 'waiting';
  }
  switch (expected.kind) {
    case 'nothing':
    case 'unpromised':
    case 'other':
      return 'open';
    case 'refusal':
      // What connects is open, whether it says what was asked for or not.
      return verdict.kind !== 'none' || verdict.connected !== undefined
        ? 'unexpected'
        : expected.why === 'down'
          ? 'down'
          : 'as-expected';
    case 'answer':
      return verdict.kind === 'all'
        ? 'as-expected'
        : verdict.kind === 'none'
          ? 'unexpected'
          : 'partly';
  }
}

/**
 * How sure `probes` answers make it that none of `tasks` fails, between 0 and 1: the chance that a
 * single failing one had shown itself, had each connection gone to any of them.
 */
export function certainty(probes: number, tasks: number): number {
  if (probes === 0) {
    return 0;
  }
  return tasks <= 1 ? 1 : 1 - (1 - 1 / tasks) ** probes;
}
