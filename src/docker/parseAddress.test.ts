import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTarget, parseAddress } from './parseAddress';
import { shownAddress } from '../common/shownAddress';
import type { ConnectionTarget, SshTarget, TcpTarget } from './target';

const ssh = (fields: Omit<SshTarget, 'kind'>): ConnectionTarget => ({
  kind: 'ssh',
  ...fields,
});
const tcp = (host: string, port: number): TcpTarget => ({ kind: 'tcp', host, port });

describe('parseAddress', () => {
  it.each<[string, ConnectionTarget]>([
    ['unix:///var/run/docker.sock', { kind: 'unix', path: '/var/run/docker.sock' }],
    [' /run/docker.sock ', { kind: 'unix', path: '/run/docker.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'npipe', path: '//./pipe/docker_engine' }],
    ['npipe://\\\\.\\pipe\\docker_engine', { kind: 'npipe', path: '//./pipe/docker_engine' }],
    ['tcp://10.0.0.1', tcp('10.0.0.1', 2375)],
    ['TCP://swarm.example:4000/', tcp('swarm.example', 4000)],
    ['http://node_1:2375', tcp('node_1', 2375)],
    ['tcp://[fd00::1]:2376', tcp('fd00::1', 2376)],
    ['tcp://[::1]', tcp('::1', 2375)],
    ['https://swarm.example', { ...tcp('swarm.example', 2376), tls: { verify: true } }],
    ['https://[fd00::1]:9000/', { ...tcp('fd00::1', 9000), tls: { verify: true } }],
    ['10.0.0.1:2375', tcp('10.0.0.1', 2375)],
    ['manager', tcp('manager', 2375)],
    ['ssh://manager', ssh({ host: 'manager' })],
    ['SSH://me@manager/', ssh({ user: 'me', host: 'manager' })],
    ['ssh://a.b-c+d@[fd00::1]:2222', ssh({ user: 'a.b-c+d', host: 'fd00::1', port: 2222 })],
    [
      'ssh://me@h:22/run/d.sock',
      ssh({ user: 'me', host: 'h', port: 22, socketPath: '/run/d.sock' }),
    ],
    ["ssh://h/it's/a@b;c", ssh({ host: 'h', socketPath: "/it's/a@b;c" })],
  ])('reads %s', (text, target) => {
    expect(parseAddress(text)).toEqual(target);
  });

  it.each([
    ['', 'empty'],
    ['tcp://a b', 'characters'],
    ['unix:///a\u0000b', 'characters'],
    ['unix://relative', 'path'],
    ['unix:///', 'path'],
    ['npipe://x', 'path'],
    ['tcp://', 'host'],
    ['tcp://10.1:2375', 'host'],
    ['tcp://300.0.0.1', 'host'],
    ['tcp://[10.0.0.1]:1', 'host'],
    ['tcp://fd00::1', 'host'],
    ['-x', 'host'],
    ['tcp://a:0', 'port'],
    ['tcp://a:65536', 'port'],
    ['tcp://a:x', 'port'],
    ['tcp://a:', 'port'],
    ['tcp://a:1/path', 'extra'],
    ['ftp://a', 'scheme'],
    ['ssh://', 'host'],
    ['ssh://-oProxyCommand=id', 'host'],
    ['ssh://10.1', 'host'],
    ['ssh://fd00::1', 'host'],
    ['ssh://h:0', 'port'],
    ['ssh://h?x=1', 'extra'],
    ['ssh://h/a\nb', 'characters'],
  ])('refuses %j for its %s', (text, reason) => {
    expect(() => parseAddress(text)).toThrow(
      expect.objectContaining({
        code: 'address-invalid',
        details: { address: text.replaceAll(/[\0\n]/g, ' '), reason },
      }),
    );
  });

  it.each([
    ['tcp://admin:p/w@10.0.0.1:2375', 'tcp://10.0.0.1:2375'],
    [`tcp://me:${'x'.repeat(300)}@host`, 'tcp://host'],
    ['me:secret@host:1', 'host:1'],
    ['me:se\ncret@host:1', 'host:1'],
    ['ssh://me@host', 'ssh://host'],
    ['unix:///var/run/docker.sock', 'unix:///var/run/docker.sock'],
  ])('shows no user and password of %j', (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
  });

  it('refuses credentials and does not repeat them', () => {
    expect(() => parseAddress('tcp://me:secret@host:2375')).toThrow(
      expect.objectContaining({
        details: { address: 'tcp://host:2375', reason: 'credentials' },
      }),
    );
  });

  it.each([
    ['ssh://me:secret@host', 'credentials'],
    ['ssh://@host', 'user'],
    ['ssh://-l@host', 'user'],
    ['ssh://$(id)@host', 'user'],
    ['ssh://a@b@host', 'host'],
  ])('refuses %j for its %s', (text, reason) => {
    expect(() => parseAddress(text)).toThrow(
      expect.objectContaining({
        code: 'address-invalid',
        details: { address: 'ssh://host', reason },
      }),
    );
  });

  it.each(['fd'])('says that %s comes later', (scheme) => {
    expect(() => parseAddress(`${scheme}://host`)).toThrow(
      expect.objectContaining({
        code: 'address-unsupported',
        details: { address: `${scheme}://host`, scheme },
      }),
    );
  });

  it('reads back what formatTarget writes', () => {
    const port = fc.integer({ min: 1, max: 65535 });
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(host, port, (name, number) => {
        expect(parseAddress(formatTarget(tcp(name, number)))).toEqual(tcp(name, number));
      }),
    );
    const others: ConnectionTarget[] = [
      { kind: 'unix', path: '/a/b.sock' },
      { kind: 'npipe', path: '//./pipe/x' },
      { ...tcp('h', 2376), tls: { verify: true } },
      ssh({ host: 'h' }),
      ssh({ user: 'me', host: 'fd00::1', port: 2222, socketPath: '/a.sock' }),
    ];
    expect(others.map((target) => parseAddress(formatTarget(target)))).toEqual(others);
  });
});
