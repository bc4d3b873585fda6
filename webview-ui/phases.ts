import * as l10n from '@vscode/l10n';

import type { ProbePhases } from '../src/shared/routingView';

/** One phase of a probe as a bar. */
export interface PhaseStep {
  readonly name: string;
  readonly ms: number;
  /** Percent of the whole. */
  readonly from: number;
  readonly width: number;
  readonly total: boolean;
}

/** Splits the ends of the phases into durations; phases that were never reached are left out. */
export function readPhases(phases: ProbePhases): readonly PhaseStep[] {
  const whole = Math.max(phases.total, 0.001);
  const steps: PhaseStep[] = [];
  let begin = 0;
  const add = (name: string, end: number | undefined): void => {
    if (end === undefined) {
      return;
    }
    const stop = Math.min(Math.max(end, begin), whole);
    const width = Math.max(1, ((stop - begin) / whole) * 100);
    const from = Math.min((begin / whole) * 100, 100 - width);
    steps.push({ name, ms: stop - begin, from, width, total: false });
    begin = stop;
  };
  add(l10n.t('Look-up'), phases.lookup);
  add(l10n.t('Connect'), phases.connect);
  add(l10n.t('TLS'), phases.tls);
  add(l10n.t('First byte'), phases.firstByte);
  add(
    phases.firstByte === undefined ? l10n.t('Waiting') : l10n.t('Rest'),
    phases.connect === undefined ? undefined : phases.total,
  );
  return [...steps, { name: l10n.t('Total'), ms: phases.total, from: 0, width: 100, total: true }];
}
