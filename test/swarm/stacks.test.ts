import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findConnections } from '../../src/docker/findConnections';
import { normalizeNetwork } from '../../src/docker/records/network';
import type { ConnectionEntry } from '../../src/docker/target';
import { buildSnapshot } from '../../src/model/buildSnapshot';
import { readCompose } from '../../src/stacks/composeFile';
import { diagnoseCompose } from '../../src/stacks/diagnoseCompose';
import { cliEnvironment, deployArguments } from '../../src/stacks/dockerCli';
import { runCli, type CliEnd } from '../../src/stacks/runCli';
import { CertificateMaker, type Pair } from '../fakes/certificates';
import { makeParts } from '../fakes/swarms';
import { getJson } from '../lab/engineApi';
import { createLab, type Lab } from '../lab/lab';
import { run } from '../lab/processes';
import { SshClient, knownLine } from '../lab/sshClient';
import { LabSshd, sshdPort } from '../lab/sshd';

/* The docker CLI deploys a stack through every kind of connection, by the arguments that we give it. */

describe.each(['oldest', 'newest'] as const)('the CLI of the %s engine', (choice) => {
  let lab: Lab;
  let maker: CertificateMaker;
  let client: Pair;
  let sshClient: SshClient;
  let sshd: LabSshd;
  let folder: string;
  /** As it is found beside the person's other ways. */
  let context: ConnectionEntry;
  /** A stranger's ssh settings and contexts are never read. */
  let own: Readonly<Record<string, string>>;

  beforeAll(async () => {
    maker = new CertificateMaker();
    client = maker.issue('client', { usage: 'clientAuth' });
    sshClient = new SshClient();
    const authorizedKeys = [await sshClient.makeKey('plain')];
    lab = await createLab({
      name: 'stacks-cli',
      nodes: 1,
      engine: choice,
      tls: ({ name, address }) => ({
        ca: maker.ca,
        ...maker.issue(name, { usage: 'serverAuth', names: `IP:${address}` }),
      }),
    });
    sshd = await LabSshd.start(lab, 'node1', { authorizedKeys });
    folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-stacks-'));
    const config = path.join(folder, 'config');
    own = { DOCKER_CONFIG: config, PATH: `${sshProgram()}:${process.env['PATH'] ?? ''}` };
    const files = `ca=${maker.ca},cert=${client.cert},key=${client.key}`;
    const endpoint = `host=tcp://${lab.manager.address}:2376,${files}`;
    await run(lab.engine.dockerCli, ['context', 'create', 'secured', '--docker', endpoint], {
      env: own,
    });
    const found = await findConnections({
      env: own,
      home: '/nowhere',
      platform: 'linux',
      settings: [],
    });
    context = found.find(({ id }) => id === 'context:secured') ?? entryOf({});
  });

  afterAll(async () => {
    await sshd?.stop();
    await lab?.down();
    maker?.dispose();
    sshClient?.dispose();
    rmSync(folder ?? '', { recursive: true, force: true });
  });

  /** A folder with an `ssh` that reads our configuration, as a person's own would be read. */
  function sshProgram(): string {
    const { configFile } = sshClient.configure({
      key: sshClient.file('plain'),
      known: [knownLine(sshd)],
    });
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${configFile} "$@"\n`);
    chmodSync(path.join(bin, 'ssh'), 0o755);
    return bin;
  }

  function entryOf(fields: Partial<ConnectionEntry>): ConnectionEntry {
    return { id: 'setting:lab', name: 'lab', source: 'setting', address: '', ...fields };
  }

  async function deploy(entry: ConnectionEntry, stack: string, text: string): Promise<CliEnd> {
    const file = path.join(folder, `${stack}.yaml`);
    writeFileSync(file, text);
    const args = deployArguments(entry, { file, stack, prune: false, registryAuth: false });
    return await runCli({
      program: 'nsenter',
      args: [`--net=${lab.clientNetns}`, lab.engine.dockerCli, ...args],
      env: { ...cliEnvironment(process.env, entry), ...own },
      cwd: folder,
      signal: AbortSignal.timeout(90_000),
    });
  }

  const tls = (): string => `https://${lab.manager.address}:2376`;
  const socket = (): ConnectionEntry => entryOf({ address: `unix://${lab.manager.socket}` });
  const web = (more = ''): string =>
    `version: "3.8"\nservices: {web: {image: "swarmscope/hostname:latest"${more}}}\n`;

  /** Names of a stack's services, as the engine tells. */
  async function servicesOf(stack: string): Promise<readonly string[]> {
    const services = await getJson<{ Spec: { Name: string; Labels?: Record<string, string> } }[]>(
      lab.manager.socket,
      '/services',
    );
    return services
      .filter(({ Spec: { Labels } }) => Labels?.['com.docker.stack.namespace'] === stack)
      .map(({ Spec: { Name } }) => Name);
  }

  it.each<[string, () => ConnectionEntry]>([
    ['a socket', socket],
    ['TLS', () => entryOf({ address: tls(), tls: { verify: true, ca: maker.ca, ...client } })],
    [
      'TLS that verifies nothing',
      () => entryOf({ address: tls(), tls: { verify: false, ...client } }),
    ],
    ['ssh', () => entryOf({ address: `ssh://admin@${sshd.address}:${sshdPort}` })],
    ['a docker context', () => context],
  ])('deploys through %s', async (way, entry) => {
    const stack = way.replaceAll(' ', '-');
    expect(await deploy(entry(), stack, web())).toMatchObject({ kind: 'ended', code: 0 });
    expect(await servicesOf(stack)).toEqual([`${stack}_web`]);
  });

  it.each<[string, () => ConnectionEntry, RegExp]>([
    [
      'an engine that it does not trust',
      () => entryOf({ address: tls(), tls: { verify: true, ...client } }),
      /certificate/,
    ],
    [
      'an engine that wants a certificate',
      () => entryOf({ address: tls(), tls: { verify: true, ca: maker.ca } }),
      /certificate|key pair|ca.pem|cert/i,
    ],
    [
      'a host that nobody may sign in to',
      () => entryOf({ address: `ssh://nobody@${sshd.address}:${sshdPort}` }),
      /Permission denied|connection/i,
    ],
  ])('is refused by %s, and says why', async (_, entry, why) => {
    const end = await deploy(entry(), 'refused', web());
    expect(end).toMatchObject({ kind: 'ended', tail: expect.stringMatching(why) as string });
    expect(end.kind === 'ended' && end.code).not.toBe(0);
    expect(await servicesOf('refused')).toEqual([]);
  });

  describe('an external network', () => {
    beforeAll(async () => {
      await lab.docker('node1', ['network', 'create', '-d', 'overlay', 'closed']);
      await lab.docker('node1', ['network', 'create', '-d', 'overlay', '--attachable', 'open']);
      await lab.docker('node1', ['network', 'create', '-d', 'bridge', 'mine']);
    });

    /** What we say of a file before it is deployed. */
    async function problemsOf(text: string): Promise<readonly string[]> {
      const networks = await getJson<unknown[]>(lab.manager.socket, '/networks');
      const snapshot = buildSnapshot(makeParts({ networks: networks.map(normalizeNetwork) }));
      const target = { snapshot, swarm: 'lab', stack: 'any' };
      return diagnoseCompose(readCompose(text), target).map(({ code }) => code);
    }

    it.each([
      ['open', 'an attachable one', []],
      ['closed', 'one that is not attachable, which services do not need', []],
      ['host', 'what every node has', []],
      ['mine', 'a bridge of one node', ['network-scope']],
      ['docker_gwbridge', 'the bridge behind overlays', ['network-scope']],
      ['ingress', 'the routing mesh', ['network-ingress']],
      ['nowhere', 'one that is not there', ['network-missing']],
    ])('%s, %s: what we say of it is what becomes of it', async (name, _, problems) => {
      const stack = `on-${name}`;
      const text = `${web(', networks: [front]')}networks: {front: {external: true, name: ${name}}}\n`;
      expect(await problemsOf(text)).toEqual(problems);
      const end = await deploy(socket(), stack, text);
      expect(end.kind === 'ended' && end.code === 0).toBe(problems.length === 0);
      expect(await servicesOf(stack)).toEqual(problems.length === 0 ? [`${stack}_web`] : []);
      await expect
        .poll(async () => await runningIn(stack), { timeout: 60_000 })
        .toBe(problems.length === 0 ? 1 : 0);
    });

    async function runningIn(stack: string): Promise<number> {
      const filters = encodeURIComponent(
        JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] }),
      );
      const tasks = await getJson<{ Status: { State: string } }[]>(
        lab.manager.socket,
        `/tasks?filters=${filters}`,
      );
      return tasks.filter(({ Status }) => Status.State === 'running').length;
    }
  });
});
