import { effectiveCapabilities } from './capabilities';
import {
  type CommandOptions,
  eachFlag,
  environmentWords,
  fileWord,
  healthFlags,
  mountWord,
  networkWord,
  optionWords,
  pairs,
  portWord,
  resourceFlags,
  restartFlags,
  switchFlag,
  updateFlags,
  valueFlag,
} from './commandWords';
import { isJob } from './checkMode';
import { isSameJson } from './reapply';
import { commandWords } from './serviceCommand';
import type { DraftFile, DraftPort, DraftUpdate, ServiceDraft } from './serviceDraft';
import { splitOnce } from './buildServiceBody';

/** `service update …`: what follows `docker` to make of the service `before` the service `after`. */
export function serviceUpdateArguments(
  before: ServiceDraft,
  after: ServiceDraft,
  options: CommandOptions,
): readonly string[] {
  return [
    'service',
    'update',
    ...changed(before, after, 'image', (draft) => ['--image', draft.image]),
    ...(isJob(before)
      ? []
      : changed(before, after, 'replicas', (draft) => ['--replicas', String(draft.replicas ?? 1)])),
    ...networkFlags(before, after),
    ...portFlags(before, after),
    ...changed(before, after, 'endpointMode', (draft) => [
      '--endpoint-mode',
      draft.endpointMode ?? 'vip',
    ]),
    ...environmentFlags(before, after, options),
    ...runFlags(before, after),
    ...fileFlags('secret', before.secrets, after.secrets),
    ...fileFlags('config', before.configs, after.configs),
    ...mountFlags(before, after, options),
    ...listFlags(before, after),
    ...changed(before, after, 'healthcheck', (draft) =>
      healthFlags(
        draft.healthcheck?.disable === true
          ? draft.healthcheck
          : { ...noHealthcheck(before), ...draft.healthcheck },
      ),
    ),
    ...systemFlags(before, after),
    ...placementFlags(before, after),
    ...policyFlags(before, after),
    ...changed(before, after, 'logDriver', (draft) => [
      ...valueFlag('log-driver', draft.logDriver?.name),
      ...eachFlag('log-opt', optionWords(draft.logDriver?.options, options)),
    ]),
    ...switchFlag('with-registry-auth', options.withRegistryAuth === true ? true : undefined),
    before.name,
  ];
}

/** The fields that differ and that `docker service update` has no flags for. */
export function unsaidChanges(before: ServiceDraft, after: ServiceDraft): readonly string[] {
  const differ = (key: keyof ServiceDraft): boolean => !isSameJson(before[key], after[key]);
  const removed = (key: keyof ServiceDraft): boolean =>
    before[key] !== undefined && after[key] === undefined;
  return [
    ...(['name', 'mode'] as const).filter(differ),
    // `--replicas` is refused for jobs, and `--max-concurrent` ignored (seen on 20.10 and 28.5).
    ...(isJob(before) ? (['replicas', 'maxConcurrent'] as const).filter(differ) : []),
    ...(['logDriver'] as const).filter(removed),
    ...(losesPorts(before, after) ? ['ports'] : []),
  ];
}

/**
 * Whether removing a port would take others of its target along: the command line removes by target,
 * protocol and mode, and adds nothing that was there (docker/cli `updatePorts`).
 */
function losesPorts(before: ServiceDraft, after: ServiceDraft): boolean {
  const was = (before.ports ?? []).map(plainPort);
  const will = (after.ports ?? []).map(plainPort);
  const [gone] = difference(was, will);
  const stay = was.filter((port) => !gone.includes(port));
  return gone.some((port) => stay.some((other) => targetOf(other) === targetOf(port)));
}

function targetOf({ target, protocol, mode }: DraftPort): string {
  return `${target}/${protocol}/${mode}`;
}

type Flags = readonly string[];

function changed(
  before: ServiceDraft,
  after: ServiceDraft,
  key: keyof ServiceDraft,
  write: (draft: ServiceDraft) => Flags,
): Flags {
  return isSameJson(before[key], after[key]) ? [] : write(after);
}

function networkFlags(before: ServiceDraft, after: ServiceDraft): Flags {
  const [gone, come] = difference(before.networks ?? [], after.networks ?? []);
  return [
    ...gone.flatMap(({ name }) => ['--network-rm', name]),
    ...come.flatMap((network) => ['--network-add', networkWord(network)]),
  ];
}

function plainPort(port: DraftPort): DraftPort {
  return { protocol: 'tcp', mode: 'ingress', ...port };
}

function portFlags(before: ServiceDraft, after: ServiceDraft): Flags {
  const [gone, come] = difference(
    (before.ports ?? []).map(plainPort),
    (after.ports ?? []).map(plainPort),
  );
  return [
    ...gone.flatMap((port) => ['--publish-rm', portWord(port)]),
    ...come.flatMap((port) => ['--publish-add', portWord(port)]),
  ];
}

