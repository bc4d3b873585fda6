import * as l10n from '@vscode/l10n';
import { shellCommand } from '../common/shellQuote';
import type { DraftProblem, ServiceDraft } from '../spec/serviceDraft';
import { serviceCreateArguments } from '../spec/serviceCommand';
import type { ServiceField } from '../spec/serviceField';
import { serviceFields } from '../spec/serviceFields';
import type { DeployAnswers } from './deployAnswers';
import { problemAt, type Ask } from './deploySteps';
import { fieldLabel, valueSummary } from './fieldLabel';
import { withoutIcons, type QuickChoice, type QuickFrame } from './quickUi';

/** What the review works with. */
export interface ReviewParts {
  readonly check: (draft: ServiceDraft) => readonly DraftProblem[];
  /** Edits one field; gives the answers with it. */
  readonly edit: (
    answers: DeployAnswers,
    field: ServiceField,
    frame: QuickFrame,
  ) => Promise<DeployAnswers>;
  /** Shows the menu of all options. */
  readonly more: (answers: DeployAnswers, frame: QuickFrame) => Promise<DeployAnswers>;
  readonly copy: (command: string, withValues: boolean) => Promise<void>;
}

type Choice =
  | { readonly kind: 'deploy' }
  | { readonly kind: 'more' }
  | { readonly kind: 'yaml' }
  | { readonly kind: 'copy'; readonly withValues: boolean }
  | { readonly kind: 'field'; readonly field: ServiceField };

/** The last step: what will run, what is wrong with it, its command, and the way to everything else. */
export function askReview(parts: ReviewParts): Ask {
  return async (start, frame, ui) => {
    let answers: DeployAnswers = start;
    let refused = problemAt(answers, 'review').problem;
    for (;;) {
      const problems = parts.check(answers.draft);
      const errors = problems.filter(({ severity }) => severity === 'error');
      const answer = await ui.pick<Choice>(frame, {
        placeholder: refused ?? l10n.t('Deploy this service? Back changes it.'),
        choices: choices(answers, problems),
      });
      if (answer.kind !== 'value') {
        return answer.kind === 'back' ? { kind: 'back', kept: answers } : answer;
      }
      const choice = answer.value;
      refused = undefined;
      if (choice.kind === 'deploy' && errors.length > 0) {
        refused = errors[0]?.text;
      } else if (choice.kind === 'deploy' || choice.kind === 'yaml') {
        return { kind: 'value', value: { ...answers, end: choice.kind } };
      } else {
        answers = await carryOut(choice, answers, frame, parts);
      }
    }
  };
}

async function carryOut(
  choice: Exclude<Choice, { kind: 'deploy' | 'yaml' }>,
  answers: DeployAnswers,
  frame: QuickFrame,
  parts: ReviewParts,
): Promise<DeployAnswers> {
  switch (choice.kind) {
    case 'more':
      return await parts.more(answers, frame);
    case 'field':
      return await parts.edit(answers, choice.field, frame);
    case 'copy':
      await parts.copy(createCommand(answers, choice.withValues), choice.withValues);
      return answers;
  }
}

/** The words of the command line that deploys the same. */
export function createWords(
  { draft, registryAuth }: Pick<DeployAnswers, 'draft' | 'registryAuth'>,
  withValues: boolean,
): readonly string[] {
  const [service = '', create = '', ...rest] = serviceCreateArguments(draft, { withValues });
  const login = registryAuth ? ['--with-registry-auth'] : [];
  return ['docker', service, create, ...login, ...rest];
}

/** A command with one option a line: without what continues lines, ready to be shown or joined. */
export function commandLines(words: readonly string[]): readonly string[] {
  const lines: string[][] = [[]];
  for (const word of words) {
    if (word.startsWith('--')) {
      lines.push([]);
    }
    lines.at(-1)?.push(word);
  }
  return lines.map((line) => shellCommand(line));
}

function createCommand(answers: DeployAnswers, withValues: boolean): string {
  return shellCommand(createWords(answers, withValues));
}

function choices(answers: DeployAnswers, problems: readonly DraftProblem[]): QuickChoice<Choice>[] {
  const { draft } = answers;
  const terminal = l10n.t('The same in a terminal');
  const hasValues = createCommand(answers, true) !== createCommand(answers, false);
  return [
    { label: `$(rocket) ${l10n.t('Deploy {0}', draft.name)}`, value: { kind: 'deploy' } },
    {
      label: `$(settings) ${l10n.t('More options…')}`,
      description: l10n.t('secrets, mounts, placement, healthcheck, policies, …'),
      value: { kind: 'more' },
    },
    {
      label: `$(edit) ${l10n.t('Advanced: edit everything as YAML')}`,
      value: { kind: 'yaml' },
    },
    ...problems.map((problem) => problemChoice(problem)),
    ...facts(answers),
    {
      label: `$(terminal) ${l10n.t('Copy the docker command')}`,
      value: { kind: 'copy', withValues: false },
      group: terminal,
    },
    ...(hasValues
      ? [
          {
            label: `$(terminal) ${l10n.t('Copy the docker command with values')}`,
            value: { kind: 'copy' as const, withValues: true },
            group: terminal,
          },
        ]
      : []),
    ...commandLines(createWords(answers, false)).map((line) => ({
      label: withoutIcons(line),
      value: { kind: 'copy' as const, withValues: false },
      group: terminal,
    })),
  ];
}

/** A problem; choosing it leads to its field. */
function problemChoice({ path, severity, text }: DraftProblem): QuickChoice<Choice> {
  const field = serviceFields().find(({ key }) => key === path[0]);
  return {
    label: `$(${severity}) ${field === undefined ? '' : fieldLabel(field.key)}`,
    detail: withoutIcons(text),
    value: field === undefined ? { kind: 'more' } : { kind: 'field', field },
    group: l10n.t('To be looked at'),
  };
}

/** Everything that is set; choosing a row changes it. */
function facts({ draft, registryAuth }: DeployAnswers): QuickChoice<Choice>[] {
  const always = new Set(['image', 'mode', 'networks', 'ports', 'env']);
  const group = l10n.t('What will run');
  return [
    ...serviceFields()
      .filter(({ key }) => key !== 'name' && !(key === 'replicas' && draft.mode !== 'replicated'))
      .flatMap((field): QuickChoice<Choice>[] => {
        const summary = factSummary(draft, field);
        return summary !== '' || always.has(field.key)
          ? [
              {
                label: fieldLabel(field.key),
                description: withoutIcons(summary) || l10n.t('none'),
                value: { kind: 'field', field },
                group,
              },
            ]
          : [];
      }),
    ...(registryAuth
      ? [
          {
            label: l10n.t('Registry login'),
            description: l10n.t('the nodes pull with it'),
            value: { kind: 'more' as const },
            group,
          },
        ]
      : []),
  ];
}

function factSummary(draft: ServiceDraft, { key }: ServiceField): string {
  return valueSummary(Object.entries(draft).find(([name]) => name === key)?.[1], key);
}
