import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DRAFT_WORLD, serviceDrafts } from '../../test/fakes/draftArbitrary';
import { makeNetwork, makeNode } from '../../test/fakes/records';
import { lessonSnapshot } from '../../test/fakes/swarms';
import { type CheckContext, type CheckNode, checkContextOf } from './checkContext';
import { checkService } from './checkService';
import type { ServiceDraft } from './serviceDraft';

const node = (id: string, fields: Partial<CheckNode> = {}): CheckNode => ({
  id,
  hostname: id,
  address: `10.77.0.${id.slice(1)}`,
  role: 'worker',
  os: 'linux',
  architecture: 'x86_64',
  labels: { zone: 'a' },
  engineLabels: {},
  usable: true,
  ...fields,
});

const overlay = (name: string) => ({
  name,
  driver: 'overlay',
  internal: false,
  ingress: false,
  allocated: true,
});

const context: CheckContext = {
  apiVersion: '1.41',
  serviceNames: new Set(['db']),
  ports: {
    taken: new Map([
      ['8080/tcp', { service: 'drupal', mode: 'ingress' }],
      ['9000/tcp', { service: 'agent', mode: 'host' }],
    ]),
    dataPathPort: 4789,
  },
  nodes: [node('n1', { role: 'manager' }), node('n2'), node('n3', { usable: false })],
  networks: [
    { ...overlay('ingress'), ingress: true },
    overlay('front'),
    overlay('back'),
    { ...overlay('inner'), internal: true },
    { ...overlay('broken'), driver: '', allocated: false },
    { ...overlay('small'), addresses: { total: 5, taken: 1, nodes: 1 } },
  ],
  secrets: new Set(['key', 'token']),
  configs: new Set(['site', 'hosts']),
};

const sound: ServiceDraft = { name: 'web', image: 'nginx:1.27' };

type Fields = { readonly [K in keyof ServiceDraft]?: unknown };

function check(fields: Fields, among: CheckContext = context) {
  return checkService({ ...sound, ...fields } as ServiceDraft, among);
}

/** One problem, at this place, in words that name the field and what to do. */
function only(
  path: readonly (string | number)[],
  text: RegExp,
  severity: 'error' | 'warning' = 'error',
): unknown {
  return [{ path, severity, text: expect.stringMatching(text) }];
}

test('a sound draft has no problem', () => {
  expect(check({})).toEqual([]);
  expect(
    check({ ports: [{ target: 80, published: 8081 }], networks: [{ name: 'front' }] }),
  ).toEqual([]);
});

