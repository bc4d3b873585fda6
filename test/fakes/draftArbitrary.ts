import fc from 'fast-check';
import { definedOnly } from '../../src/common/definedOnly';
import type {
  DraftFile,
  DraftHealthcheck,
  DraftMount,
  DraftResources,
  DraftUpdate,
  ServiceDraft,
} from '../../src/spec/serviceDraft';

/** What the swarm of generated drafts has. */
export const DRAFT_WORLD = {
  networks: ['front', 'back'],
  secrets: ['key', 'token'],
  configs: ['site', 'hosts'],
} as const;

type Members<T> = { readonly [K in keyof T]?: fc.Arbitrary<NonNullable<T[K]>> };

/** Arbitrary members, each there or not. */
function partly<T extends object>(members: Members<T>): fc.Arbitrary<Partial<T>> {
  return fc.record(members as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: [],
    noNullPrototype: true,
  }) as fc.Arbitrary<Partial<T>>;
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);

/** Text with all that needs quoting for a shell, for CSV or for JSON. */
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '',
    'a b',
    'x,y',
    'say "hi"',
    "it's",
    '$HOME',
    'a=b=c',
    '#1',
    'é ☃',
    'two\nlines',
  ),
);

const someText = text.filter((value) => value.trim() !== '');

function textMap(values: fc.Arbitrary<string> = text) {
  return fc.dictionary(word, values, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
}

function some<T>(member: fc.Arbitrary<T>) {
  return fc.uniqueArray(member, { minLength: 1, maxLength: 3, comparator: 'SameValueZero' });
}

const duration = fc.oneof(
  fc.integer({ min: 1, max: 5000 }).map((milliseconds) => `${milliseconds}ms`),
  fc.constantFrom('0s', '10s', '1m30s', '1.5h', '90s', '2m0s'),
);

const size = fc.constantFrom('4M', '64M', '1G', '512mb', '1.5g', '10000000', '8MiB');
const mode = fc.constantFrom('0444', '0400', '644', '0', '0777');
const address = fc.oneof(fc.ipV4(), fc.constantFrom('fd00::1', '::1'));

const port = partly<{ target: number; protocol: 'tcp' | 'udp' | 'sctp'; isPublished: boolean }>({
  target: fc.integer({ min: 1, max: 65_535 }),
  protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
  isPublished: fc.boolean(),
});

/** Published ports are numbered by the suite, which runs many drafts in one swarm. */
const ports = fc
  .tuple(fc.array(port, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([list, isHost]) =>
    list.map(({ target = 80, protocol, isPublished = false }, index) => ({
      target: target > 65_000 ? target : target + index,
      ...definedOnly({ protocol, published: isPublished ? 20_000 + index : undefined }),
      ...(isHost ? { mode: 'host' as const } : {}),
    })),
  );

const networks = fc.subarray([...DRAFT_WORLD.networks], { minLength: 1 }).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      partly<{ aliases: string[]; driverOpts: Record<string, string> }>({
        aliases: some(word),
        driverOpts: textMap(word),
      }).map((rest) => ({ name, ...rest })),
    ),
  ),
);

const mount: fc.Arbitrary<DraftMount> = fc.oneof(
  partly<DraftMount>({
    readOnly: fc.constant(true),
    bind: partly<object>({
      propagation: fc.constantFrom('rprivate', 'rshared', 'slave'),
      nonRecursive: fc.constant(true),
    }).filter(isFilled),
  }).map((rest) => ({ ...rest, type: 'bind' as const, source: '/srv/a,b', target: '' })),
  partly<DraftMount>({
    source: word,
    readOnly: fc.constant(true),
    volume: partly<NonNullable<DraftMount['volume']>>({
      nocopy: fc.constant(true),
      driver: fc.constant('local'),
      driverOpts: textMap(),
      labels: textMap(),
    }).filter(isFilled),
  }).map((rest) => ({ ...rest, type: 'volume' as const, target: '' })),
  partly<DraftMount>({
    tmpfs: partly<NonNullable<DraftMount['tmpfs']>>({
      size,
      mode: fc.constantFrom('1777', '0700'),
    }).filter(isFilled),
  }).map((rest) => ({ ...rest, type: 'tmpfs' as const, target: '' })),
);

function isFilled(members: object): boolean {
  return Object.keys(members).length > 0;
}

const mounts = fc
  .array(mount, { minLength: 1, maxLength: 3 })
  .map((list) => list.map((one, index) => ({ ...one, target: `/mnt/${index}` })));

