import { describe, expect, it } from 'vitest';
import { readOwnConnections, type OwnConnection } from './ownConnections';

function read(value: unknown): { kept: readonly OwnConnection[]; warnings: string[] } {
  const warnings: string[] = [];
  const warn = (line: string): void => void warnings.push(line);
  return { kept: readOwnConnections(value, { home: '/home/me', warn }), warnings };
}

describe('readOwnConnections', () => {
  it('reads every field and expands ~ in paths', () => {
    const { kept, warnings } = read([
      {
        name: ' Production ',
        address: 'tcp://10.0.0.11:2376',
        tls: { ca: '~/c/ca.pem', cert: '/c/cert.pem', key: '~/c/key.pem', serverName: 'm1' },
        apiVersion: '1.41',
        readOnly: true,
        production: true,
        color: 'red',
        managers: 'tcp://{address}:2376',
      },
      { name: 'Context', context: 'lab', tls: { verify: false } },
    ]);
    expect(warnings).toEqual([]);
    expect(kept).toEqual([
      {
        name: 'Production',
        address: 'tcp://10.0.0.11:2376',
        tls: {
          ca: '/home/me/c/ca.pem',
          cert: '/c/cert.pem',
          key: '/home/me/c/key.pem',
          serverName: 'm1',
          verify: true,
        },
        apiVersion: '1.41',
        readOnly: true,
        production: true,
        color: 'red',
        managers: 'tcp://{address}:2376',
      },
      { name: 'Context', context: 'lab', tls: { verify: false } },
    ]);
  });

  const good = { name: 'x', address: 'tcp://h' };
  it.each<[unknown, string]>([
    [{ address: 'tcp://h' }, 'name'],
    [{ ...good, name: ' ' }, 'name'],
    [{ ...good, context: 'both' }, 'address'],
    [{ name: 'neither' }, 'address'],
    [{ ...good, readonly: true }, 'readonly'],
    [{ ...good, readOnly: 'yes' }, 'readOnly'],
    [{ ...good, color: 'pink' }, 'color'],
    [{ ...good, apiVersion: '2' }, 'apiVersion'],
    [{ ...good, address: 'banana://h' }, 'address'],
    [{ ...good, address: 'tcp://me:s3cret@h' }, 'address'],
    [{ ...good, address: 'ssh://me:s3cret@h' }, 'address'],
    [{ ...good, managers: 'tcp://fixed' }, 'managers'],
    [{ ...good, managers: 'ftp://{address}' }, 'managers'],
    [{ ...good, managers: 'tcp://{address}:{address}' }, 'managers'],
    [{ ...good, managers: 'ssh://me:s3cret@{address}' }, 'managers'],
    [{ ...good, tls: { cert: '/c' } }, 'tls.key'],
    [{ ...good, tls: { key: '/c' } }, 'tls.cert'],
    [{ ...good, tls: { ca: 1 } }, 'tls.ca'],
    [null, 'entry'],
  ])('leaves out %j and names %s', (row, field) => {
    const { kept, warnings } = read([{ name: 'first', address: 'tcp://first' }, row]);
    expect(kept.map(({ name }) => name)).toEqual(['first']);
    expect(warnings).toEqual([expect.stringContaining('[1]')]);
    expect(warnings[0]).toContain(`"${field}"`);
    expect(warnings[0]).not.toContain('s3cret');
  });

  it('keeps addresses and templates of ssh with a user', () => {
    const row = { name: 's', address: 'ssh://me@h:22', managers: 'ssh://me@{hostname}' };
    expect(read([row])).toEqual({ kept: [row], warnings: [] });
  });

  it('keeps the first of two entries of one name, and survives any value', () => {
    const { kept, warnings } = read([good, { ...good, address: 'tcp://other' }]);
    expect(kept).toEqual([good]);
    expect(warnings[0]).toContain('[1]');
    expect(read('nonsense').kept).toEqual([]);
  });
});
