import type { ProbeView, RoutingView } from '../../shared/routingView';
import type { SwarmState } from '../../store/swarmState';
import { routingFacts, type RoutingFacts } from './routingFacts';
import { swarmSummary } from './swarmSummary';

/** What is shared, as it is at this moment; undefined while the page has nothing to show. */
export function shareFacts(sources: {
  readonly readSettings: () => { readonly timeoutMs: number };
  readonly state: () => SwarmState;
  readonly view: () => RoutingView | undefined;
  readonly probes: () => ProbeView;
}): RoutingFacts | undefined {
  const view = sources.view();
  const state = sources.state();
  return view === undefined
    ? undefined
    : routingFacts({
        takenAt: Date.now(),
        view,
        probes: sources.probes(),
        timeoutMs: sources.readSettings().timeoutMs,
        swarm: state.phase === 'connected' ? swarmSummary(state.snapshot) : undefined,
      });
}
