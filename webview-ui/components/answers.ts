import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import { summarizeBurst, type BurstSummary } from '../../src/shared/burstSummary';
import { BURST_CHOICES, type BurstView } from '../../src/shared/burstView';
import type { PortRoute } from '../../src/shared/routingView';
import { answersEntry, burstOfRoute, lossesOf, probedLosses, probedSpread } from '../answers';
import {
  describeBurst,
  describeLosses,
  describeOverdue,
  describeSpread,
  describeState,
  type Remark,
} from '../answerWords';
import { plainName, type Actions, type PageModel } from '../state';
import { formatMs, nameOutcome } from '../wording';
import { toneIcon } from './icon';
import { rotationStrips } from './rotationStrip';
import { shareChart } from './shareChart';
import { button, select } from './ui.toolkit';

/** Value of the choice that stands for every node; entry ids hold a colon. */
const ALL = 'all';

/** Who answered: the shares of the probes, and the burst with its own. */
export function answers(model: PageModel, route: PortRoute, actions: Actions): TemplateResult {
  const entry = answersEntry(model.answers, route);
  const spread = probedSpread(route, model.cells, entry);
  const names = new Map(route.backends.map((one) => [one.taskId, one]));
  const nameOf = (taskId: string): string => names.get(taskId)?.taskName ?? taskId;
  const losses = probedLosses(route, model.cells, entry);
  const lost = describeLosses(losses);
  const verdict = describeSpread(spread, route, nameOf, losses);
  const overdue = describeOverdue(spread, nameOf);
  const burst = burstOfRoute(model.answers, route);
  return html`<div class="answers">
    ${tools(model, route, burst, actions)}
    <section class="answers-part" aria-label=${l10n.t('Who answered the probes')}>
      <h3>${l10n.t('Who answered the probes')}</h3>
      ${lost === undefined ? nothing : remark(lost)} ${remark(verdict)}
      ${overdue === undefined ? nothing : remark(overdue)}
      ${shareChart(
        spread,
        entry === undefined
          ? l10n.t('Answers to the kept probes of all nodes')
          : l10n.t('Answers to the kept probes of {0}', entry.hostname),
        (taskId) => ({ name: nameOf(taskId), where: names.get(taskId)?.hostname ?? '' }),
      )}
    </section>
    ${burst === undefined ? hintOnBursts() : burstPart(burst, route)}
  </div>`;
}

function tools(
  model: PageModel,
  route: PortRoute,
  burst: BurstView | undefined,
  actions: Actions,
): TemplateResult {
  const { answers: state } = model;
  const entry = answersEntry(state, route);
  const isRunning = state.burst?.state === 'running';
  const targets = entry === undefined ? route.entries : [entry];
  const isProbed =
    route.probe.kind !== 'none' && targets.some(({ target }) => target !== undefined);
  return html`<div class="answers-tools" role="group" aria-label=${l10n.t('Burst')}>
    ${select({
      label: l10n.t('Node'),
      value: entry?.id ?? ALL,
      choices: [
        { value: ALL, text: l10n.t('All nodes') },
        ...route.entries.map(({ id, hostname }) => ({ value: id, text: hostname })),
      ],
      onChange: (value) =>
        actions.dispatch({ type: 'answersOf', id: value === ALL ? undefined : value }),
    })}
    ${select({
      label: l10n.t('Connections of a burst'),
      value: String(state.size),
      choices: BURST_CHOICES.map((size) => ({
        value: String(size),
        text: l10n.t('{0} connections', size),
      })),
      onChange: (value) => {
        const size = BURST_CHOICES.find((one) => String(one) === value);
        if (size !== undefined) {
          actions.dispatch({ type: 'burstSize', size });
        }
      },
    })}
    ${
      isRunning
        ? button({
            label: l10n.t('Cancel burst'),
            icon: 'close',
            look: 'secondary',
            onClick: () => actions.send({ type: 'cancelBurst' }),
          })
        : button({
            label: l10n.t('Start burst'),
            icon: 'start',
            look: 'primary',
            disabled: !isProbed,
            onClick: () => {
              // What was chosen may not be drawn yet.
              const { answers: chosen } = actions.current();
              const at = answersEntry(chosen, route);
              actions.send({
                type: 'startBurst',
                routeId: route.id,
                ...(at === undefined ? {} : { entryId: at.id }),
                connections: chosen.size,
              });
            },
          })
    }
    ${
      isRunning && burst === undefined
        ? html`<span class="muted">${l10n.t('A burst to another port is running.')}</span>`
        : nothing
    }
  </div>`;
}

