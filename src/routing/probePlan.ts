import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import {
  isHeaderName,
  isHeaderValue,
  isHostHeader,
  isHostName,
  isProbePath,
} from '../common/httpSyntax';
import { toPlainLine } from '../common/text';
import { PLAIN_ASK, type AnswererRule, type HttpAsk } from '../shared/httpAsk';
import type { ProbePlan } from '../shared/routingView';
import { compileLinear, LONGEST_PATTERN } from './linearPattern';
import { isTcpOnly } from './tcpOnlyPorts';

/** A published port as far as its probes depend on it. */
export interface PlannedPort {
  readonly serviceName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly publishedPort?: number;
  readonly targetPort: number;
}

/** What a person set for services, by `<service>` or `<service>:<published port>`. */
export type ProbeSettings = ReadonlyMap<string, PersonalProbe>;

/** What one entry of the setting, or the labels of a service, ask for. */
type PersonalProbe = v.InferOutput<typeof personalSchema>;

/** Labels of a service that a probe may follow; all others that begin so are named as unknown. */
const LABEL_PREFIX = 'swarmscope.probe.';
const LONGEST_MS = 30_000;

const schemeName = v.picklist(['http', 'https', 'tcp'], () => l10n.t('http, https or tcp'));
const pathText = v.pipe(
  v.string(),
  v.check(isProbePath, () => l10n.t('a path that begins with /, without blanks')),
);
const hostText = v.pipe(
  v.string(),
  v.check(isHostHeader, () => l10n.t('a host name, with a port where one is needed')),
);
const statusRanges = v.pipe(
  v.string(),
  v.transform(readStatus),
  v.check(
    (ranges) => ranges !== undefined,
    () => l10n.t('statuses such as 200, 200-399 or 2xx, separated by commas'),
  ),
  v.transform((ranges) => ranges ?? []),
);
const seconds = v.pipe(
  v.number(() => l10n.t('seconds, from 0.1 to 30')),
  v.minValue(0.1, () => l10n.t('seconds, from 0.1 to 30')),
  v.maxValue(LONGEST_MS / 1000, () => l10n.t('seconds, from 0.1 to 30')),
  v.transform((value) => Math.round(value * 1000)),
);

const ruleWords = (): string =>
  l10n.t(
    'a header name such as {0}, or a pattern such as {1} with exactly one group, at most {2} characters long, without look-around, references back or a group that repeats',
    '{ "header": "X-Served-By" }',
    String.raw`{ "pattern": "Hostname: (\\S+)" }`,
    LONGEST_PATTERN,
  );

/** Never by a label: a pattern is work for this machine. */
const answererRule = v.union(
  [
    v.pipe(
      v.strictObject({ header: v.pipe(v.string(), v.check(isHeaderName, ruleWords)) }),
      v.transform(({ header }): AnswererRule => ({ kind: 'header', name: header })),
    ),
    v.pipe(
      v.strictObject({
        pattern: v.pipe(
          v.string(),
          v.check((source) => compileLinear(source) !== undefined, ruleWords),
        ),
      }),
      v.transform(({ pattern }): AnswererRule => ({ kind: 'pattern', source: pattern })),
    ),
  ],
  ruleWords,
);

/** A label comes from outside: only these five keys count, and none of them leads elsewhere. */
const labelSchemas = {
  scheme: schemeName,
  path: pathText,
  host: hostText,
  status: statusRanges,
  timeout: v.pipe(
    v.string(),
    v.transform((text) => readDuration(text)),
    seconds,
  ),
} as const;

const personalSchema = v.strictObject({
  off: v.optional(v.boolean()),
  scheme: v.optional(schemeName),
  path: v.optional(pathText),
  method: v.optional(v.picklist(['GET', 'HEAD'], () => l10n.t('GET or HEAD'))),
  host: v.optional(hostText),
  headers: v.optional(
    v.record(
      v.pipe(
        v.string(),
        v.check(isHeaderName, () => l10n.t('header names that a probe may send')),
      ),
      v.pipe(
        v.string(),
        v.check(isHeaderValue, () => l10n.t('header values of visible ASCII')),
      ),
    ),
  ),
  serverName: v.optional(
    v.pipe(
      v.string(),
      v.check(isHostName, () => l10n.t('a host name')),
    ),
  ),
  status: v.optional(statusRanges),
  body: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1_000))),
  timeoutSeconds: v.optional(seconds),
  answeredBy: v.optional(answererRule),
});

/** Reads `swarmscope.probe.services`; entries that do not hold are left out and named, in words. */
export function readProbeSettings(setting: unknown): {
  readonly settings: ProbeSettings;
  readonly problems: readonly string[];
} {
  const settings = new Map<string, PersonalProbe>();
  const problems: string[] = [];
  const entries =
    typeof setting === 'object' && setting !== null && !Array.isArray(setting)
      ? Object.entries(setting)
      : [];
  for (const [key, value] of entries) {
    const read = v.safeParse(personalSchema, value);
    if (read.success) {
      settings.set(key, read.output);
    } else {
      const [issue] = read.issues;
      const where = v.getDotPath(issue) ?? '';
      problems.push(
        toPlainLine(l10n.t('"{0}": {1} is left out; it takes {2}.', key, where, issue.message)),
      );
    }
  }
  return { settings, problems };
}

