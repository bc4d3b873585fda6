import type { EngineAnswer } from '../../lab/engineApi';
import { changeNodes } from './nodeScenario';
import { keepData } from './dataScenario';
import { readLog } from './logScenario';
import { moreNetworks } from './networkScenario';
import { eventsSince, filtered, IMAGE, type Json, Player, type Transcript } from './player';
import { operateServices, refuseSpecs } from './serviceScenario';

/**
 * Sends the same requests to any engine that is the manager of a swarm with a second node, and writes
 * down what it answers. Uses the swarm up: the second node fails at the end.
 */
export async function playScenario(
  socket: string,
  failNode: () => Promise<void>,
): Promise<Transcript> {
  const player = new Player(socket);
  await readSystem(player);
  await readLists(player);
  await refuseReads(player);
  await createNetworks(player);
  await moreNetworks(player);
  await keepData(player);
  await createServices(player);
  await refuseSpecs(player);
  await readRunning(player);
  await updateServices(player);
  await operateServices(player);
  await changeNodes(player);
  await removeThings(player);
  await loseNode(player, failNode);
  return player.transcript;
}

async function readSystem(player: Player): Promise<void> {
  await player.step('GET', '/_ping');
  await player.step('GET', '/version');
  await player.step('GET', '/info');
  await player.step('GET', '/swarm');
  await player.step('GET', '/v1.99/info');
  await player.step('GET', '/v1.11/info');
  await player.step('GET', '/v1.41/nosuch');
}

async function readLists(player: Player): Promise<void> {
  await player.step('GET', '/nodes');
  const managers = await player.step('GET', filtered('/nodes', { role: ['manager'] }));
  const [manager] = JSON.parse(managers.body) as { ID: string }[];
  await player.stepNamed('GET /nodes/{manager}', `/nodes/${manager?.ID}`);
  await player.step('GET', filtered('/networks', { name: ['ingress'] }));
  await player.step('GET', filtered('/networks', { driver: ['overlay'], name: ['ingress'] }));
  await player.step('GET', filtered('/networks', { scope: ['zzz'] }));
}

async function refuseReads(player: Player): Promise<void> {
  for (const path of ['/networks', '/services', '/tasks', '/nodes']) {
    await player.step('GET', filtered(path, { junk: ['x'] }));
    await player.step('GET', `${path}?filters=notjson`);
    await player.step('GET', `${path}/nosuchthing`);
  }
  await player.step('GET', filtered('/tasks', { service: ['nosuchthing'] }));
  await player.step('GET', filtered('/tasks', { node: ['nosuchthing'] }));
  await player.step('GET', filtered('/tasks', { 'desired-state': ['zz'] }));
  await player.step('GET', filtered('/nodes', { role: ['zz'] }));
  await player.step('GET', '/services?status=zz');
  await player.step('GET', '/networks/ingress?verbose=zz');
}

function network(fields: Json): Json {
  return { Driver: 'overlay', ...fields };
}

function ipam(config: Json): Json {
  return { Config: [config] };
}

async function createNetworks(player: Player): Promise<void> {
  const create = async (note: string, body: unknown): Promise<EngineAnswer> =>
    await player.step('POST', '/networks/create', body, note);
  await create('automatic subnet', network({ Name: 'contract' }));
  await create('name taken', network({ Name: 'contract' }));
  await create(
    'all options',
    network({
      Name: 'contract-full',
      Attachable: true,
      Internal: true,
      Options: { encrypted: '' },
      Labels: { purpose: 'contract' },
      IPAM: ipam({ Subnet: '10.61.0.0/24', Gateway: '10.61.0.9' }),
    }),
  );
  await create('no name', network({ Name: '' }));
  await create('bad name', network({ Name: 'bad name!' }));
  await create('long name', network({ Name: 'x'.repeat(64) }));
  await create('name of ingress', network({ Name: 'ingress' }));
  await create('unknown driver', network({ Name: 'n1', Driver: 'nosuch' }));
  await create('no prefix', network({ Name: 'n1', IPAM: ipam({ Subnet: '10.55.0.0' }) }));
  await create('host bits', network({ Name: 'n1', IPAM: ipam({ Subnet: '10.57.0.5/24' }) }));
  await create(
    'foreign gateway',
    network({ Name: 'n1', IPAM: ipam({ Subnet: '10.57.0.0/24', Gateway: '10.99.0.1' }) }),
  );
  await create('second ingress', network({ Name: 'n1', Ingress: true }));
  // The engine takes an overlapping subnet and then never allocates it.
  await create(
    'overlap',
    network({ Name: 'contract-over', IPAM: ipam({ Subnet: '10.61.0.0/25' }) }),
  );
  for (const name of ['contract', 'contract-full']) {
    await player.until<{ Driver: string }>(`/networks/${name}`, ({ Driver }) => Driver !== '');
  }
  await player.step('GET', '/networks/contract');
  await player.step('GET', '/networks/contract?scope=local');
  await player.step('GET', '/networks/contract-full');
  await player.step('GET', '/networks/contract-over');
}

