import { definedOnly } from '../common/definedOnly';
import type {
  ContainerBody,
  FileTarget,
  HealthcheckBody,
  ModeBody,
  MountBody,
  PortBody,
  ResourceBody,
  ServiceBody,
  TaskTemplateBody,
  UpdateBody,
} from '../docker/bodies';
import {
  splitOnce,
  USUAL_FILE_MODE,
  USUAL_GRACE,
  USUAL_RESTART,
  USUAL_UPDATE,
} from './buildServiceBody';
import type {
  DraftFile,
  DraftHealthcheck,
  DraftMount,
  DraftNames,
  DraftNetwork,
  DraftPort,
  DraftResources,
  DraftRestart,
  DraftUpdate,
  ServiceDraft,
} from './serviceDraft';
import { formatDuration, formatOctal, formatSize, fromNanoCpus } from './units';

/**
 * A service's spec as people write it: ids become names, and what is as usual is left out. What a
 * draft has no word for is not in it; `applyDraft` keeps that.
 */
export function fromServiceBody(body: ServiceBody, names: DraftNames): ServiceDraft {
  const template = body.TaskTemplate ?? {};
  const container = template.ContainerSpec ?? {};
  const endpoint = body.EndpointSpec ?? {};
  return definedOnly({
    name: body.Name,
    image: container.Image ?? '',
    ...fromMode(body.Mode ?? {}),
    ports: filled(endpoint.Ports)?.map(fromPort),
    networks: fromNetworks(body, names),
    endpointMode: wordOf(['dnsrr'], endpoint.Mode),
    ...fromContainer(container, names),
    limits: fromResources(template.Resources?.Limits),
    reservations: fromResources(template.Resources?.Reservations),
    constraints: filled(template.Placement?.Constraints),
    spread: filled(
      (template.Placement?.Preferences ?? []).flatMap(({ Spread: by }) =>
        by?.SpreadDescriptor === undefined ? [] : [by.SpreadDescriptor],
      ),
    ),
    replicasMaxPerNode: unless(template.Placement?.MaxReplicas, 0),
    restart: fromRestart(template.RestartPolicy),
    update: fromUpdate(body.UpdateConfig),
    rollback: fromUpdate(body.RollbackConfig),
    labels: filledMap(body.Labels),
    logDriver:
      (template.LogDriver?.Name ?? '') === ''
        ? undefined
        : definedOnly({
            name: template.LogDriver?.Name ?? '',
            options: filledMap(template.LogDriver?.Options),
          }),
  });
}

function fromContainer(container: ContainerBody, names: DraftNames) {
  return {
    env: fromEnvironment(container.Env),
    entrypoint: filled(container.Command),
    args: filled(container.Args),
    workdir: unless(container.Dir, ''),
    user: unless(container.User, ''),
    groups: filled(container.Groups),
    hostname: unless(container.Hostname, ''),
    init: unless(container.Init, false),
    tty: unless(container.TTY, false),
    readOnly: unless(container.ReadOnly, false),
    stopSignal: unless(container.StopSignal, ''),
    stopGracePeriod: fromDuration(container.StopGracePeriod, USUAL_GRACE),
    mounts: filled(container.Mounts)?.map(fromMount),
    secrets: filled(
      (container.Secrets ?? []).flatMap((secret) =>
        secret.File === undefined
          ? []
          : [fromFile(nameOf(names.secrets, secret.SecretID, secret.SecretName), secret.File)],
      ),
    ),
    configs: filled(
      (container.Configs ?? []).flatMap((config) =>
        config.File === undefined
          ? []
          : [fromFile(nameOf(names.configs, config.ConfigID, config.ConfigName), config.File)],
      ),
    ),
    healthcheck: fromHealthcheck(container.Healthcheck),
    containerLabels: filledMap(container.Labels),
    dns: filledMap(
      definedOnly({
        servers: filled(container.DNSConfig?.Nameservers),
        search: filled(container.DNSConfig?.Search),
        options: filled(container.DNSConfig?.Options),
      }),
    ),
    hosts: filled((container.Hosts ?? []).flatMap(fromHost)),
    capAdd: filled(container.CapabilityAdd),
    capDrop: filled(container.CapabilityDrop),
    sysctls: filledMap(container.Sysctls),
    ulimits: filled(container.Ulimits)?.map(({ Name: name, Soft: soft, Hard: hard }) =>
      soft === hard ? `${name}=${soft}` : `${name}=${soft}:${hard}`,
    ),
    oomScoreAdj: unless(container.OomScoreAdj, 0),
    isolation: wordOf(['process', 'hyperv'], container.Isolation),
    credentialSpec: fromPrivileges(container.Privileges, names),
  };
}

