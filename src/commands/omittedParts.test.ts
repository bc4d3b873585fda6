import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { omittedParts } from './omittedParts';

const fixtures = path.resolve(import.meta.dirname, '../../test/fixtures/engine');

function makeService(container: object, template: object = {}, spec: object = {}): unknown {
  return {
    ID: 's1',
    Spec: {
      Name: 'db',
      TaskTemplate: {
        ContainerSpec: { Image: 'postgres', Env: ['A=1'], Isolation: 'default', ...container },
        ...template,
      },
      Mode: { Replicated: { Replicas: 1 } },
      ...spec,
    },
  };
}

it.each(['20.10-manager', '28.5-manager'])('finds nothing in plain services of %s', (engine) => {
  const file = path.join(fixtures, engine, 'services.json');
  const { body: rows } = JSON.parse(readFileSync(file, 'utf8')) as { body: unknown[] };
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.flatMap((row) => omittedParts(row))).toEqual([]);
});

it('finds nothing in what the docker CLI fills in by itself', () => {
  const policy = {
    Parallelism: 1,
    FailureAction: 'pause',
    Monitor: 5_000_000_000,
    MaxFailureRatio: 0,
    Order: 'stop-first',
  };
  const service = makeService(
    { Init: false, StopGracePeriod: 10_000_000_000, DNSConfig: {} },
    {
      Resources: { Limits: {}, Reservations: {} },
      RestartPolicy: { Condition: 'any', Delay: 5_000_000_000, MaxAttempts: 0 },
      Placement: { Platforms: [{ Architecture: 'amd64', OS: 'linux' }] },
      ForceUpdate: 3,
      Runtime: 'container',
    },
    { Labels: { a: 'b' }, UpdateConfig: policy, RollbackConfig: policy },
  );
  expect(omittedParts(service)).toEqual([]);
});

it('finds nothing in all that a draft has words for', () => {
  const service = makeService(
    {
      Mounts: [{ Type: 'volume', Source: 'data', Target: '/var/lib' }],
      Secrets: [
        { SecretID: 's9', SecretName: 'key', File: { Name: 'k', UID: '0', GID: '0', Mode: 292 } },
      ],
      User: 'postgres',
      Labels: { tier: 'db' },
      CapabilityDrop: ['CAP_KILL'],
    },
    {
      Resources: { Limits: { MemoryBytes: 1_000_000 } },
      RestartPolicy: { Condition: 'none' },
      Placement: { MaxReplicas: 2 },
      Networks: [{ Target: 'n2' }, { Target: 'n1', Aliases: ['a'] }],
    },
    { UpdateConfig: { Parallelism: 2, FailureAction: 'pause', Order: 'stop-first' } },
  );
  expect(omittedParts(service)).toEqual([]);
});

it('names what a copied command would lose', () => {
  const service = makeService(
    {
      Mounts: [{ Type: 'bind', Source: '/a', Target: '/b', Consistency: 'cached' }],
      OpenStdin: true,
      Privileges: { NoNewPrivileges: true },
      Healthcheck: { Test: ['CMD', 'check'] },
    },
    { Runtime: 'plugin' },
  );
  expect(omittedParts(service)).toEqual([
    'Mounts',
    'OpenStdin',
    'Privileges',
    'Runtime',
    'Healthcheck.Test',
  ]);
});

it('reads anything', () => {
  expect(omittedParts(undefined)).toEqual([]);
  expect(omittedParts({ Spec: { TaskTemplate: null } })).toEqual([]);
});
