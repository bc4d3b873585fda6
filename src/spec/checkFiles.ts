import * as l10n from '@vscode/l10n';
import { configOfCredentials } from './buildServiceBody';
import type { CheckContext } from './checkContext';
import { nearestWord } from './nearestWord';
import { wrong } from './problems';
import type { DraftFile, DraftProblem, ServiceDraft } from './serviceDraft';

/** Secrets and configs: that they exist, and that no two become the same file. */
export function checkFiles(draft: ServiceDraft, context: CheckContext): readonly DraftProblem[] {
  const credentials = configOfCredentials(draft.credentialSpec);
  return [
    ...checkEach('secrets', draft.secrets ?? [], context.secrets),
    ...checkEach('configs', draft.configs ?? [], context.configs),
    ...(credentials === undefined || (context.configs?.has(credentials) ?? true)
      ? []
      : [wrong(['credentialSpec'], unknownFile('configs', credentials, context.configs))]),
  ];
}

function checkEach(
  kind: 'secrets' | 'configs',
  files: readonly DraftFile[],
  known: ReadonlySet<string> | undefined,
): readonly DraftProblem[] {
  const targets = files.map(({ source, target = source }) => target);
  return files.flatMap(({ source }, index) => {
    const problems: DraftProblem[] = [];
    const target = targets[index] ?? '';
    if (known !== undefined && !known.has(source)) {
      problems.push(wrong([kind, index, 'source'], unknownFile(kind, source, known)));
    }
    if (targets.indexOf(target) < index) {
      problems.push(
        wrong(
          [kind, index, 'target'],
          l10n.t('Two files are called "{0}": give one another target.', target),
        ),
      );
    }
    return problems;
  });
}

function unknownFile(
  kind: 'secrets' | 'configs',
  name: string,
  known: ReadonlySet<string> | undefined,
): string {
  const near = nearestWord(name, [...(known ?? [])]);
  const missing =
    kind === 'secrets'
      ? l10n.t('This swarm has no secret "{0}"', name)
      : l10n.t('This swarm has no config "{0}"', name);
  return near === undefined
    ? l10n.t('{0}: create it first, or choose another.', missing)
    : l10n.t('{0}: did you mean "{1}"?', missing, near);
}
