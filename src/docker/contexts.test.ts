import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findConnections, readContexts, type ContextFiles } from './contexts';

/** Files in memory; folders are what paths imply. */
class MemoryFiles implements ContextFiles {
  constructor(private readonly files: Readonly<Record<string, string>>) {}

  async readFile(file: string): Promise<string> {
    const text = this.files[file];
    if (text === undefined) {
      throw new Error(`ENOENT ${file}`);
    }
    return text;
  }

  async readDir(folder: string): Promise<readonly string[]> {
    const inside = Object.keys(this.files).filter((file) => file.startsWith(`${folder}/`));
    if (inside.length === 0) {
      throw new Error(`ENOENT ${folder}`);
    }
    return [...new Set(inside.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''))];
  }

  async exists(file: string): Promise<boolean> {
    return file in this.files;
  }
}

const hash = (name: string): string => createHash('sha256').update(name).digest('hex');

function context(
  name: string,
  host: string,
  root = '/home/me/.docker',
  more = {},
): [string, string] {
  return [
    `${root}/contexts/meta/${hash(name)}/meta.json`,
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: host, ...more } } }),
  ];
}

const tlsFile = (context: string, name: string): string =>
  `/home/me/.docker/contexts/tls/${hash(context)}/docker/${name}.pem`;

const home = '/home/me';

describe('readContexts', () => {
  it('lists contexts, the current one first, with the paths of their TLS files', async () => {
    const files = new MemoryFiles(
      Object.fromEntries([
        context('alpha', 'tcp://alpha:2375'),
        context('prod', 'tcp://prod:2376'),
        context('lax', 'tcp://lax:2376', undefined, { SkipTLSVerify: true }),
        context('remote', 'ssh://me@remote'),
        context('half', 'tcp://half:2376'),
        ...['ca', 'cert', 'key'].map((name): [string, string] => [tlsFile('prod', name), 'x']),
        ...['ca', 'cert'].map((name): [string, string] => [tlsFile('half', name), 'x']),
        ['/home/me/.docker/config.json', '{"currentContext":"remote"}'],
      ]),
    );
    expect(await readContexts({ env: {}, home, files })).toEqual([
      { name: 'remote', address: 'ssh://me@remote', current: true },
      { name: 'alpha', address: 'tcp://alpha:2375', current: false },
      {
        name: 'half',
        address: 'tcp://half:2376',
        tls: { ca: tlsFile('half', 'ca'), verify: true },
        current: false,
      },
      { name: 'lax', address: 'tcp://lax:2376', tls: { verify: false }, current: false },
      {
        name: 'prod',
        address: 'tcp://prod:2376',
        tls: {
          ca: tlsFile('prod', 'ca'),
          cert: tlsFile('prod', 'cert'),
          key: tlsFile('prod', 'key'),
          verify: true,
        },
        current: false,
      },
    ]);
  });

  it('obeys DOCKER_CONFIG and DOCKER_CONTEXT', async () => {
    const files = new MemoryFiles(
      Object.fromEntries([
        context('a', 'tcp://a:1', '/cfg'),
        context('b', 'tcp://b:1', '/cfg'),
        context('c', 'tcp://c:1'),
        ['/cfg/config.json', '{"currentContext":"a"}'],
      ]),
    );
    const env = { DOCKER_CONFIG: '/cfg', DOCKER_CONTEXT: 'b' };
    const contexts = await readContexts({ env, home, files });
    expect(contexts.map(({ name, current }) => [name, current])).toEqual([
      ['b', true],
      ['a', false],
    ]);
  });

  it('counts no context as current where DOCKER_HOST overrules them', async () => {
    const files = new MemoryFiles(Object.fromEntries([context('a', 'tcp://a:1')]));
    const env = { DOCKER_CONTEXT: 'a', DOCKER_HOST: 'tcp://h' };
    expect(await readContexts({ env, home, files })).toMatchObject([{ name: 'a', current: false }]);
  });

  it('leaves out what is broken and keeps the rest', async () => {
    const [, misplaced] = context('misplaced', 'tcp://x:1');
    const files = new MemoryFiles(
      Object.fromEntries([
        context('good', 'tcp://good:1'),
        context('empty', ''),
        ['/home/me/.docker/contexts/meta/beef/meta.json', misplaced],
        ['/home/me/.docker/contexts/meta/cafe/meta.json', '{"Name":'],
        ['/home/me/.docker/contexts/meta/stray', ''],
        ['/home/me/.docker/config.json', '[]'],
      ]),
    );
    expect(await readContexts({ env: {}, home, files })).toEqual([
      { name: 'good', address: 'tcp://good:1', current: false },
    ]);
    expect(await readContexts({ env: {}, home: '/nobody', files })).toEqual([]);
  });
});

