import { describe, expect, it } from 'vitest';
import { makeNode, makeService, makeTask, makeNetwork } from '../../test/fakes/records';
import { lessonParts, lessonSnapshot } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import type { ConnectionEntry } from '../docker/target';
import type { SnapshotParts } from '../model/buildSnapshot';
import type { SwarmState } from '../store/swarmState';
import { buildTree } from './buildTree';
import type { TreeOptions } from './swarmNode';
import type { TreeNode } from './treeNode';

const connection: ConnectionEntry = {
  id: 'setting:lab',
  name: 'lab',
  source: 'setting',
  address: 'tcp://10.77.0.11:2375',
};
const options: TreeOptions = {
  now: 100_000,
  describeError: (error) => ({ title: `described ${error.code}`, detail: '', nextStep: '' }),
};

function treeOf(fields: Partial<SnapshotParts> = {}): readonly TreeNode[] {
  return buildTree([{ phase: 'connected', connection, snapshot: lessonSnapshot(fields) }], options);
}

/** The whole tree as indented text: icon, tone, label, description. */
function draw(nodes: readonly TreeNode[], indent = ''): string[] {
  return nodes.flatMap((node) => [
    `${indent}${node.icon.id}/${node.icon.tone} ${node.label} | ${node.description}`,
    ...draw(node.children?.() ?? [], `${indent}  `),
  ]);
}

function flatten(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.flatMap((node) => [node, ...flatten(node.children?.() ?? [])]);
}

function find(nodes: readonly TreeNode[], id: string): TreeNode {
  const node = flatten(nodes).find((candidate) => candidate.id === `setting:lab/${id}`);
  if (node === undefined) {
    throw new Error(`No row ${id}`);
  }
  return node;
}