describe('publish (SWARM-FACTS 2.3)', () => {
  const port = (fields: object) => ({ ports: [{ target: 80, ...fields }] });

  it('unknown protocol, which engines take for tcp', () => {
    expect(check(port({ protocol: 'icmp' }))).toEqual(
      only(['ports', 0, 'protocol'], /"ports\[0\]\.protocol": write one of: tcp, udp, sctp/),
    );
  });
  it('unknown mode, which engines take for ingress', () => {
    expect(check(port({ mode: 'node' }))).toEqual(
      only(['ports', 0, 'mode'], /"ports\[0\]\.mode": write one of: ingress, host/),
    );
  });
  it.each([0, 70_000, -1, 80.5])('target port %d', (target) => {
    expect(check({ ports: [{ target }] })).toEqual(
      only(
        ['ports', 0, 'target'],
        /"ports\[0\]\.target": write a port, a whole number from 1 to 65535/,
      ),
    );
  });
  it.each([0, 70_000])('published port %d', (published) => {
    expect(check(port({ published }))).toEqual(
      only(['ports', 0, 'published'], /"ports\[0\]\.published": write a port, .* 1 to 65535/),
    );
  });
  it('dnsrr with a port in ingress mode', () => {
    expect(check({ ...port({ published: 81 }), endpointMode: 'dnsrr' })).toEqual(
      only(['ports', 0, 'mode'], /Port 81 .* ingress mode.* use mode host, or endpoint mode vip/),
    );
    expect(check({ ...port({ published: 81, mode: 'host' }), endpointMode: 'dnsrr' })).toEqual([]);
  });
  it('unknown endpoint mode', () => {
    expect(check({ endpointMode: 'zzz' })).toEqual(
      only(['endpointMode'], /"endpointMode": write one of: vip, dnsrr/),
    );
  });
  it('the same port twice', () => {
    const ports = [
      { target: 80, published: 81 },
      { target: 90, published: 81, protocol: 'tcp' },
    ];
    expect(check({ ports })).toEqual(
      only(['ports', 1, 'published'], /Port 81\/tcp is published twice: remove one/),
    );
    const other = [
      { target: 80, published: 81 },
      { target: 80, published: 81, protocol: 'udp' },
      { target: 80, published: 82 },
    ];
    expect(check({ ports: other })).toEqual([]);
  });
  it('a port that another service publishes', () => {
    expect(check(port({ published: 8080 }))).toEqual(
      only(
        ['ports', 0, 'published'],
        /8080\/tcp is published by the service "drupal"\. Choose another published port/,
      ),
    );
    expect(check(port({ published: 8080, mode: 'host' }))).toEqual(
      only(['ports', 0, 'published'], /service "drupal"/),
    );
    expect(check(port({ published: 9000 }))).toEqual(
      only(['ports', 0, 'published'], /service "agent"/),
    );
  });
  it('a host port that another service has too, which the scheduler keeps apart', () => {
    expect(check(port({ published: 9000, mode: 'host' }))).toEqual(
      only(['ports', 0, 'published'], /never share a node/, 'warning'),
    );
  });
  it('`ingress` as a network', () => {
    expect(check({ networks: [{ name: 'ingress' }] })).toEqual(
      only(['networks', 0, 'name'], /"ingress" is the swarm’s ingress.*Remove it/),
    );
  });
  it('an unknown network', () => {
    expect(check({ networks: [{ name: 'nosuchnet' }] })).toEqual(
      only(['networks', 0, 'name'], /no network "nosuchnet": create it first/),
    );
    expect(check({ networks: [{ name: 'fornt' }] })).toEqual(
      only(['networks', 0, 'name'], /no network "fornt": did you mean "front"/),
    );
  });
});

describe('the publish preflight', () => {
  const port = (published: number, protocol?: string) => ({
    ports: [{ target: 80, published, ...(protocol === undefined ? {} : { protocol }) }],
  });

  it.each([2377, 7946])('port %d of the swarm itself', (published) => {
    expect(check(port(published))).toEqual(
      only(['ports', 0, 'published'], /The swarm itself needs port.*Choose another published port/),
    );
  });
  it('the data-path port, wherever it is', () => {
    expect(check(port(4789, 'udp'))).toEqual(
      only(['ports', 0, 'published'], /needs port 4789\/udp/),
    );
    const moved = { ...context, ports: { ...context.ports, dataPathPort: 7789 } };
    expect(check(port(7789, 'udp'), moved)).toEqual(
      only(['ports', 0, 'published'], /needs port 7789\/udp/),
    );
    expect(check(port(4789, 'udp'), moved)).toEqual([]);
    expect(check(port(4789))).toEqual([]);
  });
  it.each([22, 2375, 2376])('port %d of the nodes', (published) => {
    expect(check(port(published))).toEqual(
      only(['ports', 0, 'published'], /usually in use on the nodes/, 'warning'),
    );
  });
  it('host mode with more replicas than nodes that take tasks', () => {
    const ports = [{ target: 80, published: 81, mode: 'host' }];
    expect(check({ ports, replicas: 3 })).toEqual(
      only(
        ['ports', 0, 'mode'],
        /3 replicas need 3 nodes, and 2 can take tasks.*mode global/,
        'warning',
      ),
    );
    expect(check({ ports, replicas: 2 })).toEqual([]);
    expect(check({ ports, mode: 'global' })).toEqual([]);
  });
  it('host mode with internal networks only', () => {
    const ports = [{ target: 80, published: 81, mode: 'host' }];
    expect(check({ ports, networks: [{ name: 'inner' }] })).toEqual(
      only(['ports', 0, 'mode'], /dead when all networks .* internal: add a network/),
    );
    expect(check({ ports, networks: [{ name: 'inner' }, { name: 'front' }] })).toEqual([]);
  });
  it('no ingress network', () => {
    const without = { ...context, networks: context.networks.filter(({ ingress }) => !ingress) };
    expect(check({ ports: [{ target: 80 }] }, without)).toEqual(
      only(['ports'], /no ingress network.*create one, or use mode host/),
    );
  });
  it('the service that is being changed is not in its own way', () => {
    const snapshot = lessonSnapshot();
    const drupal = [...snapshot.services.values()].find(({ name }) => name === 'drupal');
    const draft = { ...sound, name: 'drupal', ports: [{ target: 80, published: 8080 }] };
    const texts = (id?: string) =>
      checkService(draft, checkContextOf(snapshot, id === undefined ? {} : { serviceId: id })).map(
        ({ path }) => path.join('.'),
      );
    expect(texts()).toEqual(['name', 'ports.0.published']);
    expect(texts(drupal?.id)).toEqual([]);
  });
});

