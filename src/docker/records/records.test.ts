import { isSwarmscopeError } from '../../common/errors';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../common/logger';
import { normalizeEvent } from './event';
import { normalizeRows, toLine } from './fields';
import { normalizeInfo } from './info';
import { normalizeNetwork } from './network';
import { normalizeNode } from './node';
import { normalizeService } from './service';
import { normalizeTask } from './task';

describe('network', () => {
  const absent = {
    id: 'n1',
    name: 'app',
    created: '',
    scope: '',
    driver: '',
    ipv6: false,
    internal: false,
    attachable: false,
    ingress: false,
    configOnly: false,
    subnets: [],
    options: {},
    labels: {},
  };

  it('keeps what a verbose inspect tells', () => {
    const raw = {
      Id: 'n1',
      Name: 'ingress',
      Created: '2026-11-23T10:00:00Z',
      Scope: 'swarm',
      Driver: 'overlay',
      EnableIPv6: true,
      Internal: true,
      Attachable: true,
      Ingress: true,
      ConfigOnly: true,
      IPAM: {
        Driver: 'default',
        Config: [
          { Subnet: '10.0.0.0/24', Gateway: '10.0.0.1', IPRange: '10.0.0.128/25' },
          { Subnet: 'fd00::/64' },
        ],
      },
      Options: { encrypted: '', 'com.docker.network.driver.overlay.vxlanid_list': '4096' },
      Labels: { a: 'b' },
      Peers: [{ Name: '4f2b1c', IP: '10.77.0.11' }],
      Containers: {
        'ingress-sbox': { Name: 'ingress-endpoint', IPv4Address: '10.0.0.2/24' },
        c1: { Name: 'web.1', IPv4Address: '' },
      },
      Services: {
        '': {
          VIP: '<nil>',
          Tasks: [{ Name: 'ingress-endpoint', EndpointIP: '10.0.0.2', Info: {} }],
        },
        web: {
          VIP: '10.0.0.5',
          Ports: ['Target: 80, Publish: 8080'],
          LocalLBIndex: 256,
          Tasks: [{ Name: 'web.1.t1', EndpointIP: '10.0.0.6', Info: { 'Host IP': '10.77.0.12' } }],
        },
      },
    };
    expect(normalizeNetwork(raw)).toEqual({
      id: 'n1',
      name: 'ingress',
      created: '2026-11-23T10:00:00Z',
      scope: 'swarm',
      driver: 'overlay',
      ipv6: true,
      internal: true,
      attachable: true,
      ingress: true,
      configOnly: true,
      subnets: [
        { subnet: '10.0.0.0/24', gateway: '10.0.0.1', ipRange: '10.0.0.128/25' },
        { subnet: 'fd00::/64' },
      ],
      options: { encrypted: '', 'com.docker.network.driver.overlay.vxlanid_list': '4096' },
      labels: { a: 'b' },
      peers: [{ name: '4f2b1c', ip: '10.77.0.11' }],
      containers: [
        { id: 'ingress-sbox', name: 'ingress-endpoint', ipv4: '10.0.0.2/24' },
        { id: 'c1', name: 'web.1' },
      ],
      gossipServices: [
        { name: '', tasks: [{ name: 'ingress-endpoint', endpointIp: '10.0.0.2' }] },
        {
          name: 'web',
          vip: '10.0.0.5',
          tasks: [{ name: 'web.1.t1', endpointIp: '10.0.0.6', hostIp: '10.77.0.12' }],
        },
      ],
      raw,
    });
  });

  it.each([
    { Id: 'n1', Name: 'app' },
    {
      Id: 'n1',
      Name: 'app',
      Containers: null,
      Labels: null,
      Options: null,
      IPAM: { Config: null },
    },
    { Id: 'n1', Name: 'app', Containers: [], Labels: 'x', Options: 3, IPAM: [], Ingress: 'yes' },
  ])('fills in for %j', (raw) => {
    expect(normalizeNetwork(raw)).toEqual({ ...absent, raw });
  });

  it('drops odd members and keeps the rest', () => {
    const raw = {
      Id: 'n1',
      Name: 'app',
      Peers: [null, { Name: 'p' }, { IP: '10.0.0.1' }],
      Labels: { good: 'x', bad: 1 },
      IPAM: { Config: [{ Gateway: '10.0.0.1' }, { Subnet: '10.0.0.0/8' }] },
      Services: { web: { VIP: '', Tasks: null }, odd: 5 },
    };
    expect(normalizeNetwork(raw)).toEqual({
      ...absent,
      peers: [{ name: '', ip: '10.0.0.1' }],
      labels: { good: 'x' },
      subnets: [{ subnet: '10.0.0.0/8' }],
      gossipServices: [{ name: 'web', tasks: [] }],
      raw,
    });
  });

  it.each([
    [{ Name: 'app' }, 'network.Id'],
    [{ Id: 'n1', Name: '' }, 'network.Name'],
    [{ Id: 7, Name: 'app' }, 'network.Id'],
    ['text', 'network'],
  ])('refuses %j', (raw, path) => {
    expect(() => normalizeNetwork(raw)).toThrow(
      expect.objectContaining({ code: 'unexpected-answer', details: { path } }),
    );
  });
});

