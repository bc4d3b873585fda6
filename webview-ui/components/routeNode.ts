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

/** One node's card in the map. */
export function drawNode(
  model: PageModel,
  route: PortRoute,
  entry: RouteEntry,
  room: { readonly width: number; readonly compact: boolean; readonly tight: boolean },
  actions: Actions,
): TemplateResult {
  const cell = model.cells.get(entry.id);
  const unreachable = model.probes?.nothingReachable ?? false;
  const verdict = describeVerdict(cell?.verdict, entry, unreachable);
  const last = unreachable ? undefined : cell?.samples.at(-1);
  const open = model.saved.openEntry === entry.id;
  const answerer = nameAnswerer(last, route.backends);
  const slots = Math.max(8, Math.min(30, Math.floor((room.width * (room.tight ? 0.8 : 0.5)) / 7)));
  const all = nodeMarks(entry);
  const telling = all.filter((mark) => mark.tone !== 'plain');
  const marks = (room.compact && telling.length > 0 ? telling : all).map(
    (mark) => html`<span class="mark mark-${mark.tone}" title=${mark.title}>${mark.text}</span>`,
  );
  const verdictMark = html`<span class="node-verdict" title=${verdict.sentence}
    >${toneIcon(verdict.tone)}<span>${verdict.text}</span></span
  >`;
  const hover = (id: string | undefined) => () => actions.dispatch({ type: 'hover', id });
  return html`<button
    type="button"
    class="node edge-of-${verdict.tone} ${open ? 'open' : ''}"
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
    <span class="node-line" aria-hidden="true">
      <span class="node-name" title=${entry.hostname}>${entry.hostname}</span>
      ${room.compact && !room.tight ? nothing : marks} ${room.tight ? nothing : verdictMark}
    </span>
    <span class="node-line" aria-hidden="true">
      <span class="node-target" title=${describeTarget(entry)}
        >${room.tight ? describeHost(route, entry) : formatTarget(entry)}</span
      >
      ${
        room.tight
          ? nothing
          : html`<span class="node-time"
              >${last === undefined ? '' : lastWords(last, room.compact)}</span
            >`
      }
    </span>
    ${room.tight ? html`<span class="node-line" aria-hidden="true">${verdictMark}</span>` : nothing}
    <span class="node-line" aria-hidden="true">
      ${sampleStrip(unreachable ? [] : (cell?.samples ?? []), expectedRefusals(entry, cell), slots)}
      ${room.compact && !room.tight ? html`<span class="node-marks">${marks}</span>` : nothing}
      ${
        answerer === undefined || room.compact
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
