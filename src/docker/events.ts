import { StringDecoder } from 'node:string_decoder';
import type { Logger } from '../common/logger';
import { normalizeEvent, type EventRecord } from './records/event';

/** Longest event line that is read, in characters; longer ones are skipped. */
export const LINE_LIMIT = 1024 * 1024;

/** Cuts a byte stream into lines: chunks end anywhere, inside a character too. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private skipping = false;

  constructor(private readonly limit = LINE_LIMIT) {}

  /** Adds a chunk and returns the lines that are complete now, without empty ones. */
  push(chunk: Buffer): string[] {
    const parts = this.decoder.write(chunk).split('\n');
    const lines: string[] = [];
    parts.forEach((part, index) => {
      this.add(part);
      if (index < parts.length - 1) {
        this.finish(lines);
      }
    });
    return lines;
  }

  private add(part: string): void {
    if (this.skipping || this.rest.length + part.length > this.limit) {
      this.skipping = true;
      this.rest = '';
    } else {
      this.rest += part;
    }
  }

  private finish(lines: string[]): void {
    const line = this.rest.trim();
    if (!this.skipping && line !== '') {
      lines.push(line);
    }
    this.rest = '';
    this.skipping = false;
  }
}

/** Reads one line of the event stream; undefined, and a log entry, when it is no event. */
export function parseEventLine(line: string, logger: Logger): EventRecord | undefined {
  try {
    // Quoted first, since JSON.parse would round the nanoseconds.
    const quoted = line.replace(/"timeNano":(\d+)/, '"timeNano":"$1"');
    return normalizeEvent(JSON.parse(quoted));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn(`Left out an event of ${line.length} characters: ${reason}`);
    return undefined;
  }
}

/** Turns the body of `GET /events` into records, skipping malformed lines. */
export async function* readEvents(
  body: AsyncIterable<Buffer>,
  logger: Logger,
): AsyncGenerator<EventRecord> {
  const splitter = new LineSplitter();
  for await (const chunk of body) {
    for (const line of splitter.push(chunk)) {
      const event = parseEventLine(line, logger);
      if (event !== undefined) {
        yield event;
      }
    }
  }
}
