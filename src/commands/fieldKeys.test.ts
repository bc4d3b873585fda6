import { expect, test } from 'vitest';
import { withValue, type DraftPath } from '../spec/draftPath';
import type { ServiceDraft } from '../spec/serviceDraft';
import { fieldKey, followKey, textRowKey } from './fieldKeys';

const draft: ServiceDraft = {
  name: 'web',
  image: 'nginx',
  labels: { a: '1', b: '2' },
  constraints: ['node.role==manager', 'node.hostname==n1'],
  ports: [
    { target: 80, published: 8080 },
    { target: 53, published: 53, protocol: 'udp' },
    { target: 9, published: 9, mode: 'host' },
  ],
};

const port = (index: number): DraftPath => ['ports', index, 'published'];

test('every question has a key of its own', () => {
  const keys = [
    fieldKey(draft, ['hostname']),
    fieldKey(draft, ['healthcheck', 'interval']),
    fieldKey(draft, port(0)),
    fieldKey(draft, port(1)),
    fieldKey(draft, ['ports', 1, 'target']),
    fieldKey(draft, ['ports', 3, 'target']),
    textRowKey(['labels'], undefined),
    textRowKey(['labels'], 'a'),
    textRowKey(['labels'], 'b'),
    textRowKey(['labels'], '+'),
    textRowKey(['containerLabels'], 'a'),
    textRowKey(['containerLabels'], undefined),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('a row keeps its key when another one goes, and one that is gone has none', () => {
  const after = withValue(draft, ['ports', 1], undefined);
  const follow = (path: DraftPath): string | undefined =>
    followKey(fieldKey(draft, path), draft, after);
  expect(follow(port(0))).toBe(fieldKey(after, port(0)));
  expect(follow(port(1))).toBeUndefined();
  expect(follow(port(2))).toBe(fieldKey(after, port(1)));
  // The row that is being added is none of them.
  expect(follow(port(3))).toBe(fieldKey(after, port(2)));
  expect(fieldKey(after, port(2))).not.toBe(fieldKey(draft, port(2)));
});

test('a row that was changed at its place keeps its key; one that was written anew elsewhere does not', () => {
  const key = fieldKey(draft, port(1));
  expect(followKey(key, draft, withValue(draft, ['ports', 1, 'target'], 54))).toBe(key);
  const [first = { target: 1 }, , host = { target: 1 }] = draft.ports ?? [];
  const anew = { ...draft, ports: [host, first, { target: 5353 }] };
  expect(followKey(key, draft, anew)).toBeUndefined();
  expect(followKey(fieldKey(draft, port(2)), draft, anew)).toBe(fieldKey(anew, port(0)));
});

test('texts of lists and maps are known by their own words', () => {
  const after: ServiceDraft = {
    ...draft,
    labels: { b: '3', c: '2' },
    constraints: ['node.hostname==n1'],
  };
  const follow = (key: string): string | undefined => followKey(key, draft, after);
  expect(follow(textRowKey(['labels'], 'a'))).toBeUndefined();
  expect(follow(textRowKey(['labels'], 'b'))).toBe(textRowKey(['labels'], 'b'));
  expect(follow(textRowKey(['labels'], undefined))).toBe(textRowKey(['labels'], undefined));
  expect(follow(textRowKey(['constraints'], 'node.role==manager'))).toBeUndefined();
  expect(follow(textRowKey(['constraints'], 'node.hostname==n1'))).toBeDefined();
});

test('other questions keep their keys', () => {
  const after = withValue(draft, ['ports'], undefined);
  for (const key of ['image', 'secrets value key', fieldKey(draft, ['hostname'])]) {
    expect(followKey(key, draft, after)).toBe(key);
  }
});
