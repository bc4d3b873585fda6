import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentPath, parseDocumentPath } from './documentAddress';

test('an address survives its path, whatever the connection is called', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.constantFrom('network', 'service', 'node', 'task'),
      fc.stringMatching(/^[a-z0-9]{25}$/),
      fc.string(),
      (connectionId, kind, id, name) => {
        const address = { connectionId, kind, id } as const;
        expect(parseDocumentPath(documentPath(address, name))).toEqual(address);
      },
    ),
  );
});

test('other paths are no documents', () => {
  expect(parseDocumentPath('/')).toBeUndefined();
  expect(parseDocumentPath('/abc/secret/x/y.jsonc')).toBeUndefined();
});
