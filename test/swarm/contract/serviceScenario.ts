import { readLogs } from './logScenario';
import { eventsSince, filtered, IMAGE, type Json, type Player } from './player';

interface ServiceRow {
  readonly Version: { readonly Index: number };
  readonly Spec: Json & { readonly TaskTemplate: Json };
  readonly UpdateStatus?: { readonly State: string; readonly Message: string };
}

interface EndpointRow {
  readonly Spec: {
    readonly EndpointSpec?: { readonly Ports?: readonly { readonly PublishedPort?: number }[] };
  };
  readonly Endpoint: { readonly Ports?: readonly unknown[] };
}

interface TaskRow {
  readonly ID: string;
  readonly Status: { readonly State: string };
}

interface EventRow {
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

const tasksOf = (name: string): string => filtered('/tasks', { service: [name] });

/** A service that runs nothing. */
function idle(fields: Json, template: Json = {}, container: Json = {}): Json {
  return {
    Name: 's1',
    TaskTemplate: { ContainerSpec: { Image: IMAGE, ...container }, ...template },
    Mode: { Replicated: { Replicas: 0 } },
    ...fields,
  };
}

function placed(...constraints: string[]): Json {
  return idle({}, { Placement: { Constraints: constraints } });
}

function published(...ports: Json[]): Json {
  return idle({ EndpointSpec: { Ports: ports } });
}

const REFUSED: Readonly<Record<string, Json>> = {
  'constraint without operator': placed('node.role=worker'),
  'constraint without key': placed('==x'),
  'constraint with a bad key': placed('bad key==x'),
  'constraint without value': placed('node.labels.zone=='),
  'constraint with two operators': placed('node.labels.a!=x==y'),
  'bad restart condition': idle({}, { RestartPolicy: { Condition: 'zzz' } }),
  'negative restart delay': idle({}, { RestartPolicy: { Delay: -1 } }),
  'few processors': idle({}, { Resources: { Limits: { NanoCPUs: 1 } } }),
  'little memory': idle({}, { Resources: { Reservations: { MemoryBytes: 1 } } }),
  'fast healthcheck': idle({}, {}, { Healthcheck: { Test: ['CMD', 'true'], Interval: 1 } }),
  'one mount point twice': idle(
    {},
    {},
    { Mounts: ['a', 'b'].map((Source) => ({ Type: 'volume', Source, Target: '/a' })) },
  ),
  'bad mount': idle({}, {}, { Mounts: [{ Type: 'zzz', Source: 'a', Target: '/a' }] }),
  'bad failure action': idle({ UpdateConfig: { FailureAction: 'zzz' } }),
  'bad update order': idle({ RollbackConfig: { Order: 'zzz' } }),
  'bad failure ratio': idle({ UpdateConfig: { MaxFailureRatio: 2 } }),
  'negative update delay': idle({ UpdateConfig: { Delay: -1 } }),
  'bad endpoint mode': idle({ EndpointSpec: { Mode: 'zzz' } }),
  'bad image': idle({}, {}, { Image: 'Bad Image' }),
  'one port twice': published(
    { TargetPort: 80, PublishedPort: 18_100 },
    { TargetPort: 81, PublishedPort: 18_100 },
  ),
  'two modes': idle({ Mode: { ReplicatedJob: {}, Global: {} } }),
  'job with update settings': idle({ Mode: { GlobalJob: {} }, UpdateConfig: { Parallelism: 1 } }),
  'negative replicas': idle({ Mode: { Replicated: { Replicas: -1 } } }),
};

const TAKEN: Readonly<Record<string, Json>> = {
  'unknown protocol and mode': published({ Protocol: 'zzz', PublishMode: 'zzz' }),
  'one number for two protocols': published(
    { TargetPort: 53, PublishedPort: 18_101, Protocol: 'udp' },
    { TargetPort: 53, PublishedPort: 18_101, Protocol: 'tcp' },
  ),
  'port beyond 65535': published({ TargetPort: 80, PublishedPort: 70_000 }),
  'dnsrr with a host port': idle({
    EndpointSpec: {
      Mode: 'dnsrr',
      Ports: [{ TargetPort: 80, PublishedPort: 18_102, PublishMode: 'host' }],
    },
  }),
  everything: idle(
    { Labels: { purpose: 'contract' } },
    {
      Placement: { Constraints: ['node.role != manager'], MaxReplicas: 1 },
      Resources: { Limits: { MemoryBytes: 67_108_864 } },
    },
    { Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9 }, Hostname: 'h', Env: ['A=b'] },
  ),
  'job of several': idle({ Mode: { ReplicatedJob: { MaxConcurrent: 0, TotalCompletions: 0 } } }),
};

