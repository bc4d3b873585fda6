import * as l10n from '@vscode/l10n';
import { isIP } from 'node:net';
import { splitOnce } from './buildServiceBody';
import type { CheckContext } from './checkContext';
import { checkMounts } from './checkMounts';
import { variableNameProblem, variableValueProblem } from './environment';
import { doubtful, wrong } from './problems';
import type { DraftHealthcheck, DraftProblem, DraftResources, ServiceDraft } from './serviceDraft';
import { parseDuration, parseSize } from './units';

const LEAST_MEMORY = 4 * 1024 * 1024;
const LEAST_CPUS = 0.001;
const LEAST_HEALTH_NANOSECONDS = 1_000_000;

/** What runs in the tasks, and with what. */
export function checkContainer(
  draft: ServiceDraft,
  context: CheckContext,
): readonly DraftProblem[] {
  return [
    ...checkEnvironment(draft),
    ...checkMounts(draft, context),
    ...checkHealth(draft.healthcheck, context),
    ...checkResources(draft),
    ...checkLabels('labels', draft.labels),
    ...checkLabels('containerLabels', draft.containerLabels),
    ...checkNamesAndAddresses(draft),
    ...checkSystem(draft),
    ...checkWindows(draft, context),
  ];
}

function checkEnvironment({ env = {} }: ServiceDraft): readonly DraftProblem[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const text = variableNameProblem(name) ?? variableValueProblem(value ?? '');
    return text === undefined
      ? []
      : [wrong(['env', name], l10n.t('Variable "{0}": {1}', name, text))];
  });
}

function checkHealth(
  check: DraftHealthcheck | undefined,
  { apiVersion }: CheckContext,
): readonly DraftProblem[] {
  if (check === undefined) {
    return [];
  }
  const path = ['healthcheck'] as const;
  const given = Object.keys(check).filter((key) => key !== 'disable');
  const problems: DraftProblem[] = [];
  if (check.disable === true && given.length > 0) {
    problems.push(
      wrong(
        [...path, 'disable'],
        l10n.t('"disable" turns the check off: remove it, or remove {0}.', given.join(', ')),
      ),
    );
  }
  if (check.command !== undefined && check.exec !== undefined) {
    problems.push(
      wrong(
        [...path, 'exec'],
        l10n.t('A health check has one command: remove "command" or "exec".'),
      ),
    );
  }
  for (const key of ['interval', 'timeout', 'startPeriod', 'startInterval'] as const) {
    const nanoseconds = parseDuration(check[key] ?? '0') ?? 0;
    if (nanoseconds > 0 && nanoseconds < LEAST_HEALTH_NANOSECONDS) {
      problems.push(
        wrong([...path, key], l10n.t('"{0}" of the health check is at least 1ms, or 0.', key)),
      );
    }
  }
  if (check.startInterval !== undefined && !isAtLeast(apiVersion, 44)) {
    problems.push(
      wrong(
        [...path, 'startInterval'],
        l10n.t(
          '"startInterval" needs Engine API 1.44 (Docker 25), and this engine speaks {0}: remove it.',
          apiVersion,
        ),
      ),
    );
  }
  return problems;
}

/** Whether `1.x` is at least `1.<minor>`. */
export function isAtLeast(apiVersion: string, minor: number): boolean {
  return Number(apiVersion.split('.')[1] ?? 0) >= minor;
}

function checkResources({ limits, reservations }: ServiceDraft): readonly DraftProblem[] {
  return [
    ...checkAmounts('limits', limits),
    ...checkAmounts('reservations', reservations),
    ...(reservations?.pids === undefined
      ? []
      : [
          wrong(
            ['reservations', 'pids'],
            l10n.t('Processes cannot be reserved: set "pids" under "limits".'),
          ),
        ]),
    ...(limits?.generic === undefined
      ? []
      : [
          wrong(
            ['limits', 'generic'],
            l10n.t('Generic resources cannot be limited: set "generic" under "reservations".'),
          ),
        ]),
    ...(reservations?.generic ?? []).flatMap((text, index) =>
      /^[^=,\s]+=[1-9]\d*$/.test(text)
        ? []
        : [
            wrong(
              ['reservations', 'generic', index],
              l10n.t('"{0}" is no generic resource: write name=number, such as gpu=2.', text),
            ),
          ],
    ),
    ...checkMoreReserved(limits, reservations),
  ];
}

