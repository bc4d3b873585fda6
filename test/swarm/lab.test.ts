import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, createLab, openLab } from '../lab/lab';
import { askEngine, getJson } from '../lab/engineApi';
import { labFolder } from '../lab/labState';
import { runInside } from '../lab/namespaces';
import { findProcesses, killProcess, until } from '../lab/processes';

/** One answer as curl saw it: who answered, or curl's exit code (7 refused, 28 timed out). */
type Sample = string;

async function curl(lab: Lab, node: string, port = 8080): Promise<Sample> {
  const url = `http://${lab.node(node).address}:${port}/`;
  // Longer than the second after which a lost packet is sent again.
  const flags = ['-4', '--silent', '--fail', '--noproxy', '*', '--max-time', '3'];
  const result = await lab.runAsClient('curl', [...flags, url], { reject: false });
  return result.exitCode === 0 ? result.stdout.trim() : `exit ${result.exitCode}`;
}

/** Asks one node several times, one connection after the other. */
async function sample(lab: Lab, node: string, times = 6): Promise<Sample[]> {
  const answers: Sample[] = [];
  for (let count = 0; count < times; count += 1) answers.push(await curl(lab, node));
  return answers;
}

async function publishWeb(lab: Lab, replicas = 3): Promise<void> {
  await lab.docker('node1', [
    'service',
    'create',
    '--quiet',
    '--detach',
    '--no-resolve-image',
    '--name',
    'web',
    '--replicas',
    String(replicas),
    '--publish',
    '8080:80',
    'swarmscope/hostname:latest',
  ]);
}

/** Host names of the running tasks' containers by node, from the engines themselves. */
async function webContainers(lab: Lab): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const node of lab.nodes.filter((candidate) => candidate.role !== 'lone')) {
    const { stdout } = await lab.docker(node.name, [
      'ps',
      '--filter',
      'label=com.docker.swarm.service.name=web',
      '--format',
      '{{.ID}}',
    ]);
    found.set(
      node.name,
      stdout.split('\n').filter((line) => line !== ''),
    );
  }
  return found;
}

/**
 * Waits until each node's answers are exactly those of all tasks, evenly. Before the last of the tasks
 * runs that holds too, of those that do: hence how many there are to be.
 */
async function untilEveryNodeAnswers(lab: Lab, tasks: number): Promise<string[]> {
  let hosts: string[] = [];
  await until(
    `every node of ${lab.name} answers for all of its tasks`,
    async () => {
      hosts = [...(await webContainers(lab)).values()].flat().toSorted();
      if (hosts.length !== tasks) return false;
      for (const node of lab.nodes.filter((candidate) => candidate.role !== 'lone')) {
        const answers = await sample(lab, node.name, hosts.length);
        if (answers.toSorted().join() !== hosts.join()) return false;
      }
      return true;
    },
    90_000,
  );
  return hosts;
}

async function nodeStates(lab: Lab): Promise<Record<string, string>> {
  const nodes = await getJson<{ Description: { Hostname: string }; Status: { State: string } }[]>(
    lab.manager.socket,
    '/nodes',
  );
  return Object.fromEntries(nodes.map((node) => [node.Description.Hostname, node.Status.State]));
}

async function ingressPeers(lab: Lab, node: string): Promise<string[]> {
  const network = await getJson<{ Peers: { IP: string }[] }>(
    lab.node(node).socket,
    '/networks/ingress?verbose=true',
  );
  return network.Peers.map((peer) => peer.IP).toSorted();
}