describe('service', () => {
  const absent = {
    id: 's1',
    name: 'web',
    version: 0,
    createdAt: '',
    updatedAt: '',
    labels: {},
    mode: { kind: 'replicated', replicas: 1 },
    image: '',
    env: [],
    args: [],
    command: [],
    constraints: [],
    endpointMode: 'vip',
    wantedPorts: [],
    ports: [],
    virtualIps: [],
    networks: [],
  };

  it('keeps what the engine tells', () => {
    const port = { Protocol: 'udp', TargetPort: 53, PublishedPort: 5353, PublishMode: 'host' };
    const raw = {
      ID: 's1',
      Version: { Index: 12 },
      CreatedAt: '2026-11-23T10:00:00Z',
      UpdatedAt: '2026-11-23T11:00:00Z',
      Spec: {
        Name: 'web',
        Labels: { a: 'b' },
        Mode: { Replicated: { Replicas: 0 } },
        TaskTemplate: {
          ContainerSpec: { Image: 'nginx@sha256:0', Env: ['A=1\n2'], Args: ['x'], Command: ['y'] },
          Placement: { Constraints: ['node.role==worker'], MaxReplicas: 2 },
          Resources: { Reservations: { MemoryBytes: 64 } },
          Networks: [{ Target: 'n1', Aliases: ['w'] }, { Target: 'n2' }],
        },
        EndpointSpec: { Mode: 'dnsrr', Ports: [{ ...port, PublishedPort: undefined }] },
      },
      PreviousSpec: { Name: 'web' },
      Endpoint: {
        Ports: [port, { TargetPort: 80, PublishedPort: 30000 }],
        VirtualIPs: [{ NetworkID: 'n1', Addr: '10.0.1.2/24' }, { NetworkID: 'hidden' }],
      },
      UpdateStatus: { State: 'paused', Message: 'update paused' },
      ServiceStatus: { RunningTasks: 1, DesiredTasks: 3 },
    };
    expect(normalizeService(raw)).toEqual({
      id: 's1',
      name: 'web',
      version: 12,
      createdAt: '2026-11-23T10:00:00Z',
      updatedAt: '2026-11-23T11:00:00Z',
      labels: { a: 'b' },
      mode: { kind: 'replicated', replicas: 0 },
      image: 'nginx@sha256:0',
      env: ['A=1\n2'],
      args: ['x'],
      command: ['y'],
      constraints: ['node.role==worker'],
      maxPerNode: 2,
      reserved: { nanoCpus: 0, memoryBytes: 64 },
      hasPrevious: true,
      endpointMode: 'dnsrr',
      wantedPorts: [{ protocol: 'udp', targetPort: 53, mode: 'host' }],
      ports: [
        { protocol: 'udp', targetPort: 53, publishedPort: 5353, mode: 'host' },
        { protocol: 'tcp', targetPort: 80, publishedPort: 30000, mode: 'ingress' },
      ],
      virtualIps: [{ networkId: 'n1', address: '10.0.1.2/24' }, { networkId: 'hidden' }],
      networks: [
        { target: 'n1', aliases: ['w'] },
        { target: 'n2', aliases: [] },
      ],
      updateStatus: { state: 'paused', message: 'update paused' },
      status: { running: 1, desired: 3 },
      raw,
    });
  });

  it.each([
    { ID: 's1', Spec: { Name: 'web' } },
    {
      ID: 's1',
      Spec: { Name: 'web', Mode: null, EndpointSpec: null, TaskTemplate: [] },
      Endpoint: 0,
    },
  ])('fills in for %j', (raw) => {
    expect(normalizeService(raw)).toEqual({ ...absent, raw });
  });

  it.each([
    [{ Global: {} }, { kind: 'global' }],
    [{ GlobalJob: {} }, { kind: 'global-job' }],
    [
      { ReplicatedJob: { TotalCompletions: 5, MaxConcurrent: 2 } },
      { kind: 'replicated-job', total: 5 },
    ],
    [{ ReplicatedJob: {} }, { kind: 'replicated-job', total: 1 }],
  ])('reads mode %j', (mode, expected) => {
    expect(normalizeService({ ID: 's1', Spec: { Name: 'web', Mode: mode } }).mode).toEqual(
      expected,
    );
  });

  it.each([
    [{ Spec: { Name: 'web' } }, 'service.ID'],
    [{ ID: 's1' }, 'service.Spec.Name'],
  ])('refuses %j', (raw, path) => {
    expect(() => normalizeService(raw)).toThrow(expect.objectContaining({ details: { path } }));
  });
});

