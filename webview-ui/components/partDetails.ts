import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import type { PortRoute, RouteBackend, RouteEntry } from '../../src/shared/routingView';
import { formatPercent } from '../answerWords';
import { answersByTask, balances, flowOf, partId, type Flow, type MapPart } from '../mapParts';
import { plainName, type Actions, type PageModel } from '../state';
import { describeVerdict } from '../verdicts';
import {
  explainIdle,
  explainSample,
  formatInterval,
  formatMs,
  formatPorts,
  formatProbe,
  formatRate,
  formatTarget,
  formatTime,
} from '../wording';
import { burstButton, detailsFrame, fact } from './detailsFrame';
import { toneIcon } from './icon';
import { list, row } from './partList';
import { button } from './ui.toolkit';

/** Shows the balancer's own table on a node. */
const IPVS_COMMAND = 'nsenter --net=/var/run/docker/netns/ingress_sbox ipvsadm -ln';

/** What a part of the map is told from. */
interface Told {
  readonly model: PageModel;
  readonly route: PortRoute;
  readonly actions: Actions;
}

/** Everything known of an element of the map that is no node. */
export function partDetails(
  model: PageModel,
  route: PortRoute,
  part: MapPart,
  actions: Actions,
): TemplateResult {
  const told: Told = { model, route, actions };
  switch (part.kind) {
    case 'client':
      return clientDetails(told);
    case 'idle':
      return idleDetails(told);
    case 'way':
      return wayDetails(told, part.entry);
    case 'sandbox':
      return sandboxDetails(told, part.entry);
    case 'task':
      return taskDetails(told, part.task);
    case 'share':
      return shareDetails(told, part.entry, part.task);
  }
}

function clientDetails({ model, route, actions }: Told): TemplateResult {
  const { probes } = model;
  const vantage = probes?.vantage ?? '';
  return detailsFrame(
    plainName(vantage),
    actions,
    html`<p>
        ${l10n.t('Probes start there and see what its own way to the nodes shows.')}
        ${
          route.mode === 'ingress'
            ? l10n.t(
                'Tasks do not see its address: each ingress sandbox puts its own in its place.',
              )
            : nothing
        }
      </p>
      <div class="details-actions">
        ${button({
          label: l10n.t('Probe now'),
          icon: 'refresh',
          look: 'secondary',
          onClick: () => actions.send({ type: 'probeNow' }),
        })}
        ${burstButton(model, route, undefined, actions)}
      </div>
      <dl class="details-facts">
        ${fact(l10n.t('Port'), formatPorts(route), 'code')}
        ${fact(l10n.t('Probe'), formatProbe(route), 'code')}
        ${
          probes === undefined
            ? nothing
            : html`${fact(l10n.t('Made with'), probes.engine, 'code')}
              ${fact(
                l10n.t('How often'),
                probes.running ? formatInterval(probes.intervalMs) : l10n.t('paused'),
              )}`
        }
      </dl>
      ${list(
        l10n.t('Ways to the nodes'),
        route.entries.map((entry) => {
          const { latency, perSecond } = flowOf(model.cells.get(entry.id)?.samples ?? []);
          const verdict = verdictOf(model, entry);
          return row(actions, partId('way', entry.id), verdict.tone, entry.hostname, [
            verdict.text,
            latency === undefined ? '' : formatMs(latency.p50),
            formatRate(perSecond),
          ]);
        }),
      )}`,
  );
}

function verdictOf(model: PageModel, entry: RouteEntry): ReturnType<typeof describeVerdict> {
  const unreachable = model.probes?.nothingReachable ?? false;
  return describeVerdict(model.cells.get(entry.id)?.verdict, entry, unreachable);
}

function wayDetails({ model, route, actions }: Told, entry: RouteEntry): TemplateResult {
  const verdict = verdictOf(model, entry);
  const flow = flowOf(model.cells.get(entry.id)?.samples ?? []);
  return detailsFrame(
    l10n.t('Way to {0}', entry.hostname),
    actions,
    html`<p class="details-verdict">${toneIcon(verdict.tone)}<span>${verdict.sentence}.</span></p>
      <div class="details-actions">
        ${curlButton(actions, entry)} ${burstButton(model, route, entry, actions)}
      </div>
      <dl class="details-facts">
        ${fact(l10n.t('Address'), formatTarget(entry), 'code')} ${flowFacts(flow)}
      </dl>
      ${lastWords(flow)}
      ${list(l10n.t('Leads to'), [
        row(actions, undefined, 'neutral', entry.hostname, [], entry.id),
      ])}`,
  );
}