function fromMode(mode: ModeBody): Pick<ServiceDraft, 'mode' | 'replicas' | 'maxConcurrent'> {
  if (mode.Global !== undefined) {
    return { mode: 'global' };
  }
  if (mode.GlobalJob !== undefined) {
    return { mode: 'global-job' };
  }
  if (mode.ReplicatedJob !== undefined) {
    const { MaxConcurrent: atOnce, TotalCompletions: total } = mode.ReplicatedJob;
    return {
      mode: 'replicated-job',
      ...definedOnly({ replicas: total, maxConcurrent: atOnce === total ? undefined : atOnce }),
    };
  }
  return definedOnly({ replicas: mode.Replicated?.Replicas });
}

function fromPort(port: PortBody): DraftPort {
  return definedOnly({
    target: port.TargetPort ?? 0,
    published: unless(port.PublishedPort, 0),
    protocol: wordOf(['udp', 'sctp'], port.Protocol),
    mode: wordOf(['host'], port.PublishMode),
  });
}

function fromNetworks(body: ServiceBody, names: DraftNames): readonly DraftNetwork[] | undefined {
  return filled(attachmentsOf(body))?.map(({ Target, Aliases, DriverOpts }) =>
    definedOnly({
      name: nameOf(names.networks, Target, Target),
      aliases: filled(Aliases),
      driverOpts: filledMap(DriverOpts),
    }),
  );
}

/** The networks of a service; specs older than API 1.25 have them beside the task template. */
export function attachmentsOf(body: ServiceBody): NonNullable<TaskTemplateBody['Networks']> {
  return filled(body.TaskTemplate?.Networks) ?? body.Networks ?? [];
}

