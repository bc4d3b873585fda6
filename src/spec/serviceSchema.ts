import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { nearestWord } from './nearestWord';
import { pathText } from './pathText';
import type { DraftProblem, ServiceDraft } from './serviceDraft';
import { parseDuration, parseOctal, parseSize } from './units';

const text = v.string(() => l10n.t('write text here; put numbers and true or false in quotes'));
const words = v.array(text, () => l10n.t('write a list of texts'));
const flag = v.boolean(() => l10n.t('write true or false'));
const textMap = mapOf(text, () => l10n.t('write names with values, such as "name: value"'));
const duration = v.pipe(
  v.string(() => durationHelp()),
  v.check(
    (written) => parseDuration(written) !== undefined,
    () => durationHelp(),
  ),
);
const size = v.pipe(
  v.string(() => sizeHelp()),
  v.check(
    (written) => parseSize(written) !== undefined,
    () => sizeHelp(),
  ),
);
const octal = v.pipe(
  v.string(() => octalHelp()),
  v.check(
    (written) => parseOctal(written) !== undefined,
    () => octalHelp(),
  ),
);
const count = v.pipe(
  v.number(() => countHelp()),
  v.integer(() => countHelp()),
  v.minValue(0, () => countHelp()),
  v.maxValue(Number.MAX_SAFE_INTEGER, () => countHelp()),
);
const port = v.pipe(
  v.number(() => portHelp()),
  v.integer(() => portHelp()),
  v.minValue(1, () => portHelp()),
  v.maxValue(65_535, () => portHelp()),
);

function durationHelp(): string {
  return l10n.t('write a duration of at most 104 days, such as 10s, 1m30s or 500ms');
}

function sizeHelp(): string {
  return l10n.t('write a size such as 64M or 1G');
}

function octalHelp(): string {
  return l10n.t('write a file mode in octal and in quotes, such as "0444"');
}

function countHelp(): string {
  return l10n.t('write a whole number, 0 or more');
}

function portHelp(): string {
  return l10n.t('write a port, a whole number from 1 to 65535');
}

/** Valibot takes a list for a record with numbers as keys. */
function mapOf<const Schema extends v.GenericSchema>(value: Schema, help: () => string) {
  return v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(
      (map) => typeof map === 'object' && map !== null && !Array.isArray(map),
      help,
    ),
    v.record(v.string(), value),
  );
}

function oneOf<const Words extends readonly string[]>(allowed: Words) {
  return v.picklist(allowed, () => l10n.t('write one of: {0}', allowed.join(', ')));
}

function listOf<const Schema extends v.GenericSchema>(item: Schema) {
  return v.array(item, () => l10n.t('write a list'));
}

function group<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.strictObject(entries, () => l10n.t('write the fields below it, one a line'));
}

const portSchema = group({
  target: port,
  published: v.exactOptional(port),
  protocol: v.exactOptional(oneOf(['tcp', 'udp', 'sctp'])),
  mode: v.exactOptional(oneOf(['ingress', 'host'])),
});

const networkSchema = group({
  name: text,
  aliases: v.exactOptional(words),
  driverOpts: v.exactOptional(textMap),
});

const mountSchema = group({
  type: oneOf(['bind', 'volume', 'tmpfs', 'npipe']),
  source: v.exactOptional(text),
  target: text,
  readOnly: v.exactOptional(flag),
  bind: v.exactOptional(
    group({ propagation: v.exactOptional(text), nonRecursive: v.exactOptional(flag) }),
  ),
  volume: v.exactOptional(
    group({
      nocopy: v.exactOptional(flag),
      subpath: v.exactOptional(text),
      driver: v.exactOptional(text),
      driverOpts: v.exactOptional(textMap),
      labels: v.exactOptional(textMap),
    }),
  ),
  tmpfs: v.exactOptional(group({ size: v.exactOptional(size), mode: v.exactOptional(octal) })),
});

const fileSchema = group({
  source: text,
  target: v.exactOptional(text),
  uid: v.exactOptional(text),
  gid: v.exactOptional(text),
  mode: v.exactOptional(octal),
});

const healthcheckSchema = group({
  command: v.exactOptional(text),
  exec: v.exactOptional(words),
  interval: v.exactOptional(duration),
  timeout: v.exactOptional(duration),
  retries: v.exactOptional(count),
  startPeriod: v.exactOptional(duration),
  startInterval: v.exactOptional(duration),
  disable: v.exactOptional(flag),
});

const cpus = v.pipe(
  v.number(() => l10n.t('write a number of CPUs, such as 0.5')),
  v.minValue(0, () => l10n.t('write a number of CPUs, such as 0.5')),
  v.maxValue(1_000_000, () => l10n.t('write a number of CPUs, such as 0.5')),
);

const resourcesSchema = group({
  cpus: v.exactOptional(cpus),
  memory: v.exactOptional(size),
  pids: v.exactOptional(count),
  generic: v.exactOptional(words),
});

const restartSchema = group({
  condition: v.exactOptional(oneOf(['none', 'on-failure', 'any'])),
  delay: v.exactOptional(duration),
  maxAttempts: v.exactOptional(count),
  window: v.exactOptional(duration),
});

const ratio = v.pipe(
  v.number(() => l10n.t('write a number from 0 to 1, such as 0.2')),
  v.minValue(0, () => l10n.t('write a number from 0 to 1, such as 0.2')),
  v.maxValue(1, () => l10n.t('write a number from 0 to 1, such as 0.2')),
);

