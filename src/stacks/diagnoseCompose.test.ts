import { describe, expect, it } from 'vitest';
import { makeNetwork, makeService } from '../../test/fakes/records';
import { makeParts } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { buildSnapshot, type SnapshotParts } from '../model/buildSnapshot';
import { readCompose } from './composeFile';
import { diagnoseCompose } from './diagnoseCompose';

const labels = { 'com.docker.stack.namespace': 'shop' };
const published = (publishedPort: number, mode: 'ingress' | 'host') => [
  { protocol: 'tcp', targetPort: 80, publishedPort, mode } as const,
];
const parts = makeParts({
  networks: [
    makeNetwork({ id: 'edge1', name: 'edge', attachable: false }),
    makeNetwork({ id: 'ing', name: 'ingress', ingress: true }),
    makeNetwork({ id: 'loc', name: 'mine', scope: 'local', driver: 'bridge' }),
  ],
  services: [
    makeService({ id: 's1', name: 'shop_web', labels, wantedPorts: published(8080, 'ingress') }),
    makeService({ id: 's2', name: 'other', ports: published(9090, 'ingress') }),
    makeService({ id: 's3', name: 'agent', wantedPorts: published(9100, 'host') }),
  ],
});

/** Code, marked text and message of each problem. */
function problems(text: string, fields: Partial<SnapshotParts> = {}): string[][] {
  const snapshot = buildSnapshot({ ...parts, ...fields });
  const target = { snapshot, swarm: 'lab', stack: 'shop' };
  return diagnoseCompose(readCompose(text), target).map(({ code, span, message }) => [
    code,
    text.slice(span.start, span.end),
    message,
  ]);
}

const network = (body: string): string =>
  `services: {web: {networks: [front]}}\nnetworks: {front: {${body}}}\n`;
const port = (item: string): string => `services:\n  web:\n    ports:\n      - ${item}\n`;

describe('external networks', () => {
  it('that are missing are told with the remedy', () => {
    const [found] = problems(network('external: true, name: nowhere'));
    expect(found?.slice(0, 2)).toEqual(['network-missing', 'nowhere']);
    expect(found?.[2]).toMatch(/"lab" has no network "nowhere".*create it/);
  });

  it('of one node only, and the routing mesh, are told', () => {
    expect(problems(network('external: true, name: mine'))[0]?.[0]).toBe('network-scope');
    expect(problems(network('external: {name: ingress}'))[0]?.[0]).toBe('network-ingress');
  });

  it.each([
    ['one that is not attachable, which services do not need', 'external: true, name: edge'],
    ['one named by its id', 'external: true, name: edge1'],
    ['one that every node has', 'external: true, name: host'],
    ['one named by a variable', 'external: true, name: "${NET}"'],
    ['one that is not external', 'name: nowhere'],
  ])('are left alone: %s', (_, body) => {
    expect(problems(network(body))).toEqual([]);
  });

  it('are left alone when no service uses them, or the networks could not be read', () => {
    expect(problems('services: {web: {}}\nnetworks: {x: {external: true}}')).toEqual([]);
    const failed = { kind: 'failed', error: new SwarmscopeError('timed-out'), at: 1 } as const;
    expect(
      problems(network('external: true'), { parts: { ...parts.parts, networks: failed } }),
    ).toEqual([]);
  });

  it('count when they stand in for the default network', () => {
    const text = 'services: {web: {}}\nnetworks: {default: {external: true, name: gone}}';
    expect(problems(text)[0]?.slice(0, 2)).toEqual(['network-missing', 'gone']);
  });
});

describe('ports', () => {
  it.each([
    ['"9090:80"', '"9090:80"', 9090, 'other'],
    ['9089-9091:80-82', '9089-9091:80-82', 9090, 'other'],
    ['{target: 80, published: 9100}', '9100', 9100, 'agent'],
    ['{target: 80, published: 9090, mode: host}', '9090', 9090, 'other'],
  ])('taken by a service outside the stack: %s', (item, marked, number, owner) => {
    const [found] = problems(port(item));
    expect(found?.slice(0, 2)).toEqual(['port-taken', marked]);
    expect(found?.[2]).toContain(`Port ${number}/tcp is taken: the service "${owner}" of "lab"`);
  });

  it.each([
    ['of the stack itself', '"8080:80"'],
    ['of the other protocol', '"9090:80/udp"'],
    ['of hosts on both sides', '{target: 80, published: 9100, mode: host}'],
    ['that are not fixed', '"80"'],
    ['with a variable', '"${P:-9090}:80"'],
  ])('are left alone: %s', (_, item) => {
    expect(problems(port(item))).toEqual([]);
  });
});