describe('task', () => {
  const absent = {
    id: 't1',
    createdAt: '',
    state: 'unknown',
    desiredState: '',
    stateAt: '',
    message: '',
    error: '',
    image: '',
    attachments: [],
    hostPorts: [],
    isAttachment: false,
  };

  it('keeps what the engine tells', () => {
    const port = { Protocol: 'tcp', TargetPort: 80, PublishedPort: 9053, PublishMode: 'host' };
    const raw = {
      ID: 't1',
      ServiceID: 's1',
      NodeID: 'n1',
      Slot: 2,
      CreatedAt: '2026-11-23T10:00:00Z',
      DesiredState: 'shutdown',
      Spec: { ContainerSpec: { Image: 'nginx' } },
      Status: {
        State: 'failed',
        Timestamp: '2026-11-23T10:00:05Z',
        Message: 'started',
        Err: 'task: non-zero\nexit (1)',
        ContainerStatus: { ContainerID: 'c1', PID: 0, ExitCode: 1 },
        PortStatus: { Ports: [port, port] },
      },
      NetworksAttachments: [
        { Network: { ID: 'n1' }, Addresses: ['10.0.1.3/24'] },
        { Network: { ID: 'bridge' }, Addresses: null },
      ],
    };
    expect(normalizeTask(raw)).toEqual({
      id: 't1',
      serviceId: 's1',
      nodeId: 'n1',
      slot: 2,
      createdAt: '2026-11-23T10:00:00Z',
      state: 'failed',
      desiredState: 'shutdown',
      stateAt: '2026-11-23T10:00:05Z',
      message: 'started',
      error: 'task: non-zero exit (1)',
      exitCode: 1,
      containerId: 'c1',
      image: 'nginx',
      attachments: [
        { networkId: 'n1', addresses: ['10.0.1.3/24'] },
        { networkId: 'bridge', addresses: [] },
      ],
      hostPorts: [{ protocol: 'tcp', targetPort: 80, publishedPort: 9053 }],
      isAttachment: false,
      raw,
    });
  });

  it.each([
    { ID: 't1' },
    {
      ID: 't1',
      Slot: null,
      Status: { State: 'dancing', PortStatus: {} },
      NetworksAttachments: null,
    },
  ])('fills in for %j', (raw) => {
    expect(normalizeTask(raw)).toEqual({ ...absent, raw });
  });

  it('knows a container that is attached by hand, and no exit code of a running one', () => {
    const raw = {
      ID: 't1',
      Spec: { NetworkAttachmentSpec: { ContainerID: 'c9' } },
      Status: { State: 'running', ContainerStatus: { ExitCode: 0 } },
    };
    expect(normalizeTask(raw)).toEqual({
      ...absent,
      state: 'running',
      containerId: 'c9',
      isAttachment: true,
      raw,
    });
  });
});

