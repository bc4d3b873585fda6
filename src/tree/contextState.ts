import { assertNever } from '../common/assertNever';
import type { ContextState } from '../contributions';
import { failedStateOf } from '../store/failedState';
import type { SwarmState } from '../store/swarmState';

/**
 * The value of the `swarmscope.state` context key, which picks the welcome content and enables
 * commands: connected as soon as one swarm is.
 */
export function contextStateOf(states: readonly SwarmState[]): ContextState {
  if (states.some(({ phase }) => phase === 'connected')) {
    return 'connected';
  }
  const [first] = states;
  return first === undefined ? 'disconnected' : stateOf(first);
}

function stateOf(state: SwarmState): ContextState {
  switch (state.phase) {
    case 'disconnected':
    case 'connecting':
    case 'connected':
      return state.phase;
    case 'failed':
      return failedStateOf(state.error.code);
    default:
      return assertNever(state);
  }
}