describe('buildTree', () => {
  it('draws the lesson swarm', () => {
    expect(draw(treeOf())).toEqual([
      'server-environment/neutral lab | 3 nodes · manager node1 · 20.10.24',
      '  type-hierarchy/neutral Networks | 2',
      '    globe/neutral ingress | overlay · 10.0.0.0/24 · ingress',
      '      layers-active/good drupal | VIP 10.0.0.5',
      '      play-circle/good drupal.1 | 10.0.0.6 · node1',
      '      play-circle/good drupal.2 | 10.0.0.7 · node2',
      '      play-circle/good drupal.3 | 10.0.0.8 · node3',
      '      broadcast/neutral node1 | 10.77.0.11 · reported',
      '      broadcast/neutral node2 | 10.77.0.12 · reported',
      '      broadcast/neutral node3 | 10.77.0.13 · reported',
      '    type-hierarchy-sub/neutral mydrupal | overlay · 10.0.1.0/24',
      '      layers-active/good drupal | VIP 10.0.1.5',
      '      layers-active/good psql | VIP 10.0.1.2',
      '      play-circle/good drupal.1 | 10.0.1.6 · node1',
      '      play-circle/good drupal.2 | 10.0.1.7 · node2',
      '      play-circle/good drupal.3 | 10.0.1.8 · node3',
      '      play-circle/good psql.1 | 10.0.1.3 · node2',
      '      broadcast/neutral node1 | 10.77.0.11 · reported',
      '      broadcast/neutral node2 | 10.77.0.12 · reported',
      '      broadcast/neutral node3 | 10.77.0.13 · reported',
      '  layers/neutral Services | 2',
      '    layers-active/good drupal | replicated 3/3 · 8080→80/tcp',
      '      play-circle/good drupal.1 | node1 · running',
      '      play-circle/good drupal.2 | node2 · running',
      '      play-circle/good drupal.3 | node3 · running',
      '    layers-active/good psql | replicated 1/1',
      '      play-circle/good psql.1 | node2 · running',
      '  server/neutral Nodes | 3',
      '    server/good node1 | manager · leader · active · ready · 10.77.0.11',
      '      play-circle/good drupal.1 | running · 10.0.0.6 · 10.0.1.6',
      '    server/good node2 | worker · active · ready · 10.77.0.12',
      '      play-circle/good drupal.2 | running · 10.0.0.7 · 10.0.1.7',
      '      play-circle/good psql.1 | running · 10.0.1.3',
      '    server/good node3 | worker · active · ready · 10.77.0.13',
      '      play-circle/good drupal.3 | running · 10.0.0.8 · 10.0.1.8',
      '  broadcast/neutral Peers | 3',
      ...[1, 2, 3].flatMap((digit) => [
        `    broadcast/neutral node${digit} | 10.77.0.1${digit} · 2 networks`,
        `      server/good node${digit} | ${digit === 1 ? 'manager · leader' : 'worker'} · active · ready · 10.77.0.1${digit}`,
        '      type-hierarchy-sub/neutral ingress | reported',
        '      type-hierarchy-sub/neutral mydrupal | reported',
      ]),
    ]);
  });

  it('gives every row an id of its own that begins with the connection', () => {
    const ids = flatten(treeOf()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id.startsWith('setting:lab'))).toBe(true);
  });

  it.each<SwarmState>([
    { phase: 'disconnected' },
    { phase: 'connecting', connection },
    { phase: 'failed', connection, error: new SwarmscopeError('worker') },
  ])('is empty when $phase, so that the welcome content shows', (state) => {
    expect(buildTree([state], options)).toEqual([]);
  });

  it('marks a simulated swarm, and a lost one with the age of what is shown', () => {
    const snapshot = lessonSnapshot();
    const lost = { error: new SwarmscopeError('timed-out'), since: 88_000 };
    const [root] = buildTree(
      [{ phase: 'connected', connection: { ...connection, source: 'demo' }, snapshot, lost }],
      options,
    );
    expect(root?.description).toBe(
      'no answer for 12 s · simulated · 3 nodes · manager node1 · 20.10.24',
    );
    expect(root?.icon).toEqual({ id: 'debug-disconnect', tone: 'bad' });
    expect(root?.tooltip?.()).toContainEqual({ name: 'Problem', value: 'described timed-out' });
  });

  it('says through whom a swarm is reached, that it elects a leader, and that it is slow', () => {
    const via = { ...connection, id: 'setting:m2', name: 'm2', address: 'tcp://10.77.0.12:2375' };
    const rootOf = (fields: object) =>
      buildTree(
        [{ phase: 'connected', connection, snapshot: lessonSnapshot(), ...fields }],
        options,
      )[0];
    const lostTo = (code: 'electing' | 'no-quorum') => ({
      lost: { error: new SwarmscopeError(code), since: 88_000 },
    });
    expect(rootOf({ via })?.description).toMatch(/^through m2 · 3 nodes/);
    expect(rootOf({ via })?.icon.tone).toBe('warning');
    expect(rootOf({ via })?.tooltip?.()).toContainEqual({
      name: 'In use',
      value: 'm2 (tcp://10.77.0.12:2375)',
    });
    expect(rootOf(lostTo('electing'))?.description).toMatch(/^electing a leader · /);
    expect(rootOf(lostTo('no-quorum'))?.description).toMatch(/^no leader for 12 s · /);
    expect(rootOf({ slowMs: 2_400 })?.description).toMatch(/^slow, 2\.4 s · /);
  });

  it('shows no password of an address in a tooltip', () => {
    const secret = { ...connection, address: 'tcp://me:hidden@10.77.0.11:2375' };
    const error = new SwarmscopeError('address-invalid');
    const rows = buildTree(
      [
        { phase: 'connected', connection: secret, snapshot: lessonSnapshot(), via: secret },
        { phase: 'failed', connection: { ...secret, id: 'b' }, error },
        { phase: 'connecting', connection: { ...secret, id: 'c' } },
      ],
      options,
    );
    const told = rows.map((row) => JSON.stringify(row.tooltip?.()));
    expect(told.every((text) => text.includes('tcp://10.77.0.11:2375'))).toBe(true);
    expect(told.join()).not.toContain('hidden');
  });

  it('draws a root per connection, whatever each is doing', () => {
    const tree = buildTree(
      [
        { phase: 'connected', connection, snapshot: lessonSnapshot() },
        { phase: 'connecting', connection: { ...connection, id: 'b', name: 'b' } },
        {
          phase: 'failed',
          connection: { ...connection, id: 'c', name: 'c', production: true, readOnly: true },
          error: new SwarmscopeError('worker'),
        },
      ],
      options,
    );
    expect(
      tree.map(({ icon, label, description, mark }) => [icon.id, label, description, mark]),
    ).toEqual([
      ['server-environment', 'lab', '3 nodes · manager node1 · 20.10.24', 'blue'],
      ['loading~spin', 'b', 'connecting…', 'green'],
      ['error', 'c', 'described worker · production · read-only', 'red'],
    ]);
    expect(tree[2]?.tokens).toEqual(['swarm', 'swarmFailed', 'failed:worker']);
    const owners = flatten(tree).map(({ id, connectionId }) => id.startsWith(connectionId ?? '?'));
    expect(owners.every(Boolean)).toBe(true);
  });

  it('marks no lone swarm, unless the person chose a colour', () => {
    const snapshot = lessonSnapshot();
    const markOf = (fields: Partial<ConnectionEntry>) =>
      buildTree(
        [{ phase: 'connected', connection: { ...connection, ...fields }, snapshot }],
        options,
      )[0]?.mark;
    expect(markOf({})).toBeUndefined();
    expect(markOf({ production: true })).toBe('red');
    expect(markOf({ production: true, color: 'yellow' })).toBe('yellow');
  });

  it('offers nothing that changes a read-only swarm', () => {
    const snapshot = lessonSnapshot();
    const tokensOf = (readOnly: boolean): string[] =>
      flatten(
        buildTree(
          [{ phase: 'connected', connection: { ...connection, readOnly }, snapshot }],
          options,
        ),
      ).flatMap(({ tokens }) => tokens);
    const changing = ['changeable', 'newNetwork', 'newService', 'removable', 'deployTarget'];
    expect(tokensOf(false)).toEqual(expect.arrayContaining(changing));
    expect(tokensOf(true).filter((token) => changing.includes(token))).toEqual([]);
    expect(tokensOf(true)).toContain('inspectable');
  });

  it('puts one row for a failed part above what was known', () => {
    const { parts } = lessonParts();
    const failed = { kind: 'failed', error: new SwarmscopeError('timed-out'), at: 1 } as const;
    const tree = treeOf({ parts: { ...parts, tasks: failed } });
    const services = find(tree, 'services');
    expect(services.description).toBe('2 · not current');
    expect(services.children?.().map(({ label }) => label)).toEqual([
      'Tasks could not be read',
      'drupal',
      'psql',
    ]);
    expect(find(tree, 'services/failed/tasks')).toMatchObject({
      description: 'described timed-out',
      tokens: ['failedPart'],
    });
  });

  it('gives empty groups no children', () => {
    const tree = treeOf({ services: [], tasks: [], networks: [], details: [] });
    expect(find(tree, 'services')).toMatchObject({ description: 'none' });
    expect(find(tree, 'services').children).toBeUndefined();
  });
});

