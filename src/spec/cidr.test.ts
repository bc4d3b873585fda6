import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contains,
  encloses,
  formatAddress,
  overlap,
  readAddress,
  readCidr,
  type Cidr,
} from './cidr';

const v4 = fc.tuple(fc.nat({ max: 0xffffffff }), fc.integer({ min: 0, max: 32 }));

function dotted(value: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
}

function read(text: string): Cidr {
  const cidr = readCidr(text);
  if (cidr === undefined) {
    throw new Error(`${text} was not read`);
  }
  return cidr;
}

test.each([
  '10.0.0.0',
  '10.0.0.0/',
  '10.0.0.0/33',
  '10.0.0.0/024',
  '010.0.0.0/8',
  '10.1/16',
  '0x0a.0.0.0/8',
  '10.0.0.0/8/8',
  ' 10.0.0.0/8',
  '10.0.0.0/-1',
  'fd00::/129',
  'fe80::1%eth0/64',
  '::ffff:10.0.0.0/104',
  'fd00::/6 4',
  '',
  '/',
  'a/b',
])('%j is no subnet', (text) => {
  expect(readCidr(text)).toBeUndefined();
});

test('reads what it should', () => {
  expect(read('10.57.0.5/24')).toMatchObject({ text: '10.57.0.0/24', exact: false, prefix: 24 });
  expect(read('fd00:0::1/64')).toMatchObject({ family: 6, text: 'fd00::/64', exact: false });
  expect(read('0.0.0.0/0')).toMatchObject({ first: 0n, last: 0xffffffffn, exact: true });
});

test('any IPv4 row is read as plain arithmetic says', () => {
  fc.assert(
    fc.property(v4, ([value, prefix]) => {
      const cidr = read(`${dotted(value)}/${prefix}`);
      const size = 2 ** (32 - prefix);
      const first = Math.floor(value / size) * size;
      expect([cidr.first, cidr.last, cidr.exact]).toEqual([
        BigInt(first),
        BigInt(first + size - 1),
        first === value,
      ]);
      expect(read(cidr.text)).toMatchObject({ exact: true, first: cidr.first, last: cidr.last });
    }),
  );
});

test('two rows overlap when one holds an end of the other, whichever way they are asked', () => {
  fc.assert(
    fc.property(v4, v4, (one, other) => {
      const [a, b] = [one, other].map(([value, prefix]) => read(`${dotted(value)}/${prefix}`)) as [
        Cidr,
        Cidr,
      ];
      const ends = (cidr: Cidr) =>
        [cidr.first, cidr.last].map((value) => ({ family: 4 as const, value }));
      const expected =
        ends(a).some((end) => contains(b, end)) || ends(b).some((end) => contains(a, end));
      expect(overlap(a, b)).toBe(expected);
      expect(overlap(b, a)).toBe(expected);
      // Of rows of this kind the one always holds the other, or they have nothing in common.
      expect(encloses(a, b) || encloses(b, a)).toBe(expected);
    }),
  );
});

test('families have nothing in common', () => {
  expect(overlap(read('0.0.0.0/0'), read('::/0'))).toBe(false);
});

test('addresses are written as they are read', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const address = readAddress(text);
      fc.pre(address !== undefined);
      expect(readAddress(formatAddress(address))).toEqual(address);
    }),
  );
});
