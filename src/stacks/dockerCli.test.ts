import { describe, expect, it } from 'vitest';
import type { ConnectionEntry } from '../docker/target';
import {
  cliEnvironment,
  cliObstacle,
  commandLine,
  commandLines,
  configArguments,
  connectionFlags,
  deployArguments,
} from './dockerCli';

const entry = (fields: Partial<ConnectionEntry>): ConnectionEntry => ({
  id: 'setting:lab',
  name: 'lab',
  source: 'setting',
  address: 'unix:///var/run/docker.sock',
  ...fields,
});
const deploy = { file: '/w/compose.yaml', stack: 'shop', prune: false, registryAuth: false };

describe('connectionFlags', () => {
  it.each<[string, Partial<ConnectionEntry>, string[]]>([
    ['a socket', {}, ['--host=unix:///var/run/docker.sock']],
    [
      'a pipe',
      { address: 'npipe:////./pipe/docker_engine' },
      ['--host=npipe:////./pipe/docker_engine'],
    ],
    ['plain tcp', { address: 'tcp://10.0.0.1' }, ['--host=tcp://10.0.0.1:2375']],
    ['IPv6', { address: 'tcp://[::1]:2375' }, ['--host=tcp://[::1]:2375']],
    ['ssh', { address: 'ssh://me@host:2222' }, ['--host=ssh://me@host:2222']],
    [
      'https with the authorities of the system',
      { address: 'https://h' },
      ['--host=tcp://h:2376', '--tlsverify', '--tlscacert=""'],
    ],
    [
      'TLS with files',
      {
        address: 'https://h:1',
        tls: { ca: '/a b/ca.pem', cert: '/c.pem', key: '/k.pem', verify: true },
      },
      [
        '--host=tcp://h:1',
        '--tlsverify',
        '--tlscacert=/a b/ca.pem',
        '--tlscert=/c.pem',
        '--tlskey=/k.pem',
      ],
    ],
    [
      'TLS that verifies nothing',
      { address: 'https://h:1', tls: { verify: false } },
      ['--host=tcp://h:1', '--tls', '--tlscacert=""'],
    ],
    [
      'a context',
      { source: 'context', name: 'my-ctx', address: 'tcp://elsewhere:1' },
      ['--context=my-ctx'],
    ],
  ])('lead through %s', (_, fields, flags) => {
    expect(connectionFlags(entry(fields))).toEqual(flags);
  });

  it('of an address that is none are refused by their code', () => {
    expect(() => connectionFlags(entry({ address: 'tcp://x y' }))).toThrow(/address-invalid/);
  });
});

describe('deployArguments', () => {
  it('hold file, options and name, each as one argument', () => {
    expect(deployArguments(entry({}), { ...deploy, prune: true, registryAuth: true })).toEqual([
      '--host=unix:///var/run/docker.sock',
      'stack',
      'deploy',
      '--compose-file=/w/compose.yaml',
      '--prune',
      '--with-registry-auth',
      'shop',
    ]);
  });

  it.each([
    ['/w/a,b/compose.yml', '--compose-file="/w/a,b/compose.yml"'],
    ['/w/say "hi"/c.yml', '--compose-file="/w/say ""hi""/c.yml"'],
    ['/w/$(reboot);`x`/c.yml', '--compose-file=/w/$(reboot);`x`/c.yml'],
    ['/w/--prune', '--compose-file=/w/--prune'],
  ])('keep the file %s one file', (file, flag) => {
    expect(deployArguments(entry({}), { ...deploy, file })).toContain(flag);
    expect(configArguments(file)).toEqual(['stack', 'config', flag]);
  });

  it('are shown as a shell would read them', () => {
    const file = "/w/it's $(x)/c.yml";
    expect(commandLine('docker', configArguments(file))).toBe(
      String.raw`docker stack config '--compose-file=/w/it'\''s $(x)/c.yml'`,
    );
    expect(commandLines('docker', entry({}), deploy)).toEqual([
      String.raw`docker \ `.trim(),
      String.raw`--host=unix:///var/run/docker.sock \ `.trim(),
      String.raw`stack deploy \ `.trim(),
      String.raw`--compose-file=/w/compose.yaml \ `.trim(),
      'shop',
    ]);
  });
});

describe('cliEnvironment', () => {
  it('lets nothing lead elsewhere than the flags, and keeps the rest', () => {
    const env = cliEnvironment(
      {
        PATH: '/bin',
        DOCKER_CONFIG: '/c',
        DOCKER_HOST: 'tcp://evil',
        docker_context: 'evil',
        DOCKER_TLS_VERIFY: '1',
        DOCKER_CERT_PATH: '/x',
        DOCKER_API_VERSION: '1.1',
      },
      { apiVersion: '1.41' },
    );
    expect(env).toEqual({
      PATH: '/bin',
      DOCKER_CONFIG: '/c',
      DOCKER_API_VERSION: '1.41',
      SSH_ASKPASS_REQUIRE: 'never',
      DOCKER_CLI_HINTS: 'false',
    });
  });
});

describe('cliObstacle', () => {
  it('names what the CLI cannot do', () => {
    expect(cliObstacle(entry({ source: 'demo' }))).toBe('demo');
    expect(cliObstacle(entry({ tls: { verify: true, serverName: 'x' } }))).toBe('server-name');
    expect(cliObstacle(entry({ tls: { verify: true } }))).toBeUndefined();
  });
});
