import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit/html.js';

import type { MatrixOrder } from '../matrixState';
import { matrixOrder, type Actions, type PageModel } from '../state';
import { routesFilter } from './routeChips';
import { checkbox, select, tabs, textField } from './ui.toolkit';

/** The ways to look at the ports, above the choice of one: the matrix is about all of them. */
export function viewBar(model: PageModel, actions: Actions): TemplateResult {
  const { tab } = model.saved;
  return html`<div class="view-bar ${tab === 'matrix' ? 'closed' : ''}">
    ${tabs({
      label: l10n.t('View'),
      selected: tab,
      choices: [
        { id: 'map', text: l10n.t('Map'), icon: 'map', title: l10n.t('The chosen port as a map') },
        {
          id: 'table',
          text: l10n.t('Table'),
          icon: 'table',
          title: l10n.t('The chosen port as a table'),
        },
        {
          id: 'answers',
          text: l10n.t('Who answers'),
          icon: 'graph',
          title: l10n.t('The answers of each task of the chosen port'),
        },
        {
          id: 'matrix',
          text: l10n.t('Matrix'),
          icon: 'layers',
          title: l10n.t('All ports at all nodes'),
        },
      ],
      onSelect: (chosen) => actions.dispatch({ type: 'showTab', tab: chosen }),
    })}
    ${tab === 'matrix' ? matrixTools(model, actions) : routesFilter(model, actions)}
  </div>`;
}

function matrixTools(model: PageModel, actions: Actions): TemplateResult {
  const order = matrixOrder(model);
  const arrange = (change: Partial<MatrixOrder>): void =>
    actions.dispatch({ type: 'arrangeMatrix', ...order, ...change });
  return html`<div class="matrix-tools">
    ${textField({
      label: l10n.t('Filter by port, service or node'),
      placeholder: l10n.t('Filter'),
      value: model.filter,
      icon: 'search',
      onInput: (text) => actions.dispatch({ type: 'filter', text }),
    })}
    ${select({
      label: l10n.t('Order of the matrix'),
      value: order.sort,
      choices: [
        { value: 'name', text: l10n.t('By name') },
        { value: 'problems', text: l10n.t('Problems first') },
      ],
      onChange: (value) => arrange({ sort: value === 'problems' ? 'problems' : 'name' }),
    })}
    ${select({
      label: l10n.t('Groups of the matrix'),
      value: order.group,
      choices: [
        { value: 'none', text: l10n.t('Not grouped') },
        { value: 'stack', text: l10n.t('Ports by stack') },
      ],
      onChange: (value) => arrange({ group: value === 'stack' ? 'stack' : 'none' }),
    })}
    ${checkbox({
      label: l10n.t('Problems only'),
      checked: model.problemsOnly,
      onChange: (on) => actions.dispatch({ type: 'problemsOnly', on }),
    })}
  </div>`;
}
