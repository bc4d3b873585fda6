import { setMaxListeners } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ProbeOutcome, ProbeSample } from '../shared/routingView';
import { systemAuthorities } from '../common/systemAuthorities';
import { HEAD_BYTES, MAX_BODY_BYTES } from './curlConfig';
import { runTcp, takeSound } from './curlEngine';
import { readFirstLine } from './curlResult';
import { Lanes } from './lanes';
import { askOf, isAsAsked, whatIsWrong } from './httpAsk';
import { formatAuthority, type HttpAsk } from '../shared/httpAsk';
import {
  type HttpAnswer,
  type OnSample,
  type ProbeEngine,
  type ProbeOptions,
  type ProbeTarget,
} from './probe';
import { outcomeOfSocketError } from './tcpProbe';

/** More at once and the event loop inflates the times that we measure. */
const MOST_AT_ONCE = 16;

/** Probes with Node's own http client, for machines without a recent curl. */
export class NodeProbeEngine implements ProbeEngine {
  readonly label = 'Node.js';
  /** Read once, for the first target that needs them. */
  private authorities: ReturnType<typeof systemAuthorities> | undefined;

  /** `productVersion` goes into the user agent. */
  constructor(private readonly productVersion: string) {}

  private trusted(): ReturnType<typeof systemAuthorities> {
    this.authorities ??= systemAuthorities();
    return this.authorities;
  }

  async run(
    targets: readonly ProbeTarget[],
    options: ProbeOptions,
    signal: AbortSignal,
    onSample: OnSample,
  ): Promise<void> {
    const concurrency = Math.min(options.concurrency, MOST_AT_ONCE);
    const { perNode } = options;
    const lanes = new Lanes({
      ...options,
      concurrency,
      // Half for one node at most, as with curl.
      ...(perNode === undefined ? {} : { perNode: Math.min(perNode, MOST_AT_ONCE / 2) }),
    });
    setMaxListeners(0, signal);
    const userAgent = `swarmscope/${this.productVersion}`;
    const sound = takeSound(targets, onSample);
    const http = sound.filter(({ kind }) => kind === 'http');
    await Promise.all([
      ...http.map((target) =>
        lanes.run([target], signal, async () => {
          const timeoutMs = target.timeoutMs ?? options.timeoutMs;
          const ca = askOf(target).scheme === 'https' ? await this.trusted() : undefined;
          const probe = new HttpProbe(target, timeoutMs, userAgent, ca);
          const sample = await probe.run(signal);
          if (sample !== undefined) {
            onSample(target.id, sample, probe.answer);
          }
        }),
      ),
      runTcp(
        sound.filter(({ kind }) => kind === 'tcp'),
        options.timeoutMs,
        lanes,
        signal,
        onSample,
      ),
    ]);
  }
}

/** One HTTP or HTTPS request over one connection of its own, timed by phase. */
class HttpProbe {
  private readonly at = Date.now();
  private readonly start = performance.now();
  private readonly phases: {
    lookup?: number;
    connect?: number;
    tls?: number;
    firstByte?: number;
  } = {};
  private readonly ask: HttpAsk;
  private headers: HttpAnswer['headers'] = [];
  private settle: (sample: ProbeSample | undefined) => void = () => {};
  private status: number | undefined;
  private head = '';

  constructor(
    private readonly target: ProbeTarget,
    private readonly timeoutMs: number,
    private readonly userAgent: string,
    /** Authorities that a server's certificate may come from, PEM; Node's own when undefined. */
    private readonly authorities: readonly string[] | undefined,
  ) {
    this.ask = askOf(target);
  }

  /** What the server said. */
  get answer(): HttpAnswer {
    return { headers: this.headers, body: this.head };
  }

