import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findConnections } from '../../src/docker/findConnections';
import type { ConnectionEntry } from '../../src/docker/target';
import { buildAskpassScript } from '../fakes/askpassScript';
import { type Lab, createLab } from '../lab/lab';
import { addressIn } from '../lab/layout';
import { findProcesses, run } from '../lab/processes';
import { SshClient, type SshClientConfig, knownLine } from '../lab/sshClient';
import { LabSshd, sshPassword, sshdPort } from '../lab/sshd';
import {
  type OpenPlace,
  type OpenRequest,
  type OpenResult,
  openCommand,
  openInside,
} from './support/openRequest';

const PASSPHRASE = 'open sesame';

describe.each(['oldest', 'newest'] as const)('ssh to nodes with the %s engine', (choice) => {
  let lab: Lab;
  let client: SshClient;
  let askpassScript: string;
  let sshds: readonly LabSshd[];

  beforeAll(async () => {
    client = new SshClient();
    askpassScript = buildAskpassScript(client.folder);
    const authorizedKeys = [
      await client.makeKey('plain'),
      await client.makeKey('locked', PASSPHRASE),
    ];
    await client.makeKey('stranger');
    lab = await createLab({ name: 'ssh', nodes: 3, engine: choice });
    sshds = await Promise.all([
      LabSshd.start(lab, 'node1', { authorizedKeys }),
      LabSshd.start(lab, 'node2', { authorizedKeys, onlyFrom: lab.node('node1').address }),
      LabSshd.start(lab, 'node3', { authorizedKeys }),
    ]);
  });

  afterAll(async () => {
    await Promise.all((sshds ?? []).map(async (sshd) => await sshd.stop()));
    await lab?.down();
    client?.dispose();
  });

  beforeEach(async () => await noSessions());

  function sshd(index: 1 | 2 | 3): LabSshd {
    const found = sshds[index - 1];
    if (found === undefined) throw new Error(`There is no sshd ${index}.`);
    return found;
  }

  async function noSessions(): Promise<void> {
    await expect
      .poll(() => sshds.map(({ sessions }) => sessions), { timeout: 30_000 })
      .toEqual([0, 0, 0]);
  }

  async function nothingRuns(configFile: string): Promise<void> {
    await expect
      .poll(() => findProcesses('cmdline', (line) => line.includes(configFile)), {
        timeout: 10_000,
      })
      .toEqual([]);
  }

  function file(name: string): string {
    return client.file(name);
  }

  /** One that offers the plain key and knows all nodes, unless it is told otherwise. */
  function configure(config: Partial<SshClientConfig> = {}): ReturnType<SshClient['configure']> {
    return client.configure({ key: file('plain'), known: sshds.map(knownLine), ...config });
  }

  function entryOf(address: string): ConnectionEntry {
    return { id: 'setting:ssh', name: 'ssh', source: 'setting', address };
  }

  function addressOf(user: string, index: 1 | 2 | 3 = 1, after = ''): string {
    return `ssh://${user}@${sshd(index).address}:${sshdPort}${after}`;
  }

  async function open(
    target: string | ConnectionEntry,
    config: Partial<SshClientConfig> | { readonly configFile: string } = {},
    request: Partial<OpenRequest> = {},
    place: OpenPlace = {},
  ): Promise<OpenResult> {
    const configFile = 'configFile' in config ? config.configFile : configure(config).configFile;
    const entry = typeof target === 'string' ? entryOf(target) : target;
    const result = await openInside(
      lab,
      { entry, ssh: { configFile, askpassScript }, ...request },
      place,
    );
    // Whatever came of it, nothing of ours runs on; an ssh behind another ends a moment after it.
    await nothingRuns(configFile);
    return result;
  }

  const remedy = (words: string): unknown => expect.stringContaining(words);
  const saying = remedy;
  const heard: unknown = expect.arrayContaining(['network create', 'network remove']);
  const to = (engineName: string): unknown => ({ ok: true, info: { engineName }, left: [] });

  describe('a key', () => {
    it('leads to the engine, with events, a create and a remove, and nothing stays', async () => {
      const result = await open(addressOf('admin'), {}, { act: 'exercise' });
      expect(result).toMatchObject({
        ...(to('node1') as object),
        asked: [],
        events: heard,
      });
      await noSessions();
      const signedIn = sshd(1).log.match(/Accepted publickey for admin/g) ?? [];
      // The pool's, the create's, the events' and the remove's.
      expect(signedIn.length).toBeLessThanOrEqual(4);
    });

    it('of an agent does too', async () => {
      const socket = file('agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      try {
        const env = { SSH_AUTH_SOCK: socket };
        await expect
          .poll(
            async () => (await run('ssh-add', [file('plain')], { env, reject: false })).exitCode,
            { timeout: 20_000 },
          )
          .toBe(0);
        const lines = ['Host *', `  IdentityAgent ${socket}`];
        expect(await open(addressOf('admin'), { key: file('plain.pub'), lines })).toMatchObject(
          to('node1') as object,
        );
      } finally {
        agent.kill();
        await once(agent, 'close');
      }
    });

    it('that the host does not know is refused', async () => {
      expect(await open(addressOf('admin'), { key: file('stranger') })).toMatchObject({
        code: 'ssh-denied',
        details: { host: sshd(1).address, user: 'admin', methods: 'publickey' },
        nextStep: remedy('authorized_keys'),
      });
    });

    it('that is not there is named', async () => {
      expect(await open(addressOf('admin'), { key: '/nowhere/key' })).toMatchObject({
        code: 'ssh-key',
        details: { path: '/nowhere/key', reason: 'missing' },
        nextStep: remedy('IdentityFile'),
      });
    });
  });

  describe('a passphrase', () => {
    const question = (again: boolean): unknown => ({
      kind: 'ssh-passphrase',
      subject: file('locked'),
      again,
    });

    it('opens the key, at the third try too, and is told to nobody', async () => {
      const right = await open(
        addressOf('admin'),
        { key: file('locked') },
        { answers: [PASSPHRASE] },
      );
      expect(right).toMatchObject({ ...(to('node1') as object), asked: [question(false)] });
      const third = await open(
        addressOf('admin'),
        { key: file('locked') },
        { answers: ['a-guess', 'another-guess', PASSPHRASE] },
      );
      expect(third).toMatchObject({
        ...(to('node1') as object),
        asked: [question(false), question(true), question(true)],
      });
      expect(JSON.stringify([right, third])).not.toMatch(/sesame|guess/);
    });

    it('that is wrong three times is told as that of the key', async () => {
      const answers = ['1', '2', '3', PASSPHRASE];
      const result = await open(addressOf('admin'), { key: file('locked') }, { answers });
      expect(result).toMatchObject({
        code: 'ssh-key',
        details: { path: file('locked'), reason: 'passphrase' },
        nextStep: remedy('passphrase'),
      });
      expect(result.asked).toHaveLength(3);
    });

    it.each([
      ['nobody is there to ask', {}],
      ['the person gives up', { answers: [null] }],
    ])('is named when %s', async (_, request) => {
      expect(await open(addressOf('admin'), { key: file('locked') }, request)).toMatchObject({
        code: 'secret-needed',
        details: { kind: 'ssh-passphrase', subject: file('locked') },
        nextStep: remedy('Connect'),
      });
    });
  });

  it('asks for a password, and tries none of its own accord', async () => {
    const subject = `typist@${sshd(1).address}`;
    const question = { kind: 'ssh-password', subject };
    expect(
      await open(addressOf('typist'), {}, { answers: ['a-guess', sshPassword] }),
    ).toMatchObject({
      ...(to('node1') as object),
      asked: [
        { ...question, again: false },
        { ...question, again: true },
      ],
    });
    const failed = sshd(1).log.match(/Failed password/g)?.length;
    expect(await open(addressOf('typist'))).toMatchObject({
      code: 'secret-needed',
      details: question,
    });
    expect(sshd(1).log.match(/Failed password/g)?.length).toBe(failed);
  });

  describe('a host key', () => {
    it('that is unknown is refused where nobody can be asked', async () => {
      expect(await open(addressOf('admin'), { known: [] })).toMatchObject({
        code: 'ssh-host-unknown',
        details: {
          host: `[${sshd(1).address}]:${sshdPort}`,
          fingerprint: await sshd(1).fingerprint(),
        },
        nextStep: remedy('fingerprint'),
      });
    });

    it('that is unknown is refused when the person says no', async () => {
      const result = await open(addressOf('admin'), { known: [] }, { trusts: false });
      expect(result).toMatchObject({ code: 'ssh-host-unknown' });
      expect(result.asked).toHaveLength(1);
    });

    it('that the person confirms is remembered by ssh', async () => {
      const { configFile, knownHosts } = configure({ known: [] });
      expect(await open(addressOf('admin'), { configFile }, { trusts: true })).toMatchObject({
        ...(to('node1') as object),
        asked: [
          {
            host: `[${sshd(1).address}]:${sshdPort}`,
            keyType: 'ED25519',
            fingerprint: await sshd(1).fingerprint(),
          },
        ],
      });
      expect(readFileSync(knownHosts, 'utf8')).toContain(knownLine(sshd(1)));
      expect(await open(addressOf('admin'), { configFile })).toMatchObject(to('node1') as object);
    });

    it('that is another than the known one is never accepted', async () => {
      const { configFile, knownHosts } = configure({
        known: [knownLine(sshd(1)).replace(sshd(1).hostKey, sshd(3).hostKey)],
      });
      const result = await open(addressOf('admin'), { configFile }, { trusts: true });
      expect(result).toMatchObject({
        code: 'ssh-host-key-changed',
        details: {
          host: `[${sshd(1).address}]:${sshdPort}`,
          fingerprint: await sshd(1).fingerprint(),
          file: knownHosts,
        },
        nextStep: remedy(`-R "[${sshd(1).address}]:${sshdPort}"`),
      });
      expect(result.asked).toEqual([]);
    });
  });

  describe('a jump host', () => {
    const lines = (jump: string): string[] => [
      ...['Host jump', `  HostName ${sshd(1).address}`, `  Port ${sshdPort}`, '  User admin'],
      ...['Host dead', `  HostName ${sshd(1).address}`, '  Port 1', '  User admin'],
      ...['Host behind', `  HostName ${sshd(2).address}`, `  Port ${sshdPort}`],
      ...['  User admin', `  ProxyJump ${jump}`],
      ...['Host closed', `  HostName ${sshd(2).address}`, '  Port 1', '  ProxyJump jump'],
    ];

    it('leads to a host that cannot be reached otherwise', async () => {
      expect(await open(addressOf('admin', 2))).toMatchObject({
        code: 'ssh-unreachable',
        details: { host: sshd(2).address, reason: 'refused' },
        nextStep: remedy('port'),
      });
      expect(await open('ssh://behind', { lines: lines('jump') })).toMatchObject(
        to('node2') as object,
      );
      expect(sshd(2).log).toContain(`Accepted publickey for admin from ${sshd(1).address}`);
    });

    it('with a key that is locked is asked about both times', async () => {
      const config = { key: file('locked'), lines: lines('jump') };
      const result = await open('ssh://behind', config, { answers: [PASSPHRASE, PASSPHRASE] });
      expect(result).toMatchObject(to('node2') as object);
      expect(result.asked).toHaveLength(2);
    });

    it('that is down is told from a host behind it that is', async () => {
      expect(await open('ssh://behind', { lines: lines('dead') })).toMatchObject({
        code: 'ssh-unreachable',
        details: { host: sshd(1).address, reason: 'refused', jump: 1 },
      });
      const closed = await open('ssh://closed', { lines: lines('jump') });
      expect(closed).toMatchObject({
        code: 'ssh-unreachable',
        details: { host: 'closed', reason: 'refused' },
      });
      expect(closed).not.toHaveProperty('details.jump');
    });
  });

  describe('on the host', () => {
    it('the socket may be named', async () => {
      expect(await open(addressOf('admin', 1, '/run/docker.sock'))).toMatchObject(
        to('node1') as object,
      );
    });

    it('no docker command is told', async () => {
      expect(await open(addressOf('bare'))).toMatchObject({
        code: 'ssh-no-docker',
        details: { host: sshd(1).address },
        nextStep: remedy('PATH'),
      });
    });

    it('no permission for the socket is told', async () => {
      expect(await open(addressOf('guest'))).toMatchObject({
        code: 'ssh-socket-denied',
        details: { host: sshd(1).address, user: 'guest' },
        nextStep: remedy('usermod -aG docker guest'),
      });
    });

    it('no socket and no engine is told', async () => {
      expect(await open(addressOf('admin', 1, '/run/nowhere.sock'))).toMatchObject({
        code: 'ssh-no-engine',
        details: { message: saying('/run/nowhere.sock') },
        nextStep: remedy('Start Docker'),
      });
      await lab.fault('daemon', 'node3');
      try {
        expect(await open(addressOf('admin', 3))).toMatchObject({
          code: 'ssh-no-engine',
          details: { host: sshd(3).address },
        });
      } finally {
        await lab.heal();
      }
    });
  });

  describe('here', () => {
    it('a name that nobody knows, a configuration with a mistake and a missing one are told', async () => {
      expect(await open('ssh://nobody.invalid')).toMatchObject({
        code: 'ssh-unreachable',
        details: { host: 'nobody.invalid', reason: 'unknown' },
        nextStep: remedy('spelling'),
      });
      expect(await open(addressOf('admin'), { lines: ['Hosst x'] })).toMatchObject({
        code: 'ssh-config',
        details: { message: saying('hosst') },
        nextStep: remedy('swarmscope.ssh.configFile'),
      });
      expect(await open(addressOf('admin'), { configFile: '/nowhere/config' })).toMatchObject({
        code: 'ssh-config',
        details: { message: saying('/nowhere/config') },
      });
    });

    it('a context that docker’s own command made leads there', async () => {
      const config = file(`docker-${choice}`);
      const env = { PATH: process.env['PATH'] ?? '', DOCKER_CONFIG: config };
      const args = ['context', 'create', 'far', '--docker', `host=${addressOf('admin')}`];
      await run(lab.engine.dockerCli, args, { env, extendEnv: false });
      const found = await findConnections({
        env: { DOCKER_CONFIG: config },
        home: '/nowhere',
        platform: 'linux',
        settings: [],
      });
      const entry = found.find(({ id }) => id === 'context:far');
      expect(await open(entry ?? '')).toMatchObject(to('node1') as object);
    });

    it('a window that is killed takes its ssh along', async () => {
      const { configFile } = configure();
      const request: OpenRequest = {
        entry: entryOf(addressOf('admin')),
        ssh: { configFile, askpassScript },
        act: 'hold',
      };
      const [program, ...args] = openCommand(lab);
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdin.end(JSON.stringify(request));
      expect(String((await once(child.stdout, 'data'))[0])).toBe('connected\n');
      expect(sshd(1).sessions).toBeGreaterThan(0);
      child.kill('SIGKILL');
      await nothingRuns(configFile);
      await noSessions();
    });
  });

  it('was tried from the client namespace only', () => {
    const clients = [...sshd(1).log.matchAll(/Accepted \w+ for \w+ from (\S+)/g)].map(
      ([, address]) => address,
    );
    expect(new Set(clients)).toEqual(new Set([addressIn(lab.subnet, 1)]));
  });
});