function checkAmounts(
  key: 'limits' | 'reservations',
  resources: DraftResources | undefined,
): readonly DraftProblem[] {
  const { cpus, memory } = resources ?? {};
  const bytes = memory === undefined ? undefined : parseSize(memory);
  return [
    ...(cpus !== undefined && cpus !== 0 && cpus < LEAST_CPUS
      ? [wrong([key, 'cpus'], l10n.t('"{0}.cpus" is at least {1}.', key, LEAST_CPUS))]
      : []),
    ...(cpus !== undefined && cpus !== 0 && !/^\d+(\.\d{1,9})?$/.test(String(cpus))
      ? [wrong([key, 'cpus'], l10n.t('"{0}.cpus" has at most 9 digits after the point.', key))]
      : []),
    ...(bytes !== undefined && bytes !== 0 && bytes < LEAST_MEMORY
      ? [wrong([key, 'memory'], l10n.t('"{0}.memory" is at least 4M.', key))]
      : []),
  ];
}

function checkMoreReserved(
  limits: DraftResources | undefined,
  reservations: DraftResources | undefined,
): readonly DraftProblem[] {
  const memory = parseSize(limits?.memory ?? '0') ?? 0;
  const reserved = parseSize(reservations?.memory ?? '0') ?? 0;
  return memory > 0 && reserved > memory
    ? [
        doubtful(
          ['reservations', 'memory'],
          l10n.t('More memory is reserved than the limit allows: raise "limits.memory".'),
        ),
      ]
    : [];
}

function checkLabels(
  key: 'labels' | 'containerLabels',
  labels: Readonly<Record<string, string>> = {},
): readonly DraftProblem[] {
  return Object.keys(labels).flatMap((name) => {
    if (name === '' || /[\s=]/.test(name)) {
      return [
        wrong(
          [key, name],
          l10n.t('"{0}" is no name for a label: write it without spaces and "=".', name),
        ),
      ];
    }
    return name.startsWith('com.docker.swarm.') || name.startsWith('com.docker.stack.')
      ? [
          doubtful(
            [key, name],
            l10n.t('Labels such as "{0}" are Docker’s own: another name is safer.', name),
          ),
        ]
      : [];
  });
}

function checkNamesAndAddresses(draft: ServiceDraft): readonly DraftProblem[] {
  return [
    ...(draft.hosts ?? []).flatMap((text, index) => {
      const [name, address = ''] = splitOnce(text, ':');
      return name !== '' && !/\s/.test(name) && isIP(address) > 0
        ? []
        : [
            wrong(
              ['hosts', index],
              l10n.t('"{0}" is no host entry: write name:address, such as db:10.0.0.5.', text),
            ),
          ];
    }),
    ...(draft.dns?.servers ?? []).flatMap((text, index) =>
      isIP(text) > 0
        ? []
        : [
            wrong(
              ['dns', 'servers', index],
              l10n.t('"{0}" is no address of a name server: write one such as 10.0.0.53.', text),
            ),
          ],
    ),
  ];
}

function checkSystem(draft: ServiceDraft): readonly DraftProblem[] {
  const { oomScoreAdj: score } = draft;
  return [
    ...(draft.ulimits ?? []).flatMap((text, index) => {
      const [, soft, hard = soft] = /^[a-z]+=(-1|\d+)(?::(-1|\d+))?$/.exec(text) ?? [];
      const isSound =
        soft !== undefined && (hard === '-1' || (soft !== '-1' && Number(soft) <= Number(hard)));
      return isSound
        ? []
        : [
            wrong(
              ['ulimits', index],
              l10n.t('"{0}" is no ulimit: write name=soft:hard, such as nofile=1024:2048.', text),
            ),
          ];
    }),
    ...(score !== undefined && (score < -1000 || score > 1000)
      ? [wrong(['oomScoreAdj'], l10n.t('"oomScoreAdj" lies between -1000 and 1000.'))]
      : []),
    ...(draft.credentialSpec === undefined ||
    /^(file|registry|config):\/\/./.test(draft.credentialSpec)
      ? []
      : [
          wrong(
            ['credentialSpec'],
            l10n.t('A credential spec begins with file://, registry:// or config://.'),
          ),
        ]),
  ];
}

/** What only Windows nodes have. */
function checkWindows(draft: ServiceDraft, { nodes }: CheckContext): readonly DraftProblem[] {
  const keys = [
    ...(draft.isolation === undefined || draft.isolation === 'default' ? [] : ['isolation']),
    ...(draft.credentialSpec === undefined ? [] : ['credentialSpec']),
  ];
  return nodes.length === 0 || nodes.some(({ os }) => os === 'windows')
    ? []
    : keys.map((key) =>
        wrong(
          [key],
          l10n.t('"{0}" is for Windows nodes, and this swarm has none: remove it.', key),
        ),
      );
}
