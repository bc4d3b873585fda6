import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SwarmscopeError } from '../common/errors';
import { makeInfo, makeNetwork, makeNode, makeService, makeTask } from '../../test/fakes/records';
import { lessonParts, makeParts } from '../../test/fakes/swarms';
import { buildSnapshot, isSameSnapshot } from './buildSnapshot';

const names = (items: Iterable<{ readonly name: string }> | undefined): string[] =>
  [...(items ?? [])].map(({ name }) => name);

describe('buildSnapshot', () => {
  it('joins the lesson swarm by id, sorted by name', () => {
    const snapshot = buildSnapshot(lessonParts());

    expect(names(snapshot.networks.values())).toEqual(['ingress', 'mydrupal']);
    expect(names(snapshot.services.values())).toEqual(['drupal', 'psql']);
    expect(
      [...snapshot.nodes.values()].map(({ hostname, address }) => [hostname, address]),
    ).toEqual([
      ['node1', '10.77.0.11'],
      ['node2', '10.77.0.12'],
      ['node3', '10.77.0.13'],
    ]);
    expect(names(snapshot.tasksByService.get('drupal'))).toEqual([
      'drupal.1',
      'drupal.2',
      'drupal.3',
    ]);
    expect(names(snapshot.tasksByNode.get('n2'))).toEqual(['drupal.2', 'psql.1']);
    expect(names(snapshot.servicesByNetwork.get('my'))).toEqual(['drupal', 'psql']);
    expect(names(snapshot.servicesByNetwork.get('ing'))).toEqual(['drupal']);
    expect(names(snapshot.tasksByNetwork.get('ing'))).toEqual(['drupal.1', 'drupal.2', 'drupal.3']);
    expect(snapshot.peersByNetwork.get('my')?.map(({ nodeId }) => nodeId)).toEqual([
      'n1',
      'n2',
      'n3',
    ]);
    expect(snapshot.peers.get('n2')).toEqual({
      id: 'n2',
      nodeId: 'n2',
      address: '10.77.0.12',
      networks: [
        { networkId: 'ing', evidence: 'reported' },
        { networkId: 'my', evidence: 'reported' },
      ],
    });
  });

  it('keeps local networks apart', () => {
    const bridge = makeNetwork({ id: 'br', name: 'bridge', scope: 'local', driver: 'bridge' });
    const snapshot = buildSnapshot(makeParts({ networks: [bridge] }));
    expect(snapshot.localNetworks).toEqual([bridge]);
    expect(snapshot.networks.size).toBe(0);
  });

  it.each([
    ['an ordinary overlay', {}, true],
    ['no driver', { driver: '', subnets: [] }, false],
    ['an overlay without a subnet', { subnets: [] }, false],
    ['a swarm macvlan, which has none', { driver: 'macvlan', subnets: [] }, true],
  ])('tells whether %s was allocated', (_name, fields, allocated) => {
    const snapshot = buildSnapshot(
      makeParts({ networks: [makeNetwork({ id: 'net', ...fields })] }),
    );
    expect(snapshot.networks.get('net')?.allocated).toBe(allocated);
  });

  it('counts the option encrypted by presence', () => {
    const snapshot = buildSnapshot(
      makeParts({
        networks: [
          makeNetwork({ id: 'a', options: { encrypted: 'false' } }),
          makeNetwork({ id: 'b' }),
        ],
      }),
    );
    expect([...snapshot.networks.values()].map(({ encrypted }) => encrypted)).toEqual([
      true,
      false,
    ]);
  });

  it('puts services that name a network without a VIP there by name or id', () => {
    const snapshot = buildSnapshot(
      makeParts({
        networks: [makeNetwork({ id: 'net', name: 'app' })],
        services: [
          makeService({
            id: 'rr',
            endpointMode: 'dnsrr',
            networks: [{ target: 'app', aliases: [] }],
          }),
          makeService({
            id: 'gone',
            networks: [{ target: 'missing', aliases: [] }],
            virtualIps: [{ networkId: 'hidden' }],
          }),
        ],
      }),
    );
    expect([...snapshot.servicesByNetwork].map(([id, list]) => [id, names(list)])).toEqual([
      ['net', ['rr']],
    ]);
  });
});

