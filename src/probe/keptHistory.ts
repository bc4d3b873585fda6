import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import type { HistoryMark } from '../shared/historyView';
import type { ProbeSample } from '../shared/routingView';
import type { HistoryFiles } from './historyFiles';
import { ProbeHistory } from './probeHistory';

/** All histories together take no more, bytes. */
const BUDGET = 48 * 1024 * 1024;
/** A file is written no more often than this. */
const WRITE_EVERY_MS = 30_000;

/** The history of one connection while its panel is open, kept in a file in between. */
export class KeptHistory implements Disposable {
  readonly history: ProbeHistory;
  private timer: Disposable | undefined;
  private dirty = false;
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;
  private isLoaded = false;
  private readonly ending = new AbortController();
  /** Settles when what was kept is there; never rejects. */
  readonly loaded: Promise<void>;

  constructor(
    private readonly connectionId: string,
    private readonly parts: {
      readonly files: HistoryFiles;
      readonly clock: Clock;
      readonly room: () => number;
      readonly onDidDispose: () => void;
    },
  ) {
    this.history = new ProbeHistory(parts.room);
    this.loaded = this.load();
  }

  take(entryId: string, sample: ProbeSample, intervalMs: number): void {
    this.history.take(entryId, sample, intervalMs);
    this.note();
  }

  mark(marks: readonly HistoryMark[]): void {
    if (marks.length > 0) {
      this.history.mark(marks);
      this.note();
    }
  }

  /** Nothing is probed from now on: paused or hidden. What is not kept yet is written. */
  pause(): void {
    this.history.pause(this.parts.clock.now());
    this.write();
  }

  /** Settles when what was to be written is. */
  async written(): Promise<void> {
    await this.writing;
  }

  dispose(): void {
    if (this.ending.signal.aborted) {
      return;
    }
    this.ending.abort();
    this.timer?.dispose();
    // What came while the file was being read is little: it must not replace what the file holds.
    if (this.isLoaded && (this.dirty || this.isWriting)) {
      const now = this.parts.clock.now();
      this.history.pause(now);
      this.parts.files.writeNow(this.connectionId, this.history.save(now));
    }
    this.parts.onDidDispose();
  }

  private async load(): Promise<void> {
    const { files, clock } = this.parts;
    const saved = await files.read(this.connectionId);
    if (saved !== undefined && !this.ending.signal.aborted) {
      this.history.restore(saved, clock.now());
    }
    this.isLoaded = true;
  }

  private note(): void {
    this.dirty = true;
    this.timer ??= this.parts.clock.after(WRITE_EVERY_MS, () => this.write());
  }

  private write(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.writing = this.writing.then(() => this.loaded).then(() => this.writeOnce());
  }

  private async writeOnce(): Promise<void> {
    const { signal } = this.ending;
    if (this.dirty && !signal.aborted) {
      this.dirty = false;
      this.isWriting = true;
      const saved = this.history.save(this.parts.clock.now());
      await this.parts.files.write(this.connectionId, saved, signal);
      this.isWriting = false;
    }
  }
}

/** The histories of all open panels, which share one room. */
export class KeptHistories {
  private readonly open = new Set<KeptHistory>();
  private tidied = false;

  constructor(
    private readonly files: HistoryFiles,
    private readonly clock: Clock,
  ) {}

  /** Begins a connection's history with what was kept of it; the caller disposes it. */
  begin(connectionId: string): KeptHistory {
    const { files, clock } = this;
    if (!this.tidied) {
      this.tidied = true;
      void files.removeOld(clock.now());
    }
    const history: KeptHistory = new KeptHistory(connectionId, {
      files,
      clock,
      room: () => BUDGET / Math.max(1, this.open.size),
      onDidDispose: () => this.open.delete(history),
    });
    this.open.add(history);
    for (const one of this.open) {
      one.history.fit();
    }
    return history;
  }
}
