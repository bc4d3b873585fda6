import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import type { PortRoute } from '../../src/shared/routingView';
import type { Actions, PageModel } from '../state';
import { formatPorts } from '../wording';
import { button, checkbox, tabs } from './ui.toolkit';

/** From this many nodes on those with problems can be shown alone. */
const PROBLEMS_FROM = 9;

/** The chosen route's name, its virtual addresses and the ways to look at it. */
export function routeHead(model: PageModel, route: PortRoute, actions: Actions): TemplateResult {
  return html`<div class="route-head">
    <div class="route-title">
      <h2 title=${route.serviceName}>${route.serviceName}</h2>
      <span class="code">${formatPorts(route)}</span>
      ${
        route.mode === 'host'
          ? html`<span
              class="mark mark-plain"
              title=${l10n.t('Only nodes that run a task answer; the mesh does not carry this port')}
              >${l10n.t('host mode')}</span
            >`
          : nothing
      }
      ${button({
        label: l10n.t('Inspect service'),
        icon: 'json',
        look: 'icon',
        onClick: () => actions.send({ type: 'inspect', kind: 'service', id: route.serviceId }),
      })}
    </div>
    <div class="route-tools">
      ${
        route.entries.length < PROBLEMS_FROM && !model.problemsOnly
          ? nothing
          : checkbox({
              label: l10n.t('Problems only'),
              checked: model.problemsOnly,
              onChange: (on) => actions.dispatch({ type: 'problemsOnly', on }),
            })
      }
      ${tabs({
        label: l10n.t('View'),
        selected: model.saved.tab,
        choices: [
          { id: 'map', text: l10n.t('Map'), icon: 'map' },
          { id: 'table', text: l10n.t('Table'), icon: 'table' },
          { id: 'answers', text: l10n.t('Who answers'), icon: 'graph' },
        ],
        onSelect: (tab) => actions.dispatch({ type: 'showTab', tab }),
      })}
    </div>
    ${virtualAddresses(route)}
  </div>`;
}

function virtualAddresses(route: PortRoute): TemplateResult | typeof nothing {
  if (route.vips.length === 0) {
    return nothing;
  }
  const title = l10n.t(
    'Virtual addresses name the service inside its networks; traffic of a published port does not pass through them.',
  );
  return html`<p class="vips" title=${title}>
    <span>${l10n.t('Virtual IP')}</span>
    ${route.vips.map(
      (vip) =>
        html`<span class="vip"
          ><span class="code">${vip.address}</span>
          <span class="muted">${l10n.t('in {0}', vip.networkName)}</span></span
        >`,
    )}
    <span class="muted">${l10n.t('a label, not a hop of published traffic')}</span>
  </p>`;
}