  /** Never rejects; undefined when aborted. */
  async run(signal: AbortSignal): Promise<ProbeSample | undefined> {
    if (signal.aborted) {
      return undefined;
    }
    const outgoing = this.open();
    let settled = false;
    const sample = new Promise<ProbeSample | undefined>((resolve) => {
      this.settle = (value) => {
        settled = true;
        resolve(value);
      };
    });
    const onAbort = (): void => this.settle(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => this.settle(this.sample(this.lateOutcome())), this.timeoutMs);
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (!settled) {
        this.settle(this.sample(this.outcomeOf(error), error.code));
      }
    });
    outgoing.on('response', (response) => this.read(response));
    outgoing.end();
    const result = await sample;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    outgoing.destroy();
    return result;
  }

  private open(): ReturnType<typeof request> {
    const { host, port } = this.target;
    const { method, path, headers, serverName } = this.ask;
    return request({
      // With a socketPath VS Code's proxy support leaves the request alone.
      socketPath: '/unused',
      createConnection: () => this.connect(),
      method,
      path,
      headers: {
        Host: formatAuthority({ host: serverName ?? host, port }),
        'User-Agent': this.userAgent,
        Accept: '*/*',
        ...Object.fromEntries(headers),
        Connection: 'close',
      },
    });
  }

  private connect(): Socket {
    const socket = connect({ host: this.target.host, port: this.target.port });
    socket.once('lookup', () => (this.phases.lookup = this.elapsed()));
    socket.once('connect', () => (this.phases.connect = this.elapsed()));
    const spoken = this.ask.scheme === 'https' ? this.secure(socket) : socket;
    spoken.once('data', () => (this.phases.firstByte ??= this.elapsed()));
    return spoken;
  }

  private secure(socket: Socket): TLSSocket {
    const { host } = this.target;
    const name = this.ask.serverName ?? host;
    const secured = connectTls({
      socket,
      // An address is no name to send, and is checked against the certificate all the same.
      ...(isIP(name) === 0 ? { servername: name } : { host: name }),
      ALPNProtocols: ['http/1.1'],
      ...(this.authorities === undefined ? {} : { ca: [...this.authorities] }),
    });
    secured.once('secureConnect', () => (this.phases.tls = this.elapsed()));
    return secured;
  }

  private read(response: IncomingMessage): void {
    this.phases.firstByte ??= this.elapsed();
    this.status = response.statusCode;
    const { rawHeaders } = response;
    this.headers = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
    );
    const most = this.ask.bodyContains === undefined ? HEAD_BYTES : MAX_BODY_BYTES;
    let bytes = 0;
    // A character may lie half in one piece, half in the next.
    const decoder = new StringDecoder('utf8');
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (this.head.length < most) {
        this.head = (this.head + decoder.write(chunk)).slice(0, most);
      }
      if (bytes > MAX_BODY_BYTES) {
        this.settle(this.sample(this.answered()));
      }
    });
    response.on('end', () => this.settle(this.sample(this.answered())));
    response.on('error', () => this.settle(this.sample('reset')));
  }

  /** Also of an answer whose end is not waited for. */
  private answered(): ProbeOutcome {
    return whatIsWrong(this.ask, this.status ?? 0, this.answer) ?? 'answered';
  }

  private lateOutcome(): ProbeOutcome {
    if (this.status !== undefined) {
      return this.answered();
    }
    return this.phases.connect === undefined ? 'timed-out' : 'silent';
  }

  private outcomeOf(error: NodeJS.ErrnoException): ProbeOutcome {
    const { connect: connected, tls } = this.phases;
    if (this.ask.scheme === 'https' && connected !== undefined && tls === undefined) {
      return 'tls-failed';
    }
    if (this.phases.connect !== undefined && error.code === 'ECONNRESET') {
      // Node says "socket hang up" for a connection closed without an answer, curl says "empty reply".
      return error.message === 'socket hang up' ? 'empty' : 'reset';
    }
    if (this.phases.connect !== undefined && error.code?.startsWith('HPE_') === true) {
      // Something answers, in another language than HTTP.
      return 'answered';
    }
    return outcomeOfSocketError(error);
  }

  private sample(outcome: ProbeOutcome, detail?: string): ProbeSample {
    const firstLine = readFirstLine(this.head);
    const asAsked = isAsAsked(this.ask, outcome, this.status);
    return {
      at: this.at,
      outcome,
      reachable: this.phases.connect !== undefined,
      phases: { ...this.phases, total: this.elapsed() },
      ...(asAsked === undefined ? {} : { asAsked }),
      ...(this.status === undefined ? {} : { httpStatus: this.status }),
      ...(firstLine === undefined ? {} : { firstLine }),
      ...(detail === undefined ? {} : { detail }),
    };
  }

  private elapsed(): number {
    return performance.now() - this.start;
  }
}
