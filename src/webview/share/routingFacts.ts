import type { ProbeCell, ProbeView, RoutingView } from '../../shared/routingView';
import { redactProbes, redactView } from './redact';
import type { SwarmSummary } from './swarmSummary';

/** What all exports are written from; plain, redacted, of one moment. */
export interface RoutingFacts {
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly view: RoutingView;
  readonly probes: ProbeView;
  /** Cells of `probes` by entry id. */
  readonly cells: ReadonlyMap<string, ProbeCell>;
  /** Deadline of a probe without one of its own, milliseconds. */
  readonly timeoutMs: number;
  readonly swarm?: SwarmSummary;
}

/** Puts the facts of this moment together and takes out what must not be shared. */
export function routingFacts(
  facts: Omit<RoutingFacts, 'cells' | 'swarm'> & { readonly swarm: SwarmSummary | undefined },
): RoutingFacts {
  const { swarm, ...others } = facts;
  const probes = redactProbes(facts.probes);
  return {
    ...others,
    view: redactView(facts.view),
    probes,
    cells: new Map(probes.cells.map((cell) => [cell.entryId, cell])),
    ...(swarm === undefined ? {} : { swarm }),
  };
}

/** ISO 8601 in UTC, whatever the number is. */
export function isoTime(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
