import { definedOnly } from '../common/definedOnly';
import type {
  ContainerBody,
  FileTarget,
  HealthcheckBody,
  ModeBody,
  MountBody,
  ResourceBody,
  ServiceBody,
  TaskTemplateBody,
  UpdateBody,
} from '../docker/bodies';
import type { ImageFacts } from '../docker/engine';
import { effectiveCapabilities } from './capabilities';
import { taggedImage } from './imageName';
import type {
  DraftFile,
  DraftHealthcheck,
  DraftMount,
  DraftNames,
  DraftResources,
  DraftRestart,
  DraftUpdate,
  ServiceDraft,
} from './serviceDraft';
import { parseDuration, parseOctal, parseSize, toNanoCpus } from './units';

/** What the docker CLI fills in once one field of an update or rollback policy is given. */
export const USUAL_UPDATE: UpdateBody = {
  Parallelism: 1,
  Delay: 0,
  FailureAction: 'pause',
  Monitor: 5_000_000_000,
  MaxFailureRatio: 0,
  Order: 'stop-first',
};

/** What the docker CLI fills in once one field of the restart policy is given. */
export const USUAL_RESTART: NonNullable<TaskTemplateBody['RestartPolicy']> = {
  Condition: 'any',
  Delay: 5_000_000_000,
  MaxAttempts: 0,
};

/** Nanoseconds that a container gets to stop when nothing else is asked for. */
export const USUAL_GRACE = 10_000_000_000;

/** Mode of a secret's or config's file when none is given. */
export const USUAL_FILE_MODE = 0o444;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Ids by name of what a swarm has; of two objects of one name the first counts. */
export function namesOf(lists: {
  readonly networks?: Iterable<Named>;
  readonly secrets?: Iterable<Named>;
  readonly configs?: Iterable<Named>;
}): DraftNames {
  return {
    networks: idsByName(lists.networks),
    secrets: idsByName(lists.secrets),
    configs: idsByName(lists.configs),
  };
}

function idsByName(objects: Iterable<Named> = []): ReadonlyMap<string, string> {
  return new Map([...objects].toReversed().map(({ id, name }) => [name, id]));
}

/**
 * The body that `docker service create` sends for the same wishes (Engine API 1.41+). The draft must
 * have passed `parseServiceDraft` and `checkService`; a network without a known id is sent by name.
 */
export function toServiceBody(draft: ServiceDraft, names: DraftNames): ServiceBody {
  return {
    Name: draft.name,
    Labels: { ...draft.labels },
    TaskTemplate: toTaskTemplate(draft, names),
    Mode: toMode(draft),
    ...definedOnly({
      UpdateConfig: toUpdate(draft.update),
      RollbackConfig: toUpdate(draft.rollback),
    }),
    EndpointSpec: {
      Mode: draft.endpointMode ?? 'vip',
      ...definedOnly({
        Ports: list(draft.ports)?.map((port) =>
          definedOnly({
            Protocol: port.protocol ?? 'tcp',
            TargetPort: port.target,
            PublishedPort: port.published,
            PublishMode: port.mode ?? 'ingress',
          }),
        ),
      }),
    },
  };
}

function toTaskTemplate(draft: ServiceDraft, names: DraftNames): TaskTemplateBody {
  return {
    ContainerSpec: toContainer(draft, names),
    Resources: {
      Limits: toResources(draft.limits),
      Reservations: toResources(draft.reservations),
    },
    Placement: definedOnly({
      Constraints: list(draft.constraints),
      Preferences: list(draft.spread)?.map((by) => ({ Spread: { SpreadDescriptor: by } })),
      MaxReplicas: draft.replicasMaxPerNode,
    }),
    ...definedOnly({
      RestartPolicy: toRestart(draft.restart),
      Networks: toNetworks(draft, names),
      LogDriver:
        draft.logDriver === undefined
          ? undefined
          : { Name: draft.logDriver.name, Options: { ...draft.logDriver.options } },
    }),
  };
}

/** By id, as the docker CLI sorts them. */
function toNetworks(draft: ServiceDraft, names: DraftNames): TaskTemplateBody['Networks'] {
  return list(draft.networks)
    ?.map(({ name, aliases, driverOpts }) => ({
      Target: names.networks.get(name) ?? name,
      ...definedOnly({ Aliases: list(aliases), DriverOpts: driverOpts }),
    }))
    .toSorted((left, right) => (left.Target < right.Target ? -1 : 1));
}