describe('tasks', () => {
  const services = [
    makeService({ id: 's1', name: 'web' }),
    makeService({ id: 's2', name: 'agent' }),
  ];

  it('names tasks as docker does', () => {
    const snapshot = buildSnapshot(
      makeParts({
        services,
        nodes: [makeNode({ id: 'n1' })],
        tasks: [
          makeTask({ id: 't1', serviceId: 's1', slot: 2 }),
          makeTask({ id: 't2', serviceId: 's2', nodeId: 'n1' }),
          makeTask({ id: 't3', serviceId: 'gone', slot: 1 }),
          makeTask({ id: 't4', isAttachment: true, containerId: 'abcdef0123456789' }),
          makeTask({ id: 't5', isAttachment: true, containerId: 'named' }),
        ],
        details: [makeNetwork({ id: 'x', containers: [{ id: 'named', name: 'shell' }] })],
      }),
    );
    expect(Object.fromEntries([...snapshot.tasks].map(([id, { name }]) => [id, name]))).toEqual({
      t1: 'web.2',
      t2: 'agent.n1',
      t3: 'gone.1',
      t4: 'abcdef012345',
      t5: 'shell',
    });
  });

  it('sorts by slot as a number, then newest first', () => {
    const task = (id: string, slot: number, createdAt: string) =>
      makeTask({ id, serviceId: 's1', slot, createdAt });
    const snapshot = buildSnapshot(
      makeParts({
        services,
        tasks: [
          task('ten', 10, '2026-01-01T00:00:00Z'),
          task('old', 2, '2026-01-01T00:00:00Z'),
          task('new', 2, '2026-01-02T00:00:00Z'),
        ],
      }),
    );
    expect(snapshot.tasksByService.get('s1')?.map(({ id }) => id)).toEqual(['new', 'old', 'ten']);
  });

  it.each([
    ['running', true],
    ['ready', true],
    ['complete', true],
    ['shutdown', false],
    ['remove', false],
  ])('takes a task desired %s as current: %s', (desiredState, current) => {
    const snapshot = buildSnapshot(
      makeParts({ tasks: [makeTask({ id: 't', serviceId: 's1', desiredState })] }),
    );
    expect(snapshot.tasks.get('t')?.current).toBe(current);
  });
});

describe('service counts', () => {
  const countsOf = (
    service: Partial<Parameters<typeof makeService>[0]>,
    tasks: readonly (readonly [
      state: 'running' | 'starting' | 'complete' | 'failed',
      desired: string,
    ])[],
  ) => {
    const snapshot = buildSnapshot(
      makeParts({
        services: [makeService({ id: 's', ...service })],
        tasks: tasks.map(([state, desiredState], index) =>
          makeTask({ id: `t${index}`, serviceId: 's', slot: index, state, desiredState }),
        ),
      }),
    );
    const { running, desired, converging } = snapshot.services.get('s') ?? {};
    return [running, desired, converging];
  };

  it("takes the engine's own counts", () => {
    expect(countsOf({ status: { running: 2, desired: 3 } }, [])).toEqual([2, 3, true]);
  });

  it('does not count running tasks of a lost node, which the swarm replaced', () => {
    expect(
      countsOf({ status: { running: 2, desired: 1 } }, [
        ['running', 'running'],
        ['running', 'shutdown'],
      ]),
    ).toEqual([1, 1, false]);
  });

  it('counts tasks where the engine does not', () => {
    expect(
      countsOf({ mode: { kind: 'replicated', replicas: 3 } }, [
        ['running', 'running'],
        ['starting', 'running'],
        ['failed', 'shutdown'],
      ]),
    ).toEqual([1, 3, true]);
    expect(
      countsOf({ mode: { kind: 'global' } }, [
        ['running', 'running'],
        ['running', 'running'],
        ['failed', 'shutdown'],
      ]),
    ).toEqual([2, 2, false]);
  });

  it('lets a finished job rest', () => {
    const mode = { kind: 'replicated-job', total: 2 } as const;
    expect(
      countsOf({ mode }, [
        ['complete', 'complete'],
        ['starting', 'complete'],
      ]),
    ).toEqual([0, 1, true]);
    expect(
      countsOf({ mode }, [
        ['complete', 'complete'],
        ['complete', 'complete'],
      ]),
    ).toEqual([0, 0, false]);
  });

  it('converges while an update is under way, not when it paused', () => {
    const status = { running: 1, desired: 1 };
    const state = (name: string) => ({ status, updateStatus: { state: name, message: '' } });
    expect(countsOf(state('updating'), [])).toEqual([1, 1, true]);
    expect(countsOf(state('rollback_started'), [])).toEqual([1, 1, true]);
    expect(countsOf(state('paused'), [])).toEqual([1, 1, false]);
  });
});

