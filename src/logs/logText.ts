import * as l10n from '@vscode/l10n';
import type { LogBuffer } from './logBuffer';
import type { LogEntry, TaskEntry } from './logEntry';

/** Widest column of names, in characters. */
const WIDEST = 40;

/** How a log is drawn. */
export interface LogLook {
  readonly timestamps: boolean;
}

/** The whole text of a log view: what was dropped, then aligned lines; days are told where they change. */
export function logText(buffer: LogBuffer, { timestamps }: LogLook): string {
  const entries = buffer.all;
  const widths = {
    task: widest(entries, ({ task }) => task),
    node: widest(entries, ({ node }) => node),
  };
  const lines: string[] = [];
  if (buffer.dropped > 0) {
    lines.push(`── ${l10n.t('{0} earlier lines were dropped', buffer.dropped)}`);
  }
  let day = '';
  for (const entry of entries) {
    const time = new Date(entry.time);
    const today = dayOf(time);
    if (timestamps && today !== day) {
      lines.push(`── ${today}`);
      day = today;
    }
    lines.push((timestamps ? `${clockOf(time)}  ` : '') + body(entry, widths));
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function body(entry: LogEntry, widths: { readonly task: number; readonly node: number }): string {
  if (entry.kind === 'note') {
    return `${entry.tone === 'warning' ? '!!' : '──'} ${entry.text}`;
  }
  const task = entry.task.padEnd(widths.task);
  const node = entry.node.padEnd(widths.node);
  // A word beside the colour: not everybody sees red.
  return `${task}  ${node}  ${entry.isError ? 'err' : '   '} │ ${entry.text}`;
}

function widest(entries: readonly LogEntry[], read: (entry: TaskEntry) => string): number {
  let width = 0;
  for (const entry of entries) {
    width = entry.kind === 'line' ? Math.max(width, read(entry).length) : width;
  }
  return Math.min(width, WIDEST);
}

/** `2026-11-26`, local. */
function dayOf(time: Date): string {
  const month = String(time.getMonth() + 1).padStart(2, '0');
  return `${time.getFullYear()}-${month}-${String(time.getDate()).padStart(2, '0')}`;
}

/** `13:34:00.357`, local. */
function clockOf(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
