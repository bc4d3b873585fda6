import { describe, expect, it } from 'vitest';
import { makeInfo, makeNode, makeTask } from '../../test/fakes/records';
import { isEqualJson, reuseNormalized, reuseRows } from './reuseRows';

describe('reuseRows', () => {
  it('keeps rows that are equal, in the order of the new list', () => {
    const [first, second] = [makeNode({ id: 'n1' }), makeNode({ id: 'n2' })];
    const next = [makeNode({ id: 'n2' }), makeNode({ id: 'n3' }), makeNode({ id: 'n1' })];
    const reused = reuseRows([first, second], next);
    expect(reused).toEqual(next);
    expect(reused[0]).toBe(second);
    expect(reused[1]).toBe(next[1]);
    expect(reused[2]).toBe(first);
  });

  it.each([
    ['a normalized field', { state: 'down' }],
    ['a field of the raw row only', { raw: { ID: 'n1', Description: { Resources: 2 } } }],
    ['a field that was absent', { managerAddress: '10.0.0.1' }],
  ] as const)('takes the new row when %s changed', (_name, change) => {
    const next = makeNode({ id: 'n1', ...change });
    expect(reuseRows([makeNode({ id: 'n1' })], [next])[0]).toBe(next);
  });

  it('does not mind a raw version or time that moved alone', () => {
    const old = makeNode({ id: 'n1', raw: { Version: { Index: 1 }, UpdatedAt: 'a', Spec: {} } });
    const next = makeNode({ id: 'n1', raw: { Version: { Index: 2 }, UpdatedAt: 'b', Spec: {} } });
    expect(reuseRows([old], [next])[0]).toBe(old);
  });

  it('trusts an equal version over a look into the raw row', () => {
    const old = makeTask({ id: 't', raw: { Version: { Index: 7 }, Spec: { a: 1 } } });
    const next = makeTask({ id: 't', raw: { Version: { Index: 7 }, Spec: { a: 1 } } });
    expect(reuseRows([old], [next])[0]).toBe(old);
  });
});

describe('reuseNormalized', () => {
  it('passes over the clock in the answer of /info', () => {
    const old = makeInfo({}, { raw: { SystemTime: 1 }, time: '1' });
    expect(reuseNormalized(old, makeInfo({}, { raw: { SystemTime: 2 }, time: '2' }))).toBe(old);
    const changed = makeInfo({ nodeAddress: '10.0.0.9' });
    expect(reuseNormalized(old, changed)).toBe(changed);
  });
});

describe('isEqualJson', () => {
  it.each([
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
    [{ a: undefined }, { b: undefined }, false],
    [[1, 2], [1], false],
    [[], {}, false],
    [null, {}, false],
    ['1', 1, false],
  ])('compares %j with %j: %s', (left, right, equal) => {
    expect(isEqualJson(left, right)).toBe(equal);
  });
});
