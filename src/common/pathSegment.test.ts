import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectionOfSegment, connectionSegment } from './pathSegment';

test.each([
  ['setting:lab', 'lab'],
  ['setting:my lab', 'my~20lab'],
  ['context:lab', 'context~3alab'],
  ['setting:a:b', 'setting~3aa~3ab'],
  ['entered:tcp://10.0.0.1:2375', 'entered~3atcp~3a~2f~2f10.0.0.1~3a2375'],
  ['lab', '~~lab'],
  ['setting:..', 'setting~3a..'],
])('the connection %s is shown as %s', (id, segment) => {
  expect(connectionSegment(id)).toBe(segment);
  expect(connectionOfSegment(segment)).toBe(id);
});

test('addresses from before are read', () => {
  expect(connectionOfSegment('setting~3alab')).toBe('setting:lab');
});

test('no two connections share a segment', () => {
  const ids = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.string().map((name) => `setting:${name}`),
    fc.string({ unit: fc.constantFrom('~', '3', 'a', ':', '%') }).map((name) => `setting:${name}`),
  );
  fc.assert(
    fc.property(ids, (id) => {
      expect(connectionOfSegment(connectionSegment(id))).toBe(id);
    }),
  );
});