/** How a port is probed: by what the person set, else by labels of the service, else by its numbers. */
export function planProbe(port: PlannedPort, settings: ProbeSettings): ProbePlan {
  const { labels, problems: unread } = readLabels(port.labels);
  const { serviceName, publishedPort } = port;
  const person: PersonalProbe = {
    ...settings.get(serviceName),
    ...settings.get(`${serviceName}:${publishedPort ?? ''}`),
  };
  // The person's own header counts before a label, by whichever of the two ways it was given.
  const host = person.host ?? hostHeader(person) ?? labels.host;
  const given: PersonalProbe = { ...labels, ...person, ...(host === undefined ? {} : { host }) };
  if (port.protocol !== 'tcp') {
    return { kind: 'none', why: port.protocol, problems: unread };
  }
  if (given.off === true) {
    return { kind: 'none', why: 'off', problems: unread };
  }
  const scheme = given.scheme ?? (given.serverName === undefined ? undefined : 'https');
  const isHttp = scheme === undefined ? asksHttp(given) || !isTcpOnly(port) : scheme !== 'tcp';
  const rest = {
    ...(given.timeoutSeconds === undefined ? {} : { timeoutMs: given.timeoutSeconds }),
    problems: [...unread, ...contradictions(given, isHttp)],
  };
  return isHttp
    ? { kind: 'http', ask: toAsk(given, scheme === 'https' ? 'https' : 'http'), ...rest }
    : { kind: 'tcp', ...rest };
}

/** Who names a path or a status wants HTTP, whatever the port's number says. */
function asksHttp(given: PersonalProbe): boolean {
  const { path, status, method, body, host: name, headers, answeredBy } = given;
  return [path, status, method, body, name, headers, answeredBy].some(
    (value) => value !== undefined,
  );
}

/** What was asked for and cannot be done together, in words. */
function contradictions(given: PersonalProbe, isHttp: boolean): readonly string[] {
  if (!isHttp) {
    return asksHttp(given) || given.serverName !== undefined
      ? [
          l10n.t(
            'With the scheme tcp nothing is said on a connection: path, host, headers, status and text are left out.',
          ),
        ]
      : [];
  }
  return given.method === 'HEAD' && given.body !== undefined
    ? [l10n.t('The answer to HEAD has no body: the text is not looked for.')]
    : [];
}

function hostHeader({ headers = {} }: PersonalProbe): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1];
}

function toAsk(given: PersonalProbe, scheme: HttpAsk['scheme']): HttpAsk {
  const { host: name, headers = {}, serverName, status, body, answeredBy } = given;
  const others = Object.entries(headers).filter(([header]) => header.toLowerCase() !== 'host');
  return {
    scheme,
    method: given.method ?? PLAIN_ASK.method,
    path: given.path ?? PLAIN_ASK.path,
    headers: [...(name === undefined ? [] : [['Host', name] as const]), ...others],
    ...(serverName === undefined ? {} : { serverName }),
    ...(status === undefined ? {} : { status }),
    ...(body === undefined ? {} : { bodyContains: body }),
    ...(answeredBy === undefined ? {} : { answeredBy }),
  };
}

/** What the labels of a service ask for, and what of them is left out. */
function readLabels(labels: Readonly<Record<string, string>>): {
  readonly labels: PersonalProbe;
  readonly problems: readonly string[];
} {
  const found: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [label, value] of Object.entries(labels)) {
    if (!label.startsWith(LABEL_PREFIX)) {
      continue;
    }
    const key = label.slice(LABEL_PREFIX.length);
    if (!Object.hasOwn(labelSchemas, key)) {
      problems.push(toPlainLine(l10n.t('The label {0} is not known and left out.', label)));
      continue;
    }
    const read = v.safeParse(labelSchemas[key as keyof typeof labelSchemas], value);
    if (read.success) {
      found[key === 'timeout' ? 'timeoutSeconds' : key] = read.output;
    } else {
      problems.push(
        toPlainLine(
          l10n.t('The label {0} is left out; it takes {1}.', label, read.issues[0].message),
        ),
      );
    }
  }
  return { labels: found, problems };
}

/** `200,300-399,4xx`; undefined when it is nothing of the kind. */
function readStatus(text: string): readonly (readonly [number, number])[] | undefined {
  const ranges = text.split(',').map((part): readonly [number, number] | undefined => {
    const [, family] = /^\s*([1-5])xx\s*$/i.exec(part) ?? [];
    if (family !== undefined) {
      return [Number(family) * 100, Number(family) * 100 + 99];
    }
    const [, from, to = from] = /^\s*([1-5]\d\d)\s*(?:-\s*([1-5]\d\d)\s*)?$/.exec(part) ?? [];
    return from === undefined || Number(from) > Number(to) ? undefined : [Number(from), Number(to)];
  });
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}

/** Seconds of `3s`, `500ms` or `1.5`; not a number when it is none of them. */
function readDuration(text: string): number {
  const [, number = '', unit = 's'] = /^\s*(\d{1,5}(?:\.\d{1,3})?)\s*(ms|s)?\s*$/i.exec(text) ?? [];
  return number === '' ? Number.NaN : Number(number) / (unit.toLowerCase() === 'ms' ? 1000 : 1);
}
