import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit/html.js';

import type { PortRoute, RouteEntry } from '../../src/shared/routingView';
import { burstOfRoute } from '../answers';
import type { Actions, PageModel } from '../state';
import { button } from './ui.toolkit';

/** The panel beside the map: a name, a way out, and what is told of the element. */
export function detailsFrame(
  name: string,
  actions: Actions,
  content: TemplateResult,
): TemplateResult {
  return html`<aside class="details" aria-label=${l10n.t('Details of {0}', name)}>
    <div class="details-head">
      <h2 title=${name} tabindex="-1">${name}</h2>
      ${button({
        label: l10n.t('Close details'),
        icon: 'close',
        look: 'icon',
        onClick: () => actions.dispatch({ type: 'openEntry', id: undefined }),
      })}
    </div>
    ${content}
  </aside>`;
}

/** One row of a panel's facts. */
export function fact(name: string, value: unknown, look = ''): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd class=${look}>${value}</dd>
  </div>`;
}

/** Starts a burst to a node, or to all nodes in turn, and shows who answers it. */
export function burstButton(
  model: PageModel,
  route: PortRoute,
  entry: RouteEntry | undefined,
  actions: Actions,
): TemplateResult {
  const { size } = model.answers;
  const targets = entry === undefined ? route.entries : [entry];
  return button({
    label: l10n.t('Burst of {0}', size),
    icon: 'graph',
    look: 'secondary',
    disabled:
      route.probe.kind === 'none' ||
      burstOfRoute(model.answers, route)?.state === 'running' ||
      targets.every(({ target }) => target === undefined),
    onClick: () => {
      actions.send({
        type: 'startBurst',
        routeId: route.id,
        ...(entry === undefined ? {} : { entryId: entry.id }),
        connections: size,
      });
      actions.dispatch({ type: 'answersOf', id: entry?.id });
      actions.dispatch({ type: 'showTab', tab: 'answers' });
    },
  });
}
