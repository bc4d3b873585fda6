/** Idle TCP connections are checked this often, in milliseconds; a firewall drops silent ones. */
export const KEEP_ALIVE_MS = 15_000;

/** Connections that requests share where a connection costs little. */
export const POOL_SIZE = 6;
