import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { stackNameProblem } from '../stacks/stackName';
import { into, type Step } from './multiStep';
import { withoutIcons, type QuickChoice } from './quickUi';
import { accept, refuse } from './validation/verdict';

/** What the form of a stack asks for. */
export interface StackAnswers {
  readonly stack: string;
  readonly prune: boolean;
  readonly registryAuth: boolean;
  /** Why the form is shown again; may be empty. */
  readonly problem?: string;
}

/** What the steps show, as it is at that moment. */
export interface StackFacts {
  readonly swarm: string;
  readonly services: () => readonly string[];
  readonly isDirty: () => boolean;
  /** What `--prune` would remove. */
  readonly removed: (stack: string) => readonly string[];
  /** The command, as lines that a shell reads as one. */
  readonly command: (answers: StackAnswers) => readonly string[];
}

type Ask = Step<StackAnswers>['ask'];
type Option = 'prune' | 'registryAuth';
type ReviewChoice = 'deploy' | 'copy' | 'fact';

/** The steps: name, options, review. */
export function deployStackSteps(facts: StackFacts): readonly Step<StackAnswers>[] {
  return [{ ask: askName(facts) }, { ask: askOptions }, { ask: askReview(facts) }];
}

function askName({ services }: StackFacts): Ask {
  return async (answers, frame, ui) =>
    into(
      answers,
      'stack',
      await ui.input(frame, {
        prompt: l10n.t('Name of the stack; its services and networks are called <name>_…'),
        value: answers.stack,
        check: (text) => {
          const name = text.trim();
          const problem = stackNameProblem(name, services());
          return problem === undefined ? accept(name) : refuse(problem);
        },
      }),
    );
}

const askOptions: Ask = async (answers, frame, ui) => {
  const answer = await ui.pickMany<Option>(frame, {
    placeholder: l10n.t('Tick what is wanted, or nothing, then press Enter'),
    choices: [
      {
        label: l10n.t('Remove services that are not in the file'),
        description: '--prune',
        value: 'prune',
        picked: answers.prune,
      },
      {
        label: l10n.t('Send registry credentials to the nodes'),
        description: '--with-registry-auth',
        value: 'registryAuth',
        picked: answers.registryAuth,
      },
    ],
  });
  return answer.kind === 'value'
    ? {
        kind: 'value',
        value: {
          ...answers,
          prune: answer.value.includes('prune'),
          registryAuth: answer.value.includes('registryAuth'),
        },
      }
    : answer;
};

function askReview(facts: StackFacts): Ask {
  return async (answers, frame, ui) => {
    for (;;) {
      const answer = await ui.pick<ReviewChoice>(frame, {
        placeholder: answers.problem || l10n.t('Deploy this stack? Back changes it.'),
        active: 'deploy',
        choices: reviewRows(answers, facts),
      });
      if (answer.kind !== 'value') {
        return answer;
      }
      if (answer.value === 'deploy') {
        return { kind: 'value', value: answers };
      }
      if (answer.value === 'copy') {
        await vscode.env.clipboard.writeText(facts.command(answers).join('\n'));
      }
    }
  };
}

function reviewRows(
  answers: StackAnswers,
  facts: StackFacts,
): readonly QuickChoice<ReviewChoice>[] {
  const services = facts.services();
  const removed = answers.prune ? facts.removed(answers.stack) : [];
  const group = l10n.t('What will run');
  return [
    {
      label: `$(rocket) ${withoutIcons(l10n.t('Deploy {0} to {1}', answers.stack, facts.swarm))}`,
      description: facts.isDirty() ? l10n.t('saves the file first') : '',
      value: 'deploy',
    },
    ...facts.command(answers).map((line, index) => ({
      label: `${index === 0 ? '$(terminal)' : '$(blank)'} ${withoutIcons(line)}`,
      group: l10n.t('Command (choose it to copy it)'),
      value: 'copy' as const,
    })),
    {
      label: l10n.t('Services'),
      description: withoutIcons(services.join(', ')) || l10n.t('none'),
      group,
      value: 'fact',
    },
    ...(answers.prune
      ? [
          {
            label: l10n.t('Removes'),
            description: withoutIcons(removed.join(', ')) || l10n.t('nothing'),
            group,
            value: 'fact' as const,
          },
        ]
      : []),
  ];
}
