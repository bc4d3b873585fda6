import { expect, test } from 'vitest';
import { makeNetwork, makeService, makeTask } from '../../test/fakes/records';
import { makeParts } from '../../test/fakes/swarms';
import { buildSnapshot } from '../model/buildSnapshot';
import { compareStacks } from '../stacks/compareStacks';
import { changedServices } from '../stacks/runningStack';
import { stackLosses } from './stackLosses';

const labels = { 'com.docker.stack.namespace': 'shop' };
const on = (...targets: string[]) => targets.map((target) => ({ target, aliases: [] }));
const ports = [{ protocol: 'tcp', targetPort: 80, publishedPort: 8080, mode: 'ingress' }] as const;
const parts = makeParts({
  networks: [
    makeNetwork({ id: 'net1', name: 'shop_default' }),
    makeNetwork({ id: 'net2', name: 'edge' }),
  ],
  services: [
    makeService({
      id: 's1',
      name: 'shop_web',
      labels,
      image: 'nginx:1',
      ...{ wantedPorts: ports, ports, networks: on('net1', 'net2') },
    }),
    makeService({ id: 's2', name: 'shop_db', labels, image: 'pg:1', networks: on('net1') }),
    makeService({ id: 's3', name: 'edge_proxy', networks: on('net2') }),
  ],
  tasks: [
    makeTask({ id: 't1', serviceId: 's1', slot: 1, nodeId: 'n1' }),
    makeTask({ id: 't2', serviceId: 's2', slot: 1, nodeId: 'n1' }),
  ],
});
const snapshot = buildSnapshot(parts);

test('services that are removed close their ports and lose their names', () => {
  expect(stackLosses(snapshot, { stack: 'shop', removed: ['web'], updated: [] })).toEqual([
    'Removes what is not in the file: web.',
    'Published ports that close on every node: 8080/tcp (shop_web).',
    'On network "edge", edge_proxy no longer finds shop_web.',
    'On network "shop_default", shop_db no longer finds shop_web.',
    '1 running task of shop_web stops.',
  ]);
});

test('services that are updated are told with what differs, and what that takes away', () => {
  const output = (web: string): string =>
    `services:\n  web: {image: "nginx:2", networks: {default: null}${web}}\n  db: {image: "pg:1", networks: {default: null}}\n`;
  const of = (web: string): readonly string[] =>
    stackLosses(snapshot, {
      stack: 'shop',
      removed: [],
      updated: ['web', 'db'],
      comparison: compareStacks(output(web), snapshot, 'shop'),
    });
  const published = ', ports: [{mode: ingress, target: 80, published: 8080, protocol: tcp}]';
  expect(of(published)).toEqual([
    'Updates what runs: web (image, networks differ), db (in step).',
    'On network "edge", edge_proxy no longer finds shop_web.',
    'On network "edge", shop_web no longer finds edge_proxy.',
  ]);
  expect(of('')[1]).toBe('Published ports that close on every node: 8080/tcp (shop_web).');
  expect(of(`${published}, deploy: {replicas: 0}`)).toContain('1 running task of shop_web stops.');
});

test('without the docker CLI’s answer the names alone are told', () => {
  expect(stackLosses(snapshot, { stack: 'shop', removed: [], updated: ['web', 'db'] })).toEqual([
    'Updates what runs: web, db.',
  ]);
});

test('what a deploy changed are the new services of the stack, and those of another version', () => {
  const later = buildSnapshot({
    ...parts,
    services: [
      ...parts.services.map((service) =>
        service.id === 's1' || service.id === 's3' ? { ...service, version: 2 } : service,
      ),
      makeService({ id: 's4', name: 'shop_cache', labels }),
    ],
  });
  expect([...changedServices(snapshot, later, 'shop').keys()].toSorted()).toEqual(['cache', 'web']);
});