describe('context tokens', () => {
  const tokens = (id: string, fields?: Partial<SnapshotParts>) =>
    find(treeOf(fields), id).tokens.join(' ');

  it('say what commands fit a row', () => {
    expect(tokens('networks')).toBe('group:networks newNetwork');
    expect(tokens('networks/ing')).toBe('network inspectable hasId dockerCommand ingress');
    expect(tokens('networks/my')).toBe(
      'network inspectable hasId dockerCommand removable deployTarget',
    );
    expect(tokens('services/drupal')).toBe(
      'service inspectable removable hasId dockerCommand updatable scalable attached published openable logs',
    );
    expect(tokens('services/psql')).toBe(
      'service inspectable removable hasId dockerCommand updatable scalable attached environment logs',
    );
    const host = { protocol: 'tcp', targetPort: 80, publishedPort: 81, mode: 'host' } as const;
    expect(
      tokens('services/hosty', {
        services: [makeService({ id: 'hosty', wantedPorts: [host], ports: [host] })],
      }),
    ).toMatch(/\bpublished openable\b/);
    expect(tokens('services/psql/task/psql-t1')).toBe('task inspectable hasId logs');
    expect(tokens('nodes/n2')).toBe('node inspectable hasId steerable promotable');
    expect(tokens('peers/n2')).toBe('peer inspectable hasId');
    expect(tokens('nodes/n9', { nodes: [makeNode({ id: 'n9', state: 'down' })] })).toBe(
      'node inspectable hasId steerable promotable removable',
    );
  });

  it('name the object that commands act on', () => {
    const tree = treeOf();
    expect(find(tree, 'networks/my/service/psql').object).toEqual({
      kind: 'service',
      id: 'psql',
      name: 'psql',
    });
    expect(find(tree, 'peers/n2').object).toEqual({ kind: 'node', id: 'n2', name: 'node2' });
    expect(find(tree, 'networks').object).toBeUndefined();
  });
});

describe('networks', () => {
  it('tell their options, and one that was never allocated', () => {
    const networks = [
      makeNetwork({
        id: 'a',
        options: { encrypted: '' },
        attachable: true,
        internal: true,
      }),
      makeNetwork({ id: 'b', driver: '', subnets: [] }),
    ];
    const rows = find(treeOf({ networks, details: [] }), 'networks').children?.() ?? [];
    expect(draw(rows)).toEqual([
      'lock/neutral a | overlay · 10.0.1.0/24 · encrypted · attachable · internal',
      'error/bad b | never allocated',
    ]);
  });

  it('mark peers that only placement proves', () => {
    expect(find(treeOf({ details: [] }), 'networks/my/peer/n2').description).toBe(
      '10.77.0.12 · inferred from placement',
    );
  });

  it('tell a peer that no node has the address of', () => {
    const details = lessonParts().details.map((detail) => ({
      ...detail,
      peers: [{ name: 'x', ip: '192.0.2.1' }],
    }));
    expect(find(treeOf({ details, tasks: [] }), 'peers/192.0.2.1')).toMatchObject({
      label: '192.0.2.1',
      description: 'no node has this address · 2 networks',
      tokens: ['peer'],
      icon: { id: 'broadcast', tone: 'warning' },
    });
  });
});