describe('peers', () => {
  const evidence = (snapshot: ReturnType<typeof buildSnapshot>, networkId: string) =>
    (snapshot.peersByNetwork.get(networkId) ?? []).map((peer) => [
      peer.id,
      peer.networks.find((network) => network.networkId === networkId)?.evidence,
    ]);

  it('infers them from placement where the connected engine takes no part', () => {
    const snapshot = buildSnapshot(lessonParts({ details: [] }));
    expect(evidence(snapshot, 'ing')).toEqual([
      ['n1', 'placement'],
      ['n2', 'placement'],
      ['n3', 'placement'],
    ]);
    expect(evidence(snapshot, 'my')).toEqual([
      ['n1', 'placement'],
      ['n2', 'placement'],
      ['n3', 'placement'],
    ]);
  });

  it('marks a node whose task runs but which gossip does not report', () => {
    const parts = lessonParts();
    const details = parts.details.map((detail) => ({
      ...detail,
      peers: (detail.peers ?? []).filter(({ ip }) => ip !== '10.77.0.13'),
    }));
    expect(evidence(buildSnapshot({ ...parts, details }), 'ing')).toEqual([
      ['n1', 'reported'],
      ['n2', 'reported'],
      ['n3', 'placement'],
    ]);
  });

  it('does not infer ingress members on nodes without tasks once gossip reports others', () => {
    const parts = lessonParts({ tasks: [] });
    const details = parts.details.map((detail) => ({
      ...detail,
      peers: [{ name: 'a', ip: '10.77.0.11' }],
    }));
    expect(evidence(buildSnapshot({ ...parts, details }), 'ing')).toEqual([['n1', 'reported']]);
  });

  it('keeps a peer that no node has the address of', () => {
    const parts = lessonParts({ tasks: [] });
    const details = parts.details.map((detail) => ({
      ...detail,
      peers: [{ name: 'a', ip: '192.0.2.9' }],
    }));
    expect(buildSnapshot({ ...parts, details }).peers.get('192.0.2.9')).toEqual({
      id: '192.0.2.9',
      address: '192.0.2.9',
      networks: [
        { networkId: 'ing', evidence: 'reported' },
        { networkId: 'my', evidence: 'reported' },
      ],
    });
  });

  it('finds the node through a later address and through the data path', () => {
    const detail = makeNetwork({
      id: 'net',
      peers: [{ name: 'a', ip: '192.0.2.7' }],
      gossipServices: [
        {
          name: 'web',
          tasks: [{ name: 'web.1.t1', endpointIp: '10.0.1.3', hostIp: '192.0.2.7' }],
        },
      ],
    });
    const snapshot = buildSnapshot(
      makeParts({
        info: makeInfo({ remoteManagers: [] }),
        nodes: [makeNode({ id: 'n2', statusAddress: '0.0.0.0' })],
        networks: [detail],
        tasks: [makeTask({ id: 't1', serviceId: 'web', nodeId: 'n2' })],
        details: [detail],
      }),
    );
    expect(snapshot.nodes.get('n2')?.address).toBe('192.0.2.7');
    expect([...snapshot.peers.keys()]).toEqual(['n2']);
  });
});

describe('reuse', () => {
  it('gives equal parts the identity they had', () => {
    const parts = lessonParts();
    const first = buildSnapshot(parts);
    const second = buildSnapshot({ ...parts, takenAt: 2000 }, first);
    const { takenAt: _first, ...firstRest } = first;
    const { takenAt: _second, ...secondRest } = second;
    for (const key of Object.keys(firstRest) as (keyof typeof firstRest)[]) {
      expect(secondRest[key], key).toBe(firstRest[key]);
    }
    expect(isSameSnapshot(first, second)).toBe(true);
  });

  it('changes only what follows from a changed record', () => {
    const parts = lessonParts();
    const first = buildSnapshot(parts);
    const services = parts.services.map((service) =>
      service.id === 'psql' ? { ...service, image: 'postgres:17' } : service,
    );
    const second = buildSnapshot({ ...parts, services }, first);
    expect(isSameSnapshot(first, second)).toBe(false);
    expect(second.nodes).toBe(first.nodes);
    expect(second.tasks).toBe(first.tasks);
    expect(second.services.get('drupal')).toBe(first.services.get('drupal'));
    expect(second.servicesByNetwork.get('ing')).toBe(first.servicesByNetwork.get('ing'));
    expect(second.servicesByNetwork.get('my')).not.toBe(first.servicesByNetwork.get('my'));
  });

  it('sees a part fail and recover', () => {
    const parts = lessonParts();
    const first = buildSnapshot(parts);
    const failed = { kind: 'failed', error: new SwarmscopeError('timed-out'), at: 2 } as const;
    const second = buildSnapshot({ ...parts, parts: { ...parts.parts, tasks: failed } }, first);
    expect(isSameSnapshot(first, second)).toBe(false);
    expect(isSameSnapshot(second, buildSnapshot(parts, second))).toBe(false);
  });
});

describe('any order of records', () => {
  it('gives the same snapshot', () => {
    const parts = lessonParts();
    const expected = buildSnapshot(parts);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...parts.tasks], { minLength: parts.tasks.length }),
        fc.shuffledSubarray([...parts.nodes], { minLength: parts.nodes.length }),
        fc.shuffledSubarray([...parts.services], { minLength: parts.services.length }),
        (tasks, nodes, services) => {
          const snapshot = buildSnapshot({ ...parts, tasks, nodes, services }, expected);
          expect(isSameSnapshot(expected, snapshot)).toBe(true);
        },
      ),
    );
  });
});
