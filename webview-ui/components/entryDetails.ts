import * as l10n from '@vscode/l10n';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';

import type { PortRoute, ProbePhases, ProbeSample, RouteEntry } from '../../src/shared/routingView';
import { currentSamples, expectedRefusals } from '../mapParts';
import { probePath } from '../probePath';
import { plainName, type Actions, type PageModel } from '../state';
import { describeVerdict } from '../verdicts';
import {
  describeExpected,
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
import { burstButton, detailsFrame, fact } from './detailsFrame';
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
  const refusals = expectedRefusals(entry, cell);
  const chosen = samples.find(({ at }) => at === model.sampleAt) ?? samples[0];
  return detailsFrame(
    entry.hostname,
    actions,
    html`<div class="details-main">
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
          ${burstButton(model, route, entry, actions)}
        </div>
        ${entryFacts(route, entry)}
        ${
          chosen === undefined
            ? nothing
            : html`${oneProbe(chosen, route, refusals, chosen === samples[0])}
              ${wayOfProbe(model, route, entry, chosen)}`
        }
      </div>
      ${history(model, route, entry, actions)}
      ${samples.length === 0 ? nothing : sampleList(samples, chosen, { route, refusals }, actions)}`,
  );
}

/** Beside the matrix nothing else says which of its ports is meant. */
function chosenPort(route: PortRoute): TemplateResult {
  return html`<p class="details-port">
    <span class="code">${formatPorts(route)}</span> ${route.serviceName}
  </p>`;
}

function entryFacts(route: PortRoute, entry: RouteEntry): TemplateResult {
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
    ${fact(l10n.t('Expected'), describeExpected(entry))}
    ${fact(l10n.t('Role'), entry.role === 'manager' ? l10n.t('manager') : l10n.t('worker'))}
    ${fact(l10n.t('Availability'), entry.availability)}
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

function oneProbe(
  sample: ProbeSample,
  route: PortRoute,
  refusals: ReadonlySet<ProbeSample>,
  isNewest: boolean,
): TemplateResult {
  const answerer = nameAnswerer(sample, route.backends);
  return html`<section>
    <h3>
      ${isNewest ? l10n.t('Last probe') : l10n.t('Chosen probe')}
      <span class="muted">${formatTime(sample.at)}</span>
    </h3>
    <p class="explained">
      ${toneIcon(sampleTone(sample, refusals.has(sample)))}<span>${explainSample(sample)}</span>
    </p>
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

/** Shapes of the marks: shown by the probe, by rule, where it may have failed. */
const HOP_TONES = {
  known: 'good',
  rule: 'waiting',
  suspect: 'partial',
  unlikely: 'neutral',
} as const;

/** The way of a probe hop by hop in words. */
function wayOfProbe(
  model: PageModel,
  route: PortRoute,
  entry: RouteEntry,
  sample: ProbeSample,
): TemplateResult {
  const current = currentSamples(model.cells.get(entry.id));
  if (!current.includes(sample)) {
    return html`<section>
      <h3>${l10n.t('Its way')}</h3>
      <p class="muted">
        ${l10n.t('Other tasks ran behind the port when this probe was made, so its way is not told.')}
      </p>
    </section>`;
  }
  const hops = probePath(route, entry, sample, {
    vantage: plainName(model.probes?.vantage ?? ''),
    dataPathPort: model.routing?.dataPathPort,
    othersConnect: current.some(({ reachable }) => reachable),
  });
  return html`<section>
    <h3>${l10n.t('Its way')}</h3>
    <ol class="hops" aria-label=${l10n.t('Way of the probe, hop by hop')}>
      ${hops.map(
        ({ text, mark, note }) =>
          html`<li>
            ${toneIcon(HOP_TONES[mark])}<span
              >${mark === 'known' ? html`<span class="hidden">${l10n.t('Shown by this probe:')} </span>` : nothing}${text}${note === undefined ? nothing : html` <span class="hop-note">${note}</span>`}</span
            >
          </li>`,
      )}
    </ol>
    <p class="muted">
      ${l10n.t(
        'A check marks what this probe itself shows; the rest is how the swarm sets it up, which no probe can see.',
      )}
    </p>
  </section>`;
}

/** One bar per phase, each beginning where the one before it ended. */
function phaseBars(phases: ProbePhases): TemplateResult {
  const steps = readPhases(phases);
  return html`<table class="phases">
    <caption class="hidden">
      ${l10n.t('Phases of this probe')}
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

function sampleList(
  samples: readonly ProbeSample[],
  chosen: ProbeSample | undefined,
  { route, refusals }: { readonly route: PortRoute; readonly refusals: ReadonlySet<ProbeSample> },
  actions: Actions,
): TemplateResult {
  return html`<section>
    <h3>${l10n.t('Last {0} probes', samples.length)}</h3>
    <ol class="samples" aria-label=${l10n.t('Last probes, newest first')}>
      ${samples.map((sample, index) => {
        const answerer = nameAnswerer(sample, route.backends);
        const isChosen = sample === chosen;
        return html`<li>
          <button
            type="button"
            class="sample"
            title=${explainSample(sample)}
            tabindex=${isChosen ? 0 : -1}
            aria-pressed=${isChosen ? 'true' : 'false'}
            @click=${() =>
              actions.dispatch({ type: 'chooseSample', at: index === 0 ? undefined : sample.at })}
            @keydown=${moveInList}
          >
            <span class="code muted">${formatTime(sample.at)}</span>
            ${toneIcon(sampleTone(sample, refusals.has(sample)))}
            <span class="sample-outcome"
              >${nameOutcome(sample)}${
                answerer === undefined ? nothing : html` <span class="muted">${answerer}</span>`
              }</span
            >
            <span class="number">${formatMs(sample.phases.total)}</span>
          </button>
        </li>`;
      })}
    </ol>
  </section>`;
}

/** One tab stop for the whole list: the arrow keys move in it. */
function moveInList(event: KeyboardEvent): void {
  const item = (event.currentTarget as HTMLElement).parentElement;
  const next =
    event.key === 'ArrowDown'
      ? item?.nextElementSibling
      : event.key === 'ArrowUp'
        ? item?.previousElementSibling
        : undefined;
  if (next !== undefined) {
    event.preventDefault();
    next?.querySelector('button')?.focus();
  }
}
