import * as l10n from '@vscode/l10n';
import { setMaxListeners } from 'node:events';
import type { Clock } from '../common/clock';
import { toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { toPlainLine } from '../common/text';
import { Turns } from '../common/turns';
import type { LogOptions } from '../docker/engine';
import { LINE_CAP } from './logBuffer';
import { timeKey, toSince, type LogEntry, type NoteEntry, type TaskEntry } from './logEntry';
import type { FollowedTask } from './followedTask';
import { pause } from '../common/pause';
import { TaskReader } from './taskReader';

/** The tasks whose logs are wanted. */
export interface SeenTasks {
  /** Ended ones included, newest first. */
  readonly tasks: readonly FollowedTask[];
  /** Streams that may stay open, each with a connection of its own. */
  readonly most: number;
}

/** What a follower reads from and writes to. */
export interface LogHost {
  /**
   * Looks which tasks there are now.
   * @throws SwarmscopeError when the manager does not answer.
   */
  look(signal: AbortSignal): Promise<SeenTasks>;
  /** Opens the log of one task; as `Engine.logs`. */
  open(taskId: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Adds entries, in order; `dropped` of them were left out for want of room. */
  show(entries: readonly LogEntry[], dropped: number): void;
}

/** What of the logs is wanted. */
export interface FollowOptions {
  readonly follow: boolean;
  /** Newest lines over all tasks; all when omitted. */
  readonly tail?: number;
  /** As `LogOptions.since`. */
  readonly since?: string;
  readonly stderrOnly: boolean;
}

/** Milliseconds between two looks at the tasks: the engine has no events for them. */
export const LOOK_MS = 2_000;
/** Longest pause between two attempts, in milliseconds. */
export const LONGEST_PAUSE_MS = 30_000;
/** Lines of several tasks within this time are put in order, in milliseconds. */
const ORDER_MS = 250;
/** So long the first lines wait for those of every task, in milliseconds. */
const FIRST_MS = 4_000;
/** Tasks that are read at most, ended ones included: their streams end by themselves. */
const TASK_CAP = 48;
/** Tasks whose past is read at once. */
const PAST_AT_ONCE = 8;

/**
 * Reads a stream of each task and joins them in the order of time: a node that does not answer stops
 * no other (one stream of the whole service stays silent about it, moby#37336), new tasks join, ended
 * ones leave.
 */
export class LogFollower {
  private readonly readers = new Map<string, TaskReader>();
  /** Ids of all tasks that a look has shown, followed or not. */
  private readonly known = new Set<string>();
  private readonly pastTurns = new Turns(PAST_AT_ONCE);
  private pending: LogEntry[] = [];
  private dropped = 0;
  private isFirst = true;
  private toldCap = false;
  private toldEmpty = false;

  constructor(
    private readonly host: LogHost,
    private readonly options: FollowOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads until aborted, or to the end when not following. Called again it goes on where it was, with
   * what was missed in between. Never rejects for an engine's sake.
   */
  async run(signal: AbortSignal): Promise<void> {
    // Every reader listens to it.
    setMaxListeners(0, signal);
    const running = new Map<TaskReader, Promise<void>>();
    let lost: string | undefined;
    let delay = LOOK_MS;
    while (!signal.aborted) {
      try {
        const seen = await this.host.look(signal);
        const tasks = this.choose(seen);
        if (lost !== undefined) {
          this.note('info', l10n.t('The manager answers again'));
        }
        lost = undefined;
        delay = LOOK_MS;
        this.update(tasks, running, signal);
        for (const { id } of seen.tasks) {
          this.known.add(id);
        }
      } catch (thrown) {
        const reason = errorLine(toSwarmscopeError(thrown));
        if (!signal.aborted && lost === undefined) {
          this.note('warning', l10n.t('The tasks cannot be looked at, trying again: {0}', reason));
        }
        lost = reason;
        delay = Math.min(delay * 2, LONGEST_PAUSE_MS);
      }
      if (this.isFirst) {
        await this.showFirst(signal);
      }
      if (!this.options.follow && lost === undefined) {
        break;
      }
      await pause(this.clock, delay, signal);
    }
    await Promise.all(running.values());
    this.flush();
  }

  private update(
    tasks: readonly FollowedTask[],
    running: Map<TaskReader, Promise<void>>,
    signal: AbortSignal,
  ): void {
    if (tasks.length === 0 && !this.toldEmpty) {
      this.note('info', l10n.t('There is no task with a log now'));
    }
    this.toldEmpty = tasks.length === 0;
    for (const task of tasks) {
      const reader = this.readers.get(task.id) ?? this.newReader(task);
      reader.see(task);
      if (!running.has(reader) && !reader.isDone) {
        running.set(reader, this.read(reader, running, signal));
      }
    }
    for (const [id, reader] of this.readers) {
      if (!tasks.some((task) => task.id === id)) {
        reader.leave();
      }
    }
  }

  /** Reads a task until it has ended or has to make room; in the latter case it may come back. */
  private async read(
    reader: TaskReader,
    running: Map<TaskReader, Promise<void>>,
    signal: AbortSignal,
  ): Promise<void> {
    await reader.run(signal);
    if (this.options.follow) {
      running.delete(reader);
    }
  }

  private newReader(task: FollowedTask): TaskReader {
    const { since, stderrOnly, follow } = this.options;
    const reader = new TaskReader(
      task,
      {
        open: (id, options, signal) => this.host.open(id, options, signal),
        pastTurn: async (signal) => await this.pastTurns.take(signal),
        add: (entries) => this.add(entries),
        note: (tone, text) => this.note(tone, text),
      },
      {
        follow,
        stderrOnly,
        ...(since === undefined ? {} : { since }),
        ...this.beginningOf(task),
      },
      this.clock,
    );
    this.readers.set(task.id, reader);
    return reader;
  }

  /**
   * From where a task is read: at first its newest lines; a new one from its beginning; one that was
   * there all the while, and for which there is room only now, from now on.
   */
  private beginningOf({ id }: FollowedTask): Pick<LogOptions, 'tail' | 'since'> {
    const { tail } = this.options;
    if (this.isFirst) {
      return tail === undefined ? {} : { tail };
    }
    return this.known.has(id) ? { since: toSince(new Date(this.clock.now()).toISOString()) } : {};
  }

  /** Running tasks first, the newest first, bounded; says which are left out. */
  private choose({ tasks, most }: SeenTasks): readonly FollowedTask[] {
    const running = tasks.filter(({ ended }) => !ended);
    const ended = tasks.filter((task) => task.ended);
    // A stream of what is not followed ends by itself.
    const shown = running.slice(0, this.options.follow ? most : TASK_CAP);
    if (running.length > shown.length && !this.toldCap) {
      const text = l10n.t(
        'Showing the newest {0} of {1} running tasks: {2}. Choose "Show Logs" on a task to see its log.',
        shown.length,
        running.length,
        shown.map(({ name, node }) => `${name} (${node})`).join(', '),
      );
      this.note('info', toPlainLine(text, 600));
    }
    this.toldCap = running.length > shown.length;
    return [...shown, ...ended.slice(0, TASK_CAP - shown.length)];
  }

  /** Waits for what every task has now, so that it is cut to the newest lines as a whole. */
  private async showFirst(signal: AbortSignal): Promise<void> {
    const first = Promise.all([...this.readers.values()].map((reader) => reader.hasHistory));
    const enough = new AbortController();
    const stop = (): void => enough.abort();
    signal.addEventListener('abort', stop, { once: true });
    void first.then(stop);
    await pause(this.clock, FIRST_MS, enough.signal);
    signal.removeEventListener('abort', stop);
    if (!this.toldEmpty && this.pending.length === 0) {
      this.note('info', l10n.t('Nothing to show yet'));
    }
    this.isFirst = false;
    const { tail } = this.options;
    const notes = this.pending.filter((entry) => entry.kind === 'note');
    const lines = this.pending.filter((entry) => entry.kind === 'line');
    const ordered = lines.toSorted(byTime);
    this.pending = [...(tail === undefined ? ordered : ordered.slice(-tail)), ...notes];
    this.flush();
  }

  private note(tone: NoteEntry['tone'], text: string): void {
    const time = new Date(this.clock.now()).toISOString();
    this.add([{ kind: 'note', time, tone, text }]);
  }

  private add(entries: readonly LogEntry[]): void {
    if (this.pending.length === 0 && !this.isFirst) {
      this.clock.after(ORDER_MS, () => this.flush());
    }
    this.pending.push(...entries);
    if (this.pending.length > LINE_CAP) {
      const from = this.pending.length - LINE_CAP / 2;
      this.pending = this.pending.slice(from);
      this.dropped += from;
    }
  }

  private flush(): void {
    if (this.pending.length > 0) {
      const entries = this.isFirst ? this.pending : inOrder(this.pending);
      const { dropped } = this;
      this.pending = [];
      this.dropped = 0;
      this.host.show(entries, dropped);
    }
  }
}

function byTime(left: TaskEntry, right: TaskEntry): number {
  const [a, b] = [timeKey(left.time), timeKey(right.time)];
  return a < b ? -1 : Number(a > b);
}

/** Lines by their time; a note stays where it came, since our clock is not the engine's. */
function inOrder(entries: readonly LogEntry[]): LogEntry[] {
  const ordered: LogEntry[] = [];
  let lines: TaskEntry[] = [];
  for (const entry of entries) {
    if (entry.kind === 'line') {
      lines.push(entry);
    } else {
      ordered.push(...lines.toSorted(byTime), entry);
      lines = [];
    }
  }
  return [...ordered, ...lines.toSorted(byTime)];
}
