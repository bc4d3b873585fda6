import * as net from 'node:net';
import type { Duplex } from 'node:stream';
import { assertNever } from '../common/assertNever';
import type { Disposable } from '../common/disposable';
import type { Logger } from '../common/logger';
import { KEEP_ALIVE_MS, POOL_SIZE } from './dialerLimits';
import { hostAndPort } from './parseAddress';
import { SwarmscopeError } from '../common/errors';
import type { SecretAsker } from './secrets';
import type { SshOptions } from './sshCommand';
import type { ConnectionTarget } from './target';
import { TlsDialer } from './tlsDialer';

/** Makes the connections of one engine. */
export interface Dialer extends Disposable {
  /** Value of the Host header. */
  readonly host: string;
  /** Connections that requests share at most. */
  readonly poolSize: number;
  /**
   * Gets ready what connections need before any of their deadlines run: the person may be asked for a
   * secret. Rejects with a SwarmscopeError, 'cancelled' when `signal` aborts.
   */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
  /**
   * Opens one connection. Emits 'connect' (or 'secureConnect') once a request may have reached the
   * engine, and 'error' with a system error or a SwarmscopeError that says why it could not be made.
   */
  connect(): Duplex;
}

/** What opening connections needs besides the target. */
export interface DialerOptions {
  readonly logger: Logger;
  /** Absent when nobody may be asked. */
  readonly secrets?: SecretAsker;
  /** How ssh is run. */
  readonly ssh?: SshOptions;
}

/** The dialer of a target. */
export function newDialer(target: ConnectionTarget, options: DialerOptions): Dialer {
  switch (target.kind) {
    case 'unix':
      return plainDialer('localhost', { path: target.path });
    case 'npipe':
      return plainDialer('localhost', { path: target.path.replaceAll('/', '\\') });
    case 'tcp':
      if (target.tls !== undefined) {
        return new TlsDialer(target, options);
      }
      return plainDialer(hostAndPort(target), {
        host: target.host,
        port: target.port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
      });
    case 'ssh':
      return lateDialer(async () => new (await import('./sshDialer')).SshDialer(target, options));
    default:
      return assertNever(target);
  }
}

function plainDialer(host: string, options: net.NetConnectOpts): Dialer {
  return {
    host,
    poolSize: POOL_SIZE,
    connect: () => net.connect(options),
    dispose: () => undefined,
  };
}

/** A dialer whose code is loaded when it is first prepared, as an engine does before anything else. */
function lateDialer(load: () => Promise<Dialer>): Dialer {
  let inner: Dialer | undefined;
  let disposed = false;
  return {
    host: 'localhost',
    // Each is a program here and a session there.
    poolSize: 3,
    prepare: async (signal) => {
      inner ??= await load();
      if (disposed) {
        inner.dispose();
      }
      await inner.prepare?.(signal);
    },
    connect() {
      if (inner === undefined) {
        throw new SwarmscopeError('internal', { message: 'not prepared' });
      }
      return inner.connect();
    },
    dispose() {
      disposed = true;
      inner?.dispose();
    },
  };
}
