import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import type { HostMessage } from '../../src/shared/protocol';
import type { Actions } from '../state';
import { icon } from './icon';
import { busy, button } from './ui.toolkit';

/** The whole page when there is no swarm to draw. */
export function unavailable(
  state: Extract<HostMessage, { type: 'unavailable' }>,
  actions: Actions,
): TemplateResult {
  return html`<main class="blank">
    ${state.busy ? busy(state.title) : icon('plug', 'blank-icon')}
    <h1>${state.title}</h1>
    ${state.detail === '' ? nothing : html`<p>${state.detail}</p>`}
    <div class="blank-actions">
      ${
        state.busy
          ? nothing
          : button({
              label: l10n.t('Connect…'),
              look: 'primary',
              onClick: () => actions.send({ type: 'connect' }),
            })
      }
      ${button({
        label: l10n.t('Show log'),
        icon: 'output',
        look: 'secondary',
        onClick: () => actions.send({ type: 'showLog' }),
      })}
    </div>
  </main>`;
}

/** The page before the host has spoken. */
export function loading(): TemplateResult {
  return html`<main class="blank">
    ${busy(l10n.t('Loading'))}
    <h1>${l10n.t('Loading…')}</h1>
  </main>`;
}

/** A swarm without a single ingress port: what to do to see something here. */
export function noPorts(): TemplateResult {
  return html`<div class="blank">
    ${icon('map', 'blank-icon')}
    <h2>${l10n.t('No service publishes a port through the routing mesh yet')}</h2>
    <p>
      ${l10n.t(
        'Deploy a service with a published port (Swarmscope: Deploy Service), for example 8080→80. The port then opens on every node, and each of them is probed here.',
      )}
    </p>
    <pre class="code">docker service create --name web -p 8080:80 nginx</pre>
  </div>`;
}

/** One banner instead of a page of red. */
export function nothingReachable(vantage: string, actions: Actions): TemplateResult {
  return addressBanner(
    l10n.t('{0} cannot reach the addresses that the nodes advertise', vantage),
    l10n.t(
      'This says nothing about the swarm: the nodes probably have private addresses (a cloud network, Docker Desktop). Map each node to an address that works from here.',
    ),
    actions,
  );
}

/** No node says where it can be reached: a swarm on loopback alone. */
export function noAddress(actions: Actions): TemplateResult {
  return addressBanner(
    l10n.t('No node advertises an address that can be probed'),
    l10n.t(
      'A swarm of one node may advertise loopback or nothing at all. Map each node to an address that works from here.',
    ),
    actions,
  );
}

/** Why nothing can be probed from where the probes start. */
export function vantageProblem(vantage: string, problem: string): TemplateResult {
  const title = l10n.t('{0} cannot probe', vantage);
  return html`<section class="banner" role="region" aria-label=${title}>
    ${icon('warning', 'tone-partial')}
    <div role="status">
      <h2>${title}</h2>
      <p>${problem}</p>
    </div>
  </section>`;
}

function addressBanner(title: string, text: string, actions: Actions): TemplateResult {
  return html`<section class="banner" role="region" aria-label=${l10n.t('Nodes out of reach')}>
    ${icon('warning', 'tone-partial')}
    <div>
      <h2>${title}</h2>
      <p>${text}</p>
    </div>
    ${button({
      label: l10n.t('Set node addresses'),
      icon: 'settings',
      look: 'primary',
      onClick: () => actions.send({ type: 'openAddressSetting' }),
    })}
  </section>`;
}

/** A line on what this route's protocol means for probes, or on what is missing behind it. */
export function hint(text: string): TemplateResult {
  return html`<p class="hint">${icon('info')}<span>${text}</span></p>`;
}
