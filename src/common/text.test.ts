import { expect, test } from 'vitest';
import { toPlainLine } from './text';

test('foreign text becomes one capped line without control characters', () => {
  expect(toPlainLine('a\u001B[31m\nb\u0000\u202Ec')).toBe('a [31m b c');
  expect(toPlainLine('see [docs](command:workbench.action.terminal.new) now')).toBe(
    'see [docs] (command:workbench.action.terminal.new) now',
  );
  expect(toPlainLine('x'.repeat(500))).toHaveLength(300);
});
