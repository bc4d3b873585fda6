import { shellCommand } from '../common/shellQuote';
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
import type { ServiceDraft } from './serviceDraft';

/** `service create …`: what follows `docker` to make the service that the draft describes. */
export function serviceCreateArguments(
  draft: ServiceDraft,
  options: CommandOptions,
): readonly string[] {
  return [
    'service',
    'create',
    '--name',
    draft.name,
    ...modeFlags(draft),
    ...(draft.networks ?? []).flatMap((network) => ['--network', networkWord(network)]),
    ...(draft.ports ?? []).flatMap((port) => ['--publish', portWord(port)]),
    ...(draft.endpointMode === 'dnsrr' ? ['--endpoint-mode', 'dnsrr'] : []),
    ...containerFlags(draft, options),
    ...runFlags(draft),
    ...placementFlags(draft),
    ...restartFlags(draft.restart),
    ...updateFlags('update', draft.update),
    ...updateFlags('rollback', draft.rollback),
    ...eachFlag('label', pairs(draft.labels)),
    ...valueFlag('log-driver', draft.logDriver?.name),
    ...eachFlag('log-opt', optionWords(draft.logDriver?.options, options)),
    ...switchFlag('with-registry-auth', options.withRegistryAuth === true ? true : undefined),
    draft.image,
    ...(draft.args ?? []),
  ];
}

function modeFlags({ mode = 'replicated', replicas, maxConcurrent }: ServiceDraft): string[] {
  const isReplicated = mode === 'replicated' || mode === 'replicated-job';
  return [
    ...(mode === 'replicated' ? [] : ['--mode', mode]),
    ...(isReplicated ? valueFlag('replicas', replicas) : []),
    ...(mode === 'replicated-job' ? valueFlag('max-concurrent', maxConcurrent) : []),
  ];
}

function containerFlags(draft: ServiceDraft, options: CommandOptions): readonly string[] {
  return [
    ...eachFlag('env', environmentWords(draft.env, options)),
    ...(draft.mounts ?? []).flatMap((mount) => ['--mount', mountWord(mount, options)]),
    ...(draft.secrets ?? []).flatMap((file) => ['--secret', fileWord(file)]),
    ...(draft.configs ?? []).flatMap((file) => ['--config', fileWord(file)]),
    ...eachFlag('container-label', pairs(draft.containerLabels)),
    ...healthFlags(draft.healthcheck),
    ...eachFlag('dns', draft.dns?.servers),
    ...eachFlag('dns-search', draft.dns?.search),
    ...eachFlag('dns-option', draft.dns?.options),
    ...eachFlag('host', draft.hosts),
    ...eachFlag('cap-add', draft.capAdd),
    ...eachFlag('cap-drop', draft.capDrop),
    ...eachFlag('sysctl', pairs(draft.sysctls)),
    ...eachFlag('ulimit', draft.ulimits),
  ];
}

function runFlags(draft: ServiceDraft): readonly string[] {
  return [
    ...valueFlag('entrypoint', commandWords(draft.entrypoint)),
    ...valueFlag('workdir', draft.workdir),
    ...valueFlag('user', draft.user),
    ...eachFlag('group', draft.groups),
    ...valueFlag('hostname', draft.hostname),
    ...switchFlag('init', draft.init),
    ...switchFlag('tty', draft.tty === true ? true : undefined),
    ...switchFlag('read-only', draft.readOnly === true ? true : undefined),
    ...valueFlag('stop-signal', draft.stopSignal),
    ...valueFlag('stop-grace-period', draft.stopGracePeriod),
    ...valueFlag('oom-score-adj', draft.oomScoreAdj),
    ...valueFlag('isolation', draft.isolation),
    ...valueFlag('credential-spec', draft.credentialSpec),
    ...resourceFlags('limit', draft.limits),
    ...resourceFlags('reserve', draft.reservations),
    ...eachFlag('generic-resource', draft.reservations?.generic),
  ];
}

function placementFlags(draft: ServiceDraft): readonly string[] {
  return [
    ...eachFlag('constraint', draft.constraints),
    ...eachFlag(
      'placement-pref',
      draft.spread?.map((by) => `spread=${by}`),
    ),
    ...valueFlag('replicas-max-per-node', draft.replicasMaxPerNode),
  ];
}

/** One text that the docker CLI splits into words again; undefined for no words. */
export function commandWords(words: readonly string[] | undefined): string | undefined {
  return words === undefined || words.length === 0 ? undefined : shellCommand(words);
}