describe('the limits of a service (SWARM-FACTS 2.4)', () => {
  it.each<[string, Fields, (string | number)[], RegExp]>([
    ['name', { name: 'a.b' }, ['name'], /Name of the service: .*letters, digits/],
    ['taken name', { name: 'db' }, ['name'], /"db" exists: choose another/],
    ['image', { image: 'Nginx' }, ['image'], /lower case/],
    ['CPUs', { limits: { cpus: 0.0005 } }, ['limits', 'cpus'], /"limits\.cpus" is at least 0\.001/],
    [
      'reserved CPUs',
      { reservations: { cpus: 0.0001 } },
      ['reservations', 'cpus'],
      /at least 0\.001/,
    ],
    [
      'memory',
      { limits: { memory: '3M' } },
      ['limits', 'memory'],
      /"limits\.memory" is at least 4M/,
    ],
    ['reserved pids', { reservations: { pids: 3 } }, ['reservations', 'pids'], /under "limits"/],
    [
      'generic',
      { reservations: { generic: ['gpu=UUID1'] } },
      ['reservations', 'generic', 0],
      /name=number/,
    ],
    [
      'limited generic',
      { limits: { generic: ['gpu=1'] } },
      ['limits', 'generic'],
      /under "reservations"/,
    ],
    [
      'constraint',
      { constraints: ['node.role=worker'] },
      ['constraints', 0],
      /key==value or key!=value/,
    ],
    [
      'constraint key',
      { constraints: ['node.rol==worker'] },
      ['constraints', 0],
      /did you mean "node\.role"/,
    ],
    [
      'unknown constraint key',
      { constraints: ['zone==a'] },
      ['constraints', 0],
      /use one of node\.id/,
    ],
    ['spread', { spread: ['zone'] }, ['spread', 0], /node\.labels\.NAME/],
    ['label', { labels: { 'a b': 'c' } }, ['labels', 'a b'], /no name for a label/],
    [
      'container label',
      { containerLabels: { '': 'c' } },
      ['containerLabels', ''],
      /no name for a label/,
    ],
    [
      'same mount target',
      {
        mounts: [
          { type: 'volume', target: '/a' },
          { type: 'tmpfs', target: '/a' },
        ],
      },
      ['mounts', 1, 'target'],
      /Two mounts have the target "\/a"/,
    ],
    [
      'relative target',
      { mounts: [{ type: 'volume', target: 'a' }] },
      ['mounts', 0, 'target'],
      /full path/,
    ],
    [
      'relative source',
      { mounts: [{ type: 'bind', source: 'a', target: '/a' }] },
      ['mounts', 0, 'source'],
      /full path on the node/,
    ],
    [
      'volume name',
      { mounts: [{ type: 'volume', source: '/a', target: '/a' }] },
      ['mounts', 0, 'source'],
      /type bind for a path/,
    ],
    [
      'tmpfs source',
      { mounts: [{ type: 'tmpfs', source: 'a', target: '/a' }] },
      ['mounts', 0, 'source'],
      /no source: remove/,
    ],
    [
      'strange options',
      { mounts: [{ type: 'tmpfs', target: '/a', volume: { nocopy: true } }] },
      ['mounts', 0, 'volume'],
      /does not go with a mount of type tmpfs/,
    ],
    [
      'propagation',
      { mounts: [{ type: 'bind', source: '/a', target: '/a', bind: { propagation: 'x' } }] },
      ['mounts', 0, 'bind', 'propagation'],
      /use one of rprivate/,
    ],
    [
      'named pipe',
      { mounts: [{ type: 'npipe', source: '\\\\.\\pipe\\a', target: '\\\\.\\pipe\\a' }] },
      ['mounts', 0, 'type'],
      /Windows nodes/,
    ],
    [
      'health interval',
      { healthcheck: { command: 'x', interval: '500us' } },
      ['healthcheck', 'interval'],
      /at least 1ms, or 0/,
    ],
    [
      'health start interval',
      { healthcheck: { command: 'x', startInterval: '5s' } },
      ['healthcheck', 'startInterval'],
      /needs Engine API 1\.44/,
    ],
    [
      'health off and on',
      { healthcheck: { command: 'x', disable: true } },
      ['healthcheck', 'disable'],
      /remove it, or remove command/,
    ],
    [
      'two health commands',
      { healthcheck: { command: 'x', exec: ['x'] } },
      ['healthcheck', 'exec'],
      /remove "command" or "exec"/,
    ],
    [
      'job with update',
      { mode: 'global-job', update: { delay: '1s' } },
      ['update'],
      /job has no "update".*Remove it/,
    ],
    [
      'job with rollback',
      { mode: 'replicated-job', rollback: { delay: '1s' } },
      ['rollback'],
      /job has no "rollback"/,
    ],
    [
      'replicas of global',
      { mode: 'global', replicas: 2 },
      ['replicas'],
      /one task per node: remove "replicas"/,
    ],
    ['concurrency', { maxConcurrent: 2 }, ['maxConcurrent'], /replicated-job only/],
    [
      'tasks per node of global',
      { mode: 'global', replicasMaxPerNode: 1 },
      ['replicasMaxPerNode'],
      /mode global: remove it/,
    ],
    [
      'rollback of a rollback',
      { rollback: { failureAction: 'rollback' } },
      ['rollback', 'failureAction'],
      /use pause or continue/,
    ],
    ['variable', { env: { 'A B': 'c' } }, ['env', 'A B'], /Variable "A B": .*no spaces/],
    ['host', { hosts: ['db:nowhere'] }, ['hosts', 0], /name:address/],
    [
      'name server',
      { dns: { servers: ['1.2.3'] } },
      ['dns', 'servers', 0],
      /no address of a name server/,
    ],
    ['ulimit', { ulimits: ['nofile=5:4'] }, ['ulimits', 0], /name=soft:hard/],
    ['out-of-memory score', { oomScoreAdj: 2000 }, ['oomScoreAdj'], /between -1000 and 1000/],
    ['isolation', { isolation: 'process' }, ['isolation'], /Windows nodes.*remove it/],
    ['credential spec', { credentialSpec: 'file://a' }, ['credentialSpec'], /Windows nodes/],
    [
      'secret',
      { secrets: [{ source: 'kye' }] },
      ['secrets', 0, 'source'],
      /no secret "kye": did you mean "key"/,
    ],
    [
      'config',
      { configs: [{ source: 'zzzzz' }] },
      ['configs', 0, 'source'],
      /no config "zzzzz": create it first/,
    ],
    [
      'same file',
      { secrets: [{ source: 'key' }, { source: 'token', target: 'key' }] },
      ['secrets', 1, 'target'],
      /Two files are called "key"/,
    ],
    [
      'network twice',
      { networks: [{ name: 'front' }, { name: 'front' }] },
      ['networks', 1, 'name'],
      /there twice: remove one/,
    ],
    [
      'network without addresses',
      { networks: [{ name: 'broken' }] },
      ['networks', 0, 'name'],
      /never got addresses.*create it anew/,
    ],
  ])('%s is refused', (_what, fields, path, text) => {
    expect(check(fields)).toEqual(only(path, text));
  });

  it.each<[string, Fields, (string | number)[], RegExp]>([
    ['no replicas', { replicas: 0 }, ['replicas'], /until you scale/],
    [
      'a constraint that no node satisfies',
      { constraints: ['node.role==boss'] },
      ['constraints', 0],
      /stay pending/,
    ],
    [
      'a label that no node has',
      { constraints: ['node.labels.zonee==a'] },
      ['constraints', 0],
      /did you mean the label "zone"/,
    ],
    [
      'constraints that no node satisfies together',
      { constraints: ['node.role==manager', 'node.hostname==n2'] },
      ['constraints'],
      /all constraints/,
    ],
    [
      'a spread over nothing',
      { spread: ['node.labels.rack'] },
      ['spread', 0],
      /No node has the label/,
    ],
    [
      'too few tasks per node',
      { replicas: 5, replicasMaxPerNode: 2 },
      ['replicasMaxPerNode'],
      /2 tasks on each of 2 nodes are fewer than 5/,
    ],
    [
      'more reserved than allowed',
      { limits: { memory: '64M' }, reservations: { memory: '1G' } },
      ['reservations', 'memory'],
      /raise "limits\.memory"/,
    ],
    [
      'too few addresses',
      { networks: [{ name: 'small' }], replicas: 2 },
      ['networks', 0, 'name'],
      /has 1 addresses left .* needs 3: use fewer replicas/,
    ],
    [
      'a label of Docker’s',
      { labels: { 'com.docker.swarm.x': 'y' } },
      ['labels', 'com.docker.swarm.x'],
      /Docker’s own/,
    ],
  ])('%s is worth a word', (_what, fields, path, text) => {
    expect(check(fields)).toEqual(only(path, text, 'warning'));
  });

  it('what newer engines and Windows nodes can is taken there', () => {
    const newer = { ...context, apiVersion: '1.44' };
    expect(check({ healthcheck: { command: 'x', startInterval: '5s' } }, newer)).toEqual([]);
    const windows = { ...context, nodes: [...context.nodes, node('n4', { os: 'windows' })] };
    expect(check({ isolation: 'process' }, windows)).toEqual([]);
  });

  it('what could not be read is not taken for missing', () => {
    const { secrets: _secrets, configs: _configs, ...unread } = context;
    expect(check({ secrets: [{ source: 'any' }], configs: [{ source: 'any' }] }, unread)).toEqual(
      [],
    );
  });
});