function toContainer(draft: ServiceDraft, names: DraftNames): ContainerBody {
  const capabilities = effectiveCapabilities(draft.capAdd ?? [], draft.capDrop ?? []);
  return {
    Image: taggedImage(draft.image),
    // Always said, as the docker CLI does.
    Init: draft.init ?? false,
    Labels: { ...draft.containerLabels },
    Isolation: draft.isolation ?? 'default',
    DNSConfig: definedOnly({
      Nameservers: list(draft.dns?.servers),
      Search: list(draft.dns?.search),
      Options: list(draft.dns?.options),
    }),
    ...definedOnly({
      Command: list(draft.entrypoint),
      Args: list(draft.args),
      Env: list(Object.entries(draft.env ?? {}).map(toEnvironment)),
      Hostname: draft.hostname,
      Dir: draft.workdir,
      User: draft.user,
      Groups: list(draft.groups),
      StopSignal: draft.stopSignal,
      TTY: draft.tty,
      ReadOnly: draft.readOnly,
      StopGracePeriod: duration(draft.stopGracePeriod),
      Mounts: list(draft.mounts)?.map(toMount),
      Healthcheck: toHealthcheck(draft.healthcheck),
      Hosts: list(draft.hosts)?.map(toHost),
      Secrets: list(draft.secrets)?.map((file) => ({
        SecretID: names.secrets.get(file.source) ?? '',
        SecretName: file.source,
        File: toFile(file),
      })),
      Configs: toConfigs(draft, names),
      Sysctls: draft.sysctls,
      CapabilityAdd: list(capabilities.add),
      CapabilityDrop: list(capabilities.drop),
      Ulimits: list(draft.ulimits)?.map(toUlimit),
      OomScoreAdj: draft.oomScoreAdj,
      Privileges: toPrivileges(draft.credentialSpec, names),
    }),
  };
}

/** `NAME=value`, or `NAME` alone, which takes the variable of the image away. */
export function toEnvironment([name, value]: readonly [string, string | null]): string {
  return value === null ? name : `${name}=${value}`;
}

function toMode({ mode = 'replicated', replicas, maxConcurrent }: ServiceDraft): ModeBody {
  switch (mode) {
    case 'global':
      return { Global: {} };
    case 'global-job':
      return { GlobalJob: {} };
    case 'replicated-job':
      return {
        ReplicatedJob: definedOnly({
          MaxConcurrent: maxConcurrent ?? replicas,
          TotalCompletions: replicas,
        }),
      };
    case 'replicated':
      return { Replicated: definedOnly({ Replicas: replicas }) };
  }
}

function toMount(mount: DraftMount): MountBody {
  const { bind, volume, tmpfs } = mount;
  return definedOnly({
    Type: mount.type,
    Source: mount.source,
    Target: mount.target,
    ReadOnly: mount.readOnly,
    BindOptions:
      bind === undefined
        ? undefined
        : definedOnly({ Propagation: bind.propagation, NonRecursive: bind.nonRecursive }),
    VolumeOptions:
      volume === undefined
        ? undefined
        : {
            Labels: { ...volume.labels },
            DriverConfig: definedOnly({ Name: volume.driver, Options: volume.driverOpts }),
            ...definedOnly({ NoCopy: volume.nocopy, Subpath: volume.subpath }),
          },
    TmpfsOptions:
      tmpfs === undefined
        ? undefined
        : definedOnly({
            SizeBytes: tmpfs.size === undefined ? undefined : parseSize(tmpfs.size),
            Mode: tmpfs.mode === undefined ? undefined : parseOctal(tmpfs.mode),
          }),
  });
}

function toFile(file: DraftFile): Required<FileTarget> {
  return {
    Name: file.target ?? file.source,
    UID: file.uid ?? '0',
    GID: file.gid ?? '0',
    Mode: (file.mode === undefined ? undefined : parseOctal(file.mode)) ?? USUAL_FILE_MODE,
  };
}

/** The configs that appear as files, and the one that is a credential spec. */
function toConfigs(draft: ServiceDraft, names: DraftNames): ContainerBody['Configs'] {
  const credentials = configOfCredentials(draft.credentialSpec);
  return list([
    ...(draft.configs ?? []).map((file) => ({
      ConfigID: names.configs.get(file.source) ?? '',
      ConfigName: file.source,
      File: toFile(file),
    })),
    ...(credentials === undefined
      ? []
      : [
          {
            ConfigID: names.configs.get(credentials) ?? '',
            ConfigName: credentials,
            Runtime: {},
          },
        ]),
  ]);
}

/** Name of the config in `config://NAME`. */
export function configOfCredentials(credentialSpec: string | undefined): string | undefined {
  return credentialSpec?.startsWith('config://') ? credentialSpec.slice(9) : undefined;
}

