import { describe, expect, it } from 'vitest';
import { lessonParts, lessonSnapshot } from '../../test/fakes/swarms';
import { makeInfo } from '../../test/fakes/records';
import type { ConnectionEntry } from '../docker/target';
import type { KnownManager } from './failOver';
import { knownManagers, remoteManagers } from './knownManagers';
import { managerRoutes } from './managerRoutes';

const own: ConnectionEntry = {
  id: 'setting:lab',
  name: 'lab',
  source: 'setting',
  address: 'ssh://me@10.0.0.11',
};
const other: ConnectionEntry = { ...own, id: 'context:other', source: 'context', name: 'other' };
const managers: readonly KnownManager[] = [
  { nodeId: 'n1', hostname: 'm1', address: '10.0.0.11' },
  { nodeId: 'n2', hostname: '', address: '10.0.0.12' },
];
const fill = (template: string, { address }: KnownManager): string | undefined =>
  template.replace('{address}', address);

describe('managerRoutes', () => {
  it('are the other connections where there is no template', () => {
    const demo: ConnectionEntry = { ...other, id: 'demo:demo', source: 'demo' };
    expect(managerRoutes(own, managers, [own, other, demo], fill)).toEqual([other]);
  });

  it('begin with what the template makes, secured as the connection is', () => {
    const tls = { ca: '/ca.pem', verify: true };
    const connection = { ...own, managers: 'tcp://{address}:2376', tls };
    const found = [
      { ...other, address: 'tcp://10.0.0.12:2376' },
      { ...other, id: 'x' },
    ];
    expect(
      managerRoutes(connection, managers, found, fill).map(
        ({ id, name, address, tls: secured }) => [id, name, address, secured],
      ),
    ).toEqual([
      ['setting:lab#n1', 'm1', 'tcp://10.0.0.11:2376', tls],
      ['setting:lab#n2', '10.0.0.12', 'tcp://10.0.0.12:2376', tls],
      ['x', 'other', 'ssh://me@10.0.0.11', undefined],
    ]);
    expect(managerRoutes(connection, managers, [], () => undefined)).toEqual([]);
  });
});

describe('known managers', () => {
  it('are those of the node list and those that only the engine names', () => {
    const { info } = lessonParts();
    const remoteManagersOf = [
      { nodeId: 'n1', address: '10.77.0.11:2377' },
      { nodeId: 'n9', address: '[fd00::9]:2377' },
      { nodeId: 'n8', address: '' },
    ];
    const told = makeInfo({ ...info.swarm, remoteManagers: remoteManagersOf });
    expect(knownManagers(lessonSnapshot({ info: told }))).toEqual([
      { nodeId: 'n1', hostname: 'node1', address: '10.77.0.11' },
      { nodeId: 'n9', hostname: '', address: 'fd00::9' },
    ]);
    expect(remoteManagers(told).map(({ nodeId }) => nodeId)).toEqual(['n1', 'n9']);
  });
});
