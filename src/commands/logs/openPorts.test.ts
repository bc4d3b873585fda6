import { expect, test } from 'vitest';
import { makeNode, makeService, makeTask } from '../../../test/fakes/records';
import type { SwarmSnapshot } from '../../model/snapshot';
import { parseNodeAddresses } from '../../routing/nodeAddresses';
import { doorsOf, likelyScheme, portsOfService, urlOf, type OpenPort } from './openPorts';

const tcp = { protocol: 'tcp', targetPort: 80, publishedPort: 8080, mode: 'ingress' } as const;

function swarmService(ports: Parameters<typeof makeService>[0]['ports'] = []) {
  return { ...makeService({ id: 'web', ports }), running: 1, desired: 1, converging: false };
}

function snapshotOf(): SwarmSnapshot {
  const nodes = [
    { ...makeNode({ id: 'n1', state: 'down' }), address: '10.0.0.1' },
    { ...makeNode({ id: 'n2' }), address: '10.0.0.2' },
    makeNode({ id: 'n3' }),
  ];
  const tasks = [
    makeTask({
      id: 't1',
      serviceId: 'web',
      nodeId: 'n2',
      hostPorts: [{ protocol: 'tcp', targetPort: 80, publishedPort: 32_768 }],
    }),
    makeTask({ id: 't2', serviceId: 'web', nodeId: 'n3', state: 'failed' }),
  ].map((task) => ({ ...task, name: task.id, current: true }));
  return {
    nodes: new Map(nodes.map((node) => [node.id, node])),
    tasksByService: new Map([['web', tasks]]),
  } as unknown as SwarmSnapshot;
}

function doors(port: OpenPort, setting: unknown = {}): string[] {
  return doorsOf(port, snapshotOf(), parseNodeAddresses(setting).map).map(
    ({ node, target, tasks }) => `${node.hostname} ${target?.host}:${target?.port} ${tasks}`,
  );
}

test('only TCP ports can be opened', () => {
  const ports = portsOfService(
    swarmService([tcp, { ...tcp, protocol: 'udp' }, { ...tcp, protocol: 'sctp' }]),
  );
  expect(ports).toEqual([
    { serviceId: 'web', serviceName: 'web', mode: 'ingress', targetPort: 80, publishedPort: 8080 },
  ]);
});

test('the mesh has a port open on every node; usable ones come first', () => {
  const [port] = portsOfService(swarmService([tcp]));
  expect(port === undefined ? [] : doors(port)).toEqual([
    'node2 10.0.0.2:8080 1',
    'node1 10.0.0.1:8080 0',
    'node3 undefined:undefined 0',
  ]);
});

test('addresses of the setting go before those of the swarm, as for the probes', () => {
  const [port] = portsOfService(swarmService([tcp]));
  const setting = { node2: '127.0.0.2:9000', 'node3:8080': 'node3.example' };
  expect(port === undefined ? [] : doors(port, setting)).toEqual([
    'node2 127.0.0.2:9000 1',
    'node3 node3.example:8080 0',
    'node1 10.0.0.1:8080 0',
  ]);
});

test('in host mode only nodes with a running task have it, at the port of that task', () => {
  const { publishedPort: _any, ...host } = { ...tcp, mode: 'host' as const };
  const [port] = portsOfService(swarmService([host]));
  expect(port === undefined ? [] : doors(port)).toEqual(['node2 10.0.0.2:32768 1']);
});

test.each([
  ['https', 'its target is 443', 443, 30_080],
  ['https', 'its target is 8443', 8443, 9000],
  ['https', 'it is published as 443', 80, 443],
  ['http', 'neither is one of TLS', 80, 8080],
  ['http', 'a number only contains one', 4430, 18_443],
] as const)('%s is offered first for a port when %s', (scheme, _, targetPort, publishedPort) => {
  expect(likelyScheme({ targetPort }, { publishedPort })).toBe(scheme);
});

test('what the person chose last is offered first, and nothing foreign', () => {
  const [port, door] = [{ targetPort: 443 }, { publishedPort: 443 }];
  expect(likelyScheme(port, door, 'http')).toBe('http');
  expect(likelyScheme({ targetPort: 80 }, { publishedPort: 80 }, 'https')).toBe('https');
  expect(likelyScheme(port, door, 'file')).toBe('https');
  expect(likelyScheme(port, door, 1)).toBe('https');
});

test('IPv6 addresses stand in brackets', () => {
  expect(urlOf('https', { host: 'fd00::1', port: 8443 })).toBe('https://[fd00::1]:8443/');
  expect(urlOf('http', { host: '10.0.0.1', port: 80 })).toBe('http://10.0.0.1:80/');
});
