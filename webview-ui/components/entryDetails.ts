import * as l10n from '@vscode/l10n';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';

import type { PortRoute, ProbePhases, ProbeSample, RouteEntry } from '../../src/shared/routingView';
import type { Actions, PageModel } from '../state';
import { describeVerdict } from '../verdicts';
import {
  explainSample,
  formatMs,
  formatPorts,
  formatProbe,
  formatTarget,
  formatTime,
  nameAnswerer,
  nameOutcome,
  nodeMarks,
  sampleTone,
} from '../wording';
import { readPhases } from '../phases';
import { history } from './history';
import { toneIcon } from './icon';
import { button } from './ui.toolkit';

/** Samples that the list shows. */
const LISTED = 20;

/** Everything known of one node's side of a port. */
export function entryDetails(
  model: PageModel,
  route: PortRoute,
  entry: RouteEntry,
  actions: Actions,
): TemplateResult {
  const cell = model.cells.get(entry.id);
  const unreachable = model.probes?.nothingReachable ?? false;
  const verdict = describeVerdict(cell?.verdict, entry, unreachable);
  const samples = (cell?.samples ?? []).slice(-LISTED).toReversed();
  const last = samples[0];
  const label = l10n.t('Details of {0}', entry.hostname);
  return html`<aside class="details" aria-label=${label}>
    <div class="details-head">
      <h2 title=${entry.hostname}>${entry.hostname}</h2>
      ${button({
        label: l10n.t('Close details'),
        icon: 'close',
        look: 'icon',
        onClick: () => actions.dispatch({ type: 'openEntry', id: undefined }),
      })}
    </div>
    <div class="details-main">
      ${model.saved.tab === 'matrix' ? chosenPort(route) : nothing}
      <p class="details-verdict">${toneIcon(verdict.tone)}<span>${verdict.sentence}.</span></p>
      <div class="details-actions">
        ${button({
          label: l10n.t('Copy as curl'),
          icon: 'copy',
          look: 'secondary',
          disabled: entry.target === undefined,
          onClick: () => actions.send({ type: 'copyCurl', entryId: entry.id }),
        })}
        ${button({
          label: l10n.t('Copy as Markdown'),
          icon: 'markdown',
          look: 'secondary',
          onClick: () => actions.send({ type: 'copyCell', entryId: entry.id }),
        })}
        ${
          route.protocol === 'tcp'
            ? button({
                label: l10n.t('Open in browser'),
                icon: 'link-external',
                look: 'secondary',
                disabled: entry.target === undefined,
                onClick: () => actions.send({ type: 'openInBrowser', entryId: entry.id }),
              })
            : nothing
        }
        ${button({
          label: l10n.t('Inspect node'),
          icon: 'json',
          look: 'secondary',
          onClick: () => actions.send({ type: 'inspect', kind: 'node', id: entry.nodeId }),
        })}
      </div>
      ${entryFacts(route, entry)} ${last === undefined ? nothing : lastProbe(last, route)}
    </div>
    ${history(model, route, entry, actions)}
    ${samples.length === 0 ? nothing : sampleList(samples, route)}
  </aside>`;
}

/** Beside the matrix nothing else says which of its ports is meant. */
function chosenPort(route: PortRoute): TemplateResult {
  return html`<p class="details-port">
    <span class="code">${formatPorts(route)}</span> ${route.serviceName}
  </p>`;
}

function entryFacts(route: PortRoute, entry: RouteEntry): TemplateResult {
  const fact = (name: string, value: string, extra = ''): TemplateResult =>
    html`<div>
      <dt>${name}</dt>
      <dd class=${extra}>${value}</dd>
    </div>`;
  return html`<dl class="details-facts">
    ${fact(
      l10n.t('Address'),
      entry.target?.mapped === true
        ? l10n.t('{0} (mapped)', formatTarget(entry))
        : formatTarget(entry),
      'code',
    )}
    ${
      route.mode === 'host'
        ? nothing
        : fact(
            l10n.t('On the ingress network'),
            entry.ingressAddress ?? l10n.t('not reported'),
            'code',
          )
    }
    ${fact(l10n.t('Probe'), formatProbe(route), 'code')}
    ${fact(l10n.t('Role'), entry.role === 'manager' ? l10n.t('manager') : l10n.t('worker'))}
    ${nodeMarks(entry)
      .filter((mark) => mark.tone !== 'plain')
      .map(
        (mark) =>
          html`<div class="fact-wide">
            <dt>
              ${toneIcon(mark.tone === 'bad' ? 'bad' : 'partial')}<span class="hidden"
                >${l10n.t('State')}</span
              >
            </dt>
            <dd>${mark.title}</dd>
          </div>`,
      )}
  </dl>`;
}

function lastProbe(sample: ProbeSample, route: PortRoute): TemplateResult {
  const answerer = nameAnswerer(sample, route.backends);
  return html`<section>
    <h3>${l10n.t('Last probe')} <span class="muted">${formatTime(sample.at)}</span></h3>
    <p class="explained">${toneIcon(sampleTone(sample))}<span>${explainSample(sample)}</span></p>
    ${phaseBars(sample.phases)}
    ${
      sample.firstLine === undefined || sample.firstLine === ''
        ? nothing
        : html`<p class="first-line code" title=${l10n.t('First line of the answer')}>
            ${sample.firstLine}
          </p>`
    }
    ${answerer === undefined ? nothing : html`<p>${l10n.t('Answered by {0}', answerer)}</p>`}
    ${
      sample.detail === undefined || sample.outcome === 'failed'
        ? nothing
        : html`<p class="muted code wrap">${sample.detail}</p>`
    }
  </section>`;
}

/** One bar per phase, each beginning where the one before it ended. */
function phaseBars(phases: ProbePhases): TemplateResult {
  const steps = readPhases(phases);
  return html`<table class="phases">
    <caption class="hidden">
      ${l10n.t('Phases of the last probe')}
    </caption>
    <tbody>
      ${steps.map(
        (step) =>
          html`<tr class=${step.total ? 'total' : ''}>
            <th scope="row">${step.name}</th>
            <td class="phase-bar" aria-hidden="true">
              <svg width="100%" height="10" preserveAspectRatio="none" viewBox="0 0 100 10">
                ${svg`<rect class="track" x="0" y="4" width="100" height="2"></rect><rect class="phase" x=${step.from} y="1" width=${step.width} height="8"></rect>`}
              </svg>
            </td>
            <td class="number">${formatMs(step.ms)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function sampleList(samples: readonly ProbeSample[], route: PortRoute): TemplateResult {
  return html`<section>
    <h3>${l10n.t('Last {0} probes', samples.length)}</h3>
    <ol class="samples" tabindex="0" aria-label=${l10n.t('Last probes, newest first')}>
      ${samples.map((sample) => {
        const answerer = nameAnswerer(sample, route.backends);
        return html`<li title=${explainSample(sample)}>
          <span class="code muted">${formatTime(sample.at)}</span>
          ${toneIcon(sampleTone(sample))}
          <span class="sample-outcome"
            >${nameOutcome(sample)}${
              answerer === undefined ? nothing : html` <span class="muted">${answerer}</span>`
            }</span
          >
          <span class="number">${formatMs(sample.phases.total)}</span>
        </li>`;
      })}
    </ol>
  </section>`;
}
