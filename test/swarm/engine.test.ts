import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/common/logger';
import { createEngine } from '../../src/docker/dockerodeEngine';
import type { ServiceBody } from '../../src/docker/bodies';
import type { Engine } from '../../src/docker/engine';
import { buildServiceBody, type ServiceSpec } from '../../src/docker/requestBodies';
import type { EventRecord } from '../../src/docker/records/event';
import { toNetworkBody } from '../../src/spec/networkBody';
import { type AcquiredLab, acquireLab } from '../lab/sharedLab';

const overlay = toNetworkBody({
  name: 'engine-test',
  subnets: [{ subnet: '10.55.0.0/24' }],
  attachable: true,
  internal: true,
});

function service(networks: readonly string[], fields: Partial<ServiceSpec> = {}): ServiceBody {
  return buildServiceBody({
    name: 'engine-test',
    image: 'postgres',
    networks,
    mode: { kind: 'replicated', replicas: 0 },
    ports: [{ protocol: 'tcp', targetPort: 80, publishedPort: 18080, mode: 'ingress' }],
    env: ['A=1'],
    ...fields,
  });
}

describe.each(['oldest', 'newest'] as const)('the engine client on the %s engine', (choice) => {
  let acquired: AcquiredLab;
  let manager: Engine;
  let worker: Engine;

  function open(socket: string): Engine {
    const target = { kind: 'unix', path: socket } as const;
    return createEngine(target, { address: `unix://${socket}`, logger: silentLogger });
  }

  beforeAll(async () => {
    acquired = await acquireLab({ name: 'engine', nodes: 2, managers: 1, engine: choice });
    manager = open(acquired.lab.manager.socket);
    worker = open(acquired.lab.node('node2').socket);
    await Promise.all([manager.connect(), worker.connect()]);
  });

  afterAll(async () => {
    manager?.dispose();
    worker?.dispose();
    await acquired?.release();
  });

  it('negotiates a version that both speak', () => {
    expect(Number(manager.apiVersion.split('.')[1])).toBeGreaterThanOrEqual(41);
    expect(worker.apiVersion).toBe(manager.apiVersion);
  });

  it('reads info, nodes and the ingress network with its peers', async () => {
    const info = await manager.info();
    const nodes = await manager.nodes();
    expect(info.swarm).toMatchObject({ state: 'active', controlAvailable: true, error: '' });
    expect(info.swarm.cluster).toMatchObject({ subnetSize: 24, dataPathPort: 4789 });
    expect(nodes.map(({ role, state }) => `${role} ${state}`).toSorted()).toEqual([
      'manager ready',
      'worker ready',
    ]);
    const ingress = (await manager.networks()).find((network) => network.ingress);
    // A node takes part some moments before gossip has told the others.
    await expect
      .poll(
        async () => {
          const { peers } = await manager.networkDetail(ingress?.id ?? '');
          return peers?.map(({ ip }) => ip).toSorted();
        },
        { timeout: 30_000 },
      )
      .toEqual(acquired.lab.nodes.map(({ address }) => address).toSorted());
  });

  it('creates, reads and removes a network and a service, and hears of it', async () => {
    const stop = new AbortController();
    const heard: EventRecord[] = [];
    // The stream has no sign of being open but its events: history covers what comes before it.
    const { time } = await manager.info();
    const stream = (async () => {
      for await (const event of manager.events(time, stop.signal)) {
        heard.push(event);
        if (event.type === 'network' && event.action === 'remove') {
          stop.abort();
        }
      }
    })();
    const network = await manager.createNetwork(overlay);
    const made = await manager.createService(service([network.id]));
    const readRow = async () => (await manager.services()).find(({ id }) => id === made.id);
    // Ports are allocated some moments after the answer.
    await expect.poll(async () => (await readRow())?.ports.length, { timeout: 20_000 }).toBe(1);
    const row = await readRow();
    expect(row).toMatchObject({
      name: 'engine-test',
      image: 'postgres',
      env: ['A=1'],
      mode: { kind: 'replicated', replicas: 0 },
      networks: [{ target: network.id, aliases: [] }],
      ports: [{ protocol: 'tcp', targetPort: 80, publishedPort: 18080, mode: 'ingress' }],
      status: { running: 0, desired: 0 },
    });
    expect(await manager.tasks({ serviceId: made.id })).toEqual([]);
    expect(await manager.inspect('service', made.id)).toMatchObject({ ID: made.id });
    await expect(manager.createNetwork(overlay)).rejects.toMatchObject({
      code: 'name-taken',
      details: { name: 'engine-test' },
    });
    await expect(manager.createService(service([], { ports: [] }))).rejects.toMatchObject({
      code: 'name-taken',
      details: { kind: 'service', name: 'engine-test' },
    });
    await expect(
      manager.createService(service([], { name: 'engine-test-2' })),
    ).rejects.toMatchObject({
      code: 'port-taken',
      details: { port: 18080, service: 'engine-test' },
    });
    await expect(manager.removeNetwork(network.id)).rejects.toMatchObject({
      code: 'in-use',
      details: { by: made.id, byKind: 'service' },
    });
    await manager.removeService(made.id);
    await removeOnceFree(network.id);
    await stream;
    expect(heard.map(({ type, action, id }) => [type, action, id])).toEqual(
      expect.arrayContaining([
        ['network', 'create', network.id],
        ['service', 'create', made.id],
        ['service', 'remove', made.id],
        ['network', 'remove', network.id],
      ]),
    );
    await expect(manager.inspect('network', network.id)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('hears again what happened since a known event', async () => {
    const made = await manager.createService(service([], { ports: [] }));
    await manager.removeService(made.id);
    const controller = new AbortController();
    const heard: string[] = [];
    for await (const event of manager.events('1', controller.signal)) {
      if (event.id === made.id) {
        heard.push(event.action);
        if (event.action === 'remove') {
          controller.abort();
        }
      }
    }
    expect(heard).toEqual(['create', 'remove']);
  });

  it('changes a service and a node as a whole, and goes back', async () => {
    const made = await manager.createService(service([], { ports: [], name: 'change-test' }));
    const first = await manager.serviceState(made.id);
    const spec = { ...first.spec, Labels: { team: 'a' } };
    expect(await manager.updateService(made.id, { version: first.version, spec })).toEqual([]);
    await expect(
      manager.updateService(made.id, { version: first.version, spec }),
    ).rejects.toMatchObject({ code: 'out-of-sequence' });
    const second = await manager.serviceState(made.id);
    expect(second).toMatchObject({ spec: { Labels: { team: 'a' } }, previous: first.spec });
    await manager.updateService(made.id, { ...second, rollback: true });
    expect((await manager.serviceState(made.id)).spec).toEqual(first.spec);
    await manager.removeService(made.id);
    const node = (await manager.nodes()).find(({ role }) => role === 'worker');
    const before = await manager.nodeSpec(node?.id ?? '');
    const drained = { ...before.spec, Availability: 'drain', Labels: { zone: 'a' } } as const;
    await manager.updateNode(node?.id ?? '', { ...before, spec: drained });
    await expect(manager.updateNode(node?.id ?? '', before)).rejects.toMatchObject({
      code: 'out-of-sequence',
    });
    const after = await manager.nodeSpec(node?.id ?? '');
    expect(after.spec).toMatchObject({ Availability: 'drain', Labels: { zone: 'a' } });
    await manager.updateNode(node?.id ?? '', { version: after.version, spec: before.spec });
  });

  it('keeps secrets and configs, and never shows what is in them', async () => {
    const file = { name: 'engine-test', data: Buffer.from('a secret word'), labels: { a: 'b' } };
    const secret = await manager.createSecret(file);
    const config = await manager.createConfig(file);
    const row = { name: 'engine-test', labels: { a: 'b' } };
    expect(await manager.secrets()).toMatchObject([{ ...row, id: secret.id }]);
    expect(await manager.configs()).toMatchObject([{ ...row, id: config.id }]);
    expect(JSON.stringify(await manager.configs())).not.toMatch(/secret word|YSBzZWNyZXQ/);
    await expect(manager.createSecret(file)).rejects.toMatchObject({
      code: 'name-taken',
      details: { name: 'engine-test' },
    });
  });

  it('says what a worker cannot do', async () => {
    expect((await worker.info()).swarm).toMatchObject({ state: 'active', controlAvailable: false });
    await expect(worker.services()).rejects.toMatchObject({ code: 'worker' });
    await expect(worker.nodes()).rejects.toMatchObject({ code: 'worker' });
    await expect(worker.createService(service([]))).rejects.toMatchObject({ code: 'worker' });
    await expect(worker.createNetwork(overlay)).rejects.toMatchObject({ code: 'worker' });
  });

  it('says what the engine thinks of bad input', async () => {
    const bad = service([], { ports: [], image: 'Not An Image' });
    await expect(manager.createService(bad)).rejects.toMatchObject({ code: 'invalid' });
    await expect(manager.createService(service(['nosuch']))).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(manager.networkDetail('nosuch')).rejects.toMatchObject({ code: 'not-found' });
    const leader = (await manager.nodes()).find((node) => node.leader);
    await expect(manager.removeNode(leader?.id ?? '')).rejects.toMatchObject({ code: 'invalid' });
  });

  it('says that an engine is outside any swarm', async () => {
    const lone = open((await acquired.lab.startLoneEngine()).socket);
    try {
      await lone.connect();
      expect((await lone.info()).swarm).toMatchObject({ state: 'inactive', nodeId: '' });
      await expect(lone.services()).rejects.toMatchObject({ code: 'not-in-swarm' });
      await expect(lone.createNetwork(overlay)).rejects.toMatchObject({ code: 'not-in-swarm' });
    } finally {
      lone.dispose();
    }
  });

  /** The engine lets go of a network some moments after its last service is gone. */
  async function removeOnceFree(id: string): Promise<void> {
    await expect
      .poll(
        () =>
          manager.removeNetwork(id).then(
            () => 'removed',
            (error: Error) => error.message,
          ),
        {
          timeout: 20_000,
        },
      )
      .toBe('removed');
  }
});