function fromEnvironment(
  lines: readonly string[] | undefined,
): Record<string, string | null> | undefined {
  const entries = (lines ?? []).map((line): [string, string | null] => {
    const [name, value = null] = splitOnce(line, '=');
    return [name, value];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function fromMount(mount: MountBody): DraftMount {
  const { BindOptions: bind, VolumeOptions: volume, TmpfsOptions: tmpfs } = mount;
  return definedOnly({
    type: wordOf(['bind', 'volume', 'tmpfs', 'npipe'], mount.Type) ?? 'volume',
    source: unless(mount.Source, ''),
    target: mount.Target ?? '',
    readOnly: unless(mount.ReadOnly, false),
    bind: filledMap(
      definedOnly({
        propagation: unless(bind?.Propagation, ''),
        nonRecursive: unless(bind?.NonRecursive, false),
      }),
    ),
    volume: filledMap(
      definedOnly({
        nocopy: unless(volume?.NoCopy, false),
        subpath: unless(volume?.Subpath, ''),
        driver: unless(volume?.DriverConfig?.Name, ''),
        driverOpts: filledMap(volume?.DriverConfig?.Options),
        labels: filledMap(volume?.Labels),
      }),
    ),
    tmpfs: filledMap(
      definedOnly({
        size: whenSet(unless(tmpfs?.SizeBytes, 0), formatSize),
        mode: whenSet(unless(tmpfs?.Mode, 0), formatOctal),
      }),
    ),
  });
}

function fromFile(source: string, file: FileTarget): DraftFile {
  return definedOnly({
    source,
    target: unless(unless(file.Name, source), ''),
    uid: unless(unless(file.UID, '0'), ''),
    gid: unless(unless(file.GID, '0'), ''),
    mode: whenSet(unless(file.Mode, USUAL_FILE_MODE), formatOctal),
  });
}

function fromHealthcheck(check: HealthcheckBody | undefined): DraftHealthcheck | undefined {
  if (check === undefined || check === null) {
    return undefined;
  }
  const [kind, ...words] = check.Test ?? [];
  if (kind === 'NONE') {
    return { disable: true };
  }
  return filledMap(
    definedOnly({
      command: kind === 'CMD-SHELL' ? words[0] : undefined,
      exec: kind === 'CMD' ? words : undefined,
      interval: fromDuration(check.Interval, 0),
      timeout: fromDuration(check.Timeout, 0),
      retries: unless(check.Retries, 0),
      startPeriod: fromDuration(check.StartPeriod, 0),
      startInterval: fromDuration(check.StartInterval, 0),
    }),
  );
}

function fromResources(resources: ResourceBody | undefined): DraftResources | undefined {
  return filledMap(
    definedOnly({
      cpus: whenSet(unless(resources?.NanoCPUs, 0), fromNanoCpus),
      memory: whenSet(unless(resources?.MemoryBytes, 0), formatSize),
      pids: unless(resources?.Pids, 0),
      generic: filled(
        (resources?.GenericResources ?? []).flatMap(({ DiscreteResourceSpec: amount }) =>
          amount === undefined || amount === null ? [] : [`${amount.Kind}=${amount.Value}`],
        ),
      ),
    }),
  );
}

function fromRestart(policy: TaskTemplateBody['RestartPolicy']): DraftRestart | undefined {
  return filledMap(
    definedOnly({
      condition: wordOf(['none', 'on-failure'], policy?.Condition),
      delay: fromDuration(policy?.Delay, USUAL_RESTART.Delay),
      maxAttempts: unless(policy?.MaxAttempts, 0),
      window: fromDuration(policy?.Window, 0),
    }),
  );
}

function fromUpdate(config: UpdateBody | undefined): DraftUpdate | undefined {
  if (config === undefined || config === null) {
    return undefined;
  }
  return filledMap(
    definedOnly({
      parallelism: unless(config.Parallelism ?? 0, USUAL_UPDATE.Parallelism),
      delay: fromDuration(config.Delay, 0),
      failureAction: wordOf(['continue', 'rollback'], config.FailureAction),
      monitor: fromDuration(unless(config.Monitor, 0), USUAL_UPDATE.Monitor),
      maxFailureRatio: unless(config.MaxFailureRatio, 0),
      order: wordOf(['start-first'], config.Order),
    }),
  );
}

/** `name:IP` for each name of an `IP name [name…]` line. */
function fromHost(line: string): readonly string[] {
  const [address = '', ...hosts] = line.split(/\s+/);
  return hosts.map((host) => `${host}:${address}`);
}

function fromPrivileges(privileges: object | undefined, names: DraftNames): string | undefined {
  const spec: unknown =
    privileges !== undefined && privileges !== null && 'CredentialSpec' in privileges
      ? privileges.CredentialSpec
      : undefined;
  if (typeof spec !== 'object' || spec === null) {
    return undefined;
  }
  const of = (key: string): string => {
    const value: unknown = Object.entries(spec).find(([name]) => name === key)?.[1];
    return typeof value === 'string' ? value : '';
  };
  const config = of('Config');
  if (config !== '') {
    return `config://${nameOf(names.configs, config, config)}`;
  }
  return of('File') !== ''
    ? `file://${of('File')}`
    : of('Registry') !== ''
      ? `registry://${of('Registry')}`
      : undefined;
}

/** The name that the swarm has for an id, else what the spec itself says. */
function nameOf(ids: ReadonlyMap<string, string>, id: string, otherwise: string): string {
  for (const [name, known] of ids) {
    if (known === id) {
      return name;
    }
  }
  return otherwise;
}

/** The word when it is one of these; whatever else stands there is as usual or not for drafts. */
function wordOf<const Words extends readonly string[]>(
  words: Words,
  written: string | undefined,
): Words[number] | undefined {
  return words.find((word) => word === written);
}

function fromDuration(nanoseconds: number | undefined, usual: number | undefined) {
  return whenSet(unless(nanoseconds, usual), formatDuration);
}

function whenSet<T, U>(value: T | undefined, make: (value: T) => U): U | undefined {
  return value === undefined ? undefined : make(value);
}

/** Undefined for the usual value and for none at all (engines also write null). */
function unless<T>(value: T | null | undefined, usual: T | undefined): T | undefined {
  return value === null || value === usual ? undefined : value;
}

function filled<T>(members: readonly T[] | null | undefined): readonly T[] | undefined {
  return members === undefined || members === null || members.length === 0 ? undefined : members;
}

function filledMap<T extends object>(members: T | null | undefined): T | undefined {
  return members === undefined || members === null || Object.keys(members).length === 0
    ? undefined
    : members;
}