describe('findConnections', () => {
  it('lists in the order of the CLI and each address once, settings always', async () => {
    const files = new MemoryFiles(
      Object.fromEntries([
        context('same', 'tcp://host'),
        context('other', 'tcp://other:1'),
        ['/var/run/docker.sock', ''],
        ['/run/user/1/docker.sock', ''],
        ['/home/me/.docker/run/docker.sock', ''],
      ]),
    );
    const env = { DOCKER_HOST: 'tcp://host:2375', XDG_RUNTIME_DIR: '/run/user/1' };
    const settings = [
      { name: 'Mine', address: 'tcp://host:2375' },
      { name: 'Mine', address: 'tcp://again:1' },
    ];
    const found = await findConnections({ env, home, files, settings, platform: 'linux' });
    expect(found).toEqual([
      {
        id: 'environment:DOCKER_HOST',
        name: 'DOCKER_HOST',
        source: 'environment',
        address: 'tcp://host:2375',
      },
      { id: 'context:other', name: 'other', source: 'context', address: 'tcp://other:1' },
      ...['/var/run', '/home/me/.docker/run', '/run/user/1'].map((folder) => ({
        id: `socket:unix://${folder}/docker.sock`,
        name: `unix://${folder}/docker.sock`,
        source: 'socket',
        address: `unix://${folder}/docker.sock`,
      })),
      { id: 'setting:Mine', name: 'Mine', source: 'setting', address: 'tcp://host:2375' },
    ]);
  });

  it('offers the named pipe on Windows', async () => {
    const files = new MemoryFiles({ '//./pipe/docker_engine': '' });
    const found = await findConnections({ env: {}, home, files, settings: [], platform: 'win32' });
    expect(found.map(({ address }) => address)).toEqual(['npipe:////./pipe/docker_engine']);
  });

  it('secures DOCKER_HOST as the CLI does', async () => {
    const files = new MemoryFiles({
      '/certs/cert.pem': '',
      '/certs/key.pem': '',
      '/home/me/.docker/ca.pem': '',
    });
    const tlsOf = async (env: Record<string, string>): Promise<unknown> => {
      const all = { DOCKER_HOST: 'tcp://host:2376', ...env };
      const options = { home, files, settings: [], platform: 'linux' as const };
      return (await findConnections({ ...options, env: all }))[0]?.tls;
    };
    const ca = '/home/me/.docker/ca.pem';
    expect(await tlsOf({ DOCKER_TLS_VERIFY: '1' })).toEqual({ ca, verify: true });
    expect(await tlsOf({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' })).toEqual({
      ca: '/certs/ca.pem',
      cert: '/certs/cert.pem',
      key: '/certs/key.pem',
      verify: true,
    });
    expect(await tlsOf({ DOCKER_TLS: '1', DOCKER_CONFIG: '/certs' })).toEqual({
      cert: '/certs/cert.pem',
      key: '/certs/key.pem',
      verify: false,
    });
    expect(await tlsOf({ DOCKER_CERT_PATH: '/certs' })).toBeUndefined();
  });

  it('offers the TLS port of this machine where TLS is wanted and nothing else is chosen', async () => {
    const files = new MemoryFiles(Object.fromEntries([context('a', 'tcp://a:1')]));
    const find = (env: Record<string, string>) =>
      findConnections({ env, home, files, settings: [], platform: 'linux' });
    expect((await find({ DOCKER_TLS_VERIFY: '1' }))[0]).toMatchObject({
      source: 'environment',
      address: 'tcp://localhost:2376',
      tls: { verify: true },
    });
    const chosen = await find({ DOCKER_TLS_VERIFY: '1', DOCKER_CONTEXT: 'a' });
    expect(chosen.map(({ id }) => id)).toEqual(['context:a']);
  });

  it('speaks the version of DOCKER_API_VERSION everywhere but in own entries', async () => {
    const files = new MemoryFiles(
      Object.fromEntries([context('c', 'tcp://c:1'), ['/var/run/docker.sock', '']]),
    );
    const settings = [{ name: 'Own', address: 'tcp://own:1' }];
    const env = { DOCKER_HOST: 'tcp://h', DOCKER_API_VERSION: '1.41' };
    const found = await findConnections({ env, home, files, settings, platform: 'linux' });
    expect(found.map(({ source, apiVersion }) => [source, apiVersion])).toEqual([
      ['environment', '1.41'],
      ['context', '1.41'],
      ['socket', '1.41'],
      ['setting', undefined],
    ]);
  });

  it('gives an own entry the address and TLS of the context it names', async () => {
    const files = new MemoryFiles(
      Object.fromEntries([
        context('prod', 'tcp://prod:2376'),
        [tlsFile('prod', 'ca'), ''],
        ['/var/run/docker.sock', ''],
      ]),
    );
    const warnings: string[] = [];
    const found = await findConnections({
      env: {},
      home,
      files,
      platform: 'linux',
      settings: [
        { name: 'Production', context: 'prod', readOnly: true, color: 'red' },
        { name: 'Here', context: 'default' },
        { name: 'Gone', context: 'nothing' },
      ],
      warn: (line) => warnings.push(line),
    });
    expect(found.filter(({ source }) => source === 'setting')).toEqual([
      {
        id: 'setting:Production',
        name: 'Production',
        source: 'setting',
        address: 'tcp://prod:2376',
        tls: { ca: tlsFile('prod', 'ca'), verify: true },
        readOnly: true,
        color: 'red',
      },
      {
        id: 'setting:Here',
        name: 'Here',
        source: 'setting',
        address: 'unix:///var/run/docker.sock',
      },
    ]);
    expect(warnings).toEqual([expect.stringMatching(/Gone.*nothing/)]);
  });

  it('keeps two contexts that reach one address with different certificates', async () => {
    const files = new MemoryFiles(
      Object.fromEntries([
        context('a', 'tcp://h:2376'),
        context('b', 'tcp://h:2376'),
        [tlsFile('a', 'ca'), ''],
        [tlsFile('b', 'ca'), ''],
      ]),
    );
    const found = await findConnections({ env: {}, home, files, settings: [], platform: 'linux' });
    expect(found.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('finds nothing where there is nothing', async () => {
    const files = new MemoryFiles({});
    expect(
      await findConnections({ env: {}, home, files, settings: [], platform: 'darwin' }),
    ).toEqual([]);
  });
});
