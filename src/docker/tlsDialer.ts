import { isIP } from 'node:net';
import * as tls from 'node:tls';
import { SwarmscopeError, type ErrorDetails } from '../common/errors';
import type { Dialer, DialerOptions } from './dialer';
import { KEEP_ALIVE_MS, POOL_SIZE } from './dialerLimits';
import { LateDuplex } from './lateDuplex';
import { formatTarget, hostAndPort } from './parseAddress';
import type { TcpTarget, TlsOptions } from './target';
import { loadCredentials } from './tlsCredentials';
import { toTlsError } from './tlsErrors';

/**
 * With TLS 1.3 a client is through before the engine has looked at its certificate, and a request
 * that is sent then may be answered by a bare reset. An engine that is content sends a session
 * ticket at once; one that sends none is waited for so many milliseconds.
 */
const CONTENT_MS = 100;

/** Connects over TLS to a tcp target. */
export class TlsDialer implements Dialer {
  readonly host: string;
  readonly poolSize = POOL_SIZE;
  private readonly ended = new AbortController();
  private readonly tls: TlsOptions;
  private credentials: Promise<tls.SecureContext> | undefined;

  constructor(
    private readonly target: TcpTarget,
    private readonly options: DialerOptions,
  ) {
    this.host = hostAndPort(target);
    this.tls = target.tls ?? { verify: true };
  }

  connect(): LateDuplex {
    return new LateDuplex(async (signal) => {
      const secureContext = await this.load();
      if (signal.aborted) {
        throw new SwarmscopeError('cancelled', this.where);
      }
      return await this.shakeHands(secureContext, signal);
    });
  }

  readonly prepare = async (signal: AbortSignal): Promise<void> => {
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(new SwarmscopeError('cancelled', this.where));
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      if (signal.aborted) {
        stop();
      }
      await Promise.race([this.load(), aborted]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };

  dispose(): void {
    this.ended.abort();
    this.credentials = undefined;
  }

  private get where(): ErrorDetails {
    return { address: formatTarget(this.target) };
  }

  /** Files are read, and the person is asked, once for all connections. */
  private load(): Promise<tls.SecureContext> {
    this.credentials ??= loadCredentials(this.tls, this.options.secrets, this.ended.signal).catch(
      (error: unknown) => {
        this.credentials = undefined;
        throw error instanceof SwarmscopeError
          ? new SwarmscopeError(error.code, { ...this.where, ...error.details }, { cause: error })
          : this.explain(error);
      },
    );
    return this.credentials;
  }

  private shakeHands(
    secureContext: tls.SecureContext,
    signal: AbortSignal,
  ): Promise<tls.TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = this.open(secureContext);
      const abort = (): void => void socket.destroy();
      signal.addEventListener('abort', abort, { once: true });
      let timer: NodeJS.Timeout | undefined;
      const settle = (run: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        run();
      };
      const done = (): void => settle(() => resolve(socket));
      socket.on('error', (error) => settle(() => reject(this.explain(error))));
      socket.once('close', () => settle(() => reject(closedEarly())));
      socket.once('secureConnect', () => {
        socket.setNoDelay(true);
        socket.setKeepAlive(true, KEEP_ALIVE_MS);
        if (socket.getProtocol() === 'TLSv1.3') {
          // Not at once: it is told from inside a read, when a write would be lost.
          socket.once('session', () => setImmediate(done));
          timer = setTimeout(done, CONTENT_MS);
        } else {
          done();
        }
      });
    });
  }

  private open(secureContext: tls.SecureContext): tls.TLSSocket {
    const { host, port } = this.target;
    const name = this.tls.serverName ?? host;
    return tls.connect({
      host,
      port,
      secureContext,
      rejectUnauthorized: this.tls.verify,
      // RFC 6066: an address is no server name.
      ...(isIP(name) === 0 ? { servername: name } : {}),
      checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
    });
  }

  /** Names what TLS says; other errors are system errors, which the transport names. */
  private explain(error: unknown): Error {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : '';
    const asked = this.tls.cert === undefined ? { asked: 'required' } : {};
    const host = this.tls.serverName ?? this.target.host;
    const known = toTlsError(error, reason, { ...this.where, host, ...asked });
    return known ?? (error instanceof Error ? error : new Error(String(error)));
  }
}

function closedEarly(): Error {
  return Object.assign(new Error('Closed during the handshake'), { code: 'ECONNRESET' });
}