/** Specs that the engine refuses, and odd ones that it takes. */
export async function refuseSpecs(player: Player): Promise<void> {
  await player.step('GET', '/distribution/BAD!!/json');
  await player.step('GET', '/distribution/a!!/json');
  const unreachable = '/distribution/example.com:5000/some/thing:1/json';
  const { status, body } = await player.ask('GET', unreachable);
  player.keep(`GET ${unreachable}`, { status, body: body.replaceAll(/[\d.]+:53\b/g, '{server}') });
  for (const [note, spec] of Object.entries(REFUSED)) {
    await player.step('POST', '/services/create', spec, note);
  }
  for (const [note, spec] of Object.entries(TAKEN)) {
    await player.step('POST', '/services/create', spec, note);
    await player.until<EndpointRow>('/services/s1', isAllocated);
    await player.step('GET', '/services/s1', undefined, note);
    await player.step('DELETE', '/services/s1', undefined, note);
  }
}

/**
 * The engine answers a create before it has given the service its ports and virtual addresses; with a
 * port beyond 65535 it never does.
 */
function isAllocated({ Spec: { EndpointSpec: asked }, Endpoint: given }: EndpointRow): boolean {
  const possible = asked?.Ports?.every(({ PublishedPort = 0 }) => PublishedPort <= 65_535) ?? false;
  return !possible || given.Ports !== undefined;
}

/** Rollback by hand and by itself, jobs and logs. */
export async function operateServices(player: Player): Promise<void> {
  await rollBack(player);
  await failAndGoBack(player);
  await runJobs(player);
}

async function update(
  player: Player,
  name: string,
  /** The contract is told nothing of a change without one. */
  note: string | undefined,
  change: (spec: ServiceRow['Spec']) => Json,
  query = '',
): Promise<void> {
  const step = note === undefined ? undefined : `POST /services/${name}/update (${note})`;
  await player.change(step, async () => {
    const { Version, Spec } = await player.read<ServiceRow>(`/services/${name}`);
    const path = `/services/${name}/update?version=${Version.Index}${query}`;
    return { path, body: change(Spec) };
  });
}

async function rollBack(player: Player): Promise<void> {
  const same = (spec: Json): Json => spec;
  await player.step('POST', '/services/create', idle({ Name: 'back' }), 'to roll back');
  await update(player, 'back', 'nothing to go back to', same, '&rollback=previous');
  await update(player, 'back', 'odd rollback', same, '&rollback=zzz');
  await update(player, 'back', 'odd source of credentials', same, '&registryAuthFrom=zzz');
  await update(player, 'back', 'another job mode', (spec) => ({
    ...spec,
    Mode: { ReplicatedJob: {} },
  }));
  await update(player, 'back', 'port taken', (spec) => ({
    ...spec,
    EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 18_090 }] },
  }));
  await update(player, 'back', 'forced, without tasks', (spec) => ({
    ...spec,
    TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: 1 },
  }));
  await player.step('GET', '/services/back', undefined, 'updated');
  await update(player, 'back', 'back', same, '&rollback=previous');
  const row = await player.until<ServiceRow>(
    '/services/back',
    ({ UpdateStatus: status }) => status?.State === 'rollback_completed',
  );
  player.keepWords('rolled back', [row.UpdateStatus?.Message ?? '']);
  await player.step('GET', '/services/back', undefined, 'rolled back');
  await player.step('DELETE', '/services/back');
}