function curlButton(actions: Actions, entry: RouteEntry): TemplateResult {
  return button({
    label: l10n.t('Copy as curl'),
    icon: 'copy',
    look: 'secondary',
    disabled: entry.target === undefined,
    onClick: () => actions.send({ type: 'copyCurl', entryId: entry.id }),
  });
}

function flowFacts(flow: Flow): TemplateResult {
  return html`${fact(l10n.t('Answered'), l10n.t('{0} of {1}', flow.answers, flow.probes))}
  ${flow.perSecond === undefined ? nothing : fact(l10n.t('Answers'), formatRate(flow.perSecond))}
  ${latencyFacts(flow)}`;
}

function lastWords({ last }: Flow): TemplateResult | typeof nothing {
  return last === undefined
    ? nothing
    : html`<p>
        <span class="muted">${l10n.t('Last: {0}.', formatTime(last.at))}</span>
        ${explainSample(last)}
      </p>`;
}

function sandboxDetails({ model, route, actions }: Told, entry: RouteEntry): TemplateResult {
  const { hostname, ingressAddress } = entry;
  const active = route.backends.filter((one) => one.active);
  const answers = answersByTask([entry], model.cells);
  const named = totalOf(answers);
  const isIdle = !balances(entry, model.cells.get(entry.id));
  return detailsFrame(
    l10n.t('Ingress sandbox of {0}', hostname),
    actions,
    html`<p>
        ${
          isIdle
            ? active.length === 0
              ? l10n.t('No task runs, so no node has a rule for this port.')
              : entry.expected.kind === 'unpromised'
                ? l10n.t(
                    'Nothing tells that it takes connections over IPv6: its rules and IPVS are for IPv4.',
                  )
                : l10n.t('The managers do not know this node as ready, and nothing answers.')
            : l10n.t(
                'A network namespace of its own on {0}: connections to port {1} get a firewall mark there, by which IPVS gives each new one to the next running task, on whichever node.',
                hostname,
                route.publishedPort ?? '?',
              )
        }
      </p>
      <div class="details-actions">${burstButton(model, route, entry, actions)}</div>
      <dl class="details-facts">
        ${fact(l10n.t('On the ingress network'), ingressAddress ?? l10n.t('not reported'), 'code')}
        ${fact(l10n.t('Scheduler'), l10n.t('round robin, equal weights'))}
        ${fact(l10n.t('Client address'), l10n.t('replaced by the sandbox’s own'))}
        ${fact(l10n.t('Firewall mark'), l10n.t('known to this node alone'))}
        ${fact(l10n.t('Virtual IP'), l10n.t('not a hop of published traffic'))}
      </dl>
      ${list(
        l10n.t('Balances over, with their answers'),
        isIdle ? [] : active.map((task) => shareRow(actions, entry, task, answers, named)),
      )}
      <section>
        <h3>${l10n.t('Its own table, as root on {0}', hostname)}</h3>
        <p class="first-line code">${IPVS_COMMAND}</p>
      </section>`,
  );
}

function totalOf(answers: ReadonlyMap<string, readonly unknown[]>): number {
  return [...answers.values()].reduce((sum, { length }) => sum + length, 0);
}

function shareRow(
  actions: Actions,
  entry: RouteEntry,
  { taskId, taskName, hostname }: RouteBackend,
  answers: ReturnType<typeof answersByTask>,
  named: number,
): TemplateResult {
  const count = answers.get(taskId)?.length ?? 0;
  return row(actions, partId('share', entry.id, taskId), undefined, taskName, [
    hostname,
    named === 0 ? '' : formatPercent(count / named),
  ]);
}

