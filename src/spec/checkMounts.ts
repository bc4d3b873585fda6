import * as l10n from '@vscode/l10n';
import type { CheckContext } from './checkContext';
import { wrong } from './problems';
import type { DraftMount, DraftProblem, ServiceDraft } from './serviceDraft';

const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'];

/** Mounts: each target once, and for each type only what goes with it. */
export function checkMounts(
  { mounts = [] }: ServiceDraft,
  { nodes }: CheckContext,
): readonly DraftProblem[] {
  const hasWindows = nodes.length === 0 || nodes.some(({ os }) => os === 'windows');
  return mounts.flatMap((mount, index) => [
    ...checkTarget(mount, index, mounts),
    ...checkSource(mount, index),
    ...checkOptions(mount, index),
    ...(mount.type === 'npipe' && !hasWindows
      ? [
          wrong(
            ['mounts', index, 'type'],
            l10n.t(
              'Named pipes are for Windows nodes, and this swarm has none: use bind or volume.',
            ),
          ),
        ]
      : []),
  ]);
}

function checkTarget(
  { target }: DraftMount,
  index: number,
  mounts: readonly DraftMount[],
): readonly DraftProblem[] {
  const path = ['mounts', index, 'target'] as const;
  if (!isAbsolute(target)) {
    return [
      wrong(path, l10n.t('The target "{0}" of a mount is a full path, such as /data.', target)),
    ];
  }
  return mounts.findIndex((other) => other.target === target) < index
    ? [wrong(path, l10n.t('Two mounts have the target "{0}": give one another target.', target))]
    : [];
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[a-z]:[\\/]/i.test(path) || path.startsWith('\\\\');
}

function checkSource({ type, source }: DraftMount, index: number): readonly DraftProblem[] {
  const path = ['mounts', index, 'source'] as const;
  if (type === 'tmpfs') {
    return source === undefined
      ? []
      : [wrong(path, l10n.t('A tmpfs mount has no source: remove it.'))];
  }
  if (type === 'volume') {
    return source === undefined || /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(source)
      ? []
      : [
          wrong(
            path,
            l10n.t(
              '"{0}" is no name of a volume: use letters, digits, "_", "." and "-", or type bind for a path.',
              source,
            ),
          ),
        ];
  }
  return source !== undefined && isAbsolute(source)
    ? []
    : [
        wrong(
          path,
          l10n.t(
            'A {0} mount needs the full path on the node as its source, such as /srv/data.',
            type,
          ),
        ),
      ];
}

function checkOptions(mount: DraftMount, index: number): readonly DraftProblem[] {
  const strange = (['bind', 'volume', 'tmpfs'] as const).filter(
    (key) => mount[key] !== undefined && key !== mount.type,
  );
  const propagation = mount.bind?.propagation;
  return [
    ...strange.map((key) =>
      wrong(
        ['mounts', index, key],
        l10n.t('"{0}" does not go with a mount of type {1}: remove it.', key, mount.type),
      ),
    ),
    ...(propagation === undefined || PROPAGATIONS.includes(propagation)
      ? []
      : [
          wrong(
            ['mounts', index, 'bind', 'propagation'],
            l10n.t(
              '"{0}" is no propagation: use one of {1}.',
              propagation,
              PROPAGATIONS.join(', '),
            ),
          ),
        ]),
  ];
}