function environmentFlags(
  { env: was = {} }: ServiceDraft,
  { env: will = {} }: ServiceDraft,
  options: CommandOptions,
): Flags {
  const come = Object.fromEntries(
    Object.entries(will).filter(
      ([name, value]) => !Object.hasOwn(was, name) || was[name] !== value,
    ),
  );
  return [
    ...eachFlag(
      'env-rm',
      Object.keys(was).filter((name) => !Object.hasOwn(will, name)),
    ),
    ...eachFlag('env-add', environmentWords(come, options)),
  ];
}

function runFlags(before: ServiceDraft, after: ServiceDraft): Flags {
  const text = (key: 'workdir' | 'user' | 'hostname' | 'stopSignal', flag: string): Flags =>
    changed(before, after, key, (draft) => [`--${flag}`, draft[key] ?? '']);
  return [
    ...changed(before, after, 'entrypoint', (draft) => [
      '--entrypoint',
      commandWords(draft.entrypoint) ?? '',
    ]),
    ...changed(before, after, 'args', (draft) => ['--args', commandWords(draft.args) ?? '']),
    ...text('workdir', 'workdir'),
    ...text('user', 'user'),
    ...text('hostname', 'hostname'),
    ...text('stopSignal', 'stop-signal'),
    ...changed(before, after, 'init', (draft) => switchFlag('init', draft.init ?? false)),
    ...changed(before, after, 'tty', (draft) => switchFlag('tty', draft.tty ?? false)),
    ...changed(before, after, 'readOnly', (draft) =>
      switchFlag('read-only', draft.readOnly ?? false),
    ),
    ...changed(before, after, 'stopGracePeriod', (draft) => [
      '--stop-grace-period',
      draft.stopGracePeriod ?? '10s',
    ]),
  ];
}

/** Removing goes by the source's name: what else comes from it is added again. */
function fileFlags(
  kind: 'secret' | 'config',
  was: readonly DraftFile[] = [],
  will: readonly DraftFile[] = [],
): Flags {
  const [gone, come] = difference(was, will);
  const removed = new Set(gone.map(({ source }) => source));
  const again = will.filter((file) => removed.has(file.source) && !come.includes(file));
  return [
    ...[...removed].flatMap((source) => [`--${kind}-rm`, source]),
    ...[...again, ...come].flatMap((file) => [`--${kind}-add`, fileWord(file)]),
  ];
}

/** A mount that is added takes the place of the one with its target. */
function mountFlags(before: ServiceDraft, after: ServiceDraft, options: CommandOptions): Flags {
  const [gone, come] = difference(before.mounts ?? [], after.mounts ?? []);
  const targets = new Set((after.mounts ?? []).map(({ target }) => target));
  return [
    ...gone.flatMap(({ target }) => (targets.has(target) ? [] : ['--mount-rm', target])),
    ...come.flatMap((mount) => ['--mount-add', mountWord(mount, options)]),
  ];
}

function listFlags(before: ServiceDraft, after: ServiceDraft): Flags {
  const capabilities = effectiveCapabilities(after.capAdd ?? [], after.capDrop ?? []);
  return [
    ...addAndRemove('group', before.groups, after.groups),
    ...addAndRemove('dns', before.dns?.servers, after.dns?.servers),
    ...addAndRemove('dns-search', before.dns?.search, after.dns?.search),
    ...addAndRemove('dns-option', before.dns?.options, after.dns?.options),
    ...addAndRemove('host', before.hosts, after.hosts),
    ...addAndRemove('constraint', before.constraints, after.constraints),
    ...addAndRemove('label', pairs(before.labels), pairs(after.labels), keyOf),
    ...addAndRemove(
      'container-label',
      pairs(before.containerLabels),
      pairs(after.containerLabels),
      keyOf,
    ),
    ...addAndRemove('sysctl', pairs(before.sysctls), pairs(after.sysctls), keyOf),
    ...addAndRemove('ulimit', before.ulimits, after.ulimits, keyOf),
    ...(isSameJson([before.capAdd, before.capDrop], [after.capAdd, after.capDrop])
      ? []
      : [
          // Without RESET, adding a dropped capability only takes it off the dropped ones.
          ...eachFlag('cap-add', ['RESET', ...capabilities.add]),
          ...eachFlag('cap-drop', ['RESET', ...capabilities.drop]),
        ]),
  ];
}

function keyOf(pair: string): string {
  return splitOnce(pair, '=')[0];
}

/** `--X-rm` of what is gone by its key, `--X-add` of what is new or has another value. */
function addAndRemove(
  flag: string,
  was: readonly string[] = [],
  will: readonly string[] = [],
  key: (text: string) => string = (text) => text,
): Flags {
  return [
    ...goneFlags(flag, was, will, key),
    ...eachFlag(
      `${flag}-add`,
      will.filter((text) => !was.includes(text)),
    ),
  ];
}