describe('node', () => {
  it('keeps what the engine tells', () => {
    const raw = {
      ID: 'n1',
      Spec: { Role: 'manager', Availability: 'drain', Labels: { zone: 'a' } },
      Description: {
        Hostname: 'node1',
        Platform: { OS: 'linux', Architecture: 'x86_64' },
        Engine: { EngineVersion: '20.10.24', Labels: { disk: 'ssd' } },
        Resources: { NanoCPUs: 2e9, MemoryBytes: 1024 },
      },
      Status: { State: 'ready', Message: 'ok', Addr: '0.0.0.0' },
      ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: '[fd00::1]:2377' },
    };
    expect(normalizeNode(raw)).toEqual({
      id: 'n1',
      hostname: 'node1',
      role: 'manager',
      availability: 'drain',
      state: 'ready',
      stateMessage: 'ok',
      leader: true,
      reachability: 'reachable',
      statusAddress: '0.0.0.0',
      managerAddress: 'fd00::1',
      platform: { os: 'linux', architecture: 'x86_64' },
      engineVersion: '20.10.24',
      labels: { zone: 'a' },
      engineLabels: { disk: 'ssd' },
      resources: { nanoCpus: 2e9, memoryBytes: 1024 },
      raw,
    });
  });

  it.each([{ ID: 'n1' }, { ID: 'n1', Spec: { Role: 'king' }, Status: 'x', ManagerStatus: null }])(
    'fills in for %j',
    (raw) => {
      expect(normalizeNode(raw)).toEqual({
        id: 'n1',
        hostname: '',
        role: 'worker',
        availability: 'active',
        state: 'unknown',
        stateMessage: '',
        leader: false,
        statusAddress: '',
        platform: { os: '', architecture: '' },
        engineVersion: '',
        labels: {},
        raw,
      });
    },
  );

  it('takes the host of an IPv4 manager address', () => {
    const { managerAddress } = normalizeNode({
      ID: 'n1',
      ManagerStatus: { Addr: '10.0.0.1:2377' },
    });
    expect(managerAddress).toBe('10.0.0.1');
  });
});

describe('info', () => {
  it('keeps what a manager tells', () => {
    const raw = {
      Name: 'node1',
      ServerVersion: '28.5.2',
      OperatingSystem: 'Debian',
      OSType: 'linux',
      Swarm: {
        NodeID: 'n1',
        NodeAddr: '10.77.0.11',
        LocalNodeState: 'active',
        ControlAvailable: true,
        Error: '',
        RemoteManagers: [{ NodeID: 'n1', Addr: '10.77.0.11:2377' }],
        Cluster: {
          ID: 'c1',
          DefaultAddrPool: ['10.20.0.0/16'],
          SubnetSize: 26,
          DataPathPort: 7789,
        },
      },
    };
    expect(normalizeInfo(raw)).toEqual({
      engineName: 'node1',
      engineVersion: '28.5.2',
      operatingSystem: 'Debian',
      osType: 'linux',
      swarm: {
        state: 'active',
        controlAvailable: true,
        error: '',
        nodeId: 'n1',
        nodeAddress: '10.77.0.11',
        remoteManagers: [{ nodeId: 'n1', address: '10.77.0.11:2377' }],
        cluster: {
          id: 'c1',
          defaultAddressPools: ['10.20.0.0/16'],
          subnetSize: 26,
          dataPathPort: 7789,
        },
      },
      raw,
    });
  });

  it('fills in the defaults of a swarm that set none', () => {
    const raw = { Swarm: { Cluster: { ID: 'c1', DefaultAddrPool: null, SubnetSize: 0 } } };
    expect(normalizeInfo(raw).swarm.cluster).toEqual({
      id: 'c1',
      defaultAddressPools: ['10.0.0.0/8'],
      subnetSize: 24,
      dataPathPort: 4789,
    });
  });

  it.each([{}, { Swarm: null }, { Name: 5, Swarm: { LocalNodeState: '', RemoteManagers: null } }])(
    'fills in for %j',
    (raw) => {
      expect(normalizeInfo(raw)).toEqual({
        engineName: '',
        engineVersion: '',
        operatingSystem: '',
        osType: '',
        swarm: {
          state: 'inactive',
          controlAvailable: false,
          error: '',
          nodeId: '',
          nodeAddress: '',
          remoteManagers: [],
        },
        raw,
      });
    },
  );
});

describe('event', () => {
  it.each([
    [{ timeNano: '1795428000000000001', time: 1795428000 }, '1795428000.000000001'],
    [{ time: 1795428000 }, '1795428000'],
  ])('reads the time of %j', (time, expected) => {
    expect(normalizeEvent({ Type: 'volume', Action: 'x', ...time })).toEqual({
      type: 'other',
      action: 'x',
      id: '',
      attributes: {},
      time: expected,
    });
  });

  it.each([
    { Action: 'x', time: 1 },
    { Type: 'node', time: 1 },
    { Type: 'node', Action: 'x' },
    null,
  ])('refuses %j', (raw) => {
    expect(() => normalizeEvent(raw)).toThrow(
      expect.objectContaining({ code: 'unexpected-answer' }),
    );
  });
});

