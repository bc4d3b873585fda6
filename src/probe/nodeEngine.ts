import { setMaxListeners } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import pLimit from 'p-limit';
import type { ProbeOutcome, ProbeSample } from '../shared/routingView';
import { isProbeAddress, MAX_BODY_BYTES } from './curlConfig';
import { malformedSample, runTcp } from './curlEngine';
import { readFirstLine } from './curlResult';
import type { ProbeEngine, ProbeOptions, ProbeTarget } from './probe';
import { outcomeOfSocketError } from './tcpProbe';

/** More at once and the event loop inflates the times that we measure. */
const MOST_AT_ONCE = 16;

/** Probes with Node's own http client, for machines without a recent curl. */
export class NodeProbeEngine implements ProbeEngine {
  readonly label = 'Node.js';

  /** `productVersion` goes into the user agent. */
  constructor(private readonly productVersion: string) {}

  async run(
    targets: readonly ProbeTarget[],
    options: ProbeOptions,
    signal: AbortSignal,
    onSample: (id: string, sample: ProbeSample) => void,
  ): Promise<void> {
    const concurrency = Math.min(options.concurrency, MOST_AT_ONCE);
    const limit = pLimit(concurrency);
    setMaxListeners(0, signal);
    const userAgent = `swarmscope/${this.productVersion}`;
    const http = targets.filter(({ kind }) => kind === 'http');
    await Promise.all([
      ...http.map((target) =>
        limit(async () => {
          const sample = isProbeAddress(target.host, target.port)
            ? await new HttpProbe(target, options.timeoutMs, userAgent).run(signal)
            : malformedSample();
          if (sample !== undefined) {
            onSample(target.id, sample);
          }
        }),
      ),
      runTcp(
        targets.filter(({ kind }) => kind === 'tcp'),
        { ...options, concurrency },
        signal,
        onSample,
      ),
    ]);
  }
}

/** One HTTP request over one connection of its own, timed by phase. */
class HttpProbe {
  private readonly at = Date.now();
  private readonly start = performance.now();
  private readonly phases: { lookup?: number; connect?: number; firstByte?: number } = {};
  private settle: (sample: ProbeSample | undefined) => void = () => {};
  private status: number | undefined;
  private head = '';

  constructor(
    private readonly target: ProbeTarget,
    private readonly timeoutMs: number,
    private readonly userAgent: string,
  ) {}

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
    return request({
      // With a socketPath VS Code's proxy support leaves the request alone.
      socketPath: '/unused',
      createConnection: () => this.connect(),
      path: '/',
      headers: {
        Host: `${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
        'User-Agent': this.userAgent,
        Accept: '*/*',
        Connection: 'close',
      },
    });
  }

  private connect(): Socket {
    const socket = connect({ host: this.target.host, port: this.target.port });
    socket.once('lookup', () => (this.phases.lookup = this.elapsed()));
    socket.once('connect', () => (this.phases.connect = this.elapsed()));
    socket.once('data', () => (this.phases.firstByte ??= this.elapsed()));
    return socket;
  }

  private read(response: IncomingMessage): void {
    this.phases.firstByte ??= this.elapsed();
    this.status = response.statusCode;
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (this.head.length < 4096) {
        this.head += chunk.toString('utf8');
      }
      if (bytes > MAX_BODY_BYTES) {
        this.settle(this.sample('answered'));
      }
    });
    response.on('end', () => this.settle(this.sample('answered')));
    response.on('error', () => this.settle(this.sample('reset')));
  }

  private lateOutcome(): ProbeOutcome {
    if (this.status !== undefined) {
      return 'answered';
    }
    return this.phases.connect === undefined ? 'timed-out' : 'silent';
  }

  private outcomeOf(error: NodeJS.ErrnoException): ProbeOutcome {
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
    return {
      at: this.at,
      outcome,
      reachable: this.phases.connect !== undefined,
      phases: { ...this.phases, total: this.elapsed() },
      ...(this.status === undefined ? {} : { httpStatus: this.status }),
      ...(firstLine === undefined ? {} : { firstLine }),
      ...(detail === undefined ? {} : { detail }),
    };
  }

  private elapsed(): number {
    return performance.now() - this.start;
  }
}
