import { shellCommand } from '../common/shellQuote';
import { MASK } from './environment';
import type {
  DraftFile,
  DraftHealthcheck,
  DraftMount,
  DraftNetwork,
  DraftPort,
  DraftResources,
  DraftRestart,
  DraftUpdate,
} from './serviceDraft';
import { formatCpus, formatOctal, parseOctal } from './units';

/** How a docker command is written. */
export interface CommandOptions {
  /** False masks what may be secret: values of variables, options of volume and log drivers. */
  readonly withValues: boolean;
  /** The tasks pull with the credentials of the person who runs the command. */
  readonly withRegistryAuth?: boolean;
}

type TextMap = Readonly<Record<string, string>>;

/** `--name value` for a value that is there. */
export function valueFlag(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [`--${name}`, String(value)];
}

/** `--name value` for each value. */
export function eachFlag(name: string, values: readonly string[] | undefined): readonly string[] {
  return (values ?? []).flatMap((value) => [`--${name}`, value]);
}

/** `--name` or `--name=false`; nothing when undefined. */
export function switchFlag(name: string, on: boolean | undefined): readonly string[] {
  return on === undefined ? [] : [on ? `--${name}` : `--${name}=false`];
}

/** `key=value` lines of a map. */
export function pairs(map: TextMap | undefined): readonly string[] {
  return Object.entries(map ?? {}).map(([name, value]) => `${name}=${value}`);
}

/** `NAME=value` lines, masked unless asked; a variable without a value is its name. */
export function environmentWords(
  env: Readonly<Record<string, string | null>> | undefined,
  { withValues }: CommandOptions,
): readonly string[] {
  return Object.entries(env ?? {}).map(([name, value]) =>
    value === null ? name : `${name}=${withValues ? value : MASK}`,
  );
}

/** Options of a driver, masked unless asked: passwords of network volumes and tokens stand there. */
export function optionWords(
  options: TextMap | undefined,
  { withValues }: CommandOptions,
): readonly string[] {
  return Object.entries(options ?? {}).map(
    ([name, value]) => `${name}=${withValues ? value : MASK}`,
  );
}

/** One record of comma separated fields as Go's `encoding/csv` reads it. */
function fields(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .map((part) => (/[",\r\n]|^\s/.test(part) ? `"${part.replaceAll('"', '""')}"` : part))
    .join(',');
}

function field(name: string, value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : `${name}=${value}`;
}

function each(name: string, values: readonly string[] | undefined): readonly string[] {
  return (values ?? []).map((value) => `${name}=${value}`);
}

/** Value of `--network`. */
export function networkWord({ name, aliases, driverOpts }: DraftNetwork): string {
  return aliases === undefined && driverOpts === undefined
    ? name
    : fields(
        field('name', name),
        ...each('alias', aliases),
        ...each('driver-opt', pairs(driverOpts)),
      );
}

/** Value of `--publish`; the long form. */
export function portWord({ target, published, protocol, mode }: DraftPort): string {
  return fields(
    field('published', published),
    field('target', target),
    field('protocol', protocol === 'tcp' ? undefined : protocol),
    field('mode', mode === 'ingress' ? undefined : mode),
  );
}

/** Value of `--mount`. */
export function mountWord(mount: DraftMount, options: CommandOptions): string {
  const { bind, volume, tmpfs } = mount;
  return fields(
    field('type', mount.type),
    field('source', mount.source),
    field('target', mount.target),
    mount.readOnly === true ? 'readonly' : undefined,
    field('bind-propagation', bind?.propagation),
    bind?.nonRecursive === true ? 'bind-nonrecursive=true' : undefined,
    volume?.nocopy === true ? 'volume-nocopy=true' : undefined,
    field('volume-subpath', volume?.subpath),
    field('volume-driver', volume?.driver),
    ...each('volume-opt', optionWords(volume?.driverOpts, options)),
    ...each('volume-label', pairs(volume?.labels)),
    field('tmpfs-size', tmpfs?.size),
    field('tmpfs-mode', tmpfs?.mode),
  );
}

/** Value of `--secret` or `--config`. */
export function fileWord({ source, target, uid, gid, mode }: DraftFile): string {
  const number = mode === undefined ? undefined : parseOctal(mode);
  return fields(
    field('source', source),
    field('target', target),
    field('uid', uid),
    field('gid', gid),
    field('mode', number === undefined ? undefined : formatOctal(number)),
  );
}

/** `--health-*` of a check. */
export function healthFlags(check: DraftHealthcheck | undefined): readonly string[] {
  if (check?.disable === true) {
    return ['--no-healthcheck'];
  }
  return [
    ...valueFlag(
      'health-cmd',
      check?.exec === undefined ? check?.command : shellCommand(check.exec),
    ),
    ...valueFlag('health-interval', check?.interval),
    ...valueFlag('health-timeout', check?.timeout),
    ...valueFlag('health-retries', check?.retries),
    ...valueFlag('health-start-period', check?.startPeriod),
    ...valueFlag('health-start-interval', check?.startInterval),
  ];
}

/** `--limit-*` or `--reserve-*` but for generic resources. */
export function resourceFlags(
  prefix: 'limit' | 'reserve',
  resources: DraftResources | undefined,
): readonly string[] {
  const cpus = resources?.cpus;
  return [
    ...valueFlag(`${prefix}-cpu`, cpus === undefined ? undefined : formatCpus(cpus)),
    ...valueFlag(`${prefix}-memory`, resources?.memory),
    ...valueFlag(`${prefix}-pids`, resources?.pids),
  ];
}

/** `--restart-*`. */
export function restartFlags(restart: DraftRestart | undefined): readonly string[] {
  return [
    ...valueFlag('restart-condition', restart?.condition),
    ...valueFlag('restart-delay', restart?.delay),
    ...valueFlag('restart-max-attempts', restart?.maxAttempts),
    ...valueFlag('restart-window', restart?.window),
  ];
}

/** `--update-*` or `--rollback-*`. */
export function updateFlags(
  prefix: 'update' | 'rollback',
  update: DraftUpdate | undefined,
): readonly string[] {
  return [
    ...valueFlag(`${prefix}-parallelism`, update?.parallelism),
    ...valueFlag(`${prefix}-delay`, update?.delay),
    ...valueFlag(`${prefix}-failure-action`, update?.failureAction),
    ...valueFlag(`${prefix}-monitor`, update?.monitor),
    ...valueFlag(`${prefix}-max-failure-ratio`, update?.maxFailureRatio),
    ...valueFlag(`${prefix}-order`, update?.order),
  ];
}
