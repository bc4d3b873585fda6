import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import { INTERVAL_CHOICES } from '../../src/shared/protocol';
import type { ProbeView, RoutingView } from '../../src/shared/routingView';
import type { Actions, PageModel } from '../state';
import { formatAge, formatInterval } from '../wording';
import { icon } from './icon';
import { badge, button, select } from './ui.toolkit';

/** The page's head: which swarm, how fresh, who probes from where, and the controls. */
export function header(model: PageModel, view: RoutingView, actions: Actions): TemplateResult {
  return html`<header class="head">
    <div class="head-title">
      <h1 title=${view.swarmName}>${view.swarmName}</h1>
      ${
        view.simulated
          ? badge(l10n.t('simulated'), l10n.t('The demo swarm: no real cluster stands behind it'))
          : nothing
      }
      ${staleBadge(view, model.now)} ${pausedBadge(model.probes)}
    </div>
    ${facts(view, model.probes, actions)}
    ${model.probes === undefined ? nothing : controls(model.probes, actions)}
  </header>`;
}

function pausedBadge(probes: ProbeView | undefined): TemplateResult | typeof nothing {
  if (probes === undefined || probes.running) {
    return nothing;
  }
  const title = l10n.t('Nothing is probed until you start again; this is what was seen last.');
  return html`<span class="stale" title=${title}>${icon('pause')}${l10n.t('probes paused')}</span>`;
}

function staleBadge(view: RoutingView, now: number): TemplateResult | typeof nothing {
  if (view.staleSince === undefined) {
    return nothing;
  }
  const age = formatAge(now - view.staleSince);
  const title = l10n.t('The engine has not answered for {0}; this is what it said last.', age);
  return html`<span class="stale" title=${title}
    >${icon('history')}${l10n.t('no news for {0}', age)}</span
  >`;
}

/** Where probes start; a choice where there is one. */
function vantage({ vantage: name, vantages }: ProbeView, actions: Actions): TemplateResult {
  return vantages === undefined
    ? html`<dd class="code" title=${name}>${name}</dd>`
    : html`<dd class="choice">
        ${select({
          label: l10n.t('Probing from'),
          value: vantages.chosen,
          choices: [
            { value: 'window', text: l10n.t("This window's host ({0})", vantages.window) },
            { value: 'manager', text: l10n.t('Manager {0} over ssh', vantages.manager) },
          ],
          onChange: (value) => {
            if (value !== vantages.chosen && (value === 'window' || value === 'manager')) {
              actions.send({ type: 'setVantage', vantage: value });
            }
          },
        })}
      </dd>`;
}

function facts(view: RoutingView, probes: ProbeView | undefined, actions: Actions): TemplateResult {
  const network = view.ingressNetwork;
  return html`<dl class="facts">
    <div>
      <dt>${l10n.t('Ingress network')}</dt>
      <dd class="code">
        ${network === undefined ? l10n.t('none') : `${network.name} ${network.subnet ?? ''}`}
      </dd>
    </div>
    ${
      probes === undefined
        ? nothing
        : html`<div>
              <dt>${l10n.t('Probing from')}</dt>
              ${vantage(probes, actions)}
            </div>
            ${
              // Not known before the first round.
              probes.engine === ''
                ? nothing
                : html`<div>
                    <dt>${l10n.t('with')}</dt>
                    <dd class="code">${probes.engine}</dd>
                  </div>`
            }`
    }
  </dl>`;
}

function controls(probes: ProbeView, actions: Actions): TemplateResult {
  const choices = [...new Set([...INTERVAL_CHOICES, probes.intervalMs])].toSorted((a, b) => a - b);
  return html`<div class="controls" role="group" aria-label=${l10n.t('Probes')}>
    ${
      probes.running
        ? button({
            label: l10n.t('Pause'),
            icon: 'pause',
            look: 'secondary',
            onClick: () => actions.send({ type: 'setRunning', running: false }),
          })
        : button({
            label: l10n.t('Start'),
            icon: 'start',
            look: 'primary',
            onClick: () => actions.send({ type: 'setRunning', running: true }),
          })
    }
    ${button({
      label: l10n.t('Probe now'),
      icon: 'refresh',
      look: 'secondary',
      onClick: () => actions.send({ type: 'probeNow' }),
    })}
    ${select({
      label: l10n.t('Probe interval'),
      value: String(probes.intervalMs),
      choices: choices.map((ms) => ({ value: String(ms), text: formatInterval(ms) })),
      onChange: (value) => {
        if (Number(value) !== probes.intervalMs) {
          actions.send({ type: 'setInterval', intervalMs: Number(value) });
        }
      },
    })}
    ${actions.later?.shareMenu(actions) ?? nothing} ${longRound(probes)}
  </div>`;
}

function longRound({ longRound: round }: ProbeView): TemplateResult | typeof nothing {
  return round === undefined
    ? nothing
    : html`<p class="long-round">
        ${l10n.t(
          'A round takes {0}: at most {1} connections begin in a second.',
          formatAge(round.ms),
          round.perSecond,
        )}
      </p>`;
}
