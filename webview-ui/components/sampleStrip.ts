import * as l10n from '@vscode/l10n';
import { html, svg, type TemplateResult } from 'lit/html.js';

import type { ProbeSample } from '../../src/shared/routingView';
import { sampleKind } from '../wording';

const STEP = 7;
const BAR = 5;
const HEIGHT = 16;

/** Where a bar of each kind has ink, as top and height: colour and shape both tell the outcome. */
const SHAPES = {
  slot: [[13, 2]],
  answered: [[1, 14]],
  'app-error': [[1.75, 12.5]],
  cut: [
    [1, 4],
    [11, 4],
  ],
  failed: [[10, 5]],
  // Its outline adds to it on all sides.
  closed: [[10.75, 3.5]],
} as const;

/**
 * The last samples as bars, newest at the right; one path a kind, for maps have many strips. `refusals`
 * are those that failed to connect as expected.
 */
export function sampleStrip(
  samples: readonly ProbeSample[],
  refusals: ReadonlySet<ProbeSample>,
  slots: number,
): TemplateResult {
  const shown = samples.slice(-slots);
  const kinds = [
    ...Array.from({ length: slots - shown.length }, () => 'slot' as const),
    ...shown.map((sample) => sampleKind(sample, refusals.has(sample))),
  ];
  return html`<svg
    class="strip"
    width=${slots * STEP - (STEP - BAR)}
    height=${HEIGHT}
    role="img"
    aria-label=${summarize(shown, refusals)}
  >
    ${[...new Set(kinds)].map((kind) => {
      const inset = kind === 'app-error' || kind === 'closed' ? 0.75 : 0;
      const bars = kinds.flatMap((one, index) =>
        one === kind
          ? SHAPES[kind].map(
              ([y, height]) =>
                `M${index * STEP + inset} ${y}h${BAR - 2 * inset}v${height}h${2 * inset - BAR}z`,
            )
          : [],
      );
      return svg`<path class="bar bar-${kind}" d=${bars.join('')}></path>`;
    })}
  </svg>`;
}

function summarize(samples: readonly ProbeSample[], refusals: ReadonlySet<ProbeSample>): string {
  const connected = samples.filter((sample) => sample.reachable).length;
  const expected = samples.filter((sample) => refusals.has(sample)).length;
  return expected === 0
    ? l10n.t('Last {0} probes, {1} connected', samples.length, connected)
    : l10n.t(
        'Last {0} probes, {1} connected, {2} refused as expected',
        samples.length,
        connected,
        expected,
      );
}
