import * as v from 'valibot';
import type { CurlResult } from './curlResult';
import { GREETING } from './managerScript';

/** One finished transfer, as the manager tells it. */
export interface ManagerResult {
  readonly number: number;
  /** False where the manager has no route to the address. */
  readonly routed: boolean;
  readonly result: CurlResult;
  /** The answer's beginning, headers first. */
  readonly text: string;
}

/** What hears the manager's script. */
export interface ManagerListener {
  /** It runs; the first line of `curl --version`, empty without a curl. */
  readonly onGreeting: (version: string) => void;
  readonly onResult: (result: ManagerResult) => void;
  readonly onEnd: () => void;
}

/** Longest line, in bytes: curl's JSON holds an address and a redirect. */
const LINE_LIMIT = 262_144;

const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const resultSchema = v.object({
  exitcode: v.number(),
  errormsg: v.nullable(v.string()),
  http_code: v.number(),
  time_namelookup: seconds,
  time_connect: seconds,
  time_appconnect: seconds,
  time_starttransfer: seconds,
  time_total: seconds,
});

/** Reads what the script on a manager writes; throws a RangeError on anything that it does not write. */
export class ManagerReader {
  private chunks: Buffer[] = [];
  private kept = 0;
  private greeted = false;
  /** What of an answer's beginning is awaited. */
  private awaited:
    { readonly size: number; readonly told: Omit<ManagerResult, 'text'> } | undefined;

  /** No answer's beginning is longer than `cap` bytes. */
  constructor(
    private readonly listener: ManagerListener,
    private readonly cap: number,
  ) {}

  take(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.kept += chunk.length;
    if (this.awaited !== undefined && this.kept < this.awaited.size) {
      return;
    }
    let rest = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    for (let next = this.read(rest); next !== undefined; next = this.read(rest)) {
      rest = rest.subarray(next);
    }
    this.chunks = rest.length === 0 ? [] : [rest];
    this.kept = rest.length;
  }

  /** Reads one thing; gives the bytes that it took, undefined while it is not whole. */
  private read(rest: Buffer): number | undefined {
    const { awaited } = this;
    if (awaited !== undefined) {
      if (rest.length < awaited.size) {
        return undefined;
      }
      this.awaited = undefined;
      this.listener.onResult({ ...awaited.told, text: rest.toString('utf8', 0, awaited.size) });
      return awaited.size;
    }
    const end = rest.indexOf(10);
    if (end > LINE_LIMIT || (end < 0 && rest.length > LINE_LIMIT)) {
      throw new RangeError('A line without an end');
    }
    if (end < 0) {
      return undefined;
    }
    this.readLine(rest.toString('utf8', 0, end));
    return end + 1;
  }

  private readLine(line: string): void {
    if (!this.greeted) {
      if (!line.startsWith(GREETING)) {
        throw new RangeError('Something else answers');
      }
      this.greeted = true;
      this.listener.onGreeting(line.slice(GREETING.length));
    } else if (line === 'end') {
      this.listener.onEnd();
    } else {
      this.readResult(line);
    }
  }

  private readResult(line: string): void {
    const [, number, size, routed, json = ''] =
      /^r (\d{1,6}) (\d{1,9}) ([01]) (\{.*\})$/.exec(line) ?? [];
    const result = v.safeParse(resultSchema, parseJson(json));
    if (!result.success || Number(size) > this.cap) {
      throw new RangeError('A result that is none');
    }
    this.awaited = {
      size: Number(size),
      told: { number: Number(number), routed: routed === '1', result: result.output },
    };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
