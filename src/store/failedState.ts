import type { ErrorCode } from '../common/errors';
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
  'not-tls': 'unreachable',
  'tls-expired': 'unreachable',
  'tls-not-yet-valid': 'unreachable',
  'tls-unknown-ca': 'unreachable',
  'tls-wrong-host': 'unreachable',
  'tls-client-certificate': 'unreachable',
  'tls-file': 'unreachable',
  'tls-key-mismatch': 'unreachable',
  'tls-wrong-passphrase': 'unreachable',
  'tls-failed': 'unreachable',
  'ssh-missing': 'unreachable',
  'ssh-config': 'unreachable',
  'ssh-unreachable': 'unreachable',
  'ssh-host-unknown': 'unreachable',
  'ssh-host-key-changed': 'unreachable',
  'ssh-denied': 'unreachable',
  'ssh-key': 'unreachable',
  'ssh-no-docker': 'unreachable',
  'ssh-docker-old': 'unreachable',
  'ssh-socket-denied': 'unreachable',
  'ssh-no-engine': 'unreachable',
  'ssh-failed': 'unreachable',
  'secret-needed': 'unreachable',
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
