import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../common/text';
import type { SwarmSnapshot } from '../model/snapshot';
import { runningStack } from './runningStack';
import type { ServicePicture, StackPicture } from './stackPicture';
import { wantedStack } from './wantedStack';

/** What of a service can differ. */
export type ServicePart = Exclude<keyof ServicePicture, 'name'>;

/** How a service of the file compares with the one that runs, or the other way round. */
export type ServiceStanding =
  | { readonly kind: 'same' }
  | { readonly kind: 'differs'; readonly parts: readonly ServicePart[] }
  /** In the file only. */
  | { readonly kind: 'not-deployed' }
  /** In the swarm only. */
  | { readonly kind: 'not-in-file' };

/** A file held against the stack of that name. */
export interface StackComparison {
  readonly stack: string;
  readonly standings: ReadonlyMap<string, ServiceStanding>;
  readonly wanted: StackPicture;
  readonly running: StackPicture;
  readonly notCompared: ReadonlyMap<string, readonly string[]>;
}

const PARTS: readonly ServicePart[] = [
  'image',
  'mode',
  'replicas',
  'ports',
  'networks',
  'environment',
  'secrets',
  'configs',
];

/**
 * Holds what `docker stack config` printed against what runs.
 * @throws Error when the output is no YAML.
 */
export function compareStacks(
  output: string,
  snapshot: SwarmSnapshot,
  stack: string,
): StackComparison {
  const { services: wanted, notCompared } = wantedStack(output, stack);
  const running = runningStack(
    snapshot,
    stack,
    (name) => wanted.get(name)?.image.includes('@') === true,
  );
  const names = [...wanted.keys(), ...[...running.keys()].filter((name) => !wanted.has(name))];
  return {
    stack,
    wanted,
    running,
    notCompared,
    standings: new Map(
      names.map((name) => [name, standingOf(wanted.get(name), running.get(name))]),
    ),
  };
}

function standingOf(
  wanted: ServicePicture | undefined,
  running: ServicePicture | undefined,
): ServiceStanding {
  if (running === undefined) {
    return { kind: 'not-deployed' };
  }
  if (wanted === undefined) {
    return { kind: 'not-in-file' };
  }
  const parts = PARTS.filter(
    (part) => JSON.stringify(wanted[part]) !== JSON.stringify(running[part]),
  );
  return parts.length === 0 ? { kind: 'same' } : { kind: 'differs', parts };
}

/** A standing in a few words. */
export function standingText(standing: ServiceStanding): string {
  switch (standing.kind) {
    case 'same':
      return l10n.t('in step');
    case 'not-deployed':
      return l10n.t('not deployed');
    case 'not-in-file':
      return l10n.t('not in this file');
    case 'differs': {
      const [only, ...others] = standing.parts;
      const parts = standing.parts.map(partText).join(', ');
      return only !== undefined && others.length === 0 && SINGULAR.has(only)
        ? l10n.t('{0} differs', parts)
        : l10n.t('{0} differ', parts);
    }
  }
}

const SINGULAR: ReadonlySet<ServicePart> = new Set(['image', 'mode', 'environment']);

function partText(part: ServicePart): string {
  switch (part) {
    case 'image':
      return l10n.t('image');
    case 'mode':
      return l10n.t('mode');
    case 'replicas':
      return l10n.t('replicas');
    case 'ports':
      return l10n.t('ports');
    case 'networks':
      return l10n.t('networks');
    case 'environment':
      return l10n.t('environment');
    case 'secrets':
      return l10n.t('secrets');
    case 'configs':
      return l10n.t('configs');
  }
}

/** The whole comparison in a few words: `in step`, `2 services differ`. */
export function comparisonText({ standings }: StackComparison): string {
  const kinds = [...standings.values()].map(({ kind }) => kind);
  const count = (wanted: ServiceStanding['kind']): number =>
    kinds.filter((kind) => kind === wanted).length;
  const [differing, missing, extra] = [
    count('differs'),
    count('not-deployed'),
    count('not-in-file'),
  ];
  if (missing === kinds.length) {
    return l10n.t('not deployed');
  }
  const parts = [
    differing === 0
      ? ''
      : differing === 1
        ? l10n.t('1 service differs')
        : l10n.t('{0} services differ', differing),
    missing === 0 ? '' : l10n.t('{0} not deployed', missing),
    extra === 0 ? '' : l10n.t('{0} not in this file', extra),
  ].filter((part) => part !== '');
  return parts.length === 0 ? l10n.t('in step') : parts.join(', ');
}

/** Both sides of a comparison as text in the same form, so that an editor can show the difference. */
export function comparisonSides(
  comparison: StackComparison,
  about: { readonly swarm: string; readonly file: string },
): { readonly running: string; readonly wanted: string } {
  const { stack, running, wanted } = comparison;
  const head = comments([
    l10n.t('Stack "{0}"', stack),
    `  ${l10n.t('left: what runs on "{0}"', about.swarm)}`,
    `  ${l10n.t('right: what {0} asks for', about.file)}`,
  ]);
  const foot = comments(notComparedLines(comparison));
  // In one order, so that the same lines stand side by side.
  const names = [...comparison.standings.keys()];
  const side = (picture: StackPicture): string =>
    [...head, '', ...pictureLines(picture, names), '', ...foot, ''].join('\n');
  return { running: side(running), wanted: side(wanted) };
}

function notComparedLines({ notCompared }: StackComparison): readonly string[] {
  return [
    l10n.t('Not compared:'),
    `  ${l10n.t('values of environment variables')}`,
    `  ${l10n.t('aliases on networks')}`,
    `  ${l10n.t('targets and owners of secrets and configs')}`,
    `  ${l10n.t('what networks, secrets, configs and volumes are')}`,
    ...[...notCompared].map(([service, parts]) => `  ${service}: ${parts.join(', ')}`),
  ];
}

function comments(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `# ${line.startsWith('  ') ? '  ' : ''}${toPlainLine(line, 400)}`);
}

function pictureLines(picture: StackPicture, names: readonly string[]): readonly string[] {
  const services = names.flatMap((name) => picture.get(name) ?? []);
  return services.length === 0
    ? ['services: {}']
    : ['services:', ...services.flatMap((service) => serviceLines(service))];
}

function serviceLines(service: ServicePicture): readonly string[] {
  return [
    `  ${quoted(service.name)}:`,
    ...PARTS.flatMap((part): readonly string[] => {
      const value: string | number | readonly string[] = service[part] ?? '';
      if (typeof value !== 'object') {
        return value === '' ? [] : [`    ${part}: ${quoted(String(value))}`];
      }
      return value.length === 0
        ? []
        : [`    ${part}:`, ...value.map((item) => `      - ${quoted(item)}`)];
    }),
  ];
}

/** Foreign text as a YAML scalar on one line. */
function quoted(text: string): string {
  const plain = toPlainLine(text, 500);
  return /^[\w./@][\w./@:→ -]*$/.test(plain) && !/: |\s$|:$/.test(plain)
    ? plain
    : JSON.stringify(plain);
}
