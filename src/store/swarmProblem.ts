import { assertNever } from '../common/assertNever';
import {
  SSH_ERROR_CODES,
  SwarmscopeError,
  TLS_ERROR_CODES,
  type ErrorCode,
} from '../common/errors';
import type { InfoRecord } from '../docker/records/info';

/** Why an engine that answers cannot show its swarm; undefined on a working manager. */
export function swarmProblem({ swarm }: InfoRecord): SwarmscopeError | undefined {
  switch (swarm.state) {
    case 'inactive':
      return new SwarmscopeError('not-in-swarm');
    case 'pending':
      return new SwarmscopeError('swarm-pending');
    case 'locked':
      return new SwarmscopeError('swarm-locked');
    case 'error':
      return new SwarmscopeError('swarm-error', { message: swarm.error });
    case 'active':
      return swarm.controlAvailable ? undefined : new SwarmscopeError('worker');
    default:
      return assertNever(swarm.state);
  }
}

const WHOLE_ENGINE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'socket-missing',
  'socket-denied',
  'connection-refused',
  'host-unknown',
  'timed-out',
  'connection-lost',
  'not-an-engine',
  'tls-required',
  ...TLS_ERROR_CODES,
  ...SSH_ERROR_CODES,
  'not-in-swarm',
  'worker',
  'swarm-locked',
  'swarm-pending',
  'swarm-error',
  'no-quorum',
  'certificates-expired',
]);

/** True for a failure of the engine or its swarm as a whole, not of one request. */
export function concernsWholeEngine(error: SwarmscopeError): boolean {
  return WHOLE_ENGINE_CODES.has(error.code);
}
