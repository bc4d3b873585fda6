import * as l10n from '@vscode/l10n';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';

import type { PortRoute, RouteEntry } from '../../src/shared/routingView';
import {
  layoutRoute,
  waysOf,
  type Box,
  type Edge,
  type NodeRow,
  type RouteLayout,
} from '../layoutRoute';
import { balances, flowOf, partId } from '../mapParts';
import { openPart, visibleEntries, type Actions, type PageModel } from '../state';
import { describeVerdict } from '../verdicts';
import { formatMs, formatPorts, formatRate } from '../wording';
import { lastAnswerer, lines, place, type DrawnMap } from './drawnMap';
import { icon } from './icon';
import { mapButton } from './mapButton';
import { drawNode } from './routeNode';
import { drawTasks, IDLE } from './routeTasks';

/** The way of a connection through one route: client, nodes with their sandboxes, tasks. */
export function routeMap(model: PageModel, route: PortRoute, actions: Actions): TemplateResult {
  const entries = visibleEntries(model, route);
  const entryById = new Map(entries.map((entry) => [entry.id, entry]));
  const focus = model.hovered ?? model.saved.openEntry ?? entryOfPart(model);
  const focusTask = focus === undefined ? taskOfPart(model) : undefined;
  const focused = {
    ...(focus === undefined ? {} : { focus }),
    ...(focusTask === undefined ? {} : { focusTask }),
  };
  const idle = route.backends.filter(({ active }) => !active);
  const layout = layoutRoute(
    {
      nodes: entries.map((entry) => entry.id),
      tasks: [
        ...route.backends.filter(({ active }) => active).map(({ taskId }) => taskId),
        ...(idle.length === 0 ? [] : [IDLE, ...idle.map(({ taskId }) => taskId)]),
      ].map((id, index) => ({ id, active: index < route.backends.length - idle.length })),
      answeredBy: readAnswerers(model, entries),
      idle: new Set(
        entries.filter((one) => !balances(one, model.cells.get(one.id))).map(({ id }) => id),
      ),
      ...focused,
      ...(route.mode === 'host' ? { direct: tasksByEntry(route) } : {}),
    },
    model.viewport,
  );
  const lit = waysOf(layout.edges, focused);
  const isFocused = lit.size > 0 || (focus !== undefined && entryById.has(focus));
  const map: DrawnMap = { model, route, actions, layout, focus, entryById };
  return html`<svg
    class="map ${layout.tight ? 'tight' : ''} ${isFocused ? 'focused' : ''}"
    role="group"
    aria-label=${l10n.t('Map of port {0}', formatPorts(route))}
    width=${layout.width}
    height=${layout.height + 2}
  >
    ${drawHeadings(layout, route)}
    <g class="edges" aria-hidden="true">
      ${repeat(layout.edges, edgeKey, (edge) => drawEdge(edge, lit.has(edge.id), model, entryById))}
    </g>
    ${place(layout.client, drawClient(map))} ${drawWays(map)}
    ${repeat(
      layout.rows,
      (row) => row.id,
      (row) => {
        const entry = entryById.get(row.id);
        return entry === undefined ? nothing : drawRow(map, row, entry);
      },
    )}
    ${drawTasks(map, idle)}
  </svg>`;
}

function entryOfPart(model: PageModel): string | undefined {
  const part = openPart(model);
  return part !== undefined && 'entry' in part ? part.entry.id : undefined;
}

function taskOfPart(model: PageModel): string | undefined {
  const part = openPart(model);
  return part?.kind === 'task' ? part.task.taskId : undefined;
}

/** Time and rate on the way to each node. */
function drawWays({ model, actions, layout, entryById }: DrawnMap): TemplateResult {
  return svg`${repeat(
    layout.wayLabels,
    ({ id }) => id,
    ({ id, box }) => {
      const flow = flowOf(model.cells.get(id)?.samples ?? []);
      const hostname = entryById.get(id)?.hostname ?? '';
      return flow.last === undefined || model.probes?.nothingReachable === true
        ? nothing
        : place(
            box,
            mapButton(
              model,
              actions,
              {
                part: partId('way', id),
                column: 'way',
                look: 'way',
                label: l10n.t(
                  'Way to {0}: {1} of {2} probes answered{3}',
                  hostname,
                  flow.answers,
                  flow.probes,
                  flow.latency === undefined
                    ? ''
                    : l10n.t(', half of them within {0}', formatMs(flow.latency.p50)),
                ),
                entryId: id,
              },
              lines(
                flow.latency === undefined ? '–' : formatMs(flow.latency.p50),
                formatRate(flow.perSecond),
              ),
            ),
          );
    },
  )}`;
}

/** In host mode a node leads to its own running tasks. */
function tasksByEntry({ entries, backends }: PortRoute): ReadonlyMap<string, readonly string[]> {
  return new Map(
    entries.map((entry) => [
      entry.id,
      backends
        .filter(({ active, nodeId }) => active && nodeId === entry.nodeId)
        .map(({ taskId }) => taskId),
    ]),
  );
}

function edgeKey(edge: Edge): string {
  return edge.id;
}

function readAnswerers(model: PageModel, entries: readonly RouteEntry[]): Map<string, string> {
  const answerers = new Map<string, string>();
  for (const entry of entries) {
    const task = lastAnswerer(model, entry.id);
    if (task !== undefined) {
      answerers.set(entry.id, task);
    }
  }
  return answerers;
}