function goneFlags(
  flag: string,
  was: readonly string[] = [],
  will: readonly string[] = [],
  key: (text: string) => string = keyOf,
): Flags {
  const keys = new Set(will.map(key));
  return eachFlag(
    `${flag}-rm`,
    was.map(key).filter((name) => !keys.has(name)),
  );
}

/** A check that says nothing, where the one before said something. */
function noHealthcheck({ healthcheck: was }: ServiceDraft) {
  return {
    ...(was?.command === undefined && was?.exec === undefined && was?.disable !== true
      ? {}
      : { command: '' }),
    ...(was?.interval === undefined ? {} : { interval: '0s' }),
    ...(was?.timeout === undefined ? {} : { timeout: '0s' }),
    ...(was?.retries === undefined ? {} : { retries: 0 }),
    ...(was?.startPeriod === undefined ? {} : { startPeriod: '0s' }),
    ...(was?.startInterval === undefined ? {} : { startInterval: '0s' }),
  };
}

/** All amounts of a kind are said at once: some docker CLIs forget those that are not. */
function systemFlags(before: ServiceDraft, after: ServiceDraft): Flags {
  const amounts = (key: 'limits' | 'reservations') => {
    const { generic: _generic, ...rest } = after[key] ?? {};
    const pids = before[key]?.pids === undefined ? {} : { pids: 0 };
    return { cpus: 0, memory: '0', ...pids, ...rest };
  };
  const differ = (key: 'limits' | 'reservations'): boolean =>
    (['cpus', 'memory', 'pids'] as const).some(
      (part) => before[key]?.[part] !== after[key]?.[part],
    );
  return [
    ...(differ('limits') ? resourceFlags('limit', amounts('limits')) : []),
    ...(differ('reservations')
      ? [
          ...resourceFlags('reserve', amounts('reservations')),
          ...goneFlags(
            'generic-resource',
            before.reservations?.generic,
            after.reservations?.generic,
          ),
          ...eachFlag('generic-resource-add', after.reservations?.generic),
        ]
      : addAndRemove(
          'generic-resource',
          before.reservations?.generic,
          after.reservations?.generic,
          keyOf,
        )),
    ...changed(before, after, 'oomScoreAdj', (draft) => [
      '--oom-score-adj',
      String(draft.oomScoreAdj ?? 0),
    ]),
    ...changed(before, after, 'isolation', (draft) => [
      '--isolation',
      draft.isolation ?? 'default',
    ]),
    ...changed(before, after, 'credentialSpec', (draft) => [
      '--credential-spec',
      draft.credentialSpec ?? '',
    ]),
  ];
}

/** The order of preferences counts, so they are written anew as a whole. */
function placementFlags(before: ServiceDraft, after: ServiceDraft): Flags {
  return [
    ...changed(before, after, 'spread', (draft) => [
      ...eachFlag(
        'placement-pref-rm',
        before.spread?.map((by) => `spread=${by}`),
      ),
      ...eachFlag(
        'placement-pref-add',
        draft.spread?.map((by) => `spread=${by}`),
      ),
    ]),
    ...changed(before, after, 'replicasMaxPerNode', (draft) => [
      '--replicas-max-per-node',
      String(draft.replicasMaxPerNode ?? 0),
    ]),
  ];
}

const USUAL_UPDATE = {
  parallelism: 1,
  delay: '0s',
  failureAction: 'pause',
  monitor: '5s',
  maxFailureRatio: 0,
  order: 'stop-first',
} as const;

const USUAL_RESTART = { condition: 'any', delay: '5s', maxAttempts: 0, window: '0s' } as const;

function policyFlags(before: ServiceDraft, after: ServiceDraft): Flags {
  return [
    ...restartFlags(differing(before.restart, after.restart, USUAL_RESTART)),
    ...updateFlags('update', updateOf(before.update, after.update)),
    ...updateFlags('rollback', updateOf(before.rollback, after.rollback)),
  ];
}

function updateOf(was: DraftUpdate | undefined, will: DraftUpdate | undefined): DraftUpdate {
  return differing(was, will, USUAL_UPDATE);
}

/** The fields that differ, with the usual value where one was taken away. */
function differing<T extends object>(
  was: T | undefined,
  will: T | undefined,
  usual: T,
): Partial<T> {
  const from = { ...usual, ...was };
  const to = { ...usual, ...will };
  return Object.fromEntries(
    Object.entries(to).filter(([key, value]) => from[key as keyof T] !== value),
  ) as Partial<T>;
}

/** Members only of the first list, and only of the second. */
function difference<T>(was: readonly T[], will: readonly T[]): [readonly T[], readonly T[]] {
  const without = (list: readonly T[], other: readonly T[]): readonly T[] =>
    list.filter((one) => !other.some((two) => isSameJson(one, two)));
  return [without(was, will), without(will, was)];
}