function service(fields: Json): Json {
  return {
    Name: 'contract',
    TaskTemplate: { ContainerSpec: { Image: IMAGE, Env: ['A=b'] } },
    Mode: { Replicated: { Replicas: 2 } },
    ...fields,
  };
}

function port(fields: Json): Json {
  return { Protocol: 'tcp', TargetPort: 80, PublishMode: 'ingress', ...fields };
}

async function createServices(player: Player): Promise<void> {
  const create = async (note: string, body: unknown): Promise<EngineAnswer> =>
    await player.step('POST', '/services/create', body, note);
  const target = await player.until<{ Id: string }>('/networks/contract', () => true);
  const onNetwork = {
    ContainerSpec: { Image: IMAGE, Env: ['A=b'] },
    Networks: [{ Target: target.Id }],
  };
  await create(
    'on a network, published',
    service({ TaskTemplate: onNetwork, EndpointSpec: { Ports: [port({ PublishedPort: 18090 })] } }),
  );
  await create('name taken', service({}));
  await create(
    'port taken',
    service({ Name: 's1', EndpointSpec: { Ports: [port({ PublishedPort: 18090 })] } }),
  );
  await create(
    'dnsrr with ingress',
    service({
      Name: 's1',
      EndpointSpec: { Mode: 'dnsrr', Ports: [port({ PublishedPort: 18091 })] },
    }),
  );
  await create('bad name', service({ Name: 'bad name!' }));
  await create('no name', service({ Name: '' }));
  await create('no image', service({ Name: 's1', TaskTemplate: { ContainerSpec: { Image: '' } } }));
  await create('no container', service({ Name: 's1', TaskTemplate: {} }));
  const on = (name: string): Json => ({
    Name: 's1',
    TaskTemplate: { ContainerSpec: { Image: IMAGE }, Networks: [{ Target: name }] },
  });
  await create('unknown network', service(on('nosuchnet')));
  await create('on ingress', service(on('ingress')));
  await create(
    'image that does not exist',
    service({
      Name: 'contract-noimage',
      Mode: { Replicated: { Replicas: 1 } },
      TaskTemplate: {
        ContainerSpec: { Image: 'example/nosuch:1' },
        RestartPolicy: { Condition: 'on-failure', MaxAttempts: 1 },
      },
    }),
  );
  await create(
    'global, port chosen by the swarm',
    service({ Name: 'contract-global', Mode: { Global: {} }, EndpointSpec: { Ports: [port({})] } }),
  );
  await create(
    'constraint that no node meets',
    service({
      Name: 'contract-nowhere',
      Mode: { Replicated: { Replicas: 1 } },
      TaskTemplate: {
        ContainerSpec: { Image: IMAGE },
        Placement: { Constraints: ['node.labels.nosuch == 1'] },
      },
    }),
  );
}

interface TaskRow {
  readonly Status: { readonly State: string; readonly Err?: string };
  readonly NodeID?: string;
}

const tasksOf = (name: string): string => filtered('/tasks', { service: [name] });

function count(tasks: readonly TaskRow[], state: string): number {
  return tasks.filter((task) => task.Status.State === state).length;
}

async function readRunning(player: Player): Promise<void> {
  await player.until<TaskRow[]>(tasksOf('contract'), (rows) => count(rows, 'running') === 2);
  await player.until<TaskRow[]>(tasksOf('contract-global'), (rows) => count(rows, 'running') === 2);
  await player.until<TaskRow[]>(
    tasksOf('contract-noimage'),
    (rows) => count(rows, 'rejected') === 2,
  );
  await player.until<TaskRow[]>(
    tasksOf('contract-nowhere'),
    (rows) => (rows[0]?.Status.Err ?? '') !== '',
  );
  await player.step('GET', '/services/contract');
  await player.step('GET', '/services/contract-global');
  for (const name of ['contract', 'contract-global', 'contract-noimage', 'contract-nowhere']) {
    await player.step('GET', `${filtered('/services', { name: [name] })}&status=true`);
    await player.step('GET', tasksOf(name));
  }
  // The answering node needs one of the tasks to take part in the network itself.
  await player.until<{ Services?: { contract?: { Tasks?: unknown[] } } }>(
    '/networks/contract?verbose=true',
    (found) => found.Services?.contract?.Tasks?.length === 2,
  );
  const services = ['contract', 'contract-global'];
  await player.until<{ Services?: Record<string, { Tasks?: unknown[] }> }>(
    '/networks/ingress?verbose=true',
    (found) => services.every((name) => found.Services?.[name]?.Tasks?.length === 2),
  );
  await player.step('GET', '/networks/contract?verbose=true');
  await player.step('GET', '/networks/ingress?verbose=true');
}

