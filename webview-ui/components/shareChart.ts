import * as l10n from '@vscode/l10n';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';

import type { AnswerSpread, TaskShare } from '../../src/shared/answerSpread';
import { formatPercent } from '../answerWords';
import { icon } from './icon';

/** Bars of the tasks' shares with the even one as a line, the numbers beside. */
export function shareChart(
  spread: AnswerSpread,
  caption: string,
  nameOf: (taskId: string) => { readonly name: string; readonly where: string },
): TemplateResult {
  const all = spread.named + spread.unnamed + spread.gone;
  // The longest bar, or the line, is close to the right edge.
  const scale = 1.05 * Math.max(spread.even ?? 0, ...spread.tasks.map(({ share }) => share), 0.01);
  return html`<table class="shares">
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col">${l10n.t('Task')}</th>
        <th scope="col" class="share-even">
          ${
            spread.even === undefined
              ? l10n.t('Share')
              : html`<span class="even-key" aria-hidden="true"></span
                  >${l10n.t('Even share {0}', formatPercent(spread.even))}`
          }
        </th>
        <th scope="col" class="number">${l10n.t('Answers')}</th>
        <th scope="col" class="number">${l10n.t('Share')}</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(
        spread.tasks,
        ({ taskId }) => taskId,
        (task) => taskRow(task, spread.even, scale, nameOf(task.taskId)),
      )}
      ${otherRow(l10n.t('Not named'), spread.unnamed, all)}
      ${otherRow(l10n.t('Tasks that are gone'), spread.gone, all)}
    </tbody>
  </table>`;
}

function taskRow(
  task: TaskShare,
  even: number | undefined,
  scale: number,
  { name, where }: { readonly name: string; readonly where: string },
): TemplateResult {
  const at = (share: number): number => (100 * share) / scale;
  return html`<tr class=${task.overdue ? 'overdue' : ''}>
    <th scope="row" title=${`${name} ${where}`}>
      ${name} ${where === '' ? nothing : html`<span class="muted">${where}</span>`}
    </th>
    <td class="share-bar" aria-hidden="true">
      <svg width="100%" height="16" preserveAspectRatio="none" viewBox="0 0 100 16">
        ${svg`<rect class="track" x="0" y="7" width="100" height="2"></rect><rect class="share" x="0" y="3" width=${at(task.share)} height="10"></rect>`}
        ${
          even === undefined
            ? nothing
            : svg`<line class="even" x1=${at(even)} x2=${at(even)} y1="0" y2="16"></line>`
        }
      </svg>
    </td>
    <td class="number">
      ${task.overdue ? html`${icon('error', 'tone-bad')}<span class="hidden">${l10n.t('never, though due')}</span>` : nothing}
      ${task.answers}
    </td>
    <td class="number">${formatPercent(task.share)}</td>
  </tr>`;
}

function otherRow(name: string, count: number, all: number): TemplateResult | typeof nothing {
  return count === 0
    ? nothing
    : html`<tr class="other">
        <th scope="row">${name}</th>
        <td class="muted">${l10n.t('of all answers')}</td>
        <td class="number">${count}</td>
        <td class="number">${formatPercent(count / all)}</td>
      </tr>`;
}
