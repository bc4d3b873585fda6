import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import type { Actions } from '../state';
import { toneIcon } from './icon';

/** Rows of a list of nodes or tasks; the table has all of them. */
const LISTED = 30;

/** A titled list of what a part leads on to. */
export function list(
  title: string,
  rows: readonly TemplateResult[],
): TemplateResult | typeof nothing {
  return rows.length === 0
    ? nothing
    : html`<section>
        <h3>${title}</h3>
        <ul class="part-list">
          ${rows.slice(0, LISTED)}
        </ul>
        ${
          rows.length > LISTED
            ? html`<p class="muted">
                ${l10n.t('{0} more are in the table.', rows.length - LISTED)}
              </p>`
            : nothing
        }
      </section>`;
}

/** A row that leads on: to the details of a part, or of a node by its entry. */
export function row(
  actions: Actions,
  part: string | undefined,
  tone: Parameters<typeof toneIcon>[0] | undefined,
  name: string,
  words: readonly string[],
  entryId?: string,
): TemplateResult {
  const goOn = (): void => {
    actions.dispatch(
      part === undefined ? { type: 'openEntry', id: entryId } : { type: 'openPart', id: part },
    );
    // The row that has the focus goes with its panel.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.details h2')?.focus());
  };
  return html`<li>
    ${tone === undefined ? nothing : toneIcon(tone)}
    <button type="button" class="link" title=${name} @click=${goOn}>${name}</button>
    <span class="part-words">${words.filter((word) => word !== '').join(' · ')}</span>
  </li>`;
}
