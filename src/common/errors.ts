/** What can go wrong with TLS; the sentences are in `tlsErrorText.ts`. */
export const TLS_ERROR_CODES = [
  'not-tls', // a TLS connection to a port that does not speak TLS
  'tls-expired', // the engine's certificate has expired
  'tls-not-yet-valid',
  'tls-unknown-ca', // the engine's certificate is of none of the trusted CAs
  'tls-wrong-host', // details.host is none of details.names, which the certificate is for
  'tls-client-certificate', // details.asked: required (none was sent) or refused
  'tls-file', // details.path, details.reason: missing, unreadable or not-pem
  'tls-key-mismatch', // details.path of the key, details.certificate
  'tls-wrong-passphrase', // details.path of the key
  'tls-failed', // any other failure of TLS; details.reason
] as const;

export type TlsErrorCode = (typeof TLS_ERROR_CODES)[number];

/** What can go wrong on the way through ssh; the sentences are in `sshErrorText.ts`. */
export const SSH_ERROR_CODES = [
  'ssh-missing', // the ssh program cannot be started here; details.program
  'ssh-config', // ssh cannot use its configuration; details.message
  'ssh-unreachable', // details.host, details.reason: unknown, refused, silent or no-route; details.jump 1
  'ssh-host-unknown', // the host's key is not known here; details.host, details.fingerprint
  'ssh-host-key-changed', // another key than the known one; details.host, details.fingerprint, details.file
  'ssh-denied', // the host lets this user not in; details.host, details.user, details.methods
  'ssh-key', // details.path, details.reason: missing, unreadable, permissions, format, passphrase or agent
  'ssh-no-docker', // no docker command there; details.host
  'ssh-docker-old', // its docker does not know `docker system dial-stdio`; details.host
  'ssh-socket-denied', // the user may not use the engine's socket there; details.host, details.user
  'ssh-no-engine', // no engine runs there; details.host
  'ssh-failed', // anything else; details.message in the words of ssh or of the host
] as const;

export type SshErrorCode = (typeof SSH_ERROR_CODES)[number];

/**
 * Every expected failure of the product. A code says *what* happened; the sentence for a person is
 * made from code and details in `errorText.ts`, the only place that words errors.
 */
export type ErrorCode =
  // reaching the engine
  | 'address-invalid' // details.address, details.reason
  | 'address-unsupported' // details.address, details.scheme
  | 'socket-missing' // ENOENT on a unix socket or named pipe; details.others: sockets that are there
  | 'socket-denied' // EACCES on a unix socket or named pipe; details.group: who may use it, details.member: now, later or no
  | 'connection-refused'
  | 'host-unknown'
  | 'timed-out' // no answer within the deadline
  | 'connection-lost' // reset, closed while answering; a request may or may not have been carried out
  | 'not-an-engine' // something answered, but not a Docker Engine API
  | 'tls-required' // a plain request to a TLS port ("Client sent an HTTP request to an HTTPS server")
  | TlsErrorCode
  | SshErrorCode
  | 'secret-needed' // a passphrase or password was not given or may not be asked for; details.kind, details.subject
  | 'api-too-old' // engine's maximum API below ours; details.pinned: not ours but what details.pinnedBy says
  | 'api-too-new' // engine's minimum API above ours; the same
  | 'read-only' // the person marked the connection so; details.name
  | 'cancelled'
  // what the swarm says of itself
  | 'not-in-swarm' // LocalNodeState inactive
  | 'worker' // in a swarm, but not a manager (SWARM-FACTS: 503 / ControlAvailable false)
  | 'swarm-locked'
  | 'swarm-pending' // join in progress
  | 'swarm-error' // LocalNodeState error; details.message
  | 'no-quorum' // manager without a leader
  | 'electing' // the same, just now: enough managers are left to elect one
  | 'certificates-expired'
  | 'address-ambiguous' // swarm init where the engine has several addresses; details.addresses
  | 'wrong-key' // an unlock key that does not fit
  // requests
  | 'name-taken' // 409
  | 'port-taken' // details.port, details.service
  | 'in-use' // network in use: details.by
  | 'not-found'
  | 'invalid' // 400, details.message from the engine, prefix stripped
  | 'out-of-sequence' // update with a stale version
  | 'forbidden'
  | 'engine-failed' // 5xx with details.message
  | 'outcome-unknown' // a create whose answer was lost and which could not be looked up
  | 'not-created' // a create whose answer was lost, and which the swarm did not carry out
  | 'not-changed' // a change whose answer was lost, and which the swarm did not carry out
  | 'change-unknown' // a change whose answer was lost and which could not be looked up
  | 'internal' // a bug: details.message
  | 'unexpected-answer'; // JSON that does not fit the schema; details.path

/** Values that the sentences are made of; never a credential, capped in length. */
export type ErrorDetails = Readonly<Record<string, string | number | undefined>>;

const BRAND = Symbol.for('swarmscope.error');

/** The one error class of expected failures. `message` is for the log, not for people. */
export class SwarmscopeError extends Error {
  override readonly name = 'SwarmscopeError';
  readonly [BRAND] = true;

  // The engine client is a bundle of its own with its own copy of this class: both are one kind.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  constructor(
    readonly code: ErrorCode,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown; message?: string },
  ) {
    super(
      options?.message ?? `${code} ${JSON.stringify(details)}`,
      options?.cause === undefined ? undefined : { cause: options.cause },
    );
  }
}

/** Narrows an unknown thrown value to an expected failure with one of `codes` (any when none given). */
export function isSwarmscopeError(error: unknown, ...codes: ErrorCode[]): error is SwarmscopeError {
  return error instanceof SwarmscopeError && (codes.length === 0 || codes.includes(error.code));
}

/** Makes any thrown value an expected failure, keeping the original as `cause`. */
export function toSwarmscopeError(error: unknown): SwarmscopeError {
  if (error instanceof SwarmscopeError) {
    return error;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new SwarmscopeError('cancelled', {}, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new SwarmscopeError('internal', { message }, { cause: error });
}