interface ServiceRow {
  readonly Version: { readonly Index: number };
  readonly Spec: Record<string, unknown>;
}

async function updateServices(player: Player): Promise<void> {
  const read = async (): Promise<ServiceRow> =>
    await player.until('/services/contract', () => true);
  let row = await read();
  const update = async (note: string, version: string, spec: Json): Promise<EngineAnswer> => {
    const name = `POST /services/contract/update (${note})`;
    return await player.stepNamed(name, `/services/contract/update${version}`, spec);
  };
  await update('no version', '', row.Spec);
  await update('stale version', '?version=1', row.Spec);
  await update('another name', `?version=${row.Version.Index}`, { ...row.Spec, Name: 'other' });
  await update('another mode', `?version=${row.Version.Index}`, {
    ...row.Spec,
    Mode: { Global: {} },
  });
  const three = { ...row.Spec, Mode: { Replicated: { Replicas: 3 } } };
  await update('three replicas', `?version=${row.Version.Index}`, three);
  await player.until<TaskRow[]>(tasksOf('contract'), (rows) => count(rows, 'running') === 3);
  row = await read();
  const template = { ...(row.Spec['TaskTemplate'] as Json), ForceUpdate: 1 };
  await update('forced', `?version=${row.Version.Index}`, { ...row.Spec, TaskTemplate: template });
  await player.until<{ UpdateStatus?: { State: string } }>(
    '/services/contract',
    (found) => found.UpdateStatus?.State === 'completed',
  );
  await player.step('GET', '/services/contract', undefined, 'updated');
  await player.step('POST', '/services/nosuchthing/update?version=1', row.Spec);
}

async function removeThings(player: Player): Promise<void> {
  await player.step('DELETE', '/networks/contract', undefined, 'in use');
  await player.step('DELETE', '/networks/nosuchthing');
  await player.step('DELETE', '/services/nosuchthing');
  await player.step('DELETE', '/nodes/nosuchthing');
  const begin = Math.floor(Date.now() / 1_000) - 1;
  for (const name of ['contract-global', 'contract-noimage', 'contract-nowhere']) {
    await player.step('DELETE', `/services/${name}`);
  }
  await player.step('DELETE', '/networks/contract-over');
  await player.step('DELETE', '/networks/contract-full');
  const path = eventsSince(begin, { scope: ['swarm'], event: ['remove'] });
  await player.stepNamed('GET /events (removals)', path);
  await player.step('GET', '/events?since=zz&until=1');
}

interface NodeRow {
  readonly ID: string;
  readonly Spec: { readonly Role: string };
  readonly Status: { readonly State: string };
}

async function loseNode(player: Player, failNode: () => Promise<void>): Promise<void> {
  // A node that has changed its role signs in anew.
  const nodes = await player.until<NodeRow[]>('/nodes', (rows) =>
    rows.every(({ Status }) => Status.State === 'ready'),
  );
  const manager = nodes.find(({ Spec }) => Spec.Role === 'manager');
  const worker = nodes.find(({ Spec }) => Spec.Role === 'worker');
  await player.stepNamed('DELETE /nodes/{manager}', `/nodes/${manager?.ID}`);
  await player.stepNamed('DELETE /nodes/{ready worker}', `/nodes/${worker?.ID}`);
  const talking = {
    ContainerSpec: { Image: IMAGE, Command: ['/bin/busybox', 'sh', '-c', 'echo out; sleep 1000'] },
  };
  const left = service({ Name: 'left', TaskTemplate: talking, Mode: { Global: {} } });
  await player.step('POST', '/services/create', left, 'on the node that fails');
  await player.until<TaskRow[]>(tasksOf('left'), (rows) => count(rows, 'running') === 2);
  await failNode();
  const path = `/nodes/${worker?.ID}`;
  await player.until<NodeRow>(path, (row) => row.Status.State === 'down');
  await player.until<TaskRow[]>(
    tasksOf('contract'),
    (rows) =>
      count(
        rows.filter(({ NodeID }) => NodeID === manager?.ID),
        'running',
      ) === 3,
  );
  await player.stepNamed('GET /nodes/{down}', path);
  await player.step('GET', tasksOf('contract'), undefined, 'a node is down');
  await readLog(player, '/services/left/logs?stdout=1', 'logs with a node down');
  await player.step('DELETE', '/services/left');
  await player.stepNamed('DELETE /nodes/{down}', path);
  await player.step('DELETE', '/services/contract');
}
