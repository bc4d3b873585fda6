import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { managerAddress } from './managerTemplate';
import { parseAddress } from './parseAddress';

describe('managerAddress', () => {
  const manager = { address: '10.0.0.12', hostname: 'node-2' };

  it.each([
    ['tcp://{address}:2375', 'tcp://10.0.0.12:2375'],
    ['https://{hostname}', 'https://node-2'],
    ['{address}:4000', '10.0.0.12:4000'],
  ])('fills %s', (template, address) => {
    expect(managerAddress(template, manager)).toBe(address);
  });

  it('writes IPv6 in brackets, and nothing with a zone', () => {
    const of = (address: string) => managerAddress('tcp://{address}:1', { address, hostname: '' });
    expect(of('fd00::2')).toBe('tcp://[fd00::2]:1');
    expect(of('fe80::2%eth0')).toBeUndefined();
  });

  it.each(['tcp://fixed:1', 'ftp://{address}', 'tcp://{address}:{address}', '{name}'])(
    'makes nothing of %s',
    (template) => {
      expect(managerAddress(template, manager)).toBeUndefined();
    },
  );

  it.each(['', '-oProxyCommand=x', 'a b', 'a@b', 'a/b', 'a:1', '10.1', '$&', 'a..b', '{address}'])(
    'never inserts %j',
    (hostname) => {
      expect(managerAddress('tcp://{hostname}:1', { address: '', hostname })).toBeUndefined();
    },
  );

  it('only ever changes the host of the address', () => {
    const value = fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(value, (hostname) => {
        const made = managerAddress('tcp://{hostname}:4711', { address: '', hostname });
        fc.pre(made !== undefined);
        expect(parseAddress(made)).toEqual({ kind: 'tcp', host: hostname, port: 4711 });
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        expect(managerAddress('tcp://{address}:1', { address, hostname: '' })).toBeDefined();
      }),
    );
  });
});