describe('services', () => {
  const web = { id: 'web', mode: { kind: 'replicated', replicas: 2 } } as const;
  const drawWeb = (
    service: Partial<Parameters<typeof makeService>[0]>,
    tasks: readonly Partial<Parameters<typeof makeTask>[0]>[],
  ) =>
    draw([
      find(
        treeOf({
          services: [makeService({ ...web, ...service })],
          tasks: tasks.map((task, index) =>
            makeTask({ id: `t${index}`, serviceId: 'web', slot: 1, nodeId: 'n1', ...task }),
          ),
        }),
        'services/web',
      ),
    ]);

  it('show what runs first, then earlier failures, newest first', () => {
    const failed = { state: 'failed', desiredState: 'shutdown', error: 'exit (1)' } as const;
    expect(
      drawWeb({}, [
        { ...failed, stateAt: '2026-11-23T10:00:00Z' },
        { ...failed, stateAt: '2026-11-23T11:00:00Z', error: 'exit (2)' },
        { state: 'shutdown', desiredState: 'shutdown' },
        { state: 'running' },
        { slot: 2, state: 'preparing' },
      ]),
    ).toEqual([
      'sync/busy web | replicated 1/2',
      '  play-circle/good web.1 | node1 · running',
      '  sync/busy web.2 | node1 · preparing',
      '  error/bad web.1 | earlier · node1 · failed · exit (2)',
      '  error/bad web.1 | earlier · node1 · failed · exit (1)',
    ]);
  });

  it('tell why a task waits', () => {
    expect(
      drawWeb({}, [{ state: 'running' }, { slot: 2, state: 'pending', error: 'no suitable node' }]),
    ).toEqual([
      'warning/warning web | replicated 1/2',
      '  play-circle/good web.1 | node1 · running',
      '  warning/warning web.2 | node1 · pending · no suitable node',
    ]);
  });

  it('are bad when nothing runs and tasks failed', () => {
    const [row] = drawWeb({}, [
      { state: 'rejected', desiredState: 'shutdown', error: 'No such image: x' },
    ]);
    expect(row).toBe('error/bad web | replicated 0/2');
  });

  it.each<[string, Partial<Parameters<typeof makeService>[0]>, string]>([
    [
      'scaled to nothing',
      { mode: { kind: 'replicated', replicas: 0 } },
      'circle-slash/muted web | replicated 0/0',
    ],
    [
      'paused in an update',
      { status: { running: 2, desired: 2 }, updateStatus: { state: 'paused', message: '' } },
      'warning/warning web | replicated 2/2 · update paused',
    ],
    [
      'updating',
      { status: { running: 2, desired: 2 }, updateStatus: { state: 'updating', message: '' } },
      'sync/busy web | replicated 2/2 · updating',
    ],
    [
      'global with a host port',
      {
        mode: { kind: 'global' },
        status: { running: 3, desired: 3 },
        ports: [{ protocol: 'tcp', targetPort: 80, publishedPort: 9000, mode: 'host' }],
      },
      'layers-active/good web | global 3/3 · 9000→80/tcp host',
    ],
    ['a job', { mode: { kind: 'replicated-job', total: 4 } }, 'sync/busy web | job 0/4'],
  ])('%s', (_name, service, row) => {
    expect(drawWeb(service, [])).toEqual([row]);
  });
});

describe('texts', () => {
  it('speak the whole row in words', () => {
    const tree = treeOf();
    expect(find(tree, 'services/drupal').accessibleLabel).toBe(
      'Service drupal, 3 of 3 running, port 8080 to 80 tcp',
    );
    expect(find(tree, 'networks/my').accessibleLabel).toBe(
      'Network mydrupal, overlay, 10.0.1.0/24',
    );
    expect(find(tree, 'nodes/n1').accessibleLabel).toBe(
      'Node node1, manager, leader, active, ready, 10.77.0.11',
    );
  });

  it('are one clean line, whatever the swarm names', () => {
    const nodes = [makeNode({ id: 'n1', hostname: `evil\u202e\n\u0007${'x'.repeat(500)}` })];
    const { label, accessibleLabel, object } = find(treeOf({ nodes }), 'nodes/n1');
    for (const text of [label, accessibleLabel, object?.name]) {
      expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(text?.length).toBeLessThan(250);
    }
  });

  it('never hold the values of environment variables', () => {
    const everything = JSON.stringify(
      flatten(treeOf()).map((node) => ({ ...node, tooltip: node.tooltip?.() })),
    );
    expect(everything).not.toContain('hidden');
  });
});