test('no draft that engines take is refused', () => {
  const roomy: CheckContext = {
    ...context,
    serviceNames: new Set(),
    networks: [{ ...overlay('ingress'), ingress: true }, ...DRAFT_WORLD.networks.map(overlay)],
  };
  fc.assert(
    fc.property(serviceDrafts, (draft) => {
      const errors = checkService(draft, roomy).filter(({ severity }) => severity === 'error');
      expect(errors).toEqual([]);
    }),
  );
});

test('addresses are counted from tasks, services and nodes', () => {
  const snapshot = lessonSnapshot({
    networks: [
      makeNetwork({
        id: 'ing',
        name: 'ingress',
        ingress: true,
        subnets: [{ subnet: '10.0.0.0/24' }],
      }),
      makeNetwork({ id: 'my', name: 'mydrupal', subnets: [{ subnet: '10.0.1.0/28' }] }),
    ],
    nodes: [makeNode({ id: 'n1' }), makeNode({ id: 'n2' }), makeNode({ id: 'n3' })],
  });
  const { networks } = checkContextOf(snapshot);
  const addressesOf = (name: string) => networks.find((one) => one.name === name)?.addresses;
  // psql and drupal with one virtual address each, four tasks; ingress: drupal and three nodes.
  expect(addressesOf('mydrupal')).toMatchObject({ total: 13, taken: 6 });
  expect(addressesOf('ingress')).toMatchObject({ total: 253, nodes: 3 });
});
