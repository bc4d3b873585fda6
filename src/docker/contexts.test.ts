import { describe, expect, it } from 'vitest';
import { context, home, MemoryFiles, tlsFile } from '../../test/fakes/dockerFiles';
import { chosenContext, readContexts, type ContextOptions, type DockerContext } from './contexts';

async function read(options: ContextOptions): Promise<readonly DockerContext[]> {
  return await readContexts(options, await chosenContext(options));
}

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
    expect(await read({ env: {}, home, files })).toEqual([
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
    const contexts = await read({ env, home, files });
    expect(contexts.map(({ name, current }) => [name, current])).toEqual([
      ['b', true],
      ['a', false],
    ]);
  });

  it('counts no context as current where DOCKER_HOST overrules them', async () => {
    const files = new MemoryFiles(Object.fromEntries([context('a', 'tcp://a:1')]));
    const env = { DOCKER_CONTEXT: 'a', DOCKER_HOST: 'tcp://h' };
    expect(await read({ env, home, files })).toMatchObject([{ name: 'a', current: false }]);
  });

  it('leaves out what is broken and keeps the rest', async () => {
    const [, misplaced] = context('misplaced', 'tcp://x:1');
    const files = new MemoryFiles(
      Object.fromEntries([
        context('good', 'tcp://good:1'),
        context('empty', ''),
        // The CLI never reads it.
        context('default', 'tcp://elsewhere:1'),
        ['/home/me/.docker/contexts/meta/beef/meta.json', misplaced],
        ['/home/me/.docker/contexts/meta/cafe/meta.json', '{"Name":'],
        ['/home/me/.docker/contexts/meta/stray', ''],
        ['/home/me/.docker/config.json', '[]'],
      ]),
    );
    expect(await read({ env: {}, home, files })).toEqual([
      { name: 'good', address: 'tcp://good:1', current: false },
    ]);
    expect(await read({ env: {}, home: '/nobody', files })).toEqual([]);
  });
});
