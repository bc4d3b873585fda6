import { expect, test } from 'vitest';
import { checkSince, toEngineTime } from './sinceText';

const NOW = Date.parse('2026-11-26T13:30:00Z');

test('a duration counts back from now, a time is itself', () => {
  expect(toEngineTime('10m', NOW)).toBe((NOW / 1000 - 600).toFixed(3));
  expect(toEngineTime('1h30m', NOW)).toBe((NOW / 1000 - 5_400).toFixed(3));
  expect(toEngineTime('2026-11-26T13:00:00Z', NOW)).toBe((NOW / 1000 - 1_800).toFixed(3));
  expect(toEngineTime('2026-11-26 13:00Z', NOW)).toBe((NOW / 1000 - 1_800).toFixed(3));
  expect(toEngineTime(undefined, NOW)).toBeUndefined();
});

test('what is no time is refused with what to write', () => {
  for (const text of ['yesterday', '10', '10 m', '2026-13-45', '-5m', '1e9h']) {
    expect(checkSince(text, NOW), text).toMatchObject({ ok: false });
  }
  expect(checkSince('yesterday', NOW)).toMatchObject({
    error: expect.stringContaining('10m, 1h30m') as string,
  });
});

test('nothing means everything, and the future is told', () => {
  expect(checkSince('  ', NOW)).toEqual({ ok: true, value: undefined });
  expect(checkSince('10m', NOW)).toEqual({ ok: true, value: '10m' });
  expect(checkSince('2030-01-01', NOW)).toMatchObject({
    ok: true,
    warning: expect.any(String) as string,
  });
});
