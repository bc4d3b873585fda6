import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildAskpassScript } from '../../test/fakes/askpassScript';
import { EngineServer, json, staySilent } from '../../test/fakes/engineServer';
import { FakeSsh } from '../../test/fakes/fakeSsh';
import { systemClock } from '../common/clock';
import { describeError } from '../common/errorText';
import { SwarmscopeError, toSwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import { ManagerDoor } from '../probe/managerDoor';
import { chooseManagerEngine } from '../probe/managerEngine';
import { GREETING, MANAGER_COMMAND } from '../probe/managerScript';
import { createEngine } from './dockerodeEngine';
import type { EngineOptions } from './engineRequests';
import type { Engine } from './engine';
import type { HostKeyQuestion, SecretAsker, SecretQuestion } from './secrets';
import type { SshConnection } from './sshConnection';
import { SshDialer } from './sshDialer';
import type { SshTarget } from './target';

let server: EngineServer;
let ssh: FakeSsh;
let askpassScript: string;
let engine: Engine | undefined;
let log: string[];
let logger: Logger;

const target: SshTarget = { kind: 'ssh', user: 'me', host: 'manager', port: 2222 };

beforeEach(async () => {
  server = new EngineServer();
  const socket = await server.listenUnix();
  ssh = new FakeSsh(socket.kind === 'unix' ? socket.path : '');
  askpassScript = buildAskpassScript(ssh.folder);
  log = [];
  const note = (line: string): void => void log.push(line);
  logger = { trace: note, debug: note, info: note, warn: note, error: note };
});

afterEach(async () => {
  engine?.dispose();
  engine = undefined;
  await allGone();
  await server.close();
  ssh.dispose();
});

function build(options: Partial<EngineOptions> = {}, to = target): Engine {
  engine = createEngine(to, {
    address: 'ssh://me@manager:2222',
    logger,
    ssh: { program: ssh.program },
    ...options,
  });
  return engine;
}

function asking(secrets?: SecretAsker): Partial<EngineOptions> {
  return {
    ssh: { program: ssh.program, askpassScript },
    ...(secrets === undefined ? {} : { secrets }),
  };
}

async function failure(act: Promise<unknown>): Promise<SwarmscopeError> {
  return await act.then(
    () => Promise.reject(new Error('It went well')),
    (error: unknown) => toSwarmscopeError(error),
  );
}

async function allGone(): Promise<void> {
  await expect.poll(() => ssh.running, { timeout: 4_500 }).toEqual([]);
}

/** A person who gives these answers in turn. */
class Person implements SecretAsker {
  readonly asked: (SecretQuestion | HostKeyQuestion)[] = [];
  readonly told: string[] = [];

  constructor(
    private readonly answers: (string | undefined)[],
    private readonly trusts = false,
  ) {}

  async ask(question: SecretQuestion): Promise<string | undefined> {
    this.asked.push(question);
    return this.answers.shift();
  }

  async confirmHostKey(question: HostKeyQuestion): Promise<boolean> {
    this.asked.push(question);
    return this.trusts;
  }

  tell(message: string): void {
    this.told.push(message);
  }
}

describe('an engine behind ssh', () => {
  it('is reached by one ssh, which later requests use too', async () => {
    server.on('GET /networks', json([]));
    const built = build();
    await built.connect();
    await built.networks();
    await built.networks();
    expect(server.log).toEqual([
      'HEAD /_ping',
      'GET /_ping',
      ...Array(2).fill('GET /v1.41/networks'),
    ]);
    expect(ssh.pids).toHaveLength(1);
    const { args = [], batch, lang } = ssh.notes[0] ?? {};
    expect({ batch, lang }).toEqual({ batch: true, lang: 'C' });
    expect(args.slice(args.indexOf('-p'))).toEqual([
      ...['-p', '2222', '-l', 'me', '--', 'manager'],
      'docker system dial-stdio',
    ]);
    expect(args.join(' ')).not.toMatch(/StrictHostKeyChecking|-F/);
  });

  it('may have its socket elsewhere, and ssh its configuration', async () => {
    const built = build(
      { ssh: { program: ssh.program, configFile: '/my/config' } },
      { kind: 'ssh', host: 'h', socketPath: "/it's/d.sock" },
    );
    await built.connect();
    const args = ssh.notes[0]?.args ?? [];
    expect(args.slice(0, 2)).toEqual(['-F', '/my/config']);
    expect(args.slice(args.indexOf('--'))).toEqual([
      ...['--', 'h'],
      String.raw`docker --host 'unix:///it'\''s/d.sock' system dial-stdio`,
    ]);
  });

  it('gets three requests at a time, and a create its own ssh', async () => {
    server.on('GET /networks', (response, request) => {
      setImmediate(() => json([])(response, request));
    });
    server.on('POST /networks/create', json({ Id: 'n1' }, 201));
    const built = build();
    await built.connect();
    await Promise.all(Array.from({ length: 9 }, () => built.networks()));
    expect(ssh.pids).toHaveLength(3);
    const overlay = { Name: 'n', Driver: 'overlay' };
    expect(await built.createNetwork(overlay)).toMatchObject({ id: 'n1' });
    expect(ssh.pids).toHaveLength(4);
    built.dispose();
    await allGone();
  });

  it('ends ssh with what it started, even when it ignores SIGTERM', async () => {
    ssh.play(`
      const { spawn } = require('node:child_process');
      const proxy = spawn('sleep', ['600'], { stdio: 'ignore' });
      note({ pid: proxy.pid });
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1_000);
      relay().removeAllListeners('close');`);
    const built = build();
    await built.connect();
    expect(ssh.running).toHaveLength(2);
    built.dispose();
    await allGone();
  });

  it('ends ssh in mid-handshake when it is disposed or aborted', async () => {
    ssh.play('setInterval(() => {}, 1_000);');
    const stop = new AbortController();
    for (const end of [() => stop.abort(), () => engine?.dispose()]) {
      const connecting = failure(build().connect(stop.signal.aborted ? undefined : stop.signal));
      const started = ssh.pids.length;
      await expect.poll(() => ssh.pids.length).toBe(started + 1);
      end();
      expect((await connecting).code).toBe('cancelled');
      await allGone();
    }
  });

  it('is given up when nothing comes within the time allowed', async () => {
    ssh.play('setInterval(() => {}, 1_000);');
    const dialer = new SshDialer(target, { logger, ssh: { program: ssh.program } }, 300);
    const error = await failure(dialer.prepare(new AbortController().signal));
    expect(error).toMatchObject({ code: 'timed-out', details: { seconds: 0.3 } });
    await allGone();
    dialer.dispose();
  });
});

describe('an ssh that fails', () => {
  it('is reported by what it says at its end', async () => {
    ssh.play(`fail('x'.repeat(1e6) + '\\nme@manager: Permission denied (publickey).\\r\\n');`);
    const error = await failure(build().connect());
    expect(error).toMatchObject({
      code: 'ssh-denied',
      details: {
        address: 'ssh://me@manager:2222',
        host: 'manager',
        user: 'me',
        methods: 'publickey',
      },
    });
    expect(describeError(error).nextStep).toContain('authorized_keys');
  });

  it('is reported by what a login says in place of docker', async () => {
    ssh.play(`process.stdout.write('This account is closed.\\n', () => process.exit(1));`);
    expect(await failure(build().connect())).toMatchObject({
      code: 'ssh-failed',
      details: { message: 'This account is closed.' },
    });
  });

  it('is reported when the program is missing', async () => {
    const error = await failure(build({ ssh: { program: '/nowhere/ssh' } }).connect());
    expect(error).toMatchObject({ code: 'ssh-missing', details: { program: '/nowhere/ssh' } });
    expect(describeError(error).nextStep).toContain('swarmscope.ssh.path');
  });

  it('is reported although something that it started holds on to its output', async () => {
    ssh.play(`
      const { spawn } = require('node:child_process');
      const kept = spawn('sleep', ['600'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
      note({ pid: kept.pid });
      fail('ssh: connect to host manager port 2222: Connection refused\\n');`);
    expect(await failure(build().connect())).toMatchObject({
      code: 'ssh-unreachable',
      details: { reason: 'refused' },
    });
    const [kept] = ssh.running;
    expect(kept).toBeDefined();
    if (kept !== undefined) {
      process.kill(kept, 'SIGKILL');
    }
  });

  it('to answer in time is ended', async () => {
    server.on('GET /networks', staySilent);
    const built = build({ callDeadline: 300 });
    await built.connect();
    expect((await failure(built.networks())).code).toBe('timed-out');
    await allGone();
  });

  it('in mid-answer loses the connection, and a read is sent again by another', async () => {
    const built = build();
    await built.connect();
    server.on(
      'GET /networks',
      (response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('[');
        for (const pid of ssh.running) {
          process.kill(pid, 'SIGKILL');
        }
      },
      json([]),
    );
    expect(await built.networks()).toEqual([]);
    expect(ssh.pids).toHaveLength(2);
  });

  it('before anything was sent is not taken for a lost answer', async () => {
    const built = build();
    await built.connect();
    const overlay = { Name: 'n', Driver: 'overlay' };
    ssh.play(`fail('bash: line 1: docker: command not found\\n', 127);`);
    expect(await failure(built.createNetwork(overlay))).toMatchObject({
      code: 'ssh-no-docker',
      details: { sent: 0 },
    });
    ssh.play(`process.stdin.once('data', () => fail('Connection reset by 10.0.0.1 port 22\\n'));`);
    expect(await failure(built.createNetwork(overlay))).toMatchObject({
      code: 'ssh-failed',
      details: { sent: 1, message: 'Connection reset by 10.0.0.1 port 22' },
    });
    for (const words of ['Timeout, server manager not responding.', BANNER_AND_BREAK]) {
      ssh.play(`process.stdin.once('data', () => fail(${JSON.stringify(`${words}\n`)}));`);
      expect(await failure(built.createNetwork(overlay))).toMatchObject({ details: { sent: 1 } });
    }
  });
});

const BANNER_AND_BREAK =
  'x@y: Permission denied (publickey).\nclient_loop: send disconnect: Broken pipe';

const PASSPHRASE = `
const key = "Enter passphrase for key '/k': ";
let tries = 0;
while (ask(key) !== 'open sesame') {
  tries += 1;
  if (tries === 3) { fail('me@manager: Permission denied (publickey).\\n'); break; }
}
if (tries < 3) relay();`;

describe('what ssh asks', () => {
  const passphrase = (again: boolean): SecretQuestion => ({
    kind: 'ssh-passphrase',
    subject: '/k',
    again,
  });

  it('is put to the person until it is right, and told to nobody else', async () => {
    ssh.play(PASSPHRASE);
    const person = new Person(['a-guess', 'open sesame']);
    await build(asking(person)).connect();
    expect(person.asked).toEqual([passphrase(false), passphrase(true)]);
    expect(ssh.notes.some(({ batch }) => batch === true)).toBe(false);
    expect(log.join('\n')).not.toMatch(/a-guess|sesame/);
  });

  it('three times in vain ends with the key named', async () => {
    ssh.play(PASSPHRASE);
    const error = await failure(build(asking(new Person(['1', '2', '3', '4']))).connect());
    expect(error).toMatchObject({ code: 'ssh-key', details: { path: '/k', reason: 'passphrase' } });
    expect(describeError(error).nextStep).toContain('passphrase');
  });

  it.each([
    ['nobody is there to ask', undefined],
    ['the person gives up', new Person([undefined])],
  ])('names what is needed when %s, and tries nothing else', async (_, person) => {
    ssh.play(`${PASSPHRASE} ask("me@manager's password: ");`);
    expect(await failure(build(asking(person)).connect())).toMatchObject({
      code: 'secret-needed',
      details: { kind: 'ssh-passphrase', subject: '/k' },
    });
    await allGone();
    expect(ssh.notes.filter(({ answer }) => answer !== undefined && answer !== '')).toEqual([]);
  });

  it('about an unknown host is accepted only by the person', async () => {
    const prompt = [
      "The authenticity of host 'manager (10.0.0.1)' can't be established.",
      'ED25519 key fingerprint is SHA256:abc.',
      'Are you sure you want to continue connecting (yes/no/[fingerprint])? ',
    ].join('\n');
    ssh.play(
      `if (ask(${JSON.stringify(prompt)}) === 'yes') relay(); else fail('Host key verification failed.\\n');`,
    );
    for (const person of [undefined, new Person([])]) {
      const error = await failure(build(asking(person)).connect());
      expect(error).toMatchObject({
        code: 'ssh-host-unknown',
        details: { host: 'manager', fingerprint: 'SHA256:abc' },
      });
      expect(describeError(error).nextStep).toContain('ssh -p 2222 me@manager');
      engine?.dispose();
    }
    const person = new Person([], true);
    await build(asking(person)).connect();
    expect(person.asked).toEqual([
      { host: 'manager', keyType: 'ED25519', fingerprint: 'SHA256:abc' },
    ]);
  });

  it('shows what is to be touched, and goes on when it was', async () => {
    ssh.play(`
      const { spawn } = require('node:child_process');
      const env = { ...process.env, SSH_ASKPASS_PROMPT: 'none' };
      const shown = spawn(process.env.SSH_ASKPASS, ['Confirm user presence for key ED25519-SK'], { env });
      note({ pid: shown.pid });
      setTimeout(() => { shown.kill(); relay(); }, 700);`);
    const person = new Person([]);
    await build(asking(person)).connect();
    expect(person.told).toEqual(['Confirm user presence for key ED25519-SK']);
    expect(person.asked).toEqual([]);
  });

  it('is not answered to one without the token, and leaves no folder behind', async () => {
    ssh.play(`
      note({ pid: process.pid, prompt: process.env.SSH_ASKPASS });
      process.env.SWARMSCOPE_ASKPASS_TOKEN = 'another';
      if (ask("Enter passphrase for key '/k': ") === '') fail('me@manager: Permission denied (publickey).\\n');`);
    const person = new Person(['open sesame']);
    expect((await failure(build(asking(person)).connect())).code).toBe('ssh-denied');
    expect(person.asked).toEqual([]);
    const launcher = ssh.notes.find(({ prompt }) => prompt !== undefined)?.prompt ?? '';
    expect(statSync(path.dirname(launcher)).mode & 0o777).toBe(0o700);
    engine?.dispose();
    expect(existsSync(path.dirname(launcher))).toBe(false);
  });

  it('lets the person take time', async () => {
    // Starting ssh and askpass, two processes of Node, counts; waiting for the person does not.
    ssh.play(PASSPHRASE);
    const slow: SecretAsker = {
      ask: () => new Promise((resolve) => setTimeout(resolve, 3_100, 'open sesame')),
    };
    const options = { logger, secrets: slow, ssh: { program: ssh.program, askpassScript } };
    const dialer = new SshDialer(target, options, 3_000);
    expect(await dialer.prepare(new AbortController().signal)).toBeUndefined();
    dialer.dispose();
    await allGone();
  });
});

describe('a command on the host', () => {
  const SHELL = `
    const { spawn } = require('node:child_process');
    const child = spawn('sh', ['-c', args.at(-1)], { stdio: 'inherit' });
    child.on('exit', (code) => process.exit(code ?? 1));`;
  let dialer: SshDialer;

  async function outputOf(command: string, input = '', readyMs = 5_000): Promise<string> {
    dialer = new SshDialer(target, { logger, ssh: { program: ssh.program } }, readyMs);
    const connection = dialer.run({ command, greeting: 'hello ' });
    connection.end(input);
    let text = '';
    for await (const chunk of connection) {
      text += String(chunk);
    }
    return text;
  }

  afterEach(async () => {
    dialer.dispose();
    await allGone();
  });

  it('takes what is written and gives what it says, whatever it ends with', async () => {
    ssh.play(SHELL);
    expect(await outputOf('echo hello you; cat; exit 3', 'and me')).toBe('hello you\nand me');
    expect(ssh.notes[0]?.args?.slice(-5)).toEqual([
      ...['-l', 'me', '--', 'manager', 'echo hello you; cat; exit 3'],
    ]);
    expect(ssh.notes[0]?.batch).toBe(true);
  });

  it('fails as a connection does', async () => {
    ssh.play("fail('me@manager: Permission denied (publickey).\\n')");
    expect((await failure(outputOf('echo hello'))).code).toBe('ssh-denied');
    ssh.play(SHELL);
    expect(await failure(outputOf('echo "No space left" >&2; exit 1'))).toMatchObject({
      code: 'ssh-failed',
      details: { message: 'No space left' },
    });
  });

  it('that says nothing in time is given up, and ended', async () => {
    ssh.play(SHELL);
    expect((await failure(outputOf('sleep 60', '', 600))).code).toBe('timed-out');
  });

  it('is ended with the dialer', async () => {
    ssh.play(SHELL);
    const hearing = failure(outputOf('echo hello; sleep 60'));
    await expect.poll(() => ssh.running).toHaveLength(1);
    dialer.dispose();
    expect((await hearing).code).toBe('cancelled');
  });

  it('does not begin after the dialer was disposed', async () => {
    ssh.play(SHELL);
    await outputOf('echo hello you');
    dialer.dispose();
    const before = ssh.notes.length;
    expect(() => dialer.run({ command: 'echo hello', greeting: 'hello ' })).toThrow(
      SwarmscopeError,
    );
    await allGone();
    expect(ssh.notes).toHaveLength(before);
  });

  it('probes, and an abort leaves neither ssh nor curl nor files', async () => {
    const place = mkdtempSync(path.join(ssh.folder, 'tmp-'));
    vi.stubEnv('TMPDIR', place);
    const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    ssh.play(SHELL);
    dialer = new SshDialer(target, { logger, ssh: { program: ssh.program } });
    const open = (): SshConnection => dialer.run({ command: MANAGER_COMMAND, greeting: GREETING });
    const door = new ManagerDoor(systemClock);
    const probes = await chooseManagerEngine({ name: 'manager', open }, '0.0.0', door);
    const controller = new AbortController();
    const reached = once(silent, 'connection');
    const running = probes.run(
      [{ id: 'a', host: '127.0.0.1', port, kind: 'http', tasks: { count: 1, key: '' } }],
      { timeoutMs: 60_000, concurrency: 50 },
      controller.signal,
      () => undefined,
    );
    const [socket] = (await reached) as [Socket];
    const closed = once(socket, 'close');
    controller.abort();
    await running;
    await closed;
    probes.dispose();
    await allGone();
    await expect.poll(() => readdirSync(place)).toEqual([]);
    vi.unstubAllEnvs();
    silent.close();
  });
});
