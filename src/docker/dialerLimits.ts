import type { ConnectionTarget } from './target';

/** Idle TCP connections are checked this often, in milliseconds; a firewall drops silent ones. */
export const KEEP_ALIVE_MS = 15_000;

/** Connections that requests share where a connection costs little. */
export const POOL_SIZE = 6;

/** Log streams, each with a connection of its own. */
export interface StreamLimits {
  /** Streams that a view keeps open. */
  readonly open: number;
  /** Streams that are being opened at once, over all views. */
  readonly starting: number;
}

/** Where a connection costs little. */
const STREAMS: StreamLimits = { open: 48, starting: 12 };

/**
 * sshd drops connections at random while ten have not signed in yet (MaxStartups 10:30:100), and lets
 * ten sessions share a connection (MaxSessions 10), as a master of the person's does. Three are those
 * that requests share, one is for events. Beyond ten ssh makes a connection of its own: only a key that
 * is locked is asked for again.
 */
const SSH_STREAMS: StreamLimits = { open: 6, starting: 4 };

/** How many logs are read over a connection of this kind. */
export function streamLimits(kind: ConnectionTarget['kind']): StreamLimits {
  return kind === 'ssh' ? SSH_STREAMS : STREAMS;
}
