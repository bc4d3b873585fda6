import type * as http from 'node:http';
import { ApiError } from './apiError';
import { BODY_LIMIT } from './apiExchange';
import { toIso } from './identity';
import { linesOf, type LogLine } from './logLines';
import type { SwarmState } from './swarmState';
import type { DemoTask, TaskTemplate } from './swarmTypes';

/** Whose lines are asked for. */
export interface LogSource {
  /** A terminal has one stream, which is sent without frames. */
  readonly isTty: boolean;
  /** The tasks of now. */
  readonly tasks: () => readonly DemoTask[];
}

interface LogQuery {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly details: boolean;
  /** Nanoseconds since the epoch. */
  readonly since: bigint;
  /** Lines of each task; undefined: all. */
  readonly tail?: number;
}

/** Milliseconds between two looks at what was written, while somebody follows. */
const FOLLOW_MS = 500;
const STREAM_NUMBERS = { stdout: 1, stderr: 2, failure: 3 } as const;

/** Whether the containers of a template have a terminal. */
export function hasTerminal(template: TaskTemplate): boolean {
  return template.ContainerSpec['TTY'] === true;
}

/** Answers `GET /services/{id}/logs` and `GET /tasks/{id}/logs`. */
export class LogStreams {
  constructor(private readonly state: SwarmState) {}

  /** Sends what is there, then, when asked to follow, what comes until the client goes. */
  serve(response: http.ServerResponse, query: URLSearchParams, source: LogSource): void {
    const wanted = readQuery(query);
    const kind = source.isTty ? 'raw-stream' : 'multiplexed-stream';
    response.writeHead(200, { 'Content-Type': `application/vnd.docker.${kind}` });
    response.flushHeaders();
    const now = this.now();
    this.send(response, wanted, source, { from: wanted.since - 1n, to: now, tail: wanted.tail });
    if (wanted.follow) {
      this.follow(response, wanted, source, now);
      return;
    }
    const lost = this.lostNode(source);
    if (lost !== undefined) {
      response.write(frame('failure', `${incomplete(lost)}\n`, source.isTty));
    }
    response.end();
  }

  private follow(
    response: http.ServerResponse,
    wanted: LogQuery,
    source: LogSource,
    from: bigint,
  ): void {
    const timer = this.state.clock.after(FOLLOW_MS, () => {
      response.removeListener('close', stop);
      const to = this.now();
      this.send(response, wanted, source, { from, to, tail: undefined });
      this.follow(response, wanted, source, to);
    });
    const stop = (): void => timer.dispose();
    response.once('close', stop);
  }

  private send(
    response: http.ServerResponse,
    wanted: LogQuery,
    source: LogSource,
    span: { readonly from: bigint; readonly to: bigint; readonly tail: number | undefined },
  ): void {
    for (const task of source.tasks()) {
      if (this.state.nodes.get(task.nodeId ?? '')?.state !== 'ready') {
        continue;
      }
      const lines = linesOf(task, span.from, span.to).filter(({ stream }) => wanted[stream]);
      const first = span.tail === undefined ? 0 : Math.max(0, lines.length - span.tail);
      for (const line of lines.slice(first)) {
        if (response.writableLength < BODY_LIMIT) {
          response.write(frame(line.stream, textOf(task, line, wanted), source.isTty));
        }
      }
    }
  }

  /** A node with tasks to read that does not answer. */
  private lostNode(source: LogSource): string | undefined {
    return source
      .tasks()
      .map((task) => this.state.nodes.get(task.nodeId ?? ''))
      .find((node) => node?.state === 'down')?.id;
  }

  private now(): bigint {
    return BigInt(Math.floor(this.state.clock.now())) * 1_000_000n;
  }
}

/** The engine's words, which end a stream that is otherwise answered with 200. */
function incomplete(nodeId: string): string {
  const reason = `some logs could not be retrieved for the following reasons: node ${nodeId} is not available`;
  const warning = `warning: incomplete log stream. ${reason}`;
  return `Error grabbing logs: rpc error: code = Unknown desc = ${warning}`;
}

function textOf(task: DemoTask, line: LogLine, wanted: LogQuery): string {
  const origin = [
    `com.docker.swarm.node.id=${task.nodeId}`,
    `com.docker.swarm.service.id=${task.serviceId}`,
    `com.docker.swarm.task.id=${task.id}`,
  ];
  return [
    ...(wanted.timestamps ? [toIso(line.stamp)] : []),
    ...(wanted.details ? [origin.join(',')] : []),
    `${line.text}\n`,
  ].join(' ');
}

/** Eight bytes before each line: the stream, three of nothing, and the length. */
function frame(stream: keyof typeof STREAM_NUMBERS, text: string, isTty: boolean): Buffer {
  const body = Buffer.from(text, 'utf8');
  if (isTty) {
    return body;
  }
  const head = Buffer.alloc(8);
  head.writeUInt8(STREAM_NUMBERS[stream], 0);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

function readQuery(query: URLSearchParams): LogQuery {
  const [stdout, stderr] = [isSet(query.get('stdout')), isSet(query.get('stderr'))];
  if (!stdout && !stderr) {
    throw new ApiError(500, 'Bad parameters: you must choose at least one stream');
  }
  const tail = readTail(query.get('tail') ?? '');
  return {
    stdout,
    stderr,
    follow: isSet(query.get('follow')),
    timestamps: isSet(query.get('timestamps')),
    details: isSet(query.get('details')),
    since: readSince(query.get('since') ?? ''),
    ...(tail === undefined ? {} : { tail }),
  };
}

/** Reads a boolean as the engine's log routes do: everything but a no is a yes. */
function isSet(text: string | null): boolean {
  return !['', '0', 'no', 'false', 'none'].includes((text ?? '').trim().toLowerCase());
}

function readTail(text: string): number | undefined {
  if (text === '' || text === 'all') {
    return undefined;
  }
  if (!/^[+-]?\d+$/.test(text)) {
    throw new ApiError(500, 'tail value must be a positive integer or "all"');
  }
  if (Number(text) < 0) {
    throw new ApiError(500, 'negative tail values not supported');
  }
  return Number(text);
}

/** Reads seconds with decimals as nanoseconds. */
function readSince(text: string): bigint {
  if (text === '') {
    return 0n;
  }
  const [, seconds, decimals = ''] = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (seconds === undefined) {
    const parse = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new ApiError(500, `could not parse since timestamp: ${parse}`);
  }
  return BigInt(seconds) * 1_000_000_000n + BigInt(decimals.padEnd(9, '0'));
}
