import { describe, expect, it } from 'vitest';
import { logFrame } from '../../test/fakes/fakeEngine';
import { LOG_LINE_LIMIT, LogDecoder, type LogLine } from './logStream';

const TIME = '2026-11-26T13:34:00.357920735Z';
const DETAILS =
  'com.docker.swarm.node.id=node1id,com.docker.swarm.service.id=web,com.docker.swarm.task.id=task1';

/** One line as the engine sends it. */
function entry(text: string, task = 'task1'): string {
  return `${TIME} ${DETAILS.replace('task1', task)} ${text}`;
}

/** Cuts bytes at places that a seed chooses, several bytes or none at a time. */
function chunks(bytes: Uint8Array, seed: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let state = seed;
  for (let at = 0; at < bytes.length;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const size = state % 13;
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}

function decode(parts: readonly Uint8Array[], isRaw = false): LogLine[] {
  const decoder = new LogDecoder(isRaw);
  return [...parts.flatMap((part) => decoder.push(part)), ...decoder.end()];
}

const STREAM = Buffer.concat([
  logFrame(`${entry('first')}\n`),
  logFrame(`${entry('schön 🐳 ')}\n`, 2),
  logFrame(entry('half a ')),
  logFrame(`${entry('of another task')}\n`, 1),
  logFrame(`${entry('other', 'task2')}\n`, 1),
  logFrame(''),
  logFrame(`${entry('')}\n`),
  logFrame('Error grabbing logs: node x is not available\n', 3),
  logFrame(entry('without an end')),
]);

describe('a log with frames', () => {
  it('tells channel, time, node, task and text of each line', () => {
    expect(decode([STREAM])).toEqual([
      { channel: 'stdout', time: TIME, nodeId: 'node1id', taskId: 'task1', text: 'first' },
      { channel: 'stderr', time: TIME, nodeId: 'node1id', taskId: 'task1', text: 'schön 🐳 ' },
      // The engine cuts long lines into entries, each with time and details of its own.
      {
        channel: 'stdout',
        time: TIME,
        nodeId: 'node1id',
        taskId: 'task1',
        text: 'half a of another task',
      },
      { channel: 'stdout', time: TIME, nodeId: 'node1id', taskId: 'task2', text: 'other' },
      { channel: 'stdout', time: TIME, nodeId: 'node1id', taskId: 'task1', text: '' },
      { channel: 'engine', text: 'Error grabbing logs: node x is not available' },
      { channel: 'stdout', time: TIME, nodeId: 'node1id', taskId: 'task1', text: 'without an end' },
    ]);
  });

  it('gives the same lines wherever the chunks end', () => {
    const whole = decode([STREAM]);
    for (let seed = 1; seed <= 300; seed += 1) {
      expect(decode(chunks(STREAM, seed)), `seed ${seed}`).toEqual(whole);
    }
    expect(decode([...STREAM].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('keeps a bounded part of a frame that claims 4 GB', () => {
    const decoder = new LogDecoder();
    const head = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    decoder.push(head);
    for (let count = 0; count < 100; count += 1) {
      expect(decoder.push(Buffer.alloc(64 * 1024, 'x'))).toEqual([]);
    }
    const [line] = decoder.end();
    expect(line?.text).toBe(`${'x'.repeat(LOG_LINE_LIMIT)}…`);
  });

  it('ends a line that never ends', () => {
    const part = logFrame(entry('y'.repeat(10_000)));
    const lines = decode(Array.from({ length: 50 }, () => part));
    expect(Math.max(...lines.map(({ text }) => text.length))).toBe(LOG_LINE_LIMIT + 1);
  });

  it('takes bytes that are no frames for text, however they are cut', () => {
    const hostile = Buffer.from([0xff, 0xfe, 0, 0, 0x80, 0x0a, 7, 7, 7, 7, 0x0a, 1, 0, 0]);
    const whole = decode([hostile]);
    expect(whole).toHaveLength(3);
    for (let seed = 1; seed <= 50; seed += 1) {
      expect(decode(chunks(hostile, seed))).toEqual(whole);
    }
  });
});

describe('a log of a service with a terminal', () => {
  const RAW = Buffer.from(`${entry('one')}\r\n${entry('zwei ü')}\r\r\n${entry('\u0001 three')}`);

  it('is lines without frames, wherever the chunks end', () => {
    const whole = decode([RAW], true);
    expect(whole.map(({ text, taskId }) => [text, taskId])).toEqual([
      ['one', 'task1'],
      ['zwei ü', 'task1'],
      ['\u0001 three', 'task1'],
    ]);
    for (let seed = 1; seed <= 100; seed += 1) {
      expect(decode(chunks(RAW, seed), true)).toEqual(whole);
    }
  });

  it('is known by itself where nobody said so', () => {
    expect(decode([RAW])).toEqual(decode([RAW], true));
  });
});
