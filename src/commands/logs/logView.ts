import * as l10n from '@vscode/l10n';
import type { Clock } from '../../common/clock';
import type { Disposable } from '../../common/disposable';
import { LogBuffer } from '../../logs/logBuffer';
import { LogFollower, type FollowOptions, type LogHost } from '../../logs/logFollower';
import type { LogEntry, NoteEntry } from '../../logs/logEntry';
import { logText } from '../../logs/logText';
import type { LogAddress } from '../../logs/logAddress';

/** Shortest time between two changes of a document, in milliseconds. */
const REDRAW_MS = 200;
/** A long text is drawn more rarely: so many characters cost a millisecond of pause. */
const CHARACTERS_PER_MS = 4_000;

/** The logs of one document: what was read so far, and the reading of more. */
export class LogView implements Disposable {
  private readonly buffer = new LogBuffer();
  private readonly follower: LogFollower;
  private running: AbortController | undefined;
  private redraw: Disposable | undefined;
  private drawn: Uint8Array = new Uint8Array();
  private isStale = true;
  /** Of the document, in milliseconds since the epoch; grows with every change. */
  mtime: number;

  constructor(
    readonly address: LogAddress,
    host: Omit<LogHost, 'show'>,
    options: FollowOptions,
    private readonly clock: Clock,
    private readonly events: {
      /** The text is another now. */
      readonly onChange: () => void;
      /** It is read now, or not any more. */
      readonly onLive: () => void;
    },
  ) {
    this.mtime = clock.now();
    const show = (entries: readonly LogEntry[], dropped: number): void => {
      this.buffer.noteDropped(dropped);
      this.buffer.add(entries);
      this.change();
    };
    this.follower = new LogFollower(
      {
        look: (signal) => host.look(signal),
        open: (id, wanted, signal) => host.open(id, wanted, signal),
        show,
      },
      options,
      clock,
    );
  }

  get isLive(): boolean {
    return this.running !== undefined;
  }

  /** The text as it is now. */
  get bytes(): Uint8Array {
    if (this.isStale) {
      this.isStale = false;
      this.drawn = Buffer.from(logText(this.buffer, this.address.options), 'utf8');
    }
    return this.drawn;
  }

  /** Reads on; what came while it was stopped is caught up with. */
  start(): void {
    if (this.running === undefined) {
      const running = new AbortController();
      this.running = running;
      this.events.onLive();
      void this.follower.run(running.signal).finally(() => {
        if (this.running === running) {
          this.running = undefined;
          this.note(l10n.t('This is all: the logs are not followed'));
          this.events.onLive();
        }
      });
    }
  }

  /** Reads no more until {@link start}. */
  stop(): void {
    if (this.running !== undefined) {
      this.end();
      this.note(l10n.t('Stopped here'));
      this.events.onLive();
    }
  }

  clear(): void {
    this.buffer.clear();
    this.change(true);
  }

  dispose(): void {
    this.end();
    this.redraw?.dispose();
  }

  private end(): void {
    const { running } = this;
    this.running = undefined;
    running?.abort();
  }

  private note(text: string): void {
    const time = new Date(this.clock.now()).toISOString();
    const entry: NoteEntry = { kind: 'note', time, tone: 'info', text };
    this.buffer.add([entry]);
    this.change(true);
  }

  private change(atOnce = false): void {
    if (atOnce) {
      this.redraw?.dispose();
      this.redraw = undefined;
      this.tell();
      return;
    }
    const pause = Math.max(REDRAW_MS, this.drawn.length / CHARACTERS_PER_MS);
    this.redraw ??= this.clock.after(pause, () => {
      this.redraw = undefined;
      this.tell();
    });
  }

  private tell(): void {
    this.isStale = true;
    this.mtime = Math.max(this.mtime + 1, this.clock.now());
    this.events.onChange();
  }
}
