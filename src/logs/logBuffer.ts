import type { LogEntry } from './logEntry';

/** Lines that a view keeps; what is older is dropped and counted. */
export const LINE_CAP = 20_000;
/** Characters of text that a view keeps, for logs of long lines. */
const TEXT_CAP = 4_000_000;
/** Part of a full buffer that stays when it is cut, so that not every line moves all others. */
const KEPT = 0.9;

/** The newest entries of a log, bounded. */
export class LogBuffer {
  private entries: LogEntry[] = [];
  private characters = 0;
  /** Entries that were dropped for newer ones. */
  dropped = 0;

  constructor(
    private readonly lineCap = LINE_CAP,
    private readonly textCap = TEXT_CAP,
  ) {}

  get all(): readonly LogEntry[] {
    return this.entries;
  }

  add(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.entries.push(entry);
      this.characters += entry.text.length;
    }
    if (this.entries.length > this.lineCap || this.characters > this.textCap) {
      this.cut();
    }
  }

  /** Counts lines that were dropped before they came here. */
  noteDropped(count: number): void {
    this.dropped += count;
  }

  clear(): void {
    this.entries = [];
    this.characters = 0;
    this.dropped = 0;
  }

  private cut(): void {
    let from = 0;
    let { characters } = this;
    const most = { lines: this.lineCap * KEPT, characters: this.textCap * KEPT };
    while (this.entries.length - from > most.lines || characters > most.characters) {
      characters -= this.entries[from]?.text.length ?? 0;
      from += 1;
    }
    this.entries = this.entries.slice(from);
    this.characters = characters;
    this.dropped += from;
  }
}
