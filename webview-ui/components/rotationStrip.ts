import * as l10n from '@vscode/l10n';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';

import { groupByEntry, isAnswer } from '../../src/shared/burstSummary';
import type { BurstAnswer, BurstView } from '../../src/shared/burstView';

/** Nodes with a strip of their own; more are counted. */
const MOST_NODES = 6;
/** With more tasks than this the lanes are too thin to name. */
const MOST_NAMED_LANES = 12;
const LANE = 14;
const THIN_LANE = 5;
const STEP = 10;
/** Answers that the spoken form names. */
const MOST_SPOKEN = 10;

/** Each node's answers in the order of the connections: one lane for each task, so place tells who answered. */
export function rotationStrips(
  burst: BurstView,
  nodeOf: (entryId: string) => string,
): TemplateResult {
  const groups = [...groupByEntry(burst.answers)];
  const more = groups.length - MOST_NODES;
  return html`<div class="rotation">
    <h4>${l10n.t('Order of the answering tasks')}</h4>
    ${groups.slice(0, MOST_NODES).map(([entryId, answers]) => strip(burst, nodeOf(entryId), answers))}
    ${more > 0 ? html`<p class="muted">${l10n.t('and {0} more', more)}</p>` : nothing}
  </div>`;
}

function strip(burst: BurstView, node: string, answers: readonly BurstAnswer[]): TemplateResult {
  const others = answers.filter((one) => !isNamed(burst, one));
  const lanes = burst.tasks.length + (others.length === 0 ? 0 : 1);
  const isThin = lanes > MOST_NAMED_LANES;
  const lane = isThin ? THIN_LANE : LANE;
  const names = [
    ...burst.tasks.map(({ taskName }) => taskName),
    ...(others.length > 0 ? [nameOthers(others)] : []),
  ];
  const width = answers.length * STEP;
  return html`<div class="rotation-node">
    <span class="rotation-name" title=${node}>${node}</span>
    ${
      isThin
        ? nothing
        : html`<span class="rotation-lanes" aria-hidden="true"
            >${names.map((name) => html`<span title=${name}>${name}</span>`)}</span
          >`
    }
    <svg
      class="rotation-strip"
      height=${lanes * lane}
      viewBox="0 0 ${width} ${lanes * lane}"
      preserveAspectRatio="none"
      role="img"
      aria-label=${speak(burst, node, answers)}
    >
      ${names.map((_name, index) => svg`<rect class=${index % 2 === 0 ? 'lane' : 'lane odd'} x="0" y=${index * lane} width=${width} height=${lane}></rect>`)}
      ${answers.map((answer, index) => mark(burst, answer, index * STEP, lane))}
    </svg>
  </div>`;
}

/** Named: a full block in its task's lane. Not named: a hollow one. Failed: a bar through the last lane's foot. */
function mark(burst: BurstView, answer: BurstAnswer, x: number, lane: number): TemplateResult {
  const at = burst.tasks.findIndex(({ taskId }) => taskId === answer.answeredBy);
  const y = (at === -1 ? burst.tasks.length : at) * lane;
  const kind = !isAnswer(answer) ? 'failed' : at === -1 ? 'unnamed' : 'named';
  return kind === 'failed'
    ? svg`<rect class="turn failed" x=${x + 1} y=${y + lane - 4} width=${STEP - 2} height="4"></rect>`
    : svg`<rect class="turn ${kind}" x=${x + 1} y=${y + 1} width=${STEP - 2} height=${lane - 2}></rect>`;
}

function nameOthers(others: readonly BurstAnswer[]): string {
  if (others.every(isAnswer)) {
    return l10n.t('nobody named');
  }
  return others.some(isAnswer) ? l10n.t('not named, failed') : l10n.t('failed');
}

function isNamed({ tasks }: BurstView, answer: BurstAnswer): boolean {
  const { answeredBy } = answer;
  return isAnswer(answer) && tasks.some(({ taskId }) => taskId === answeredBy);
}

function speak(burst: BurstView, node: string, answers: readonly BurstAnswer[]): string {
  const first = answers.slice(0, MOST_SPOKEN).map((answer) => {
    const task = burst.tasks.find(({ taskId }) => taskId === answer.answeredBy);
    return task?.taskName ?? (isAnswer(answer) ? l10n.t('nobody named') : l10n.t('failed'));
  });
  return l10n.t('{0}, first answers by {1}', node, first.join(', '));
}