async function failAndGoBack(player: Player): Promise<void> {
  const begin = Math.floor(Date.now() / 1_000) - 1;
  const one = { Name: 'pausing', Mode: { Replicated: { Replicas: 1 } } };
  await player.step('POST', '/services/create', idle(one), 'to fail');
  const untilRunning = async (): Promise<unknown> =>
    await player.until<TaskRow[]>(tasksOf('pausing'), (rows) =>
      rows.some(({ Status }) => Status.State === 'running'),
    );
  await untilRunning();
  const fail = async (note: string | undefined, action: string): Promise<void> =>
    await update(player, 'pausing', note, (spec) => ({
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image: 'example/nosuch:2' } },
      UpdateConfig: { Parallelism: 1, FailureAction: action },
    }));
  const goBack = async (note?: string): Promise<void> =>
    await update(player, 'pausing', note, (spec) => spec, '&rollback=previous');
  await fail('image that does not exist', 'pause');
  keepStatus(player, await untilStatus(player, /^paused$/));
  await player.step('GET', '/services/pausing');
  await goBack('good again');
  const started = await catchGoingBack(player, async () => {
    await untilRunning();
    await fail(undefined, 'pause');
    await untilStatus(player, /^paused$/);
    await goBack();
  });
  keepStatus(player, started);
  await untilRunning();
  await fail('bad again, to go back', 'rollback');
  const wentBack = await catchGoingBack(player, async () => {
    await untilRunning();
    await fail(undefined, 'rollback');
  });
  keepStatus(player, wentBack, 'by itself');
  const body = JSON.stringify(wentBack);
  player.keep('GET /services/pausing (went back)', { status: 200, body });
  await player.step('DELETE', '/services/pausing');
  const path = eventsSince(begin, { type: ['service'], service: ['pausing'] });
  player.keepWords('events of a service', await attributesOf(player, path));
}

async function untilStatus(player: Player, state: RegExp): Promise<ServiceRow> {
  return await player.until<ServiceRow>('/services/pausing', ({ UpdateStatus: status }) =>
    state.test(status?.State ?? ''),
  );
}

/**
 * Catches the service on its way back. An engine that has replaced the failed task on its own by then is
 * there at once, in the same millisecond: then it is sent the same way again.
 */
async function catchGoingBack(player: Player, again: () => Promise<void>): Promise<ServiceRow> {
  for (let left = 20; ; left -= 1) {
    const row = await untilStatus(player, /^rollback_(?:started|completed)$/);
    if (left === 0 || row.UpdateStatus?.State === 'rollback_started') {
      return row;
    }
    await again();
  }
}

function keepStatus(player: Player, { UpdateStatus: status }: ServiceRow, note = ''): void {
  player.keepWords(`update ${status?.State} ${note}`, [status?.Message ?? '']);
}

/** Which attributes occur together in the events of `path`. */
export async function attributesOf(player: Player, path: string): Promise<string[]> {
  const { body } = await player.ask('GET', path);
  const events = body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EventRow);
  const sets = events.map(({ Actor }) => Object.keys(Actor.Attributes).toSorted().join(', '));
  return [...new Set(sets)].toSorted();
}

async function runJobs(player: Player): Promise<void> {
  const command = { Command: ['/bin/busybox', 'sh', '-c', 'echo err >&2; sleep 0.2; echo out'] };
  const twice = { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 2 } };
  await player.step(
    'POST',
    '/services/create',
    idle({ Name: 'job', Mode: twice }, {}, command),
    'replicated job',
  );
  const everywhere = idle({ Name: 'job-everywhere', Mode: { GlobalJob: {} } }, {}, command);
  await player.step('POST', '/services/create', everywhere, 'global job');
  for (const name of ['job', 'job-everywhere']) {
    await player.until<TaskRow[]>(
      tasksOf(name),
      (rows) => rows.filter(({ Status }) => Status.State === 'complete').length === 2,
    );
    await player.step('GET', `/services/${name}`);
    await player.step('GET', tasksOf(name));
    await player.step('GET', `${filtered('/services', { name: [name] })}&status=true`);
  }
  await player.step('GET', filtered('/services', { mode: ['global-job'] }));
  const [task] = await player.read<TaskRow[]>(tasksOf('job'));
  await readLogs(player, 'job', task?.ID ?? '');
  await update(player, 'job', 'again', (spec) => ({
    ...spec,
    TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: 1 },
  }));
  await player.step('GET', '/services/job', undefined, 'told to run again');
  await player.step('DELETE', '/services/job');
  await player.step('DELETE', '/services/job-everywhere');
}
