import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';

import type { PortRoute, RouteBackend, RouteEntry } from '../../src/shared/routingView';
import { partId } from '../mapParts';
import { visibleEntries, type Actions, type PageModel } from '../state';
import { describeVerdict } from '../verdicts';
import {
  explainIdle,
  explainSample,
  formatMs,
  formatPorts,
  formatTarget,
  nameAnswerer,
  nameOutcome,
  nodeMarks,
} from '../wording';
import { toneIcon } from './icon';

/** The map's data as two tables for those who read rather than look. */
export function routeTable(model: PageModel, route: PortRoute, actions: Actions): TemplateResult {
  const entries = visibleEntries(model, route);
  return html`<table class="data">
      <caption>
        ${l10n.t('Nodes: where a client may knock on port {0}', formatPorts(route))}
      </caption>
      <thead>
        <tr>
          <th scope="col">${l10n.t('Node')}</th>
          <th scope="col">${l10n.t('Address')}</th>
          <th scope="col">${l10n.t('Connected')}</th>
          <th scope="col" class="quaternary">${l10n.t('Last probe')}</th>
          <th scope="col" class="number tertiary">${l10n.t('Time')}</th>
          <th scope="col" class="tertiary">${l10n.t('Answered by')}</th>
          <th scope="col" class="secondary">${l10n.t('Ingress address')}</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          entries,
          (entry) => entry.id,
          (entry) => entryRow(model, route, entry, actions),
        )}
      </tbody>
    </table>
    <table class="data">
      <caption>
        ${l10n.t('Tasks behind {0} of {1}', formatPorts(route), route.serviceName)}
      </caption>
      <thead>
        <tr>
          <th scope="col">${l10n.t('Task')}</th>
          <th scope="col">${l10n.t('Node')}</th>
          <th scope="col" class="tertiary">${l10n.t('Ingress address')}</th>
          <th scope="col">${l10n.t('State')}</th>
          <th scope="col">${l10n.t('Takes traffic')}</th>
        </tr>
      </thead>
      <tbody>
        ${
          route.backends.length === 0
            ? html`<tr>
                <td colspan="5" class="muted">${l10n.t('No task')}</td>
              </tr>`
            : repeat(
                route.backends,
                (backend) => backend.taskId,
                (backend) => taskRow(model, backend, actions),
              )
        }
      </tbody>
    </table>`;
}

function entryRow(
  model: PageModel,
  route: PortRoute,
  entry: RouteEntry,
  actions: Actions,
): TemplateResult {
  const cell = model.cells.get(entry.id);
  const unreachable = model.probes?.nothingReachable ?? false;
  const verdict = describeVerdict(cell?.verdict, entry, unreachable);
  const last = unreachable ? undefined : cell?.samples.at(-1);
  const open = model.saved.openEntry === entry.id;
  const answerer = nameAnswerer(last, route.backends) ?? '–';
  return html`<tr class=${open ? 'open' : ''}>
    <th scope="row">
      <button
        type="button"
        class="link"
        data-entry=${entry.id}
        aria-expanded=${open ? 'true' : 'false'}
        @click=${() => actions.dispatch({ type: 'openEntry', id: open ? undefined : entry.id })}
      >
        ${entry.hostname}
      </button>
      ${nodeMarks(entry).map(
        (mark) =>
          html`${' '}<span class="mark mark-${mark.tone}" title=${mark.title}>${mark.text}</span>`,
      )}
    </th>
    <td class="code" title=${formatTarget(entry)}>${breakable(formatTarget(entry))}</td>
    <td>
      <span class="verdict" title=${verdict.sentence}
        >${toneIcon(verdict.tone)}${verdict.text}</span
      >
    </td>
    <td class="quaternary" title=${last === undefined ? '' : explainSample(last)}>
      ${last === undefined ? '–' : nameOutcome(last)}
    </td>
    <td class="number tertiary">${last === undefined ? '–' : formatMs(last.phases.total)}</td>
    <td class="tertiary" title=${answerer}>${answerer}</td>
    <td class="code secondary">${entry.ingressAddress ?? '–'}</td>
  </tr>`;
}

/** An address that may go on in another line where it has a colon. */
function breakable(address: string): TemplateResult {
  const [first, ...rest] = address.split(':');
  return html`${first}${rest.map((part) => html`<wbr />:${part}`)}`;
}

function taskRow(model: PageModel, backend: RouteBackend, actions: Actions): TemplateResult {
  const part = partId('task', backend.taskId);
  const open = model.saved.openPart === part;
  const reason = backend.active ? '' : explainIdle(backend);
  return html`<tr class=${open ? 'open' : ''}>
    <th scope="row">
      <button
        type="button"
        class="link"
        data-part=${part}
        aria-expanded=${open ? 'true' : 'false'}
        @click=${() => actions.dispatch({ type: 'openPart', id: open ? undefined : part })}
      >
        ${backend.taskName}
      </button>
    </th>
    <td title=${backend.hostname}>${backend.hostname}</td>
    <td class="code tertiary">${backend.ingressAddress ?? '–'}</td>
    <td>
      ${backend.state}${reason === '' ? nothing : html`<div class="muted" title=${reason}>${reason}</div>`}
    </td>
    <td>${backend.active ? l10n.t('yes') : l10n.t('no')}</td>
  </tr>`;
}
