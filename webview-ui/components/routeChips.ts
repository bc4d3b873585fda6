import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';

import type { PortRoute } from '../../src/shared/routingView';
import { filteredRoutes, selectedRoute, type Actions, type PageModel } from '../state';
import { describeRoute } from '../verdicts';
import { formatPorts } from '../wording';
import { toneIcon } from './icon';
import { textField } from './ui.toolkit';

/** From this many routes on there is a filter. */
const FILTER_FROM = 9;

/** The published ports, one to choose; arrow keys, Home and End move the choice. */
export function routeChips(model: PageModel, actions: Actions): TemplateResult {
  const routes = filteredRoutes(model);
  const chosen = selectedRoute(model);
  // With the chosen route filtered away the first chip takes the tab stop.
  const stop = routes.find((route) => route.id === chosen?.id) ?? routes[0];
  return html`<nav class="routes" aria-label=${l10n.t('Published ports')}>
    ${
      routes.length === 0
        ? html`<p class="muted">${l10n.t('No port fits the filter.')}</p>`
        : html`<div
            class="chips"
            role="radiogroup"
            aria-label=${l10n.t('Published ports')}
            @keydown=${(event: KeyboardEvent) => moveChoice(event, routes, chosen, actions)}
          >
            ${repeat(
              routes,
              (route) => route.id,
              (route) =>
                chip(model, route, route.id === chosen?.id, route.id === stop?.id, actions),
            )}
          </div>`
    }
  </nav>`;
}

/** The ports' filter, where there are many of them. */
export function routesFilter(model: PageModel, actions: Actions): TemplateResult | typeof nothing {
  const total = model.routing?.routes.length ?? 0;
  if (total < FILTER_FROM && model.filter === '') {
    return nothing;
  }
  const count = filteredRoutes(model).length;
  return html`<div class="routes-filter">
    ${textField({
      label: l10n.t('Filter by port or service'),
      value: model.filter,
      icon: 'search',
      onInput: (text) => actions.dispatch({ type: 'filter', text }),
    })}
    <span class="muted">${l10n.t('{0} of {1} ports', count, total)}</span>
  </div>`;
}

function chip(
  model: PageModel,
  route: PortRoute,
  checked: boolean,
  tabStop: boolean,
  actions: Actions,
): TemplateResult {
  const verdict = describeRoute(route, model.cells, model.probes?.nothingReachable ?? false);
  const ports = formatPorts(route);
  const replicas = `${route.running}/${route.desired}`;
  return html`<button
    type="button"
    class="chip"
    role="radio"
    aria-checked=${checked ? 'true' : 'false'}
    data-route=${route.id}
    tabindex=${tabStop ? 0 : -1}
    title=${l10n.t(
      '{0}: {1} · {2} of {3} tasks run · {4}',
      route.serviceName,
      ports,
      route.running,
      route.desired,
      verdict.sentence,
    )}
    @click=${() => actions.dispatch({ type: 'selectRoute', id: route.id })}
  >
    ${toneIcon(verdict.tone)}
    <span class="chip-lines">
      <span class="chip-line"
        ><span class="chip-port">${ports}</span>
        <span class="chip-name">${route.serviceName}</span>
        <span class="chip-replicas ${route.running < route.desired ? 'short' : ''}"
          >${replicas}</span
        ></span
      >
      <span class="chip-verdict">${verdict.text}</span>
    </span>
  </button>`;
}

function moveChoice(
  event: KeyboardEvent,
  routes: readonly PortRoute[],
  chosen: PortRoute | undefined,
  actions: Actions,
): void {
  const at = routes.findIndex((route) => route.id === chosen?.id);
  const last = routes.length - 1;
  const targets: Readonly<Record<string, number>> = {
    ArrowRight: at >= last ? 0 : at + 1,
    ArrowDown: at >= last ? 0 : at + 1,
    ArrowLeft: at <= 0 ? last : at - 1,
    ArrowUp: at <= 0 ? last : at - 1,
    Home: 0,
    End: last,
  };
  const next = routes[targets[event.key] ?? -1];
  if (next === undefined) {
    return;
  }
  event.preventDefault();
  actions.dispatch({ type: 'selectRoute', id: next.id });
  for (const element of document.querySelectorAll<HTMLElement>('.chip')) {
    if (element.dataset['route'] === next.id) {
      element.focus();
    }
  }
}
