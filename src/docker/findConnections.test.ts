import { describe, expect, it } from 'vitest';
import { context, home, MemoryFiles, tlsFile } from '../../test/fakes/dockerFiles';
import { findConnections } from './findConnections';

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
        current: true,
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
      address: 'https://localhost:2376',
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
        address: 'https://prod:2376',
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

  it('marks what the CLI uses as current and lists it first', async () => {
    const files = {
      ...Object.fromEntries([
        context('a', 'tcp://a:1'),
        context('b', 'tcp://b:1'),
        context('here', 'unix:///var/run/docker.sock'),
      ]),
      '/home/me/.docker/config.json': '{"currentContext":"b"}',
      '/var/run/docker.sock': '',
      '/run/user/1/docker.sock': '',
    };
    const find = async (more: Record<string, string>): Promise<string[]> => {
      const found = await findConnections({
        env: { XDG_RUNTIME_DIR: '/run/user/1', ...more },
        home,
        files: new MemoryFiles(files),
        settings: [],
        platform: 'linux',
      });
      return found.map(({ id, current }) => `${id}${current === true ? ' current' : ''}`);
    };
    const contexts = ['context:a', 'context:b', 'context:here'];
    const other = 'socket:unix:///run/user/1/docker.sock';
    expect(await find({})).toEqual(['context:b current', 'context:a', 'context:here', other]);
    expect(await find({ DOCKER_CONTEXT: 'a' })).toEqual([
      'context:a current',
      'context:b',
      'context:here',
      other,
    ]);
    expect(await find({ DOCKER_CONTEXT: 'default' })).toEqual([
      'socket:unix:///var/run/docker.sock current',
      other,
      ...contexts,
    ]);
    expect(await find({ DOCKER_HOST: 'tcp://h', DOCKER_CONTEXT: 'a' })).toEqual([
      'environment:DOCKER_HOST current',
      ...contexts,
      other,
    ]);
  });

  it.each([
    [{ DOCKER_CONTEXT: 'gone' }, 'DOCKER_CONTEXT', 'gone'],
    [{}, 'config.json', 'lost'],
  ])(
    'tells that the current context is not there, and takes no other for it',
    async (more, by, name) => {
      const files = new MemoryFiles({
        ...Object.fromEntries([context('a', 'tcp://a:1')]),
        '/home/me/.docker/config.json': '{"currentContext":"lost"}',
        '/var/run/docker.sock': '',
      });
      const warnings: string[] = [];
      const warn = (line: string): void => void warnings.push(line);
      // TLS for the default host is nothing to fall back to either.
      const env = { DOCKER_TLS_VERIFY: '1', ...more };
      const options = { env, home, files, settings: [], platform: 'linux' as const, warn };
      const found = await findConnections(options);
      expect(found.map(({ id, current }) => [id, current])).toEqual([
        ['context:a', undefined],
        ['socket:unix:///var/run/docker.sock', undefined],
      ]);
      expect(warnings).toEqual([expect.stringContaining(`"${name}"`)]);
      expect(warnings[0]).toContain(by);
    },
  );

  it('gives what is reached over TLS its real scheme and port', async () => {
    const files = new MemoryFiles(
      Object.fromEntries([context('prod', 'tcp://prod'), [tlsFile('prod', 'ca'), '']]),
    );
    const tls = { verify: true };
    const found = await findConnections({
      env: { DOCKER_HOST: 'tcp://env', DOCKER_TLS_VERIFY: '1' },
      home,
      files,
      platform: 'linux',
      settings: [
        { name: 'usual port', address: 'tcp://own', tls, managers: 'tcp://{address}' },
        { name: 'own port', address: 'tcp://own:99', tls, managers: 'ssh://me@{address}' },
        { name: 'bare', address: 'own:99', tls },
        { name: 'plain', address: 'tcp://own', managers: 'tcp://{address}' },
        { name: 'local', address: 'unix:///a.sock', tls },
      ],
    });
    expect(found.map(({ name, address, managers }) => [name, address, managers])).toEqual([
      // The CLI takes 2375 here, whatever the scheme.
      ['DOCKER_HOST', 'https://env:2375', undefined],
      ['prod', 'https://prod:2375', undefined],
      ['usual port', 'https://own:2376', 'https://{address}'],
      ['own port', 'https://own:99', 'ssh://me@{address}'],
      ['bare', 'https://own:99', undefined],
      ['plain', 'tcp://own', 'tcp://{address}'],
      ['local', 'unix:///a.sock', undefined],
    ]);
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
