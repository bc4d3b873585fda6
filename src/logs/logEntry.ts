/** A line of a task. */
export interface TaskEntry {
  readonly kind: 'line';
  /** RFC 3339, UTC, up to nine decimals: sorts as text once padded by {@link timeKey}. */
  readonly time: string;
  /** `web.2` */
  readonly task: string;
  /** Host name of its node. */
  readonly node: string;
  readonly isError: boolean;
  /** Harmless, one line. */
  readonly text: string;
}

/** A remark of ours between the lines. */
export interface NoteEntry {
  readonly kind: 'note';
  readonly time: string;
  readonly tone: 'info' | 'warning';
  readonly text: string;
}

/** What a log view shows, one to a line. */
export type LogEntry = TaskEntry | NoteEntry;

/** A time with all its nine decimals, so that times sort as text; engines leave zeros at the end out. */
export function timeKey(time: string): string {
  const [seconds = '', decimals = ''] = time.replace(/Z$/, '').split('.');
  return `${seconds}.${decimals.padEnd(9, '0')}`;
}

/** A time as the engine takes it for `since`: seconds since the epoch with its decimals. */
export function toSince(time: string): string {
  const [seconds = '', decimals = ''] = timeKey(time).split('.');
  return `${Date.parse(`${seconds}Z`) / 1000}.${decimals}`;
}
