import { describe, expect, it } from 'vitest';
import { makeInfo, makeNode } from '../../test/fakes/records';
import { hostOf, isUsableAddress, nodeAddresses } from './nodeAddress';

describe('hostOf', () => {
  it.each([
    ['10.0.0.1:2377', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['[fd00::1]:2377', 'fd00::1'],
    ['fd00::1', 'fd00::1'],
    ['manager.example:2377', 'manager.example'],
    [' ', ''],
    ['a:b:c', ''],
  ])('takes the host of %j', (address, host) => {
    expect(hostOf(address)).toBe(host);
  });
});

describe('isUsableAddress', () => {
  it.each(['', '0.0.0.0', '127.0.0.1', '127.1.2.3', '::', '::1', '::ffff:127.0.0.1'])(
    'refuses %j',
    (address) => {
      expect(isUsableAddress(address)).toBe(false);
    },
  );

  it('takes an ordinary address', () => {
    expect(isUsableAddress('10.77.0.11')).toBe(true);
  });
});

describe('nodeAddresses', () => {
  const info = makeInfo({
    nodeId: 'n1',
    nodeAddress: '192.0.2.3',
    remoteManagers: [{ nodeId: 'n1', address: '192.0.2.4:2377' }],
  });

  it('lists every usable address, the best one first', () => {
    const node = makeNode({
      id: 'n1',
      managerAddress: '192.0.2.1',
      statusAddress: '192.0.2.2',
    });
    expect(nodeAddresses(node, info, '192.0.2.5')).toEqual([
      '192.0.2.1',
      '192.0.2.2',
      '192.0.2.3',
      '192.0.2.4',
      '192.0.2.5',
    ]);
  });

  it('passes over 0.0.0.0 of a manager that joined without an advertise address', () => {
    const node = makeNode({ id: 'n1', statusAddress: '0.0.0.0' });
    expect(nodeAddresses(node, info)).toEqual(['192.0.2.3', '192.0.2.4']);
  });

  it("does not take the connected node's address for another node", () => {
    const node = makeNode({ id: 'n2', statusAddress: '127.0.0.1' });
    expect(nodeAddresses(node, info)).toEqual([]);
  });
});
