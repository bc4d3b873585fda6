/** Where a line comes from; `engine` is what the engine says itself when logs are missing. */
export type LogChannel = 'stdout' | 'stderr' | 'engine';

/** One line of a log as the engine sent it: untrusted text, not made harmless yet. */
export interface LogLine {
  readonly channel: LogChannel;
  /** RFC 3339 with up to nine decimals, UTC; undefined where the engine gave none. */
  readonly time?: string;
  readonly nodeId?: string;
  readonly taskId?: string;
  readonly text: string;
}

/** Longest line that is kept, in characters; a longer one is cut or comes in several. */
export const LOG_LINE_LIMIT = 16 * 1024;
/** Longest entry that is kept, in bytes: the engine cuts at 16 KiB, time and details come before. */
const ENTRY_LIMIT = LOG_LINE_LIMIT + 2048;
/** Unfinished lines that are kept at most. */
const PARTIAL_LIMIT = 256;

const NEWLINE = 0x0a;
const HEADER_BYTES = 8;
/** Stream types of a frame. Source: moby pkg/stdcopy (stdin is written as stdout). */
const CHANNELS: readonly LogChannel[] = ['stdout', 'stdout', 'stderr', 'engine'];

/** Collects bytes up to the limit and forgets the rest. */
class CappedBytes {
  private parts: Uint8Array[] = [];
  private size = 0;
  private isCut = false;

  add(bytes: Uint8Array): void {
    const room = ENTRY_LIMIT - this.size;
    const kept = bytes.length > room ? bytes.slice(0, room) : bytes;
    this.isCut ||= kept.length < bytes.length;
    if (kept.length > 0) {
      this.parts.push(kept);
      this.size += kept.length;
    }
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** The text so far; begins anew. */
  take(): string {
    const text = Buffer.concat(this.parts).toString('utf8');
    const taken = this.isCut ? `${text}…` : text;
    this.parts = [];
    this.size = 0;
    this.isCut = false;
    return taken;
  }
}

/**
 * Cuts the bytes of `GET …/logs` (with timestamps and details) into lines, wherever the chunks end.
 * Without a terminal the engine sends one frame for each entry: type, three zeros, length (4 bytes,
 * big endian), text. With one it sends the text alone. Source: Engine API, "Stream format".
 */
export class LogDecoder {
  private header: number[] = [];
  private channel: LogChannel = 'stdout';
  /** Bytes of the present frame that are still to come. */
  private left = 0;
  private readonly entry = new CappedBytes();
  /** Beginnings of lines that the engine cuts every 16 KiB, by channel and task. */
  private readonly partial = new Map<string, LogLine>();

  /** With `isRaw`, for services that have a terminal, there are no frames. */
  constructor(private isRaw = false) {}

  /** Adds a chunk and returns the lines that are complete now. */
  push(chunk: Uint8Array): LogLine[] {
    const lines: LogLine[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.isRaw) {
        at = this.readRaw(chunk, at, lines);
      } else if (this.header.length < HEADER_BYTES) {
        this.header.push(chunk[at] ?? 0);
        at += 1;
        this.readHeader(lines);
      } else {
        const end = Math.min(chunk.length, at + this.left);
        this.entry.add(chunk.subarray(at, end));
        this.left -= end - at;
        at = end;
        this.endFrame(lines);
      }
    }
    return lines;
  }

  /** What is left when the stream has ended: lines without an end of line. */
  end(): LogLine[] {
    const lines: LogLine[] = [];
    if (!this.entry.isEmpty) {
      this.finish(`${this.entry.take()}\n`, lines);
    }
    lines.push(...this.partial.values());
    this.partial.clear();
    return lines;
  }

  private readRaw(chunk: Uint8Array, at: number, lines: LogLine[]): number {
    const newline = chunk.indexOf(NEWLINE, at);
    this.entry.add(chunk.subarray(at, newline === -1 ? chunk.length : newline));
    if (newline === -1) {
      return chunk.length;
    }
    this.finish(`${this.entry.take()}\n`, lines);
    return newline + 1;
  }

  private readHeader(lines: LogLine[]): void {
    if (this.header.length < HEADER_BYTES) {
      return;
    }
    const [type = 0, ...rest] = this.header;
    const channel = CHANNELS[type];
    if (channel === undefined || rest.slice(0, 3).some((byte) => byte !== 0)) {
      // No frames after all: what we took for a header is text.
      this.isRaw = true;
      const bytes = Uint8Array.from(this.header);
      this.header = [];
      lines.push(...this.push(bytes));
      return;
    }
    this.channel = channel;
    this.left = Buffer.from(rest.slice(3)).readUInt32BE();
    this.endFrame(lines);
  }

  private endFrame(lines: LogLine[]): void {
    if (this.left === 0) {
      this.header = [];
      if (!this.entry.isEmpty) {
        this.finish(this.entry.take(), lines);
      }
    }
  }

  /** Takes one entry, with its end of line unless the engine cut it. */
  private finish(entry: string, lines: LogLine[]): void {
    const isWhole = entry.endsWith('\n') || entry.endsWith('…');
    // A terminal puts a carriage return before each end of line, of which some have one already.
    const { text, ...origin } = readEntry(this.channel, entry.replace(/\r*\n$/, ''));
    const key = `${this.channel} ${origin.taskId ?? ''}`;
    const before = this.partial.get(key);
    this.partial.delete(key);
    const whole = { ...origin, ...before, text: joined(before?.text ?? '', text) };
    if (isWhole || whole.text.length >= LOG_LINE_LIMIT) {
      lines.push(...whole.text.split('\n').map((line) => ({ ...whole, text: line })));
    } else {
      this.partial.set(key, whole);
      if (this.partial.size > PARTIAL_LIMIT) {
        lines.push(...this.partial.values());
        this.partial.clear();
      }
    }
  }
}

function joined(before: string, text: string): string {
  const whole = before + text;
  return whole.length <= LOG_LINE_LIMIT ? whole : `${whole.slice(0, LOG_LINE_LIMIT)}…`;
}

const STAMPED = /^(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z) /;
const DETAILS = /^(?=\S*com\.docker\.swarm\.)(?<details>\S+) /;

/** Splits `<time> <details> <text>`; what the engine says itself bears neither. */
function readEntry(channel: LogChannel, entry: string): LogLine {
  const time = STAMPED.exec(entry)?.groups?.['time'];
  const afterTime = time === undefined ? entry : entry.slice(time.length + 1);
  const details = DETAILS.exec(afterTime)?.groups?.['details'];
  const text = details === undefined ? afterTime : afterTime.slice(details.length + 1);
  const facts = new URLSearchParams((details ?? '').replaceAll(',', '&'));
  const nodeId = facts.get('com.docker.swarm.node.id') ?? '';
  const taskId = facts.get('com.docker.swarm.task.id') ?? '';
  return {
    channel,
    ...(time === undefined ? {} : { time }),
    ...(nodeId === '' ? {} : { nodeId }),
    ...(taskId === '' ? {} : { taskId }),
    text,
  };
}
