import * as l10n from '@vscode/l10n';
import type { CheckContext, CheckNode } from './checkContext';
import { type Constraint, readConstraint, satisfies } from './constraint';
import { nearestWord } from './nearestWord';
import { doubtful, wrong } from './problems';
import type { DraftProblem, ServiceDraft } from './serviceDraft';

const KEYS = [
  'node.id',
  'node.hostname',
  'node.ip',
  'node.role',
  'node.platform.os',
  'node.platform.arch',
  'node.labels.',
  'engine.labels.',
] as const;

/** Constraints, what tasks are spread over, and tasks per node. */
export function checkPlacement(
  draft: ServiceDraft,
  context: CheckContext,
): readonly DraftProblem[] {
  const constraints = (draft.constraints ?? []).map((text) => readConstraint(text));
  const problems = (draft.constraints ?? []).flatMap((text, index) =>
    checkConstraint(text, constraints[index], ['constraints', index], context),
  );
  return [
    ...problems,
    ...(problems.length > 0 ? [] : checkTogether(constraints, context)),
    ...(draft.spread ?? []).flatMap((by, index) => checkSpread(by, ['spread', index], context)),
    ...checkPerNode(draft, context),
  ];
}

type Path = readonly (string | number)[];

function checkConstraint(
  text: string,
  constraint: Constraint | undefined,
  path: Path,
  context: CheckContext,
): readonly DraftProblem[] {
  if (constraint === undefined) {
    return [
      wrong(
        path,
        l10n.t(
          '"{0}" is no constraint: write key==value or key!=value, such as node.role==worker.',
          text,
        ),
      ),
    ];
  }
  const key = constraint.key.toLowerCase();
  if (!KEYS.some((known) => (known.endsWith('.') ? isBelow(key, known) : key === known))) {
    const near = nearestWord(constraint.key, KEYS);
    return [
      wrong(
        path,
        near === undefined || near.endsWith('.')
          ? l10n.t(
              'No node ever satisfies "{0}", because constraints have no key "{1}": use one of {2}.',
              text,
              constraint.key,
              KEYS.map((known) => (known.endsWith('.') ? `${known}NAME` : known)).join(', '),
            )
          : l10n.t(
              'No node ever satisfies "{0}", because constraints have no key "{1}": did you mean "{2}"?',
              text,
              constraint.key,
              near,
            ),
      ),
    ];
  }
  return context.nodes.length > 0 && !context.nodes.some((node) => satisfies(node, constraint))
    ? [doubtful(path, unsatisfied(text, constraint, context.nodes))]
    : [];
}

function isBelow(key: string, prefix: string): boolean {
  return key.startsWith(prefix) && key.length > prefix.length;
}

function unsatisfied(text: string, constraint: Constraint, nodes: readonly CheckNode[]): string {
  const label = /^node\.labels\.(.+)$/i.exec(constraint.key)?.[1];
  if (label === undefined) {
    return l10n.t('No present node satisfies "{0}": tasks stay pending until one does.', text);
  }
  const labels = [...new Set(nodes.flatMap((node) => Object.keys(node.labels)))];
  const near = labels.includes(label) ? undefined : nearestWord(label, labels);
  return near === undefined
    ? l10n.t(
        'No present node satisfies "{0}": tasks stay pending until a node gets the label "{1}" with that value.',
        text,
        label,
      )
    : l10n.t('No present node satisfies "{0}": did you mean the label "{1}"?', text, near);
}

/** Each can be satisfied, and yet no node satisfies all. */
function checkTogether(
  constraints: readonly (Constraint | undefined)[],
  { nodes }: CheckContext,
): readonly DraftProblem[] {
  return constraints.length > 1 &&
    nodes.length > 0 &&
    !nodes.some((node) => constraints.every((one) => one !== undefined && satisfies(node, one)))
    ? [
        doubtful(
          ['constraints'],
          l10n.t('No present node satisfies all constraints: remove one, or label a node.'),
        ),
      ]
    : [];
}

function checkSpread(by: string, path: Path, { nodes }: CheckContext): readonly DraftProblem[] {
  const label = /^(node|engine)\.labels\.(.+)$/.exec(by);
  if (label === null) {
    return [
      wrong(
        path,
        l10n.t(
          'Tasks cannot be spread over "{0}": write node.labels.NAME or engine.labels.NAME.',
          by,
        ),
      ),
    ];
  }
  const [, kind, name = ''] = label;
  const isThere = nodes.some((node) =>
    Object.hasOwn(kind === 'node' ? node.labels : node.engineLabels, name),
  );
  return isThere || nodes.length === 0
    ? []
    : [
        doubtful(
          path,
          l10n.t('No node has the label "{0}": it spreads nothing. Label the nodes.', by),
        ),
      ];
}

function checkPerNode(
  { replicasMaxPerNode: most = 0, replicas = 1, mode = 'replicated' }: ServiceDraft,
  { nodes }: CheckContext,
): readonly DraftProblem[] {
  if (most === 0) {
    return [];
  }
  const path = ['replicasMaxPerNode'];
  if (mode === 'global' || mode === 'global-job') {
    return [
      wrong(path, l10n.t('"replicasMaxPerNode" does not go with mode {0}: remove it.', mode)),
    ];
  }
  const usable = nodes.filter((node) => node.usable).length;
  return replicas > most * usable
    ? [
        doubtful(
          path,
          l10n.t(
            '{0} tasks on each of {1} nodes are fewer than {2} replicas: raise "replicasMaxPerNode" or lower "replicas".',
            most,
            usable,
            replicas,
          ),
        ),
      ]
    : [];
}