function hintOnBursts(): TemplateResult {
  return html`<p class="muted">
    ${l10n.t(
      'A burst makes many fresh connections at once, at most 100 a second, and counts toward no verdict. It shows whether the tasks take turns, and whether something keeps a client with one of them.',
    )}
  </p>`;
}

function burstPart(burst: BurstView, route: PortRoute): TemplateResult {
  const summary = summarizeBurst(burst);
  const hosts = new Map(route.entries.map(({ id, hostname }) => [id, hostname]));
  const nodeOf = (entryId: string): string => hosts.get(entryId) ?? l10n.t('a node that is gone');
  const names = new Map(burst.tasks.map(({ taskId, taskName }) => [taskId, taskName]));
  const nameOf = (taskId: string): string => names.get(taskId) ?? taskId;
  const where =
    burst.entryId === undefined ? l10n.t('all nodes in turn') : plainName(nodeOf(burst.entryId));
  const losses = lossesOf(route, burst.answers);
  const overdue = describeOverdue(summary.spread, nameOf);
  return html`<section class="answers-part" aria-label=${l10n.t('Burst')}>
    <h3>${l10n.t('Burst')}</h3>
    ${remark(describeState(burst, where, losses))} ${progress(burst)}
    ${
      burst.answers.length === 0
        ? nothing
        : html`${burst.tasksChanged ? nothing : remark(describeSpread(summary.spread, route, nameOf, losses))}
          ${overdue === undefined || burst.tasksChanged ? nothing : remark(overdue)}
          ${describeBurst(summary, burst, nodeOf).map(remark)} ${figures(burst, summary)}
          ${shareChart(summary.spread, l10n.t('Answers to the burst'), (taskId) => ({
            name: nameOf(taskId),
            where: '',
          }))}
          ${rotationStrips(burst, nodeOf)}`
    }
  </section>`;
}

function progress({ state, made, wanted }: BurstView): TemplateResult | typeof nothing {
  return state === 'running'
    ? html`<progress
        class="burst-progress"
        max=${wanted}
        value=${made}
        aria-label=${l10n.t('Connections made')}
      ></progress>`
    : nothing;
}

function figures(burst: BurstView, { latency, failures, answered }: BurstSummary): TemplateResult {
  const fact = (name: string, value: string): TemplateResult =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<dl class="burst-figures">
    ${fact(l10n.t('Answered'), l10n.t('{0} of {1}', answered, burst.answers.length))}
    ${
      latency === undefined
        ? nothing
        : html`${fact('p50', formatMs(latency.p50))} ${fact('p90', formatMs(latency.p90))}
          ${fact('p99', formatMs(latency.p99))} ${fact(l10n.t('max'), formatMs(latency.most))}`
    }
    ${failures.map(({ outcome, count }) =>
      fact(
        nameOutcome({ at: 0, outcome, reachable: false, phases: { total: 0 } }),
        l10n.t('{0} times', count),
      ),
    )}
    ${failures.length === 0 ? fact(l10n.t('Failures'), l10n.t('none')) : nothing}
  </dl>`;
}

function remark({ tone, sentence }: Remark): TemplateResult {
  return html`<p class="remark">${toneIcon(tone)}<span>${sentence}</span></p>`;
}