function toPrivileges(spec: string | undefined, names: DraftNames): object | undefined {
  const [, kind, value = ''] = /^(file|registry|config):\/\/(.*)$/s.exec(spec ?? '') ?? [];
  switch (kind) {
    case 'file':
      return { CredentialSpec: { File: value }, SELinuxContext: null };
    case 'registry':
      return { CredentialSpec: { Registry: value }, SELinuxContext: null };
    case 'config':
      return {
        CredentialSpec: { Config: names.configs.get(value) ?? '' },
        SELinuxContext: null,
      };
    default:
      return undefined;
  }
}

function toHealthcheck(check: DraftHealthcheck | undefined): HealthcheckBody | undefined {
  if (check === undefined) {
    return undefined;
  }
  if (check.disable === true) {
    return { Test: ['NONE'] };
  }
  return definedOnly({
    Test:
      check.exec !== undefined
        ? ['CMD', ...check.exec]
        : check.command === undefined
          ? undefined
          : ['CMD-SHELL', check.command],
    Interval: duration(check.interval),
    Timeout: duration(check.timeout),
    Retries: check.retries,
    StartPeriod: duration(check.startPeriod),
    StartInterval: duration(check.startInterval),
  });
}

function toResources(resources: DraftResources | undefined): ResourceBody {
  const { cpus, memory, pids, generic } = resources ?? {};
  return definedOnly({
    NanoCPUs: cpus === undefined ? undefined : toNanoCpus(cpus),
    MemoryBytes: memory === undefined ? undefined : parseSize(memory),
    Pids: pids,
    GenericResources: list(generic)?.map((resource) => {
      const [Kind = '', value] = splitOnce(resource, '=');
      return { DiscreteResourceSpec: { Kind, Value: Number(value) } };
    }),
  });
}

function toRestart(restart: DraftRestart | undefined): TaskTemplateBody['RestartPolicy'] {
  const given = definedOnly({
    Condition: restart?.condition,
    Delay: duration(restart?.delay),
    MaxAttempts: restart?.maxAttempts,
    Window: duration(restart?.window),
  });
  return Object.keys(given).length === 0 ? undefined : { ...USUAL_RESTART, ...given };
}

function toUpdate(update: DraftUpdate | undefined): UpdateBody | undefined {
  const given = definedOnly({
    Parallelism: update?.parallelism,
    Delay: duration(update?.delay),
    FailureAction: update?.failureAction,
    Monitor: duration(update?.monitor),
    MaxFailureRatio: update?.maxFailureRatio,
    Order: update?.order,
  });
  return Object.keys(given).length === 0 ? undefined : { ...USUAL_UPDATE, ...given };
}

/** `IP name` of `name:IP`. */
function toHost(host: string): string {
  const [name, address = ''] = splitOnce(host, ':');
  return `${address} ${name}`;
}

/** `nofile=1024:2048`, or one number for both. */
function toUlimit(ulimit: string): { Name: string; Soft: number; Hard: number } {
  const [Name, limits = ''] = splitOnce(ulimit, '=');
  const [soft, hard = soft] = splitOnce(limits, ':');
  return { Name, Soft: Number(soft), Hard: Number(hard) };
}

/**
 * Pins the image and says on which platforms it runs, as the docker CLI does: tasks on all nodes then
 * run the same image, and only where it can run. An image that has a digest is left alone.
 */
export function pinImage(body: ServiceBody, facts: ImageFacts): ServiceBody {
  const container = body.TaskTemplate?.ContainerSpec;
  const image = container?.Image ?? '';
  if (image === '') {
    return body;
  }
  return {
    ...body,
    TaskTemplate: {
      ...body.TaskTemplate,
      ContainerSpec: {
        ...container,
        Image: image.includes('@') ? image : `${taggedImage(image)}@${facts.digest}`,
      },
      Placement: {
        ...body.TaskTemplate?.Placement,
        Platforms: facts.platforms.map(({ os, architecture }) => ({
          // As the docker CLI: a registry that cannot tell must not exclude nodes.
          ...(architecture === '' ? {} : { Architecture: architecture }),
          OS: os,
        })),
      },
    },
  };
}

function duration(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

/** Undefined for an empty list, which the engine does not keep. */
function list<T>(members: readonly T[] | undefined): readonly T[] | undefined {
  return members === undefined || members.length === 0 ? undefined : members;
}

/** What stands before the first `sign`, and what after it. */
export function splitOnce(text: string, sign: string): readonly [string, string?] {
  const at = text.indexOf(sign);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + sign.length)];
}