function drawHeadings(layout: RouteLayout, route: PortRoute): TemplateResult {
  const heading = (box: Box, text: string, title: string, extra = ''): TemplateResult =>
    place(box, html`<div class="map-heading ${extra}" title=${title}>${text}</div>`);
  return svg`
    ${
      // There is room for its icon alone.
      layout.tight
        ? nothing
        : heading(
            layout.headings.client,
            l10n.t('Client'),
            l10n.t('Any machine that opens the port'),
          )
    }
    ${heading(
      layout.headings.nodes,
      route.mode === 'host'
        ? l10n.t('Host mode, port {0}', route.publishedPort ?? '∗')
        : layout.tight
          ? l10n.t('Nodes, port {0}', route.publishedPort ?? '∗')
          : l10n.t('Every node, port {0}', route.publishedPort ?? '∗'),
      route.mode === 'host'
        ? l10n.t('The port is open on the nodes that run a task, and leads to that task')
        : l10n.t('The port is open on every node, whether a task runs there or not'),
    )}
    ${
      route.mode === 'host'
        ? nothing
        : heading(
            layout.headings.sandboxes,
            layout.compact ? l10n.t('IPVS') : l10n.t('Ingress sandbox'),
            l10n.t(
              'Each node has an ingress sandbox of its own; its IPVS balances over all running tasks',
            ),
            'centred',
          )
    }
    ${heading(
      layout.headings.tasks,
      l10n.t('Tasks, port {0}', route.targetPort),
      l10n.t('Only running tasks take traffic'),
    )}`;
}

function drawEdge(
  edge: Edge,
  lit: boolean,
  model: PageModel,
  entries: ReadonlyMap<string, RouteEntry>,
): TemplateResult {
  const entryId = edge.entryId;
  const unreachable = model.probes?.nothingReachable ?? false;
  const entry = entryId === undefined ? undefined : entries.get(entryId);
  const tone =
    entry === undefined
      ? 'neutral'
      : describeVerdict(model.cells.get(entry.id)?.verdict, entry, unreachable).tone;
  const parts = [
    'edge',
    `edge-${edge.kind}`,
    edge.kind === 'knock' ? `edge-${tone}` : '',
    edge.last ? 'last' : '',
    lit ? 'lit' : '',
  ];
  return svg`<path class=${parts.filter(Boolean).join(' ')} data-entry=${entryId ?? ''} d=${edge.path}></path>`;
}

function drawClient({ model, layout, actions }: DrawnMap): TemplateResult {
  const vantage = model.probes?.vantage ?? '';
  return mapButton(
    model,
    actions,
    {
      part: partId('client'),
      column: 'client',
      look: 'client',
      label: l10n.t('Probing from {0}', vantage),
    },
    html`${icon('desktop')}
    ${
      layout.compact
        ? nothing
        : html`<span class="client-name" aria-hidden="true">${clientName(model)}</span
            ><span class="client-host" aria-hidden="true">${vantage}</span>`
    }
    ${
      layout.above + layout.below === 0
        ? nothing
        : html`<span class="client-more"
            >${layout.above > 0 ? html`<span>↑${layout.above}</span>` : nothing}
            ${layout.below > 0 ? html`<span>↓${layout.below}</span>` : nothing}</span
          >`
    }`,
  );
}

function clientName({ probes }: PageModel): string {
  return probes?.vantages?.chosen === 'manager' ? l10n.t('the manager') : l10n.t('this machine');
}

function drawRow(
  { model, route, actions, layout }: DrawnMap,
  row: NodeRow,
  entry: RouteEntry,
): TemplateResult {
  const room = { width: row.node.width, compact: layout.compact, tight: layout.tight };
  return svg`
    ${place(row.node, drawNode(model, route, entry, room, actions))}
    ${
      route.mode === 'host'
        ? nothing
        : place(row.sandbox, drawSandbox(model, actions, entry, layout.compact))
    }`;
}

function drawSandbox(
  model: PageModel,
  actions: Actions,
  entry: RouteEntry,
  compact: boolean,
): TemplateResult {
  const isIdle = !balances(entry, model.cells.get(entry.id));
  const name = `${entry.hostname}${entry.ingressAddress === undefined ? '' : ` (${entry.ingressAddress})`}`;
  return mapButton(
    model,
    actions,
    {
      part: partId('sandbox', entry.id),
      column: 'sandbox',
      look: `sandbox ${isIdle ? 'inactive' : ''}`,
      label: l10n.t('Ingress sandbox of {0}', name),
      title: isIdle
        ? l10n.t('Ingress sandbox of {0}: nothing tells that it passes on connections now', name)
        : l10n.t(
            'Ingress sandbox of {0}: its IPVS passes each new connection to the next running task, on whichever node',
            name,
          ),
      entryId: entry.id,
    },
    html`<span class="sandbox-name" aria-hidden="true">${l10n.t('IPVS')}</span> ${
        // Engines from 28 on tell their own ingress address only.
        compact || entry.ingressAddress === undefined
          ? nothing
          : html`<span class="sandbox-address" aria-hidden="true">${entry.ingressAddress}</span>`
      }`,
  );
}
