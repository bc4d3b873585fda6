import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { serviceCreateArguments } from './serviceCommand';
import type { ServiceDraft } from './serviceDraft';
import { serviceUpdateArguments, unsaidChanges } from './serviceUpdateCommand';

const policy = {
  parallelism: 2,
  delay: '1s',
  failureAction: 'continue',
  monitor: '2s',
  maxFailureRatio: 0.1,
  order: 'start-first',
} as const;

/** Every field that goes with the others. */
const full: ServiceDraft = {
  name: 'web',
  image: 'nginx',
  replicas: 2,
  ports: [{ target: 80, published: 8080, protocol: 'udp', mode: 'host' }],
  networks: [{ name: 'front', aliases: ['a'], driverOpts: { k: 'v' } }],
  endpointMode: 'dnsrr',
  env: { PASSWORD: 'pässword', EMPTY: '', BARE: null },
  entrypoint: ['sh', '-c'],
  args: ['a b', '$HOME'],
  workdir: '/w',
  user: 'u',
  groups: ['g'],
  hostname: 'h',
  init: true,
  tty: true,
  readOnly: true,
  stopSignal: 'SIGINT',
  stopGracePeriod: '3s',
  mounts: [
    { type: 'volume', source: 'v', target: '/v', volume: { driverOpts: { o: 'password=x,y' } } },
  ],
  secrets: [{ source: 's', mode: '444' }],
  configs: [{ source: 'c', target: '/c', uid: '1', gid: '2' }],
  healthcheck: {
    command: 'check',
    interval: '1s',
    timeout: '2s',
    retries: 3,
    startPeriod: '4s',
    startInterval: '5s',
  },
  limits: { cpus: 0.5, memory: '64M', pids: 9 },
  reservations: { cpus: 0.25, memory: '32M', generic: ['gpu=1'] },
  constraints: ['node.role==worker'],
  spread: ['node.labels.zone'],
  replicasMaxPerNode: 2,
  restart: { condition: 'on-failure', delay: '1s', maxAttempts: 3, window: '9s' },
  update: policy,
  rollback: policy,
  labels: { l: '1' },
  containerLabels: { cl: '1' },
  dns: { servers: ['1.1.1.1'], search: ['s'], options: ['ndots:1'] },
  hosts: ['a:10.0.0.1'],
  capAdd: ['CHOWN'],
  capDrop: ['KILL'],
  sysctls: { 'net.core.somaxconn': '1' },
  ulimits: ['nofile=1:2'],
  oomScoreAdj: 5,
  isolation: 'process',
  credentialSpec: 'file://x',
  logDriver: { name: 'syslog', options: { 'splunk-token': 'hush' } },
};

const options = { withValues: true, withRegistryAuth: true };

/** The flags of a list in test/parity that are written down as done. */
function doneFlags(command: string): readonly string[] {
  const file = new URL(`../../test/parity/${command}.json`, import.meta.url);
  const list = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { status: string }>;
  return Object.entries(list)
    .filter(([, { status }]) => status === 'done')
    .map(([flag]) => flag);
}

function flagsIn(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.flatMap((word) => (/^--[a-z-]+/.exec(word) ?? []).slice(0, 1)));
}

test('every flag of service create that is said to be done is written', () => {
  const written = flagsIn([
    ...serviceCreateArguments(full, options),
    ...serviceCreateArguments(
      {
        name: 'j',
        image: 'i',
        mode: 'replicated-job',
        maxConcurrent: 1,
        healthcheck: { disable: true },
      },
      options,
    ),
  ]);
  expect([...written].toSorted()).toEqual(doneFlags('service-create').toSorted());
});

test('every flag of service update that is said to be done is written', () => {
  const bare: ServiceDraft = { name: 'web', image: 'other' };
  const written = flagsIn([
    ...serviceUpdateArguments(bare, full, options),
    ...serviceUpdateArguments(full, bare, options),
    ...serviceUpdateArguments(bare, { ...bare, healthcheck: { disable: true } }, options),
  ]);
  expect([...written].toSorted()).toEqual(doneFlags('service-update').toSorted());
});

test('a service as the arguments of docker', () => {
  const draft: ServiceDraft = {
    name: 'web',
    image: 'nginx:1.27',
    replicas: 0,
    ports: [{ target: 80, published: 8080, protocol: 'tcp', mode: 'ingress' }],
    networks: [{ name: 'front' }],
    mounts: [{ type: 'bind', source: '/a,b', target: '/say "hi"', readOnly: true }],
    entrypoint: ['sh', '-c', "it's"],
    args: ['--x', ''],
  };
  expect(serviceCreateArguments(draft, options).filter((word) => !/auth/.test(word))).toEqual([
    ...['service', 'create', '--name', 'web', '--replicas', '0', '--network', 'front'],
    ...['--publish', 'published=8080,target=80'],
    ...['--mount', 'type=bind,"source=/a,b","target=/say ""hi""",readonly'],
    ...['--entrypoint', String.raw`sh -c 'it'\''s'`, 'nginx:1.27', '--x', ''],
  ]);
});

test('values are masked unless asked for', () => {
  const masked = serviceCreateArguments(full, { withValues: false }).join(' ');
  expect(masked).toContain('PASSWORD=*** ');
  expect(masked).toContain('EMPTY=***');
  expect(masked).toContain('--env BARE ');
  expect(masked).not.toMatch(/pässword|password=x|hush/);
  expect(masked).toContain('volume-opt=o=***');
  const shown = serviceCreateArguments(full, { withValues: true }).join(' ');
  expect(shown).toContain('PASSWORD=pässword');
  const changed = { ...full, env: { ...full.env, PASSWORD: 'nöw' } };
  const update = serviceUpdateArguments(full, changed, { withValues: false });
  expect(update).toEqual(['service', 'update', '--env-add', 'PASSWORD=***', 'web']);
});

test('what the docker CLI cannot change is named', () => {
  const bare: ServiceDraft = { name: 'web', image: 'nginx' };
  expect(unsaidChanges(bare, full)).toEqual([]);
  expect(unsaidChanges({ ...bare, logDriver: { name: 'none' } }, bare)).toEqual(['logDriver']);
  expect(unsaidChanges(bare, { ...bare, mode: 'global' })).toEqual(['mode']);
  const job: ServiceDraft = { ...bare, mode: 'replicated-job', replicas: 1 };
  expect(unsaidChanges(job, { ...job, replicas: 2 })).toEqual(['replicas']);
});

it('says nothing of what stays', () => {
  expect(serviceUpdateArguments(full, structuredClone(full), { withValues: true })).toEqual([
    'service',
    'update',
    'web',
  ]);
});
