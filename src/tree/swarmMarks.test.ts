import { expect, test } from 'vitest';
import type { ConnectionEntry } from '../docker/target';
import { swarmMarks } from './swarmMarks';

function entries(...fields: readonly Partial<ConnectionEntry>[]): ConnectionEntry[] {
  return fields.map((field, index) => ({
    id: String(index),
    name: String(index),
    source: 'setting',
    address: 'tcp://h',
    ...field,
  }));
}

test('gives each its own colour, leaving out the chosen ones', () => {
  const marks = swarmMarks(entries({}, { color: 'blue' }, { production: true }, {}));
  expect(Object.fromEntries(marks)).toEqual({ 0: 'green', 1: 'blue', 2: 'red', 3: 'orange' });
});

test('begins the palette anew when there are more swarms than colours', () => {
  const marks = [...swarmMarks(entries({}, {}, {}, {}, {}, {}, {})).values()];
  expect(marks).toEqual(['blue', 'green', 'orange', 'purple', 'yellow', 'blue', 'green']);
});