const updateSchema = group({
  parallelism: v.exactOptional(count),
  delay: v.exactOptional(duration),
  failureAction: v.exactOptional(oneOf(['pause', 'continue', 'rollback'])),
  monitor: v.exactOptional(duration),
  maxFailureRatio: v.exactOptional(ratio),
  order: v.exactOptional(oneOf(['stop-first', 'start-first'])),
});

const integer = v.pipe(
  v.number(() => l10n.t('write a whole number')),
  v.integer(() => l10n.t('write a whole number')),
);

/** Every field of a draft; unknown ones are refused. */
export const serviceDraftSchema = group({
  name: text,
  image: text,
  mode: v.exactOptional(oneOf(['replicated', 'global', 'replicated-job', 'global-job'])),
  replicas: v.exactOptional(count),
  maxConcurrent: v.exactOptional(count),
  ports: v.exactOptional(listOf(portSchema)),
  networks: v.exactOptional(listOf(networkSchema)),
  endpointMode: v.exactOptional(oneOf(['vip', 'dnsrr'])),
  env: v.exactOptional(
    mapOf(v.nullable(text), () => l10n.t('write names with values, such as "NAME: value"')),
  ),
  entrypoint: v.exactOptional(words),
  args: v.exactOptional(words),
  workdir: v.exactOptional(text),
  user: v.exactOptional(text),
  groups: v.exactOptional(words),
  hostname: v.exactOptional(text),
  init: v.exactOptional(flag),
  tty: v.exactOptional(flag),
  readOnly: v.exactOptional(flag),
  stopSignal: v.exactOptional(text),
  stopGracePeriod: v.exactOptional(duration),
  mounts: v.exactOptional(listOf(mountSchema)),
  secrets: v.exactOptional(listOf(fileSchema)),
  configs: v.exactOptional(listOf(fileSchema)),
  healthcheck: v.exactOptional(healthcheckSchema),
  limits: v.exactOptional(resourcesSchema),
  reservations: v.exactOptional(resourcesSchema),
  constraints: v.exactOptional(words),
  spread: v.exactOptional(words),
  replicasMaxPerNode: v.exactOptional(count),
  restart: v.exactOptional(restartSchema),
  update: v.exactOptional(updateSchema),
  rollback: v.exactOptional(updateSchema),
  labels: v.exactOptional(textMap),
  containerLabels: v.exactOptional(textMap),
  dns: v.exactOptional(
    group({
      servers: v.exactOptional(words),
      search: v.exactOptional(words),
      options: v.exactOptional(words),
    }),
  ),
  hosts: v.exactOptional(words),
  capAdd: v.exactOptional(words),
  capDrop: v.exactOptional(words),
  sysctls: v.exactOptional(textMap),
  ulimits: v.exactOptional(words),
  oomScoreAdj: v.exactOptional(integer),
  isolation: v.exactOptional(oneOf(['default', 'process', 'hyperv'])),
  credentialSpec: v.exactOptional(text),
  logDriver: v.exactOptional(group({ name: text, options: v.exactOptional(textMap) })),
});

/**
 * Reads what somebody wrote, a parsed YAML document for one. Each problem names its field and what to
 * write; `draft` is there when there is none.
 */
export function parseServiceDraft(value: unknown): {
  readonly draft?: ServiceDraft;
  readonly problems: readonly DraftProblem[];
} {
  const parsed = v.safeParse(serviceDraftSchema, value);
  if (parsed.success) {
    return { draft: parsed.output, problems: [] };
  }
  return { problems: parsed.issues.map(toProblem) };
}

function toProblem(issue: v.BaseIssue<unknown>): DraftProblem {
  const path = (issue.path ?? []).flatMap(({ key }) =>
    typeof key === 'string' || typeof key === 'number' ? [key] : [],
  );
  return { path, severity: 'error', text: problemText(issue, path) };
}

function problemText(issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): string {
  if (path.length === 0) {
    return l10n.t('A service is written as fields with values, such as "image: nginx:1.27".');
  }
  const field = pathText(path);
  const key = String(path.at(-1));
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const known = knownKeys(serviceDraftSchema, path.slice(0, -1));
    const near = nearestWord(key, known);
    return near === undefined
      ? l10n.t('There is no field "{0}". Possible here: {1}.', field, known.join(', '))
      : l10n.t('There is no field "{0}". Did you mean "{1}"?', field, near);
  }
  if (issue.type === 'strict_object' && issue.received === 'undefined') {
    return l10n.t('"{0}" is missing: write it.', field);
  }
  return l10n.t('"{0}": {1}.', field, issue.message);
}

/** The fields that can stand in the group at `path`. */
export function knownKeys(
  schema: v.GenericSchema,
  path: readonly (string | number)[],
): readonly string[] {
  let part: unknown = schema;
  for (const key of [...path, undefined]) {
    while (isWrapper(part)) {
      part = part.wrapped;
    }
    if (key === undefined) {
      break;
    }
    part = memberOf(part, key);
  }
  return isGroup(part) ? Object.keys(part.entries) : [];
}

function memberOf(part: unknown, key: string | number): unknown {
  if (isGroup(part)) {
    return part.entries[key];
  }
  return typeof part === 'object' && part !== null && 'item' in part ? part.item : undefined;
}

function isWrapper(part: unknown): part is { readonly wrapped: unknown } {
  return typeof part === 'object' && part !== null && 'wrapped' in part;
}

function isGroup(part: unknown): part is { readonly entries: Readonly<Record<string, unknown>> } {
  return typeof part === 'object' && part !== null && 'entries' in part;
}
