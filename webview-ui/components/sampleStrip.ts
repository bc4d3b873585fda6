import * as l10n from '@vscode/l10n';
import { html, svg, type TemplateResult } from 'lit/html.js';

import type { ProbeSample } from '../../src/shared/routingView';
import { explainSample, formatMs, formatTime, nameOutcome, sampleKind } from '../wording';

const STEP = 7;
const BAR = 5;
const HEIGHT = 16;

/** The last samples as bars, newest at the right; colour and shape both tell the outcome. */
export function sampleStrip(samples: readonly ProbeSample[], slots: number): TemplateResult {
  const shown = samples.slice(-slots);
  const empty = slots - shown.length;
  return html`<svg
    class="strip"
    width=${slots * STEP - (STEP - BAR)}
    height=${HEIGHT}
    role="img"
    aria-label=${summarize(shown)}
  >
    ${Array.from({ length: empty }, (_, index) => bar('slot', index * STEP, ''))}
    ${shown.map((sample, index) =>
      bar(
        sampleKind(sample),
        (empty + index) * STEP,
        `${formatTime(sample.at)} · ${nameOutcome(sample)} · ${formatMs(sample.phases.total)}\n${explainSample(sample)}`,
      ),
    )}
  </svg>`;
}

function summarize(samples: readonly ProbeSample[]): string {
  const connected = samples.filter((sample) => sample.reachable).length;
  return l10n.t('Last {0} probes, {1} connected', samples.length, connected);
}

/** Answered: a full bar. Application error: hollow. Cut off: two halves. Failed: a low block. */
function bar(kind: string, x: number, title: string): TemplateResult {
  const shape = drawShape(kind, x);
  return svg`<g class="bar bar-${kind}"><title>${title}</title>${shape}</g>`;
}

function drawShape(kind: string, x: number): TemplateResult {
  switch (kind) {
    case 'answered':
      return svg`<rect x=${x} y="1" width=${BAR} height="14" rx="1.5"></rect>`;
    case 'app-error':
      return svg`<rect x=${x + 0.75} y="1.75" width=${BAR - 1.5} height="12.5" rx="1"></rect>`;
    case 'cut':
      return svg`<rect x=${x} y="1" width=${BAR} height="4" rx="1"></rect><rect x=${x} y="11" width=${BAR} height="4" rx="1"></rect>`;
    case 'failed':
      return svg`<rect x=${x} y="10" width=${BAR} height="5"></rect>`;
    default:
      return svg`<rect x=${x} y="13" width=${BAR} height="2" rx="1"></rect>`;
  }
}
