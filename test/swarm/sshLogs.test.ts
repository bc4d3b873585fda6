import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildAskpassScript } from '../fakes/askpassScript';
import { type Lab, createLab } from '../lab/lab';
import { run, until } from '../lab/processes';
import { SshClient, type SshClientConfig, knownLine } from '../lab/sshClient';
import { LabSshd, sshdPort } from '../lab/sshd';
import { openInside, type OpenResult } from './support/openRequest';

/*
 * The logs of a service of twenty tasks through an sshd with its own limits: MaxSessions 10 and
 * MaxStartups 10:30:100.
 */

const WRITE =
  'trap "exit 0" TERM; i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.5 & wait $!; done';
const NOTHING = { logs: [], calls: [], heard: 0 };

describe.each(['oldest', 'newest'] as const)('logs over ssh on the %s engine', (engine) => {
  let lab: Lab;
  let client: SshClient;
  let sshd: LabSshd;
  let askpassScript: string;
  let master: ChildProcess | undefined;

  beforeAll(async () => {
    client = new SshClient();
    askpassScript = buildAskpassScript(client.folder);
    const authorizedKeys = [await client.makeKey('plain')];
    lab = await createLab({ name: 'sshlogs', nodes: 2, engine });
    sshd = await LabSshd.start(lab, 'node1', { authorizedKeys });
    await lab.importImage('swarmscope/lines:latest', { cmd: ['sh', '-c', WRITE] });
    const create = [
      'service',
      'create',
      '-d',
      '--no-resolve-image',
      '--name=many',
      '--replicas=20',
    ];
    await lab.docker('node1', [...create, 'swarmscope/lines:latest']);
    await until('twenty tasks', async () => (await running()) === 20, 120_000);
  });

  afterAll(async () => {
    await sshd?.stop();
    await lab?.down();
    client?.dispose();
  });

  afterEach(async () => {
    if (master?.exitCode === null) {
      master.kill();
      await once(master, 'close');
    }
    master = undefined;
    await expect.poll(() => sshd.sessions, { timeout: 30_000 }).toBe(0);
  });

  async function running(): Promise<number> {
    const args = [
      'service',
      'ps',
      'many',
      '--filter=desired-state=running',
      '--format={{.CurrentState}}',
    ];
    const { stdout } = await lab.docker('node1', args);
    return stdout.split('\n').filter((line) => line.startsWith('Running')).length;
  }

  function configure(config: Partial<SshClientConfig> = {}): string {
    const known = [knownLine(sshd)];
    return client.configure({ key: client.file('plain'), known, ...config }).configFile;
  }

  async function follow(configFile: string): Promise<OpenResult> {
    const address = `ssh://admin@${sshd.address}:${sshdPort}`;
    return await openInside(lab, {
      entry: { id: 'setting:ssh', name: 'ssh', source: 'setting', address },
      ssh: { configFile, askpassScript },
      act: 'logs',
      service: 'many',
    });
  }

  /** What sshd logged since a length of its log. */
  const logged = (since: number): string => sshd.log.slice(since);

  function expectComplete(result: OpenResult): void {
    expect(result).toMatchObject({ ok: true, left: [] });
    const { logs, calls, heard } = (result.ok ? result.followed : undefined) ?? NOTHING;
    const notes = logs.filter((line) => line.startsWith('('));
    expect(notes).toHaveLength(1);
    const shown = /Showing the newest 6 of 20 running tasks: (.+)\. Choose/.exec(notes[0] ?? '');
    const names = (shown?.[1] ?? '').split(', ').map((name) => name.replace(/ \(node\d\)$/, ''));
    expect(new Set(names).size).toBe(6);
    for (const name of names) {
      const lines = logs.filter((line) => line.startsWith(`${name}: `));
      expect(lines.length).toBeGreaterThanOrEqual(40);
      expect(lines).toEqual(lines.map((_, index) => `${name}: line ${index + 1}`));
    }
    expect(logs.filter((line) => !names.some((name) => line.startsWith(`${name}: `)))).toEqual(
      notes,
    );
    // Each network that was made and removed.
    expect(heard).toBeGreaterThanOrEqual(calls.length);
    expect(calls.length).toBeGreaterThan(0);
    expect(Math.max(...calls)).toBeLessThan(10_000);
  }

  it('are complete for the tasks shown, and nothing is refused', async () => {
    const before = sshd.log.length;
    expectComplete(await follow(configure()));
    expect(logged(before)).not.toMatch(/MaxStartups|no more sessions/);
  });

  it('fit into one connection that the person’s ssh shares', async () => {
    const socket = client.file('master');
    const configFile = configure({ lines: ['Host *', `  ControlPath ${socket}`] });
    const to = ['-p', String(sshdPort), '-l', 'admin', sshd.address];
    const ssh = ['ssh', '-F', configFile, '-M', '-N', '-o', 'BatchMode=yes', ...to];
    master = spawn('nsenter', [`--net=${lab.clientNetns}`, ...ssh], { stdio: 'ignore' });
    await expect.poll(() => existsSync(socket), { timeout: 30_000 }).toBe(true);
    const before = sshd.log.length;
    expectComplete(await follow(configFile));
    expect(logged(before)).not.toMatch(/MaxStartups|Accepted/);
    await run('ssh', ['-F', configFile, '-O', 'exit', ...to], { reject: false });
  });
});
