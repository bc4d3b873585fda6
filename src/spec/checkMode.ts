import * as l10n from '@vscode/l10n';
import { nameProblem } from '../common/swarmName';
import type { CheckContext } from './checkContext';
import { imageProblem } from './imageName';
import { doubtful, wrong } from './problems';
import type { DraftProblem, ServiceDraft } from './serviceDraft';

/** Name, image, and what modes do not go with. */
export function checkMode(draft: ServiceDraft, context: CheckContext): readonly DraftProblem[] {
  return [
    ...checkIdentity(draft, context),
    ...checkCounts(draft),
    ...(isJob(draft) ? checkJob(draft) : []),
    ...(draft.rollback?.failureAction === 'rollback'
      ? [
          wrong(
            ['rollback', 'failureAction'],
            l10n.t('A rollback that fails cannot be rolled back: use pause or continue.'),
          ),
        ]
      : []),
  ];
}

function checkIdentity(draft: ServiceDraft, context: CheckContext): readonly DraftProblem[] {
  const problems: DraftProblem[] = [];
  const name = nameProblem(draft.name);
  if (name !== undefined) {
    problems.push(wrong(['name'], l10n.t('Name of the service: {0}', name)));
  } else if (context.serviceNames.has(draft.name)) {
    problems.push(
      wrong(['name'], l10n.t('A service "{0}" exists: choose another name.', draft.name)),
    );
  }
  const image = imageProblem(draft.image);
  if (image !== undefined) {
    problems.push(wrong(['image'], l10n.t('Image: {0}', image)));
  }
  return problems;
}

/** Whether the tasks are meant to end. */
export function isJob({ mode }: ServiceDraft): boolean {
  return mode === 'replicated-job' || mode === 'global-job';
}

function checkCounts({ mode, replicas, maxConcurrent }: ServiceDraft): readonly DraftProblem[] {
  const isGlobal = mode === 'global' || mode === 'global-job';
  return [
    ...(isGlobal && replicas !== undefined
      ? [
          wrong(
            ['replicas'],
            l10n.t(
              'Mode {0} runs one task per node: remove "replicas", or use another mode.',
              mode,
            ),
          ),
        ]
      : []),
    ...(mode !== 'replicated-job' && maxConcurrent !== undefined
      ? [
          wrong(
            ['maxConcurrent'],
            l10n.t('"maxConcurrent" goes with mode replicated-job only: remove it.'),
          ),
        ]
      : []),
    ...(mode !== 'replicated-job' && replicas === 0
      ? [
          doubtful(
            ['replicas'],
            l10n.t('With 0 replicas nothing runs until you scale the service.'),
          ),
        ]
      : []),
  ];
}

/** Engines refuse jobs with an update policy; restart condition and endpoint mode are as for others. */
function checkJob(draft: ServiceDraft): readonly DraftProblem[] {
  return (['update', 'rollback'] as const)
    .filter((key) => draft[key] !== undefined)
    .map((key) => wrong([key], l10n.t('A job has no "{0}": its tasks run once. Remove it.', key)));
}