describe('any JSON', () => {
  const normalizers = [
    normalizeEvent,
    normalizeInfo,
    normalizeNetwork,
    normalizeNode,
    normalizeService,
    normalizeTask,
  ];

  function outcomeOf(act: () => unknown): string {
    try {
      return typeof act();
    } catch (error) {
      return isSwarmscopeError(error) ? error.code : String(error);
    }
  }

  it('gives a record or unexpected-answer, nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...normalizers), (json, normalize) => {
        const raw: unknown =
          typeof json === 'object' && json !== null && !Array.isArray(json)
            ? { ...json, ID: 'a', Id: 'a', Name: 'a', Type: 'a', Action: 'a', time: 1 }
            : json;
        expect(['object', 'unexpected-answer']).toContain(outcomeOf(() => normalize(raw)));
      }),
    );
  });

  it('keeps rows beside bad ones', () => {
    const rows = [{ ID: 'a' }, 7, { ID: 'b' }];
    expect(normalizeRows(rows, 'nodes', normalizeNode, silentLogger).map(({ id }) => id)).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('toLine', () => {
  it.each([
    ['plain', 'plain'],
    ['a\nb\u001b[31mc', 'a b [31mc'],
    ['evil\u202egnp', 'evil gnp'],
    [5, ''],
  ])('makes %j one safe line', (value, expected) => {
    expect(toLine(value)).toBe(expected);
  });
});

describe.each(['20.10', '28.5'])('answers recorded from Engine %s', (engine) => {
  function recorded(role: string, name: string): unknown {
    const folder = path.join(import.meta.dirname, '../../../test/fixtures/engine');
    const file = path.join(folder, `${engine}-${role}`, `${name}.json`);
    return (JSON.parse(readFileSync(file, 'utf8')) as { readonly body: unknown }).body;
  }

  function list<T>(name: string, normalize: (row: unknown) => T): readonly T[] {
    return (recorded('manager', name) as unknown[]).map(normalize);
  }

  it('give the swarm that was recorded', () => {
    const services = list('services', normalizeService);
    const networks = list('networks', normalizeNetwork);
    expect(list('nodes', normalizeNode).map(({ hostname, role }) => [hostname, role])).toEqual(
      expect.arrayContaining([
        ['node1', 'manager'],
        ['node2', 'worker'],
      ]),
    );
    expect(services.find(({ name }) => name === 'web')).toMatchObject({
      mode: { kind: 'replicated', replicas: 2 },
      ports: [{ protocol: 'tcp', targetPort: 80, publishedPort: 8080, mode: 'ingress' }],
      status: { running: 2, desired: 2 },
    });
    expect(services.find(({ name }) => name === 'hosted')).toMatchObject({
      mode: { kind: 'global' },
      env: ['SECRET=x'],
      ports: [{ protocol: 'tcp', targetPort: 80, publishedPort: 9053, mode: 'host' }],
    });
    expect(networks.find(({ name }) => name === 'app')).toMatchObject({
      attachable: true,
      options: { encrypted: '' },
    });
    const hostPorts = list('tasks', normalizeTask).flatMap((task) => task.hostPorts);
    const hostPort = { protocol: 'tcp', targetPort: 80, publishedPort: 9053 };
    expect(hostPorts).toEqual([hostPort, hostPort]);
  });

  it('give the peers and the gossip of the ingress network', () => {
    const ingress = normalizeNetwork(recorded('manager', 'ingress'));
    const web = ingress.gossipServices?.find(({ name }) => name === 'web');
    expect([ingress.peers?.length, web?.tasks.length]).toEqual([2, 2]);
    expect(web?.vip).toMatch(/^10\.0\.0\.\d+$/);
  });

  it.each([
    ['manager', 'active', true, true],
    ['worker', 'active', false, false],
    ['inactive', 'inactive', false, false],
  ])('tell a %s', (role, state, controlAvailable, hasCluster) => {
    const { swarm, time } = normalizeInfo(recorded(role, 'info'));
    expect(time).toMatch(/^\d{10}\.\d{3}$/);
    expect([swarm.state, swarm.controlAvailable, swarm.cluster !== undefined]).toEqual([
      state,
      controlAvailable,
      hasCluster,
    ]);
  });
});
