import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit/html.js';

import type { ShareKind } from '../../src/shared/protocol';
import type { Actions } from '../state';
import type { IconName } from './icon';

/** Everything that can be taken out of the page, behind one button. */
export function shareMenu(actions: Actions): TemplateResult {
  const choose = (what: ShareKind): void => {
    if (what === 'map') {
      actions.saveMap();
    } else {
      actions.send({ type: 'share', what });
    }
  };
  const choice = (id: ShareKind, text: string, icon: IconName) => ({
    text,
    icon,
    onChoose: () => choose(id),
  });
  // A new list with each draw, so that the menu follows the language.
  return html`<menu-button
    .label=${l10n.t('Share')}
    .choices=${[
      choice('report', l10n.t('Write incident report'), 'markdown'),
      choice('map', l10n.t('Save map as SVG…'), 'map'),
      choice('json', l10n.t('Save as JSON…'), 'json'),
      choice('csv', l10n.t('Save probes as CSV…'), 'table'),
    ]}
  ></menu-button>`;
}
