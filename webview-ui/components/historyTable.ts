import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import type { HistoryView } from '../../src/shared/historyView';
import { describeMark } from '../historyWording';
import { formatMs, formatTime } from '../wording';

/** The same as the drawing in rows, newest first: what was probed, what was not, what happened. */
export function historyTable(view: HistoryView, name: string): TemplateResult {
  const ms = (value: number | undefined): string => (value === undefined ? '–' : formatMs(value));
  return html`<div
    class="history-rows"
    tabindex="0"
    role="region"
    aria-label=${l10n.t('History of {0} as a table', name)}
  >
    <table>
      <caption class="hidden">
        ${l10n.t('Probes of {0}', name)}
      </caption>
      <thead>
        <tr>
          ${[
            l10n.t('From'),
            l10n.t('Probes'),
            l10n.t('Failed'),
            l10n.t('Least'),
            l10n.t('Median'),
            l10n.t('Most'),
          ].map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${view.points.toReversed().map(
          ({ from, count, failed, least, median, most }) =>
            html`<tr class=${failed > 0 ? 'history-row-failed' : ''}>
              <th scope="row">${formatTime(from)}</th>
              <td>${count}</td>
              <td>${failed}</td>
              <td>${ms(least)}</td>
              <td>${ms(median)}</td>
              <td>${ms(most)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${view.gaps.length === 0 ? nothing : listOf(l10n.t('Not probed'), gapsOf(view))}
    ${view.marks.length === 0 ? nothing : listOf(l10n.t('What happened'), marksOf(view))}
  </div>`;
}

function listOf(title: string, lines: readonly string[]): TemplateResult {
  return html`<h4>${title}</h4>
    <ul>
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`;
}

function gapsOf({ gaps }: HistoryView): readonly string[] {
  return gaps.map(({ from, to }) => l10n.t('{0} to {1}', formatTime(from), formatTime(to)));
}

function marksOf({ marks }: HistoryView): readonly string[] {
  return marks.toReversed().map((mark) => `${formatTime(mark.at)} ${describeMark(mark)}`);
}
