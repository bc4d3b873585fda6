import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
    around = { env: { XDG_RUNTIME_DIR: path.join(home, 'run') }, home, platform: 'linux' };
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

  it('names the group that may use a socket, and how to join it', async () => {
    const file = path.join(home, 'denied.sock');
    writeFileSync(file, '');
    const error = await explain('socket-denied', file);
    const { gid } = statSync(file);
    const named = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((row) => gid !== 0 && row.split(':')[2] === String(gid))
      ?.split(':')[0];
    expect(error.details['group']).toBe(named);
    const known = new SwarmscopeError('socket-denied', { group: 'docker' });
    expect(describeError(known).nextStep).toContain('sudo usermod -aG docker $USER');
    // Root's own socket is no reason to join root's group.
    expect((await explain('socket-denied', '/')).details['group']).toBeUndefined();
  });

  it('leaves other failures alone', async () => {
    const error = new SwarmscopeError('timed-out', { address: 'x' });
    expect(await explainSocket(error, { kind: 'tcp', host: 'h', port: 1 }, around)).toBe(error);
    expect((await explain('timed-out', '/x')).details).toEqual({ address: 'unix:///x' });
  });
});
