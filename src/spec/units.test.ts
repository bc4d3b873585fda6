import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  formatCpus,
  formatDuration,
  formatOctal,
  formatSize,
  fromNanoCpus,
  parseDuration,
  parseOctal,
  parseSize,
  toNanoCpus,
} from './units';

const amount = fc.maxSafeNat();

describe('durations', () => {
  it.each([
    ['10s', 10_000_000_000],
    ['1m30s', 90_000_000_000],
    ['500ms', 500_000_000],
    ['1.5h', 5_400_000_000_000],
    ['.5s', 500_000_000],
    ['1us', 1_000],
    ['1µs2ns', 1_002],
    ['0', 0],
    ['0s', 0],
    ['1h1h', 7_200_000_000_000],
  ])('%s', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it.each(['', '10', 's', '-1s', '1d', '1 s', '1.2.3s', '.s', '10S', '2503h'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it.each([
    [90_000_000_000, '1m30s'],
    [3_600_000_000_000, '1h'],
    [500_000_000, '500ms'],
    [1_500_000_000, '1.5s'],
    [1_000, '1us'],
    [1, '1ns'],
    [0, '0s'],
    [61_000_000_001, '1m1.000000001s'],
    [60_000_000_001, '1m1ns'],
  ])('%d is written %s', (nanoseconds, text) => {
    expect(formatDuration(nanoseconds)).toBe(text);
  });

  it('come back exactly', () => {
    fc.assert(
      fc.property(amount, (nanoseconds) => {
        expect(parseDuration(formatDuration(nanoseconds))).toBe(nanoseconds);
      }),
    );
  });
});

describe('sizes', () => {
  it.each([
    ['64M', 67_108_864],
    ['64m', 67_108_864],
    ['64mb', 67_108_864],
    ['64MiB', 67_108_864],
    ['64 M', 67_108_864],
    ['1.5g', 1_610_612_736],
    ['1000', 1000],
    ['1000b', 1000],
    ['0', 0],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'M', '-1M', '1X', '1ib', '1MM', '1,5g', '9000P'])('%j is none', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  it('come back exactly', () => {
    fc.assert(
      fc.property(amount, (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
    expect(formatSize(67_108_864)).toBe('64M');
    expect(formatSize(1000)).toBe('1000b');
  });
});

test('CPUs come back exactly, and are written without an exponent', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000_000_000 }), (nano) => {
      const cpus = fromNanoCpus(nano);
      expect(toNanoCpus(cpus)).toBe(nano);
      expect(formatCpus(cpus)).toMatch(/^\d+(\.\d{1,9})?$/);
      expect(toNanoCpus(Number(formatCpus(cpus)))).toBe(nano);
    }),
  );
  expect([0.5, 10, 0.000_000_001].map(formatCpus)).toEqual(['0.5', '10', '0.000000001']);
});

test('file modes are octal, with a leading 0', () => {
  expect(['0444', '444', '1777', '0'].map(parseOctal)).toEqual([0o444, 0o444, 0o1777, 0]);
  expect(['', '888', '0o444', '-1'].map(parseOctal)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
  expect([0o444, 0o1777, 0].map(formatOctal)).toEqual(['0444', '01777', '0000']);
});
