import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  parseAddress,
  parseNodeAddresses,
  resolveSecond,
  resolveTarget,
  withoutLoopback,
} from './nodeAddresses';

describe('parseNodeAddresses', () => {
  it('reads nodes and node ports by name or id, whatever their case', () => {
    const { map, problems } = parseNodeAddresses({
      Worker1: '127.0.0.1',
      'worker1:8080': 'localhost:18080',
      yjv2k3: '[fd00::1]:80',
      'node.example': 'fd00::2',
    });
    expect(problems).toEqual([]);
    expect(Object.fromEntries(map)).toEqual({
      worker1: { host: '127.0.0.1' },
      'worker1:8080': { host: 'localhost', port: 18080 },
      yjv2k3: { host: 'fd00::1', port: 80 },
      'node.example': { host: 'fd00::2' },
    });
  });

  it('names what it cannot use and keeps the rest', () => {
    const { map, problems } = parseNodeAddresses({
      good: '10.0.0.1',
      'a b': '10.0.0.1',
      'c:99999': '10.0.0.1',
      d: 42,
      e: 'http://10.0.0.1',
    });
    expect([...map.keys()]).toEqual(['good']);
    expect(problems).toEqual([
      { key: 'a b', reason: 'key-invalid' },
      { key: 'c:99999', reason: 'key-invalid' },
      { key: 'd', reason: 'value-invalid' },
      { key: 'e', reason: 'value-invalid' },
    ]);
  });

  it('reads a list of an address of each family, and names what is none', () => {
    const { map, problems } = parseNodeAddresses({
      one: ['10.0.0.1'],
      two: ['10.0.0.1:81', '[fd00::1]:82'],
      none: [],
      three: ['10.0.0.1', 'fd00::1', '10.0.0.2'],
      same: ['10.0.0.1', '10.0.0.2'],
      same6: ['fd00::1', 'fd00::2'],
      named: ['host', 'fd00::1'],
      wrong: ['10.0.0.1', 42],
    });
    expect(Object.fromEntries(map)).toEqual({
      one: { host: '10.0.0.1' },
      two: { host: '10.0.0.1', port: 81, second: { host: 'fd00::1', port: 82 } },
    });
    const [length, families] = [
      'a list holds one or two addresses',
      'two addresses are one of IPv4 and one of IPv6',
    ];
    expect(problems).toEqual([
      { key: 'none', reason: length },
      { key: 'three', reason: length },
      { key: 'same', reason: families },
      { key: 'same6', reason: families },
      { key: 'named', reason: families },
      { key: 'wrong', reason: 'value-invalid' },
    ]);
  });

  it.each(['text', 3, [], true])('refuses %j as a whole', (setting) => {
    expect(parseNodeAddresses(setting)).toEqual({
      map: new Map(),
      problems: [{ key: '', reason: 'not-an-object' }],
    });
  });

  it.each([undefined, null])('takes %j for nothing', (setting) => {
    expect(parseNodeAddresses(setting)).toEqual({ map: new Map(), problems: [] });
  });
});

describe('parseAddress', () => {
  it.each([
    '',
    ' ',
    '10.0.0',
    '010.0.0.1',
    '10.0.0.256',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:',
    '[10.0.0.1]:80',
    '[fd00::1',
    'host/path',
    'user@host',
    'host name',
    'host\nurl = "file:///etc/passwd"',
    '-host',
    '"quoted"',
    'a'.repeat(64),
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('gives only hosts that cannot break out of a quoted value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        expect(address === undefined || /^[\w.:%-]+$/.test(address.host)).toBe(true);
      }),
    );
  });
});

describe('resolveTarget', () => {
  const node = { id: 'N1', hostname: 'Worker1', address: '10.77.0.12' };
  const resolve = (setting: unknown, port = 8080) =>
    resolveTarget(parseNodeAddresses(setting).map, node, port);

  it('takes the entry of node and port before that of the node', () => {
    const setting = { worker1: '127.0.0.1', 'n1:8080': '127.0.0.2:9' };
    expect(resolve(setting)).toEqual({ host: '127.0.0.2', port: 9, mapped: true });
    expect(resolve(setting, 81)).toEqual({ host: '127.0.0.1', port: 81, mapped: true });
  });

  it('gives the second address of the same entry, if it has one', () => {
    const { map } = parseNodeAddresses({ worker1: ['127.0.0.1', '::1'], 'n1:8080': '127.0.0.2' });
    expect(resolveTarget(map, node, 81)?.host).toBe('127.0.0.1');
    expect(resolveSecond(map, node, 81)).toEqual({ host: '::1', port: 81, mapped: true });
    expect(resolveSecond(map, node, 8080)).toBeUndefined();
    expect(resolveSecond(new Map(), node, 8080)).toBeUndefined();
  });

  it('falls back to the address of the node, or to nothing', () => {
    expect(resolve({})).toEqual({ host: '10.77.0.12', port: 8080, mapped: false });
    expect(resolveTarget(new Map(), { id: 'x', hostname: 'x' }, 80)).toBeUndefined();
  });
});

test('elsewhere, addresses that mean whichever machine uses them lead nowhere', () => {
  const { map } = parseNodeAddresses({
    a: '127.0.0.1:8080',
    b: 'localhost',
    c: '::1',
    d: '[0:0:0:0:0:0:0:1]:80',
    e: 'LOCALHOST.',
    f: '::ffff:127.0.0.1',
    g: '10.0.0.1',
    h: 'localhost.example',
    i: '2001:db8::1',
  });
  expect(map.size).toBe(9);
  expect([...withoutLoopback(map).keys()]).toEqual(['g', 'h', 'i']);
});

test('elsewhere, of two addresses the one that leads somewhere is left', () => {
  const { map } = parseNodeAddresses({
    a: ['127.0.0.1', '::1'],
    b: ['127.0.0.1', 'fd00::1'],
    c: ['10.0.0.1', '::1'],
    d: ['10.0.0.1', 'fd00::1'],
  });
  expect(Object.fromEntries(withoutLoopback(map))).toEqual({
    b: { host: 'fd00::1' },
    c: { host: '10.0.0.1' },
    d: { host: '10.0.0.1', second: { host: 'fd00::1' } },
  });
});
