import * as l10n from '@vscode/l10n';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';

import type { PortRoute, RouteEntry } from '../../src/shared/routingView';
import { layoutRoute, type Box, type Edge, type NodeRow, type RouteLayout } from '../layoutRoute';
import { visibleEntries, type Actions, type PageModel } from '../state';
import { describeVerdict } from '../verdicts';
import {
  describeEntry,
  formatMs,
  formatPorts,
  formatTarget,
  nameAnswerer,
  nameOutcome,
  nodeMarks,
} from '../wording';
import { icon, toneIcon } from './icon';
import { drawTask } from './routeTask';
import { sampleStrip } from './sampleStrip';

/** The way of a connection through one route: client, nodes with their sandboxes, tasks. */
export function routeMap(model: PageModel, route: PortRoute, actions: Actions): TemplateResult {
  const entries = visibleEntries(model, route);
  const entryById = new Map(entries.map((entry) => [entry.id, entry]));
  const backendById = new Map(route.backends.map((backend) => [backend.taskId, backend]));
  const focus = model.hovered ?? model.saved.openEntry;
  const layout = layoutRoute(
    {
      nodes: entries.map((entry) => entry.id),
      tasks: route.backends.map((backend) => ({ id: backend.taskId, active: backend.active })),
      answeredBy: readAnswerers(model, entries),
      ...(focus === undefined ? {} : { focus }),
      ...(route.mode === 'host' ? { direct: tasksByEntry(route) } : {}),
    },
    model.viewport,
  );
  const focused = focus !== undefined && entryById.has(focus);
  return html`<svg
    class="map ${focused ? 'focused' : ''}"
    role="group"
    aria-label=${l10n.t('Map of port {0}', formatPorts(route))}
    width=${layout.width}
    height=${layout.height + 2}
  >
    ${drawHeadings(layout, route)}
    <g class="edges" aria-hidden="true">
      ${repeat(layout.edges, edgeKey, (edge) => drawEdge(edge, focus, model, entryById))}
    </g>
    ${place(layout.client, drawClient(model, layout))}
    ${repeat(
      layout.rows,
      (row) => row.id,
      (row) => {
        const entry = entryById.get(row.id);
        return entry === undefined ? nothing : drawRow(model, route, row, entry, layout, actions);
      },
    )}
    ${repeat(
      layout.tasks,
      (task) => task.id,
      (task) => {
        const backend = backendById.get(task.id);
        return backend === undefined
          ? nothing
          : place(
              task.box,
              drawTask(
                model,
                route,
                backend,
                focus,
                { compact: layout.compact, narrow: isNarrow(task.box, model) },
                actions,
              ),
            );
      },
    )}
  </svg>`;
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

/** Whether a task's card has no room for words beside its address. */
function isNarrow(card: Box, model: PageModel): boolean {
  return card.width < 300 * model.viewport.scale;
}

function edgeKey(edge: Edge): string {
  return edge.id;
}

function readAnswerers(model: PageModel, entries: readonly RouteEntry[]): Map<string, string> {
  const answerers = new Map<string, string>();
  for (const entry of entries) {
    const task = model.cells.get(entry.id)?.samples.at(-1)?.answeredBy;
    if (task !== undefined) {
      answerers.set(entry.id, task);
    }
  }
  return answerers;
}

function place(box: Box, content: TemplateResult): TemplateResult {
  return svg`<foreignObject x=${box.x} y=${box.y} width=${box.width} height=${box.height}>${content}</foreignObject>`;
}

function drawHeadings(layout: RouteLayout, route: PortRoute): TemplateResult {
  const heading = (box: Box, text: string, title: string, extra = ''): TemplateResult =>
    place(box, html`<div class="map-heading ${extra}" title=${title}>${text}</div>`);
  return svg`
    ${heading(layout.headings.client, l10n.t('Client'), l10n.t('Any machine that opens the port'))}
    ${heading(
      layout.headings.nodes,
      route.mode === 'host'
        ? l10n.t('Host mode, port {0}', route.publishedPort ?? '∗')
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
  focus: string | undefined,
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
  const lit = entryId !== undefined && entryId === focus;
  const parts = [
    'edge',
    `edge-${edge.kind}`,
    edge.kind === 'knock' ? `edge-${tone}` : '',
    edge.last ? 'last' : '',
    lit ? 'lit' : '',
  ];
  return svg`<path class=${parts.filter(Boolean).join(' ')} data-entry=${entryId ?? ''} d=${edge.path}></path>`;
}

function drawClient(model: PageModel, layout: RouteLayout): TemplateResult {
  const vantage = model.probes?.vantage ?? '';
  const isManager = model.probes?.vantages?.chosen === 'manager';
  return html`<div class="client" title=${l10n.t('Probing from {0}', vantage)}>
    ${icon('desktop')}
    ${
      layout.compact
        ? nothing
        : html`<span class="client-name"
              >${isManager ? l10n.t('the manager') : l10n.t('this machine')}</span
            ><span class="client-host">${vantage}</span>`
    }
    ${
      layout.above + layout.below === 0
        ? nothing
        : html`<span class="client-more"
            >${layout.above > 0 ? html`<span>↑${layout.above}</span>` : nothing}
            ${layout.below > 0 ? html`<span>↓${layout.below}</span>` : nothing}</span
          >`
    }
  </div>`;
}

function drawRow(
  model: PageModel,
  route: PortRoute,
  row: NodeRow,
  entry: RouteEntry,
  layout: RouteLayout,
  actions: Actions,
): TemplateResult {
  const sandboxTitle = l10n.t(
    'Ingress sandbox of {0}{1}: its IPVS passes each new connection to the next running task, on whichever node',
    entry.hostname,
    entry.ingressAddress === undefined ? '' : ` (${entry.ingressAddress})`,
  );
  return svg`<g>
    ${place(row.node, drawNode(model, route, row, entry, layout, actions))}
    ${
      route.mode === 'host'
        ? nothing
        : place(
            row.sandbox,
            html`<div class="sandbox" title=${sandboxTitle}>
              <span class="sandbox-name">${l10n.t('IPVS')}</span>
              ${
                // Engines from 28 on tell their own ingress address only.
                layout.compact || entry.ingressAddress === undefined
                  ? nothing
                  : html`<span class="sandbox-address">${entry.ingressAddress}</span>`
              }
            </div>`,
          )
    }
  </g>`;
}

function drawNode(
  model: PageModel,
  route: PortRoute,
  row: NodeRow,
  entry: RouteEntry,
  layout: RouteLayout,
  actions: Actions,
): TemplateResult {
  const cell = model.cells.get(entry.id);
  const unreachable = model.probes?.nothingReachable ?? false;
  const verdict = describeVerdict(cell?.verdict, entry, unreachable);
  const last = unreachable ? undefined : cell?.samples.at(-1);
  const open = model.saved.openEntry === entry.id;
  const answerer = nameAnswerer(last, route.backends);
  const slots = Math.max(8, Math.min(30, Math.floor((row.node.width * 0.5) / 7)));
  const all = nodeMarks(entry);
  const telling = all.filter((mark) => mark.tone !== 'plain');
  const marks = (layout.compact && telling.length > 0 ? telling : all).map(
    (mark) => html`<span class="mark mark-${mark.tone}" title=${mark.title}>${mark.text}</span>`,
  );
  const hover = (id: string | undefined) => () => actions.dispatch({ type: 'hover', id });
  return html`<button
    type="button"
    class="node edge-of-${verdict.tone} ${open ? 'open' : ''}"
    data-entry=${entry.id}
    aria-expanded=${open ? 'true' : 'false'}
    @click=${() => actions.dispatch({ type: 'openEntry', id: open ? undefined : entry.id })}
    @pointerenter=${hover(entry.id)}
    @pointerleave=${hover(undefined)}
    @focus=${hover(entry.id)}
    @blur=${hover(undefined)}
    @keydown=${moveBetweenNodes}
  >
    <span class="hidden">${describeEntry(entry, cell, route, unreachable)}</span>
    <span class="node-line" aria-hidden="true">
      <span class="node-name" title=${entry.hostname}>${entry.hostname}</span>
      ${layout.compact ? nothing : marks}
      <span class="node-verdict" title=${verdict.sentence}
        >${toneIcon(verdict.tone)}<span>${verdict.text}</span></span
      >
    </span>
    <span class="node-line" aria-hidden="true">
      <span class="node-target" title=${describeTarget(entry)}>${formatTarget(entry)}</span>
      <span class="node-time">${last === undefined ? '' : lastWords(last, layout.compact)}</span>
    </span>
    <span class="node-line" aria-hidden="true">
      ${sampleStrip(unreachable ? [] : (cell?.samples ?? []), slots)}
      ${layout.compact ? html`<span class="node-marks">${marks}</span>` : nothing}
      ${
        answerer === undefined || layout.compact
          ? nothing
          : html`<span class="node-answerer" title=${l10n.t('Last answered by {0}', answerer)}
              >→ ${answerer}</span
            >`
      }
    </span>
  </button>`;
}

function lastWords(sample: Parameters<typeof nameOutcome>[0], compact: boolean): string {
  const time = formatMs(sample.phases.total);
  if (sample.outcome !== 'answered') {
    return compact ? nameOutcome(sample) : `${nameOutcome(sample)} · ${time}`;
  }
  const status = sample.httpStatus ?? 0;
  return compact && status < 400 ? time : `${nameOutcome(sample)} · ${time}`;
}

function describeTarget(entry: RouteEntry): string {
  return entry.target?.mapped === true
    ? l10n.t('{0}, mapped by the setting swarmscope.nodeAddresses', formatTarget(entry))
    : formatTarget(entry);
}

function moveBetweenNodes(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step === undefined) {
    return;
  }
  event.preventDefault();
  const nodes = [...document.querySelectorAll<HTMLElement>('.map .node')];
  const at = nodes.indexOf(event.currentTarget as HTMLElement);
  nodes[at + step]?.focus();
}
