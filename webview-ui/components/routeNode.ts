import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import type { PortRoute, RouteEntry } from '../../src/shared/routingView';
import { expectedRefusals } from '../mapParts';
import type { Actions, PageModel } from '../state';
import { describeVerdict } from '../verdicts';
import {
  describeEntry,
  formatMs,
  formatTarget,
  nameAnswerer,
  nameOutcome,
  nodeMarks,
} from '../wording';
import { toneIcon } from './icon';
import { MAP_COLUMNS, moveInMap } from './mapButton';
import { sampleStrip } from './sampleStrip';

/** The room that a card has. */
interface CardRoom {
  readonly width: number;
  readonly compact: boolean;
  readonly tight: boolean;
}

/** One node's card in the map. */
export function drawNode(
  model: PageModel,
  route: PortRoute,
  entry: RouteEntry,
  room: CardRoom,
  actions: Actions,
): TemplateResult {
  const cell = model.cells.get(entry.id);
  const unreachable = model.probes?.nothingReachable ?? false;
  const { tone } = describeVerdict(cell?.verdict, entry, unreachable);
  const open = model.saved.openEntry === entry.id;
  const hover = (id: string | undefined) => () => actions.dispatch({ type: 'hover', id });
  return html`<button
    type="button"
    class="node edge-of-${tone} ${open ? 'open' : ''}"
    data-entry=${entry.id}
    data-column=${MAP_COLUMNS.node}
    aria-expanded=${open ? 'true' : 'false'}
    @click=${() => actions.dispatch({ type: 'openEntry', id: open ? undefined : entry.id })}
    @pointerenter=${hover(entry.id)}
    @pointerleave=${hover(undefined)}
    @focus=${hover(entry.id)}
    @blur=${hover(undefined)}
    @keydown=${moveInMap}
  >
    <span class="hidden">${describeEntry(entry, cell, route, unreachable)}</span>
    ${room.tight ? tightLines(model, route, entry, room) : cardLines(model, route, entry, room)}
  </button>`;
}

function cardLines(
  model: PageModel,
  route: PortRoute,
  entry: RouteEntry,
  room: CardRoom,
): TemplateResult {
  const cell = model.cells.get(entry.id);
  const last = model.probes?.nothingReachable === true ? undefined : cell?.samples.at(-1);
  const answerer = nameAnswerer(last, route.backends);
  const marks = drawMarks(entry, room);
  return html`<span class="node-line" aria-hidden="true">
      <span class="node-name" title=${entry.hostname}>${entry.hostname}</span>
      ${room.compact ? nothing : marks} ${drawVerdict(model, entry)}
    </span>
    <span class="node-line" aria-hidden="true">
      <span class="node-target" title=${describeTarget(entry)}>${formatTarget(entry)}</span>
      <span class="node-time">${last === undefined ? '' : lastWords(last, room.compact)}</span>
    </span>
    <span class="node-line" aria-hidden="true">
      ${drawStrip(model, entry, room.width * 0.5)}
      ${room.compact ? html`<span class="node-marks">${marks}</span>` : nothing}
      ${
        answerer === undefined || room.compact
          ? nothing
          : html`<span class="node-answerer" title=${l10n.t('Last answered by {0}', answerer)}
              >→ ${answerer}</span
            >`
      }
    </span>`;
}

/** Beside a file there is no room for two texts in a line. */
function tightLines(
  model: PageModel,
  route: PortRoute,
  entry: RouteEntry,
  room: CardRoom,
): TemplateResult {
  return html`<span class="node-line" aria-hidden="true">
      <span class="node-name" title=${entry.hostname}>${entry.hostname}</span>
      ${drawMarks(entry, room)}
    </span>
    <span class="node-line" aria-hidden="true">
      <span class="node-target" title=${describeTarget(entry)}>${describeHost(route, entry)}</span>
    </span>
    <span class="node-line" aria-hidden="true">${drawVerdict(model, entry)}</span>
    <span class="node-line" aria-hidden="true">${drawStrip(model, entry, room.width * 0.8)}</span>`;
}

function drawMarks(entry: RouteEntry, { compact }: CardRoom): readonly TemplateResult[] {
  const all = nodeMarks(entry);
  const telling = all.filter((mark) => mark.tone !== 'plain');
  return (compact && telling.length > 0 ? telling : all).map(
    (mark) => html`<span class="mark mark-${mark.tone}" title=${mark.title}>${mark.text}</span>`,
  );
}

function drawVerdict({ cells, probes }: PageModel, entry: RouteEntry): TemplateResult {
  const unreachable = probes?.nothingReachable ?? false;
  const verdict = describeVerdict(cells.get(entry.id)?.verdict, entry, unreachable);
  return html`<span class="node-verdict" title=${verdict.sentence}
    >${toneIcon(verdict.tone)}<span>${verdict.text}</span></span
  >`;
}

function drawStrip({ cells, probes }: PageModel, entry: RouteEntry, width: number): TemplateResult {
  const cell = cells.get(entry.id);
  const slots = Math.max(8, Math.min(30, Math.floor(width / 7)));
  const samples = probes?.nothingReachable === true ? [] : (cell?.samples ?? []);
  return sampleStrip(samples, expectedRefusals(entry, cell), slots);
}

function lastWords(sample: Parameters<typeof nameOutcome>[0], compact: boolean): string {
  const time = formatMs(sample.phases.total);
  if (sample.outcome !== 'answered') {
    return compact ? nameOutcome(sample) : `${nameOutcome(sample)} · ${time}`;
  }
  const status = sample.httpStatus ?? 0;
  return compact && status < 400 ? time : `${nameOutcome(sample)} · ${time}`;
}

/** The address without the port that the heading names for all nodes. */
function describeHost({ publishedPort }: PortRoute, entry: RouteEntry): string {
  return entry.target?.port === publishedPort && entry.target !== undefined
    ? entry.target.host
    : formatTarget(entry);
}

function describeTarget(entry: RouteEntry): string {
  return entry.target?.mapped === true
    ? l10n.t('{0}, mapped by the setting swarmscope.nodeAddresses', formatTarget(entry))
    : formatTarget(entry);
}
