import { expect, test } from 'vitest';
import { toLogText } from './plainLog';

test('colours, links and titles of terminals vanish', () => {
  expect(toLogText('\u001B[1;31merror\u001B[0m \u001B[38;2;1;2;3mred\u001B[K')).toBe('error red');
  expect(toLogText('\u001B]8;;https://evil.example\u0007here\u001B]8;;\u001B\\ now')).toBe(
    'here now',
  );
  expect(toLogText('\u001B]0;title\u001B\\a\u001BPq#0\u001B\\b\u001B(Bc\u009B2Jd')).toBe('abcd');
});

test('an escape sequence that never ends takes nothing else with it', () => {
  expect(toLogText('a\u001B')).toBe('a');
  expect(toLogText('a\u001B[')).toBe('a');
});

test('controls and marks that reorder text show as a dot, tabs stay', () => {
  expect(toLogText('10%\r20%\u0000\u202Etxt\u2066\u2028\u0085\tend')).toBe('10%·20%··txt···\tend');
});

test('letters of every script and emoji stay as they are', () => {
  const text = 'schön ελ 日本 🐳 👩‍💻 [error] x=1';
  expect(toLogText(text)).toBe(text);
});
