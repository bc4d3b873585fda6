import * as l10n from '@vscode/l10n';
import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import { isSwarmscopeError, toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { toPlainLine } from '../common/text';
import type { LogOptions } from '../docker/engine';
import { stripRpcPrefix } from '../docker/engineText';
import { LogDecoder, type LogChannel, type LogLine } from '../docker/logStream';
import type { FollowedTask } from './followedTask';
import { timeKey, toSince, type NoteEntry, type TaskEntry } from './logEntry';
import { pause } from '../common/pause';
import { toLogText } from './plainLog';

/** What a reader works with. */
export interface ReaderHost {
  open(taskId: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Waits for a turn to read what a task has written so far. */
  pastTurn(signal: AbortSignal): Promise<Disposable>;
  add(entries: readonly TaskEntry[]): void;
  note(tone: NoteEntry['tone'], text: string): void;
}

/** First and longest pause between two attempts, in milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** What a task has written is waited for so long, in milliseconds, whenever nothing comes. */
const SILENCE_MS = 10_000;

type Outcome = 'ended' | 'missing' | 'gone';

/**
 * Reads the log of one task: what it has, then what it writes, and again whenever the stream ends while
 * the task lives. An engine asked to follow a task of a dead node stays silent; asked for what there is
 * it says at once that the node is not available, so that is asked first.
 */
export class TaskReader {
  /** Resolves when what the task had written at first is read, or cannot be read. */
  readonly hasHistory: Promise<void>;
  private told = false;
  private left = false;
  private done = false;
  private attempt = new AbortController();
  private rest = new AbortController();
  private resolveHistory = (): void => {};
  /** Times of the newest lines, by channel, and of all. */
  private readonly newest = new Map<LogChannel, string>();
  /** The same before the present read, whose first lines may be known already. */
  private seenBefore: ReadonlyMap<LogChannel, string> = new Map();
  /** Why logs are missing, in words. */
  private cause = '';
  private newestTime: string | undefined;

  constructor(
    private task: FollowedTask,
    private readonly host: ReaderHost,
    private readonly options: LogOptions,
    private readonly clock: Clock,
  ) {
    this.hasHistory = new Promise((resolve) => {
      this.resolveHistory = resolve;
    });
  }

  /** Whether there is nothing more to come. */
  get isDone(): boolean {
    return this.done;
  }

  /** What the swarm says of the task now. */
  see(task: FollowedTask): void {
    const before = this.task;
    this.task = task;
    this.left = false;
    if (!task.answers && before.answers) {
      // What is open to a dead node never ends by itself.
      this.attempt.abort();
    }
    if ((task.answers && !before.answers) || (task.ended && !before.ended)) {
      this.rest.abort();
    }
  }

  /** The task is not part of the swarm any more, or there is no room for it now. */
  leave(): void {
    this.left = true;
    this.attempt.abort();
    this.rest.abort();
  }

  /** Reads until the task has ended and its log is read, or until aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let delay = FIRST_PAUSE_MS;
    let wasLive = false;
    while (!signal.aborted && !this.left) {
      const { ended } = this.task;
      const outcome = await this.read(false, signal);
      this.resolveHistory();
      if (outcome === 'gone' || (outcome === 'ended' && (ended || !this.options.follow))) {
        this.done ||= outcome === 'ended' && ended;
        this.tellEnd(wasLive);
        return;
      }
      if (outcome === 'missing' || !this.task.answers) {
        this.tellMissing();
      } else {
        this.tellBack();
        wasLive = true;
        const openedAt = this.clock.now();
        await this.read(true, signal);
        delay = this.clock.now() - openedAt > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : delay;
      }
      if (!this.options.follow) {
        return;
      }
      await this.wait(delay, signal);
      delay = Math.min(delay * 2, LONGEST_PAUSE_MS);
    }
    this.resolveHistory();
  }

  private async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    this.rest = new AbortController();
    const stop = (): void => this.rest.abort();
    signal.addEventListener('abort', stop, { once: true });
    await pause(this.clock, ms, this.rest.signal);
    signal.removeEventListener('abort', stop);
  }

  private async read(follow: boolean, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted || this.left) {
      return 'gone';
    }
    this.attempt = new AbortController();
    const { attempt } = this;
    const stop = (): void => attempt.abort();
    signal.addEventListener('abort', stop, { once: true });
    const turn = follow ? undefined : await this.host.pastTurn(attempt.signal);
    const decoder = new LogDecoder(this.task.hasTerminal);
    this.seenBefore = new Map(this.newest);
    let isWhole = true;
    const silence = new Silence(this.clock, () => {
      this.cause = l10n.t('no answer within {0} seconds', SILENCE_MS / 1_000);
      isWhole = false;
      attempt.abort();
    });
    try {
      const stream = this.host.open(this.task.id, this.request(follow), attempt.signal);
      for await (const chunk of follow ? stream : silence.limit(stream)) {
        isWhole = this.take(decoder.push(chunk)) && isWhole;
      }
      isWhole = this.take(decoder.end()) && isWhole;
      if (attempt.signal.aborted && isWhole) {
        // A stream that is given up ends like any other: what it had not told yet is not read.
        return signal.aborted || this.left ? 'gone' : 'missing';
      }
      return isWhole ? 'ended' : 'missing';
    } catch (error) {
      if (isSwarmscopeError(error, 'not-found')) {
        this.done = true;
        return 'gone';
      }
      this.cause = errorLine(toSwarmscopeError(error));
      return 'missing';
    } finally {
      turn?.dispose();
      silence.dispose();
      signal.removeEventListener('abort', stop);
    }
  }

  private request(follow: boolean): LogOptions {
    const { stderrOnly, since, tail } = this.options;
    const from = this.newestTime === undefined ? since : toSince(this.newestTime);
    return {
      follow,
      ...(stderrOnly === true ? { stderrOnly } : {}),
      ...(from === undefined ? {} : { since: from }),
      ...(tail === undefined || this.newestTime !== undefined ? {} : { tail }),
    };
  }

  /** Hands lines on that are new; false when the engine says that some are missing. */
  private take(lines: readonly LogLine[]): boolean {
    const entries: TaskEntry[] = [];
    let isWhole = true;
    for (const line of lines) {
      if (line.channel === 'engine') {
        this.cause = toPlainLine(stripRpcPrefix(line.text));
        isWhole = false;
      } else if (this.isNew(line)) {
        entries.push(this.entryOf(line));
      }
    }
    if (entries.length > 0) {
      this.host.add(entries);
    }
    return isWhole;
  }

  /** `since` names a time that was read already; entries of one channel come in order. */
  private isNew({ channel, time }: LogLine): boolean {
    if (time === undefined) {
      return true;
    }
    const key = timeKey(time);
    if (key <= (this.seenBefore.get(channel) ?? '')) {
      return false;
    }
    if (key > (this.newest.get(channel) ?? '')) {
      this.newest.set(channel, key);
    }
    if (this.newestTime === undefined || key > timeKey(this.newestTime)) {
      this.newestTime = time;
    }
    return true;
  }

  private entryOf({ channel, time, text }: LogLine): TaskEntry {
    return {
      kind: 'line',
      time: time ?? new Date(this.clock.now()).toISOString(),
      task: this.task.name,
      node: this.task.node,
      isError: channel === 'stderr',
      text: toLogText(text),
    };
  }

  private tellMissing(): void {
    if (!this.told) {
      this.told = true;
      const { name, node, answers } = this.task;
      this.host.note(
        'warning',
        answers
          ? l10n.t('The logs of {0} on {1} are missing: {2}', name, node, this.cause)
          : l10n.t('{0} does not answer: the logs of {1} are missing', node, name),
      );
    }
  }

  private tellBack(): void {
    if (this.told) {
      this.told = false;
      const { name, node } = this.task;
      this.host.note('info', l10n.t('{0} answers again: {1} goes on', node, name));
    }
  }

  private tellEnd(wasLive: boolean): void {
    const { name, node, ended, outcome } = this.task;
    if (wasLive && ended) {
      const text = l10n.t('{0} on {1} ended: {2}', name, node, outcome);
      this.host.note('info', toPlainLine(text));
    }
  }
}

/** Strikes when a stream that ends by itself brings nothing for a while. */
class Silence {
  private timer: Disposable | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly strike: () => void,
  ) {}

  async *limit<T>(stream: AsyncIterable<T>): AsyncGenerator<T> {
    this.wind();
    for await (const item of stream) {
      yield item;
      this.wind();
    }
  }

  dispose(): void {
    this.timer?.dispose();
  }

  private wind(): void {
    this.timer?.dispose();
    this.timer = this.clock.after(SILENCE_MS, this.strike);
  }
}
