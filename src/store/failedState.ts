import { SSH_ERROR_CODES, TLS_ERROR_CODES, type ErrorCode } from '../common/errors';
import type { FailedState } from '../contributions';

/** What a failure to connect means for the view; every other code is `refused`. */
const STATE_OF_FAILURE: Readonly<Partial<Record<ErrorCode, FailedState>>> = {
  'address-invalid': 'unreachable',
  'address-unsupported': 'unreachable',
  'socket-missing': 'unreachable',
  'socket-denied': 'unreachable',
  'connection-refused': 'unreachable',
  'host-unknown': 'unreachable',
  'timed-out': 'unreachable',
  'connection-lost': 'unreachable',
  'secret-needed': 'unreachable',
  ...Object.fromEntries(
    [...TLS_ERROR_CODES, ...SSH_ERROR_CODES].map((code) => [code, 'unreachable' as const]),
  ),
  cancelled: 'unreachable',
  worker: 'worker',
  'not-in-swarm': 'inactive',
  'swarm-locked': 'locked',
  'certificates-expired': 'expired',
  'no-quorum': 'leaderless',
  electing: 'leaderless',
  'api-too-old': 'tooOld',
  'api-too-new': 'tooNew',
};

/** What a failure to connect is for the view and for what is offered to mend it. */
export function failedStateOf(code: ErrorCode): FailedState {
  return STATE_OF_FAILURE[code] ?? 'refused';
}
