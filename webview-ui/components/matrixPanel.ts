import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import { buildMatrix, countNodes, problemsOf, type Matrix } from '../matrix';
import { findPlace, layoutMatrix, placeAt, type MatrixLayout } from '../matrixLayout';
import type { MatrixPlace } from '../matrixState';
import { moveInGrid } from '../matrixWindow';
import { describeTally } from '../matrixWording';
import { matrixOrder, openEntry, selectedRoute, type Actions, type PageModel } from '../state';
import { icon, toneIcon } from './icon';
import { matrixGrid } from './matrixGrid';

/** All published ports at all nodes: what was observed against what was expected, in one table. */
export function matrixPanel(model: PageModel, actions: Actions): TemplateResult {
  const order = matrixOrder(model);
  const grouped = order.group === 'stack';
  const matrix = buildMatrix({
    routes: model.routing?.routes ?? [],
    cells: model.cells,
    filter: model.filter,
    problemsOnly: model.problemsOnly,
    ...order,
    held: model.matrix.held,
  });
  const unreachable = model.probes?.nothingReachable ?? false;
  return html`<div
    id="panel"
    class="panel matrix-panel"
    role="tabpanel"
    aria-labelledby="tab-matrix"
  >
    ${matrixHead(matrix, unreachable)}
    ${
      matrix.rows.length === 0 || matrix.columns.length === 0
        ? html`<p class="hint">${icon('info')}<span>${emptyText(model, matrix)}</span></p>`
        : frame(model, matrix, { grouped, unreachable }, actions)
    }
  </div>`;
}

function matrixHead(matrix: Matrix, unreachable: boolean): TemplateResult {
  const { nodes, ports, totalNodes, totalPorts } = matrix;
  const verdict = describeTally(matrix.tally, unreachable);
  const count = (shown: number, total: number): string =>
    shown === total ? `${total}` : l10n.t('{0} of {1}', shown, total);
  const portCount = count(ports.length, totalPorts);
  const nodeCount = count(countNodes(nodes.map(({ entry }) => entry)), totalNodes);
  return html`<div class="matrix-head">
    <h2>${l10n.t('All ports')}</h2>
    <span class="muted"
      >${l10n.t(
        '{0} at {1}',
        totalPorts === 1 ? l10n.t('{0} port', portCount) : l10n.t('{0} ports', portCount),
        totalNodes === 1 ? l10n.t('{0} node', nodeCount) : l10n.t('{0} nodes', nodeCount),
      )}</span
    >
    ${
      verdict.sentence === ''
        ? nothing
        : html`<span class="sum">${toneIcon(verdict.tone)}${verdict.sentence}</span>`
    }
  </div>`;
}

function emptyText(model: PageModel, matrix: Matrix): string {
  return model.problemsOnly && (model.filter.trim() === '' || problemsOf(matrix.tally) === 0)
    ? l10n.t('No port has a problem at any node.')
    : l10n.t('No port and no node fits the filter.');
}

function frame(
  model: PageModel,
  matrix: Matrix,
  { grouped, unreachable }: { readonly grouped: boolean; readonly unreachable: boolean },
  actions: Actions,
): TemplateResult {
  const layout = layoutMatrix(matrix, {
    view: model.matrix.view,
    scale: model.viewport.scale,
    place: currentPlace(model),
    grouped,
  });
  const hold = (): void => {
    if (model.matrix.held === undefined) {
      const ids = (lines: Matrix['nodes' | 'ports']): string[] => lines.map(({ id }) => id);
      const held = { nodes: ids(matrix.nodes), ports: ids(matrix.ports) };
      actions.dispatch({ type: 'matrix', change: { held } });
    }
  };
  const release = (event: Event): void => {
    const left = event.currentTarget as HTMLElement;
    // The focus has not moved yet when it is told to leave.
    requestAnimationFrame(() => {
      if (!left.matches(':hover, :focus-within')) {
        actions.dispatch({ type: 'matrix', change: { held: undefined } });
      }
    });
  };
  return html`<div
    class="matrix-frame"
    @pointerenter=${hold}
    @pointerleave=${release}
    @focusin=${(event: Event) => {
      actions.dispatch({ type: 'matrix', change: { place: placeOf(event.target) ?? {} } });
      hold();
    }}
    @focusout=${release}
    @click=${(event: Event) => choose(placeOf(event.target), matrix, actions)}
    @keydown=${(event: KeyboardEvent) => takeKey(event, matrix, layout, actions)}
  >
    ${matrixGrid({ model, matrix, layout, grouped, unreachable })}
  </div>`;
}

/** Until the person goes elsewhere, the cell whose details are open. */
function currentPlace(model: PageModel): MatrixPlace {
  const { place } = model.matrix;
  const open = openEntry(model);
  const port = selectedRoute(model)?.id;
  return place.node === undefined && place.port === undefined && open !== undefined
    ? { node: open.place, ...(port === undefined ? {} : { port }) }
    : place;
}

function placeOf(target: EventTarget | null): MatrixPlace | undefined {
  const found =
    target instanceof Element ? target.closest<HTMLElement>('[data-node], [data-port]') : null;
  const { node, port } = found?.dataset ?? {};
  return node === undefined && port === undefined
    ? undefined
    : { ...(node === undefined ? {} : { node }), ...(port === undefined ? {} : { port }) };
}

function takeKey(
  event: KeyboardEvent,
  matrix: Matrix,
  layout: MatrixLayout,
  actions: Actions,
): void {
  if (event.altKey || event.metaKey || event.shiftKey) {
    return;
  }
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    choose(placeOf(event.target), matrix, actions);
    return;
  }
  // What has the focus, not what had it at the last draw: keys may come faster than frames.
  const here = findPlace(matrix, placeOf(event.target) ?? {});
  const next = moveInGrid(here, event, {
    rows: matrix.rows.length,
    columns: matrix.columns.length,
    page: layout.page,
  });
  if (next !== undefined) {
    event.preventDefault();
    goTo(placeAt(matrix, next), actions);
  }
}

/** A cell opens its details, a port its map, a node its inspect document. */
function choose(place: MatrixPlace | undefined, matrix: Matrix, actions: Actions): void {
  if (place === undefined) {
    return;
  }
  const { node, port } = place;
  const route = matrix.ports.find(({ id }) => id === port)?.route;
  const entry = route?.entries.find(({ place: at }) => at === node);
  goTo(place, actions);
  if (route !== undefined) {
    actions.dispatch({ type: 'selectRoute', id: route.id });
  }
  if (entry !== undefined) {
    actions.dispatch({ type: 'openEntry', id: entry.id });
  } else if (route !== undefined && node === undefined) {
    actions.dispatch({ type: 'showTab', tab: 'map' });
    requestAnimationFrame(() => document.getElementById('tab-map')?.focus());
  } else if (route === undefined && node !== undefined) {
    const id = matrix.nodes.find((line) => line.id === node)?.entry.nodeId ?? node;
    actions.send({ type: 'inspect', kind: 'node', id });
  }
}

/** Moves focus and tab stop: at once where the place is drawn, for the next key may come before a frame. */
function goTo(place: MatrixPlace, actions: Actions): void {
  actions.dispatch({ type: 'matrix', change: { place } });
  const focus = (): void => {
    for (const one of document.querySelectorAll<HTMLElement>('.matrix [tabindex]')) {
      if (one.dataset['node'] === place.node && one.dataset['port'] === place.port) {
        one.focus({ preventScroll: true });
        one.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      }
    }
  };
  focus();
  // Again after the draw: it may have made the place, or the frame smaller.
  requestAnimationFrame(focus);
}
