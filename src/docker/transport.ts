import Docker from 'dockerode';
import * as http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Disposable } from '../common/disposable';
import { SwarmscopeError, type ErrorCode } from '../common/errors';
import type { Dialer } from './dialer';
import { toTlsError } from './tlsErrors';

/** The part of docker-modem that is used: one request, its answer as a stream. */
export interface Modem {
  dial(
    options: DialOptions,
    callback: (error: unknown, answer: http.IncomingMessage | null) => void,
  ): void;
}

/** Options of docker-modem's `dial` with everything explicit. */
export interface DialOptions {
  /** Ends in `?`, else docker-modem drops the query. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly options: {
    readonly _query: Readonly<Record<string, string>>;
    readonly _body?: unknown;
  };
  readonly headers: Readonly<Record<string, string>>;
  readonly isStream: true;
  readonly statusCodes: Readonly<Record<number, true>>;
  readonly abortSignal: AbortSignal;
}

/** A way for requests: the shared pool, or a connection of its own. */
export interface Line extends Disposable {
  readonly modem: Modem;
  /** Whether a connection was ever made, so that a request may have reached the engine. */
  readonly connected: boolean;
}

const DOCKER_VARIABLES = [
  'DOCKER_HOST',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'DOCKER_CLIENT_TIMEOUT',
  'DOCKER_PATH_PREFIX',
] as const;

/** Every connection to one target; nothing of it stays open after {@link dispose}. */
export class Transport implements Disposable {
  /** Connections that requests share. */
  readonly pool: Line;
  private readonly lines = new Set<OpenLine>();

  /** Owns `dialer`. */
  constructor(private readonly dialer: Dialer) {
    this.pool = this.open({ keepAlive: true, maxSockets: dialer.poolSize, maxFreeSockets: 2 });
  }

  /** Value of the Host header. */
  get host(): string {
    return this.dialer.host;
  }

  /** See {@link Dialer.prepare}. */
  async prepare(signal: AbortSignal | undefined): Promise<void> {
    await this.dialer.prepare?.(signal ?? new AbortController().signal);
  }

  /**
   * A connection of its own, for what must not meet a pooled connection that the engine is just
   * closing (creates) or would occupy one for ever (events). The caller disposes it.
   */
  single(): Line {
    return this.open({ keepAlive: false });
  }

  dispose(): void {
    for (const line of this.lines) {
      line.dispose();
    }
    this.dialer.dispose();
  }

  private open(options: http.AgentOptions): Line {
    const line = new OpenLine(this.dialer, options, () => this.lines.delete(line));
    this.lines.add(line);
    return line;
  }
}

class OpenLine implements Line {
  readonly modem: Modem;
  connected = false;
  private readonly agent: DialerAgent;

  constructor(
    dialer: Dialer,
    options: http.AgentOptions,
    private readonly onDispose: () => void,
  ) {
    this.agent = new DialerAgent(dialer, options, () => {
      this.connected = true;
    });
    this.modem = createModem(this.agent);
  }

  dispose(): void {
    this.agent.destroyAll();
    this.onDispose();
  }
}

/** An agent whose connections its dialer makes, whatever address the request names. */
class DialerAgent extends http.Agent {
  private readonly opened = new Set<Duplex>();
  private ended = false;

  constructor(
    private readonly dialer: Dialer,
    options: http.AgentOptions,
    private readonly onConnect: () => void,
  ) {
    super(options);
  }

  /**
   * Called by http.ClientRequest. docker-modem follows redirects to whatever address they name,
   * without this agent, and an odd one throws where nobody can catch it: so it never sees any.
   */
  addRequest(request: http.ClientRequest, ...rest: unknown[]): void {
    request.prependListener('response', (response) => {
      delete response.headers.location;
    });
    const base = http.Agent.prototype as unknown as Pick<DialerAgent, 'addRequest'>;
    base.addRequest.call(this, request, ...rest);
  }

  // Called by http.Agent for every new connection.
  override createConnection(): Duplex {
    const socket = this.dialer.connect();
    this.opened.add(socket);
    socket.once('connect', this.onConnect);
    socket.once('secureConnect', this.onConnect);
    socket.once('close', () => this.opened.delete(socket));
    if (this.ended) {
      socket.destroy(Object.assign(new Error('Disposed'), { name: 'AbortError' }));
    }
    return socket;
  }

  destroyAll(): void {
    this.ended = true;
    this.destroy();
    for (const socket of this.opened) {
      socket.destroy();
    }
  }
}

/**
 * The socketPath is never opened, the agent decides. It must be there all the same: VS Code replaces
 * the agent of a request to another host by its proxy's unless the request has a socketPath.
 */
function createModem(agent: http.Agent): Modem {
  // dockerode lets the environment win over options and throws on a bad DOCKER_HOST.
  const kept = DOCKER_VARIABLES.map((name) => [name, process.env[name]] as const);
  for (const name of DOCKER_VARIABLES) {
    delete process.env[name];
  }
  try {
    const options = { socketPath: '/unused', protocol: 'http' as const, agent };
    return new Docker(options).modem as Modem;
  } finally {
    for (const [name, value] of kept) {
      if (value !== undefined) {
        process.env[name] = value;
      }
    }
  }
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'connection-refused',
  ENOENT: 'socket-missing',
  EACCES: 'socket-denied',
  EPERM: 'socket-denied',
  // A path that is a plain file.
  ENOTSOCK: 'connection-refused',
  ENOTFOUND: 'host-unknown',
  EAI_AGAIN: 'host-unknown',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'timed-out',
  ENETUNREACH: 'timed-out',
  EHOSTDOWN: 'timed-out',
  ECONNRESET: 'connection-lost',
  ECONNABORTED: 'connection-lost',
  EPIPE: 'connection-lost',
  ERR_STREAM_PREMATURE_CLOSE: 'connection-lost',
};

/** Says what a failed connection or request means; anything unknown counts as a lost connection. */
export function toTransportError(error: unknown, address: string): SwarmscopeError {
  if (error instanceof SwarmscopeError) {
    return error;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new SwarmscopeError('cancelled', { address }, { cause: error });
  }
  const reason = systemCode(error);
  const tlsError = toTlsError(error, reason, { address });
  if (tlsError !== undefined) {
    return tlsError;
  }
  // Node's HTTP parser: something answered, but not HTTP.
  const code = reason.startsWith('HPE_') ? 'not-an-engine' : (CODES[reason] ?? 'connection-lost');
  return new SwarmscopeError(code, { address, reason }, { cause: error });
}

/** `code` of a system error; of several connection attempts, that of the first. */
function systemCode(error: unknown): string {
  if (error instanceof AggregateError && !('code' in error)) {
    return systemCode(error.errors[0]);
  }
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