function shareDetails(
  { model, route, actions }: Told,
  entry: RouteEntry,
  task: RouteBackend,
): TemplateResult {
  const answers = answersByTask([entry], model.cells);
  const flow = flowOf(answers.get(task.taskId) ?? []);
  const named = totalOf(answers);
  const { taskName, hostname } = task;
  const dataPath = model.routing?.dataPathPort ?? '?';
  return detailsFrame(
    l10n.t('{0} to {1}', entry.hostname, taskName),
    actions,
    html`<p>
        ${
          route.mode === 'host'
            ? l10n.t('Host mode: straight to the container, without the mesh.')
            : task.nodeId === entry.nodeId
              ? l10n.t('Both are on {0}: the packets stay on this node.', hostname)
              : l10n.t(
                  'To {0} the packets go through VXLAN, UDP port {1}, and the replies come back the same way.',
                  hostname,
                  dataPath,
                )
        }
      </p>
      <dl class="details-facts">
        ${fact(l10n.t('Answers'), l10n.t('{0} of {1}', flow.answers, named))}
        ${shareFacts(flow.answers, named, route)} ${latencyFacts(flow)}
      </dl>
      ${lastWords(flow)}
      ${list(l10n.t('Between'), [
        row(actions, undefined, undefined, entry.hostname, [], entry.id),
        row(actions, partId('task', task.taskId), undefined, taskName, [task.state]),
      ])}`,
  );
}

function shareFacts(answers: number, named: number, route: PortRoute): TemplateResult {
  const running = route.backends.filter(({ active }) => active).length;
  return html`${named === 0 ? nothing : fact(l10n.t('Share'), formatPercent(answers / named))}
  ${
    route.mode === 'host' || running === 0
      ? nothing
      : fact(l10n.t('Even share'), formatPercent(1 / running))
  }`;
}

function latencyFacts({ latency }: Flow): TemplateResult | typeof nothing {
  return latency === undefined
    ? nothing
    : html`${fact('p50', formatMs(latency.p50))} ${fact('p90', formatMs(latency.p90))}
      ${fact(l10n.t('max'), formatMs(latency.most))}`;
}

function taskDetails({ model, route, actions }: Told, task: RouteBackend): TemplateResult {
  const answers = answersByTask(route.entries, model.cells);
  const flow = flowOf(
    (answers.get(task.taskId) ?? []).toSorted((left, right) => left.at - right.at),
  );
  const named = totalOf(answers);
  const others = task.addresses.filter((address) => address !== task.ingressAddress);
  return detailsFrame(
    task.taskName,
    actions,
    html`<p class="details-verdict">
        ${toneIcon(task.active ? 'good' : 'waiting')}<span
          >${task.active ? l10n.t('Runs, and takes traffic.') : l10n.t('Takes no traffic: {0}', explainIdle(task))}</span
        >
      </p>
      <div class="details-actions">
        ${button({
          label: l10n.t('Inspect task'),
          icon: 'json',
          look: 'secondary',
          onClick: () => actions.send({ type: 'inspect', kind: 'task', id: task.taskId }),
        })}
      </div>
      <dl class="details-facts">
        ${fact(l10n.t('Node'), task.hostname === '' ? l10n.t('none yet') : task.hostname)}
        ${fact(l10n.t('State'), task.state)}
        ${
          route.mode === 'host'
            ? nothing
            : fact(l10n.t('On the ingress network'), task.ingressAddress ?? '–', 'code')
        }
        ${others.length === 0 ? nothing : fact(l10n.t('Other addresses'), others.join(', '), 'code')}
        ${fact(l10n.t('Container'), task.containerId ?? '–', 'code')}
        ${fact(l10n.t('Port'), route.targetPort, 'code')}
        ${fact(l10n.t('Answers'), l10n.t('{0} of {1}', flow.answers, named))}
        ${task.active ? shareFacts(flow.answers, named, route) : nothing} ${latencyFacts(flow)}
      </dl>
      ${lastWords(flow)}`,
  );
}

function idleDetails({ route, actions }: Told): TemplateResult {
  const idle = route.backends.filter(({ active }) => !active);
  return detailsFrame(
    l10n.t('Not running'),
    actions,
    html`<p>
        ${l10n.t(
          'Only running tasks take traffic. Running: {0} of {1}.',
          route.running,
          route.desired,
        )}
      </p>
      ${list(
        l10n.t('Tasks and why they do not run'),
        idle.map((task) =>
          row(actions, partId('task', task.taskId), undefined, task.taskName, [
            task.state,
            task.hostname,
            explainIdle(task),
          ]),
        ),
      )}`,
  );
}