describe('a lab of three nodes', { timeout: 300_000 }, () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await createLab({ name: 'test-main', engine: 'oldest' });
    await publishWeb(lab);
  });
  afterAll(async () => await lab.down());

  it('runs the engine that was asked for on every node, with one manager', async () => {
    const roles: unknown[] = [];
    for (const node of lab.nodes) {
      const { stdout } = await lab.docker(node.name, [
        'info',
        '--format',
        '{{.ServerVersion}} {{.Swarm.ControlAvailable}} {{.Name}}',
      ]);
      roles.push(stdout.replace(/\+\S+/, ''));
    }
    const { version } = lab.engine;
    expect(roles).toEqual([
      `${version} true node1`,
      `${version} false node2`,
      `${version} false node3`,
    ]);
  });

  it('answers on every node, rotating over all tasks', async () => {
    const hosts = await untilEveryNodeAnswers(lab, 3);
    expect(hosts).toHaveLength(3);
    for (const node of ['node1', 'node2', 'node3']) {
      const answers = await sample(lab, node, 9);
      expect(answers.toSorted()).toEqual(hosts.flatMap((host) => [host, host, host]));
    }
  });

  it('serves the engine API by tcp to the client namespace', async () => {
    const { stdout } = await lab.runAsClient('curl', [
      '--silent',
      '--noproxy',
      '*',
      `http://${lab.node('node2').address}:2375/info`,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ Name: 'node2', Swarm: { ControlAvailable: false } });
  });

  it('lets no packet out of the client namespace and of a node', async () => {
    for (const netns of [lab.clientNetns, lab.node('node1').netns]) {
      const { stdout } = await runInside(netns, 'ip', ['-4', 'route', 'show', 'default']);
      expect(stdout).toBe('');
    }
  });

  it('vxlan: a node without 4789 answers its own share only, the others lose its share', async () => {
    const own = (await webContainers(lab)).get('node3');
    const others = [...(await webContainers(lab))].filter(([node]) => node !== 'node3');
    await lab.fault('vxlan', 'node3');
    const [atNode3, atNode1] = await Promise.all([sample(lab, 'node3'), sample(lab, 'node1')]);
    await lab.heal();
    const times = (host: string | undefined, count: number): string[] =>
      Array.from({ length: count }, () => host ?? 'nobody');
    expect(atNode3.toSorted()).toEqual([...times(own?.[0], 2), ...times('exit 28', 4)].toSorted());
    expect(atNode1.toSorted()).toEqual(
      [...others.flatMap(([, hosts]) => times(hosts[0], 2)), ...times('exit 28', 2)].toSorted(),
    );
    await untilEveryNodeAnswers(lab, 3);
  });

  it('gossip: the others give up a node without 7946 and its task, though it is ready', async () => {
    const others = [...(await webContainers(lab))].filter(([node]) => node !== 'node3');
    const expected = others.flatMap(([, hosts]) => hosts).toSorted();
    await lab.fault('gossip', 'node3');
    const twice = expected.flatMap((host) => [host, host]);
    await until(
      'node1 counts node3 no more',
      async () =>
        !(await ingressPeers(lab, 'node1')).includes(lab.node('node3').address) &&
        // Four in a row: two can pass by the third of three backends by chance.
        (await sample(lab, 'node1', 4)).toSorted().join() === twice.join(),
      120_000,
    );
    expect((await nodeStates(lab))['node3']).toBe('ready');
    expect((await sample(lab, 'node1', 4)).toSorted()).toEqual(twice);
    await lab.heal();
    await untilEveryNodeAnswers(lab, 3);
    // Of a node that is back its tasks may be heard before it.
    await expect
      .poll(() => ingressPeers(lab, 'node1'), { timeout: 60_000 })
      .toEqual(lab.nodes.map((node) => node.address));
  });

  it('link: a node off the network times out, is found down and comes back', async () => {
    await lab.fault('link', 'node3');
    expect(await sample(lab, 'node3', 2)).toEqual(['exit 28', 'exit 28']);
    await until('node3 is down', async () => (await nodeStates(lab))['node3'] === 'down', 60_000);
    await lab.heal();
    await until('node3 is ready', async () => (await nodeStates(lab))['node3'] === 'ready', 60_000);
    await untilEveryNodeAnswers(lab, 3);
    expect((await nodeStates(lab))['node3']).toBe('ready');
  });

  it('daemon: a killed engine leaves its API refused and comes back', async () => {
    const { socket } = lab.node('node2');
    await lab.fault('daemon', 'node2');
    await expect(askEngine(socket, 'GET', '/_ping')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    const other = await openLab(lab.name);
    await other?.heal();
    expect((await askEngine(socket, 'GET', '/_ping')).status).toBe(200);
    lab = other ?? lab;
    await untilEveryNodeAnswers(lab, 3);
    expect(lab.isWhole()).toBe(true);
  });

  it('starts an engine outside any swarm', async () => {
    const lone = await lab.startLoneEngine();
    const answer = await askEngine(lone.socket, 'GET', '/services');
    expect({ status: answer.status, inactive: answer.body.includes('docker swarm init') }).toEqual({
      status: 503,
      inactive: true,
    });
  });

  it('refuses once the service is gone', async () => {
    await lab.reset();
    await until(
      'every node refuses',
      async () =>
        (await Promise.all(['node1', 'node2', 'node3'].map((node) => curl(lab, node)))).join() ===
        'exit 7,exit 7,exit 7',
      60_000,
    );
    expect((await getJson<unknown[]>(lab.manager.socket, '/services')).length).toBe(0);
  });

  it('leaves nothing behind', async () => {
    await lab.down();
    const folder = labFolder(lab.name);
    expect({
      folder: existsSync(folder),
      processes: findProcesses('cmdline', (line) => line.includes(`${folder}/`)),
      namespaces: readdirSync('/run/netns').filter((name) => name.includes(lab.name)),
    }).toEqual({ folder: false, processes: [], namespaces: [] });
  });
});

describe('labs side by side', { timeout: 300_000 }, () => {
  const labs: Lab[] = [];
  afterAll(async () => {
    for (const lab of labs) await lab.down();
  });

  it('clears up after a run that was killed, then runs oldest and newest from one namespace', async () => {
    const crashed = await createLab({ name: 'test-a', nodes: 2 });
    labs.push(crashed);
    // With another lab up the namespace stays, and a link whose node's namespace is held does so too.
    const newer = await createLab({ name: 'test-b', nodes: 2, managers: 2, engine: 'newest' });
    labs.push(newer);
    const holder = spawn('nsenter', [`--net=${crashed.manager.netns}`, 'sleep', '600']);
    const before = crashed.nodes.map((node) => node.daemon?.pid);
    // What a killed run leaves: dead engines, living shims and namespaces, a state file.
    for (const node of crashed.nodes) if (node.daemon) await killProcess(node.daemon);

    const older = await createLab({ name: 'test-a', nodes: 2, engine: 'oldest' }).finally(() =>
      holder.kill(),
    );
    labs.push(older);
    expect(older.nodes.map((node) => node.daemon?.pid)).not.toEqual(before);
    expect(older.subnet).not.toBe(newer.subnet);
    expect(older.clientNetns).toBe(newer.clientNetns);
    await Promise.all([publishWeb(older, 2), publishWeb(newer, 3)]);
    const [atOlder, atNewer] = [
      await untilEveryNodeAnswers(older, 2),
      await untilEveryNodeAnswers(newer, 3),
    ];
    expect([atOlder.length, atNewer.length]).toEqual([2, 3]);
    expect(atOlder.filter((host) => atNewer.includes(host))).toEqual([]);
  });
});
