import { assertNever } from '../common/assertNever';
import type { ErrorCode } from '../common/errors';
import type { ContextState } from '../contributions';
import type { SwarmState } from '../store/swarmState';

/** What a failure to connect means for the view; every other code is `refused`. */
const STATE_OF_FAILURE: Readonly<Partial<Record<ErrorCode, ContextState>>> = {
  'address-invalid': 'unreachable',
  'address-unsupported': 'unreachable',
  'socket-missing': 'unreachable',
  'socket-denied': 'unreachable',
  'connection-refused': 'unreachable',
  'host-unknown': 'unreachable',
  'timed-out': 'unreachable',
  'connection-lost': 'unreachable',
  cancelled: 'unreachable',
  worker: 'worker',
  'not-in-swarm': 'inactive',
  'swarm-locked': 'locked',
};

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
      return STATE_OF_FAILURE[state.error.code] ?? 'refused';
    default:
      return assertNever(state);
  }
}
