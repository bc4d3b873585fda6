import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import type { PortRoute, RoutingView } from '../src/shared/routingView';
import { header } from './components/header';
import { matrixPanel } from './components/matrixPanel';
import { routeChips } from './components/routeChips';
import { routeHead } from './components/routeHead';
import { routeMap } from './components/routeMap';
import { routeTable } from './components/routeTable';
import {
  hint,
  loading,
  noAddress,
  noPorts,
  nothingReachable,
  unavailable,
  vantageProblem,
} from './components/states';
import { viewBar } from './components/viewBar';
import {
  openEntry,
  openPart,
  selectedRoute,
  visibleEntries,
  type Actions,
  type PageModel,
} from './state';

/** The whole page for a model; every state of the page is decided here. */
export function pageTemplate(model: PageModel, actions: Actions): TemplateResult {
  if (model.unavailable !== undefined) {
    return unavailable(model.unavailable, actions);
  }
  if (model.routing === undefined) {
    return loading();
  }
  const route = selectedRoute(model);
  const isMatrix = route !== undefined && model.saved.tab === 'matrix';
  return html`<div class="page">
    ${header(model, model.routing, actions)}
    ${route === undefined ? nothing : viewBar(model, actions)}
    ${route === undefined || isMatrix ? nothing : routeChips(model, actions)}
    <div class="body">
      <main class="scroller ${isMatrix ? 'filled' : ''}">
        ${
          model.probes?.problem === undefined
            ? nothing
            : vantageProblem(model.probes.vantage, model.probes.problem)
        }
        ${
          model.probes?.nothingReachable === true
            ? nothingReachable(model.probes.vantage, actions)
            : hasNoAddress(model.routing)
              ? noAddress(actions)
              : nothing
        }
        ${
          route === undefined
            ? noPorts()
            : isMatrix
              ? matrixPanel(model, actions)
              : routeBody(model, route, actions)
        }
      </main>
      ${details(model, route, actions)}
    </div>
  </div>`;
}

/** Whether there are tcp ports, but not one node with an address to probe them at. */
function hasNoAddress(view: RoutingView): boolean {
  const entries = view.routes.flatMap((route) => (route.protocol === 'tcp' ? route.entries : []));
  return entries.length > 0 && entries.every(({ target }) => target === undefined);
}

function routeBody(model: PageModel, route: PortRoute, actions: Actions): TemplateResult {
  return html`${routeHead(model, route, actions)} ${routeHints(model, route)}
    <div id="panel" class="panel" role="tabpanel" aria-labelledby="tab-${model.saved.tab}">
      ${tabPanel(model, route, actions)}
    </div>`;
}

function tabPanel(model: PageModel, route: PortRoute, actions: Actions): TemplateResult {
  switch (model.saved.tab) {
    case 'table':
      return html`<div class="table-frame">${routeTable(model, route, actions)}</div>`;
    case 'answers':
      return actions.later?.answers(model, route, actions) ?? html``;
    default:
      return html`<div class="map-frame">${routeMap(model, route, actions)}</div>`;
  }
}

function routeHints(model: PageModel, route: PortRoute): TemplateResult[] {
  const hints: string[] = [];
  if (model.gone !== undefined) {
    hints.push(l10n.t('{0} is not published any more.', model.gone));
  }
  if (route.protocol === 'udp') {
    hints.push(
      l10n.t(
        '{0} is not probed: an open port gives no sign that could be told from a closed one.',
        'UDP',
      ),
    );
  } else if (route.protocol === 'sctp') {
    hints.push(l10n.t('SCTP is not probed: the probes do not speak it.'));
  }
  if (!route.backends.some((backend) => backend.active)) {
    hints.push(
      route.desired > 0
        ? l10n.t(
            '{0} of {1} tasks run, so no node has anybody to pass a connection to.',
            0,
            route.desired,
          )
        : l10n.t('No task runs, so no node has anybody to pass a connection to.'),
    );
  } else if (route.mode === 'host') {
    hints.push(
      l10n.t('Host mode: the mesh does not carry this port, only nodes that run a task answer.'),
    );
  }
  hints.push(...route.probe.problems);
  if (model.problemsOnly && visibleEntries(model, route).length === 0) {
    hints.push(l10n.t('No node of this port has a problem.'));
  }
  return hints.map(hint);
}

function details(
  model: PageModel,
  route: PortRoute | undefined,
  actions: Actions,
): TemplateResult | typeof nothing {
  const entry = openEntry(model);
  const { later } = actions;
  if (route === undefined || later === undefined) {
    return nothing;
  }
  if (entry !== undefined) {
    return later.entryDetails(model, route, entry, actions);
  }
  const part = ['map', 'table'].includes(model.saved.tab) ? openPart(model) : undefined;
  return part === undefined ? nothing : later.partDetails(model, route, part, actions);
}

/** The page's title for the accessibility tree. */
export function pageTitle(view: RoutingView | undefined): string {
  return view === undefined
    ? l10n.t('Ingress routing')
    : l10n.t('Ingress routing of {0}', view.swarmName);
}
