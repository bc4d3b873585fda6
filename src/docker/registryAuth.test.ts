import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { findRegistryAuth, registryOf, type RegistryAuth } from './registryAuth';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'registry-auth-'));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function writeConfig(config: unknown): void {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  writeFileSync(path.join(folder, 'config.json'), text);
}

/** A helper that keeps what it was asked and answers with `answer`, run by a shell of its own. */
function writeHelper(name: string, answer: string): void {
  const file = path.join(folder, `docker-credential-${name}`);
  writeFileSync(
    file,
    `#!/bin/sh\necho "$@" > '${folder}/asked'\ncat >> '${folder}/asked'\n${answer}\n`,
  );
  chmodSync(file, 0o755);
}

function find(image: string, signal?: AbortSignal): Promise<RegistryAuth> {
  const env = { DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin` };
  return findRegistryAuth(image, { env, home: '/nowhere' }, signal);
}

function readHeader(auth: RegistryAuth): unknown {
  const header = auth.kind === 'found' ? auth.header : '';
  expect(header).toMatch(/^[\w-]+=*$/);
  return JSON.parse(Buffer.from(header, 'base64url').toString()) as unknown;
}

const basic = (text: string) => Buffer.from(text).toString('base64');
const HUB = 'https://index.docker.io/v1/';

test.each([
  ['nginx', HUB],
  ['team/app:1', HUB],
  ['docker.io/team/app', HUB],
  ['localhost/app', 'localhost'],
  ['localhost:5000/app', 'localhost:5000'],
  ['registry.example/team/app@sha256:00', 'registry.example'],
])('the registry of %s is %s', (image, registry) => {
  expect(registryOf(image)).toBe(registry);
});

describe('credentials in the file', () => {
  it('are none without a file or an entry', async () => {
    expect(await find('nginx')).toEqual({ kind: 'none', registry: HUB });
    writeConfig({ auths: { 'other.example': { auth: basic('a:b') } } });
    expect(await find('nginx')).toEqual({ kind: 'none', registry: HUB });
  });

  it('are a name and a password, colons in it too', async () => {
    writeConfig({ auths: { 'r.example:5000': { auth: basic('ann:p:w?>') } } });
    expect(readHeader(await find('r.example:5000/app'))).toEqual({
      username: 'ann',
      password: 'p:w?>',
      serveraddress: 'r.example:5000',
    });
  });

  it('may stand under an address of old, or be a token', async () => {
    writeConfig({
      auths: { 'https://r.example/v1/': { auth: basic('ann:'), identitytoken: 'tok' } },
    });
    expect(readHeader(await find('r.example/app'))).toEqual({
      username: 'ann',
      identitytoken: 'tok',
      serveraddress: 'r.example',
    });
  });

  it('that cannot be read are a failure and not "none"', async () => {
    writeConfig('{ "auths": ');
    expect(await find('nginx')).toMatchObject({ kind: 'failed', reason: 'garbled' });
  });
});

describe('a credential helper', () => {
  it('of the registry goes before the one for all, and is asked with arguments and stdin', async () => {
    writeConfig({ credHelpers: { 'r.example': 'mine' }, credsStore: 'all', auths: {} });
    writeHelper('mine', `echo '{"ServerURL":"r.example","Username":"ann","Secret":"s3cret"}'`);
    writeHelper('all', 'exit 1');
    expect(readHeader(await find('r.example/app'))).toEqual({
      username: 'ann',
      password: 's3cret',
      serveraddress: 'r.example',
    });
    expect(readFileSync(path.join(folder, 'asked'), 'utf8')).toBe('get\nr.example\n');
  });

  it('gives identity tokens under the name <token>', async () => {
    writeConfig({ credsStore: 'all' });
    writeHelper('all', `echo '{"Username":"<token>","Secret":"tok"}'`);
    expect(readHeader(await find('nginx'))).toEqual({ identitytoken: 'tok', serveraddress: HUB });
  });

  it('that has nothing means none', async () => {
    writeConfig({ credsStore: 'all', auths: { [HUB]: {} } });
    writeHelper('all', 'echo credentials not found in native keychain; exit 1');
    expect(await find('nginx')).toEqual({ kind: 'none', registry: HUB });
  });

  it.each([
    ['refused', 'echo locked; exit 1'],
    ['garbled', 'echo nonsense'],
    ['garbled', `echo '{"Username":1}'`],
  ])('that fails is %s: %s', async (reason, answer) => {
    writeConfig({ credsStore: 'all' });
    writeHelper('all', answer);
    expect(await find('nginx')).toEqual({
      kind: 'failed',
      registry: HUB,
      helper: 'docker-credential-all',
      reason,
    });
  });

  it('that is not installed is missing', async () => {
    writeConfig({ credsStore: 'gone' });
    expect(await find('nginx')).toMatchObject({ kind: 'failed', reason: 'missing' });
  });

  it('whose name is a path or a command is never run', async () => {
    for (const credsStore of ['x/../../evil', 'a; touch x', 'a b']) {
      writeConfig({ credsStore });
      expect(await find('nginx')).toMatchObject({ kind: 'failed', reason: 'missing' });
    }
    expect(existsSync(path.join(folder, 'asked'))).toBe(false);
  });

  it('that does not answer is left when the person stops waiting', async () => {
    writeConfig({ credsStore: 'all' });
    writeHelper('all', 'exec sleep 60');
    const stop = new AbortController();
    const asked = find('nginx', stop.signal);
    await vi.waitFor(() => expect(existsSync(path.join(folder, 'asked'))).toBe(true));
    stop.abort();
    await expect(asked).rejects.toThrow(/abort/);
  });

  it('that does not answer is slow after the deadline', async () => {
    const deadline = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
    writeConfig({ credsStore: 'all' });
    writeHelper('all', 'exec sleep 60');
    const asked = find('nginx');
    await vi.waitFor(() => expect(existsSync(path.join(folder, 'asked'))).toBe(true));
    deadline.abort();
    expect(await asked).toMatchObject({ kind: 'failed', reason: 'slow' });
    expect(timeout).toHaveBeenCalledWith(10_000);
    timeout.mockRestore();
  });
});
