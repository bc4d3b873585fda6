import { setTimeout as wait } from 'node:timers/promises';
import { type EngineAnswer, askEngine } from '../../lab/engineApi';

/** Answers of one engine, by the name of the step. */
export type Transcript = ReadonlyMap<string, EngineAnswer>;

export type Method = 'GET' | 'POST' | 'DELETE';
export type Json = Record<string, unknown>;

/** An image that every node of the lab has. */
export const IMAGE = 'swarmscope/hostname:latest';
const WAIT_MS = 120_000;
/** Changes of its own that an engine may put before one of ours. */
const MOST_CHANGES = 20;

/** A change by what was just read. */
export interface Change {
  /** With the version. */
  readonly path: string;
  readonly body: unknown;
}

/** The window of events that ends later than what just happened may be told. */
export function eventsSince(begin: number, filters: Record<string, readonly string[]>): string {
  const until = Math.floor(Date.now() / 1_000) + 2;
  const text = encodeURIComponent(JSON.stringify(filters));
  return `/events?since=${begin}&until=${until}&filters=${text}`;
}

/** Sends requests to one engine and keeps what it answers. */
export class Player {
  readonly transcript = new Map<string, EngineAnswer>();

  constructor(readonly socket: string) {}

  /** Sends a request; what it answers is part of the contract. */
  async step(method: Method, path: string, body?: unknown, note = ''): Promise<EngineAnswer> {
    const name = `${method} ${decodeURIComponent(path)}${note === '' ? '' : ` (${note})`}`;
    return this.keep(name, await askEngine(this.socket, method, path, body));
  }

  /** Sends a request whose path holds an id; `name` stands for it in the contract. */
  async stepNamed(name: string, path: string, body?: unknown): Promise<EngineAnswer> {
    const method = name.split(' ')[0] as Method;
    return this.keep(name, await askEngine(this.socket, method, path, body));
  }

  /**
   * Changes what the engine itself may change at the same moment: `prepare` looks anew until the change
   * is in sequence. How often it took is not part of the contract, and nothing is without a name.
   */
  async change(name: string | undefined, prepare: () => Promise<Change>): Promise<void> {
    for (let left = MOST_CHANGES; ; left -= 1) {
      const { path, body } = await prepare();
      const answer = await askEngine(this.socket, 'POST', path, body);
      if (left > 0 && answer.body.includes('update out of sequence')) {
        continue;
      }
      if (name !== undefined) {
        this.keep(name, answer);
      }
      return;
    }
  }

  /** Keeps texts, ids left out, as a part of the contract that is compared to the word. */
  keepWords(name: string, words: readonly string[]): void {
    const plain = words.map((word) => word.replaceAll(/\b[a-z0-9]{25}\b/g, '{id}').trim());
    const body = JSON.stringify(Object.fromEntries(plain.map((word) => [word, true])));
    this.keep(name, { status: 200, body });
  }

  /** Sends a request whose answer is not kept as it is. */
  async ask(method: Method, path: string): Promise<EngineAnswer> {
    return await askEngine(this.socket, method, path);
  }

  /** Reads what is not part of the contract. */
  async read<T>(path: string): Promise<T> {
    return JSON.parse((await askEngine(this.socket, 'GET', path)).body) as T;
  }

  /** Keeps an answer as a part of the contract. */
  keep(name: string, answer: EngineAnswer): EngineAnswer {
    if (this.transcript.has(name)) {
      throw new Error(`two steps are called ${name}`);
    }
    this.transcript.set(name, answer);
    return answer;
  }

  /** Reads until `isReady`; how often it took is not part of the contract. */
  async until<T>(path: string, isReady: (value: T) => boolean): Promise<T> {
    const end = Date.now() + WAIT_MS;
    for (;;) {
      const { body } = await askEngine(this.socket, 'GET', path);
      const value = JSON.parse(body) as T;
      if (isReady(value)) {
        return value;
      }
      if (Date.now() > end) {
        throw new Error(
          `GET ${path}: not as awaited within ${WAIT_MS} ms: ${body.slice(0, 2_000)}`,
        );
      }
      await wait(100);
    }
  }
}

/** A path with the `filters` parameter. */
export function filtered(path: string, filters: Record<string, readonly string[]>): string {
  return `${path}?filters=${encodeURIComponent(JSON.stringify(filters))}`;
}
