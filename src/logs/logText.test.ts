import { expect, test } from 'vitest';
import { LogBuffer } from './logBuffer';
import type { LogEntry } from './logEntry';
import { logText } from './logText';

// Local, as a person reads it.
const TIME = new Date(2026, 10, 26, 13, 34, 0, 357).toISOString();

function line(task: string, node: string, text: string, isError = false): LogEntry {
  return { kind: 'line', time: TIME, task, node, isError, text };
}

test('lines stand in columns, stderr says so in a word, remarks stand out', () => {
  const buffer = new LogBuffer();
  buffer.add([
    line('web.2', 'node1', 'fine'),
    line('web.10', 'n3', 'broken', true),
    { kind: 'note', time: TIME, tone: 'warning', text: 'n3 does not answer' },
    { kind: 'note', time: TIME, tone: 'info', text: 'n3 answers again' },
  ]);
  expect(logText(buffer, { timestamps: true })).toBe(
    [
      '── 2026-11-26',
      '13:34:00.357  web.2   node1      │ fine',
      '13:34:00.357  web.10  n3     err │ broken',
      '13:34:00.357  !! n3 does not answer',
      '13:34:00.357  ── n3 answers again',
      '',
    ].join('\n'),
  );
  expect(logText(buffer, { timestamps: false }).split('\n')[0]).toBe('web.2   node1      │ fine');
});

test('a full buffer drops the oldest lines and says how many', () => {
  const buffer = new LogBuffer(10, 1_000);
  buffer.add(Array.from({ length: 25 }, (_, index) => line('w', 'n', `line ${index}`)));
  expect(buffer.all).toHaveLength(9);
  expect(buffer.dropped).toBe(16);
  buffer.noteDropped(4);
  const lines = logText(buffer, { timestamps: false }).split('\n');
  expect(lines[0]).toBe('── 20 earlier lines were dropped');
  expect(lines[1]).toContain('line 16');
  buffer.clear();
  expect(logText(buffer, { timestamps: true })).toBe('');
});

test('a buffer of long lines is bounded by their text', () => {
  const buffer = new LogBuffer(10_000, 1_000);
  buffer.add(Array.from({ length: 50 }, () => line('w', 'n', 'x'.repeat(100))));
  expect(buffer.all).toHaveLength(9);
});
