import * as l10n from '@vscode/l10n';
import { shellCommand } from '../common/shellQuote';
import { checkNetwork } from '../spec/checkNetwork';
import { firstProblem, type Finding } from '../spec/finding';
import { commandLines, networkCreateArguments } from '../spec/networkCommand';
import type { Step } from './multiStep';
import type { NetworkAnswers, NetworkForm } from './networkForm';
import { withoutIcons, type QuickChoice } from './quickUi';

/** Characters that fit a row of a quick pick. */
const ROW_WIDTH = 72;

const ICONS = { error: '$(error)', warning: '$(warning)', note: '$(info)' } as const;

const ORDER: readonly Finding['severity'][] = ['error', 'warning', 'note'];

type Choice = 'create' | 'copy' | 'mend' | 'told';

/** Shows what the checks found and the exact command; what is refused cannot be sent from here. */
export function askReview({ around, copy }: NetworkForm): Step<NetworkAnswers>['ask'] {
  return async (answers, frame, ui) => {
    const { draft, problem } = answers;
    for (;;) {
      const findings = checkNetwork(draft, around()).toSorted(
        (one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity),
      );
      const bad = firstProblem(findings);
      const args = networkCreateArguments(draft);
      const chosen = await ui.pick<Choice>(frame, {
        placeholder:
          problem?.step === 'review'
            ? problem.text
            : bad === undefined
              ? l10n.t('Create this network? Back changes it.')
              : l10n.t('This cannot be created yet. Back changes it.'),
        choices: [
          bad === undefined
            ? { label: `$(add) ${l10n.t('Create {0}', withoutIcons(draft.name))}`, value: 'create' }
            : { label: `$(arrow-left) ${l10n.t('Change the options')}`, value: 'mend' },
          { label: `$(copy) ${l10n.t('Copy the docker command')}`, value: 'copy' },
          ...findings.map(findingChoice),
          ...commandLines(args, ROW_WIDTH).map((line): QuickChoice<Choice> => ({
            label: withoutIcons(line),
            group: l10n.t('Docker command'),
            value: 'copy',
          })),
        ],
      });
      if (chosen.kind !== 'value') {
        return chosen;
      }
      switch (chosen.value) {
        case 'create':
          return { kind: 'value', value: answers };
        case 'mend':
          return { kind: 'back' };
        case 'copy':
          await copy(shellCommand(['docker', ...args]));
          break;
        case 'told':
          break;
      }
    }
  };
}

/** A finding on two lines, since rows do not wrap. */
function findingChoice({ severity, text }: Finding): QuickChoice<Choice> {
  const [first = '', ...rest] = wrap(withoutIcons(text), ROW_WIDTH);
  return {
    label: `${ICONS[severity]} ${first}`,
    ...(rest.length === 0 ? {} : { detail: rest.join(' ') }),
    group: l10n.t('Checks'),
    value: severity === 'error' ? 'mend' : 'told',
  };
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    }
  }
  return lines;
}
