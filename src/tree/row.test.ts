import { describe, expect, it } from 'vitest';
import { formatTime } from './row';

describe('formatTime', () => {
  it.each([
    ['2026-01-31T12:34:56.789012345Z', '2026-01-31 12:34:56 UTC'],
    ['2026-01-31T12:34:56Z', '2026-01-31 12:34:56 UTC'],
    ['2026-01-31T12:34:56+01:00', '2026-01-31T12:34:56+01:00'],
    ['', ''],
  ])('reads %j as %j', (text, shown) => {
    expect(formatTime(text)).toBe(shown);
  });
});