function files(sources: readonly string[]): fc.Arbitrary<readonly DraftFile[]> {
  return fc
    .array(
      partly<DraftFile>({
        source: fc.constantFrom(...sources),
        uid: fc.constantFrom('33', '1000'),
        gid: fc.constantFrom('33', '1000'),
        mode,
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((list) =>
      list.map((file, index) => ({
        ...file,
        source: file.source ?? sources[0] ?? '',
        ...(index === 0 ? {} : { target: `/file ${index}` }),
      })),
    );
}

const healthcheck: fc.Arbitrary<DraftHealthcheck> = fc.oneof(
  { arbitrary: fc.constant({ disable: true }), weight: 1 },
  {
    arbitrary: partly<DraftHealthcheck>({
      command: someText,
      interval: duration,
      timeout: duration,
      retries: fc.integer({ min: 1, max: 9 }),
      startPeriod: duration,
    })
      .filter(({ command }) => command !== undefined)
      .map((check) => check),
    weight: 4,
  },
);

const limits: fc.Arbitrary<DraftResources> = partly<DraftResources>({
  cpus: fc.integer({ min: 1, max: 8000 }).map((milli) => milli / 1000),
  memory: size,
  pids: fc.integer({ min: 1, max: 1000 }),
}).filter(isFilled);

const reservations: fc.Arbitrary<DraftResources> = partly<DraftResources>({
  cpus: fc.integer({ min: 1, max: 8000 }).map((milli) => milli / 1000),
  memory: size,
  generic: some(word).map((kinds) => kinds.map((kind, index) => `${kind}=${index + 1}`)),
}).filter(isFilled);

function update(actions: readonly ('pause' | 'continue' | 'rollback')[]) {
  return partly<DraftUpdate>({
    parallelism: fc.integer({ min: 0, max: 5 }),
    delay: duration,
    failureAction: fc.constantFrom(...actions),
    monitor: fc.constantFrom('1s', '5s', '1m', '250ms'),
    maxFailureRatio: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
    order: fc.constantFrom('stop-first', 'start-first'),
  }).filter(isFilled);
}

const restart = partly<NonNullable<ServiceDraft['restart']>>({
  condition: fc.constantFrom('none', 'on-failure', 'any'),
  delay: duration,
  maxAttempts: fc.integer({ min: 0, max: 9 }),
  window: duration,
}).filter(isFilled);

const constraints = some(
  fc.constantFrom(
    'node.role==manager',
    'node.role != worker',
    'node.labels.zone==a',
    'node.hostname!=x',
    'node.platform.os == linux',
  ),
);

const common = {
  ports,
  networks,
  env: fc.dictionary(
    fc.stringMatching(/^V[A-Z0-9_]{0,5}$/),
    fc.oneof({ arbitrary: text, weight: 9 }, { arbitrary: fc.constant(null), weight: 1 }),
    { minKeys: 1, maxKeys: 4, noNullPrototype: true },
  ),
  entrypoint: fc.array(text, { minLength: 1, maxLength: 3 }),
  args: fc.array(text, { minLength: 1, maxLength: 3 }),
  workdir: fc.constantFrom('/srv', '/a b'),
  user: fc.constantFrom('33', 'www:www', '1000:1000'),
  groups: some(word),
  hostname: word,
  init: fc.boolean(),
  tty: fc.constant(true),
  readOnly: fc.constant(true),
  stopSignal: fc.constantFrom('SIGINT', 'SIGQUIT'),
  stopGracePeriod: duration,
  mounts,
  secrets: files(DRAFT_WORLD.secrets),
  configs: files(DRAFT_WORLD.configs),
  healthcheck,
  limits,
  reservations,
  constraints,
  spread: some(fc.constantFrom('node.labels.zone', 'node.labels.rack', 'engine.labels.disk')),
  labels: textMap(),
  containerLabels: textMap(),
  dns: partly<NonNullable<ServiceDraft['dns']>>({
    servers: some(fc.ipV4()),
    search: some(word),
    options: some(fc.constantFrom('ndots:2', 'use-vc', 'timeout:3')),
  }).filter(isFilled),
  hosts: some(fc.tuple(word, address).map(([name, ip]) => `${name}:${ip}`)),
  capAdd: some(fc.constantFrom('NET_ADMIN', 'cap_sys_time', 'CHOWN', 'ALL')),
  capDrop: some(fc.constantFrom('NET_RAW', 'chown', 'CAP_KILL', 'ALL')),
  sysctls: fc.constantFrom<Record<string, string>>(
    { 'net.core.somaxconn': '1024' },
    { 'net.ipv4.ip_forward': '1', 'kernel.msgmax': '65536' },
  ),
  ulimits: fc.subarray(['nofile=1024:2048', 'nproc=64', 'core=-1'], { minLength: 1 }),
  logDriver: partly<NonNullable<ServiceDraft['logDriver']>>({
    name: fc.constantFrom('json-file', 'none', 'syslog'),
    options: textMap(),
  }).map(({ name = 'json-file', options }) => ({ name, ...definedOnly({ options }) })),
};

/** Up to 14 of the members at a time, so that members meet and all still come. */
function seldom(members: Members<ServiceDraft>): fc.Arbitrary<Partial<ServiceDraft>> {
  const all: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record(members, {
    noNullPrototype: true,
  });
  return fc
    .tuple(all, fc.subarray(Object.keys(members), { minLength: 2, maxLength: 14 }))
    .map(([draft, kept]) => Object.fromEntries(kept.map((key) => [key, draft[key]])));
}

const asService = seldom({
  ...common,
  replicasMaxPerNode: fc.integer({ min: 1, max: 5 }),
  restart,
  update: update(['pause', 'continue', 'rollback']),
  rollback: update(['pause', 'continue']),
});

const asGlobal = seldom({ ...common, restart, update: update(['pause', 'continue']) });

const asJob = seldom({ ...common, restart, endpointMode: fc.constantFrom('vip', 'dnsrr') });

const image = fc.constantFrom('nginx:1.27', 'registry.example:5000/team/app:v2', 'busybox');

function drafts(
  mode: fc.Arbitrary<Partial<ServiceDraft>>,
  rest: fc.Arbitrary<Partial<ServiceDraft>>,
): fc.Arbitrary<ServiceDraft> {
  return fc
    .tuple(image, mode, rest)
    .map(([name, chosen, members]) =>
      withoutContradictions({ name: 'web', image: name, ...chosen, ...members }),
    );
}

const kinds = [
  {
    weight: 5,
    arbitrary: drafts(
      partly<ServiceDraft>({
        replicas: fc.integer({ min: 0, max: 3 }),
        endpointMode: fc.constantFrom('vip', 'dnsrr'),
      }),
      asService,
    ),
  },
  { weight: 1, arbitrary: drafts(fc.constant({ mode: 'global' }), asGlobal) },
  {
    weight: 1,
    arbitrary: drafts(
      partly<ServiceDraft>({
        replicas: fc.integer({ min: 1, max: 4 }),
        maxConcurrent: fc.integer({ min: 1, max: 4 }),
      }).map((counts) => ({ ...counts, mode: 'replicated-job' as const })),
      asJob,
    ),
  },
  { weight: 1, arbitrary: drafts(fc.constant({ mode: 'global-job' }), asJob) },
] as const;

/** Drafts of every mode that an engine takes, for the swarm of {@link DRAFT_WORLD}. */
export const serviceDrafts: fc.Arbitrary<ServiceDraft> = fc.oneof(...kinds);

/** Two drafts of one service: some members of the first are changed, taken away or added. */
export const serviceChanges: fc.Arbitrary<readonly [ServiceDraft, ServiceDraft]> = fc.oneof(
  ...kinds.map(({ weight, arbitrary }) => ({
    weight,
    arbitrary: fc
      .tuple(arbitrary, arbitrary)
      .chain(([before, other]) =>
        fc
          .subarray(Object.keys({ ...before, ...other }), { minLength: 1 })
          .map((keys): readonly [ServiceDraft, ServiceDraft] => [
            before,
            withoutContradictions(mix(before, other, keys)),
          ]),
      ),
  })),
);

function mix(before: ServiceDraft, other: ServiceDraft, keys: readonly string[]): ServiceDraft {
  const kept = Object.entries(before).filter(([key]) => !keys.includes(key));
  const taken = Object.entries(other).filter(([key]) => keys.includes(key));
  return Object.fromEntries([...kept, ...taken]) as unknown as ServiceDraft;
}

/** dnsrr publishes in host mode only. */
function withoutContradictions(draft: ServiceDraft): ServiceDraft {
  return draft.endpointMode === 'dnsrr' && draft.ports !== undefined
    ? { ...draft, ports: draft.ports.map((one) => ({ ...one, mode: 'host' as const })) }
    : draft;
}
