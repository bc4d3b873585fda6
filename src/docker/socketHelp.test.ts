import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeError } from '../common/errorText';
import { SwarmscopeError } from '../common/errors';
import { explainSocket, type SocketSurroundings } from './socketHelp';

describe('explainSocket', () => {
  let home: string;
  let around: SocketSurroundings;

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'swarmscope-socket-'));
    around = {
      env: { XDG_RUNTIME_DIR: path.join(home, 'run') },
      home,
      platform: 'linux',
      user: 'me',
      groups: [],
      groupFile: path.join(home, 'group'),
    };
  });

  afterEach(() => rmSync(home, { recursive: true, force: true }));

  async function explain(
    code: 'socket-missing' | 'socket-denied' | 'timed-out',
    file: string,
  ): Promise<SwarmscopeError> {
    const error = new SwarmscopeError(code, { address: `unix://${file}` });
    return (await explainSocket(error, { kind: 'unix', path: file }, around)) as SwarmscopeError;
  }

  it('names the sockets that there are instead of a missing one', async () => {
    mkdirSync(path.join(home, 'run'));
    const other = path.join(home, 'run', 'docker.sock');
    writeFileSync(other, '');
    const error = await explain('socket-missing', '/nowhere/docker.sock');
    expect(error.code).toBe('socket-missing');
    expect(error.details['others']).toContain(`unix://${other}`);
    expect(describeError(error).nextStep).toContain(other);
    expect((await explain('socket-missing', other)).details['others'] ?? '').not.toContain(other);
  });

  /** What is said of a socket of the group `docker`, which has `members`. */
  async function denied(members: string, groups: readonly number[] = []): Promise<SwarmscopeError> {
    const file = path.join(home, 'denied.sock');
    writeFileSync(file, '');
    chownSync(file, userInfo().uid, gid);
    writeFileSync(around.groupFile, `root:x:0:\ndocker:x:${gid}:${members}\n`);
    around = { ...around, groups };
    return await explain('socket-denied', file);
  }

  // An unprivileged run can give a file to no other group than its own.
  const gid = userInfo().gid || 4242;

  it('names the group that may use a socket, and how to join it', async () => {
    const error = await denied('other,mean');
    expect(error.details).toMatchObject({ group: 'docker', member: 'no' });
    expect(describeError(error).nextStep).toContain('sudo usermod -aG docker $USER');
  });

  it('tells whom it has joined already to sign in again', async () => {
    const error = await denied('other,me');
    expect(error.details).toMatchObject({ group: 'docker', member: 'later' });
    expect(describeError(error).nextStep).toMatch(/sign out/i);
    expect(describeError(error).nextStep).not.toContain('usermod');
  });

  it('does not send into a group who is in it', async () => {
    const error = await denied('me', [gid]);
    expect(error.details).toMatchObject({ group: 'docker', member: 'now' });
    expect(describeError(error).nextStep).toContain('ls -l');
  });

  it('names no group that is root’s, not known or not Linux’s', async () => {
    await denied('me');
    // Root's own socket is no reason to join root's group.
    expect((await explain('socket-denied', '/')).details['group']).toBeUndefined();
    writeFileSync(around.groupFile, '');
    const file = path.join(home, 'denied.sock');
    expect((await explain('socket-denied', file)).details['group']).toBeUndefined();
    around = { ...around, platform: 'darwin' };
    const error = await denied('me');
    expect(error.details['group']).toBeUndefined();
    expect(describeError(error).nextStep).not.toBe('');
  });

  it.each([
    ['linux', 'systemctl start docker'],
    ['darwin', 'Docker Desktop'],
  ] as const)('says how Docker is started on %s', async (platform, remedy) => {
    around = { ...around, platform };
    const { others: _, ...details } = (await explain('socket-missing', '/nowhere')).details;
    const { nextStep } = describeError(new SwarmscopeError('socket-missing', details));
    expect(nextStep).toContain(remedy);
  });

  it('helps with a named pipe', async () => {
    around = { ...around, platform: 'win32' };
    const pipe = async (code: 'socket-denied' | 'socket-missing'): Promise<string> => {
      const error = new SwarmscopeError(code, { address: 'npipe:////./pipe/docker_engine' });
      const target = { kind: 'npipe', path: '//./pipe/docker_engine' } as const;
      return describeError((await explainSocket(error, target, around)) as SwarmscopeError)
        .nextStep;
    };
    expect(await pipe('socket-denied')).toContain('docker-users');
    expect(await pipe('socket-missing')).toContain('Docker Desktop');
  });

  it('leaves other failures alone', async () => {
    const error = new SwarmscopeError('timed-out', { address: 'x' });
    expect(await explainSocket(error, { kind: 'tcp', host: 'h', port: 1 }, around)).toBe(error);
    expect((await explain('timed-out', '/x')).details).toEqual({ address: 'unix:///x' });
  });
});
