import type { ProbeCell } from '../src/shared/routingView';

/** More pulses at once would only flicker. */
const MOST_PULSES = 24;
const PULSE_MS = 700;

/** Lets a light run along the way of each answer that has just come, unless motion is unwanted. */
export function pulseAnswers(
  root: HTMLElement,
  before: ReadonlyMap<string, ProbeCell>,
  after: ReadonlyMap<string, ProbeCell>,
): void {
  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
    return;
  }
  const fresh = [...root.querySelectorAll<SVGPathElement>('.edge.last')].filter((path) =>
    isFresh(path.dataset['entry'] ?? '', before, after),
  );
  for (const path of fresh.slice(0, MOST_PULSES * 3)) {
    path.animate([{ strokeWidth: '1.5px' }, { strokeWidth: '3.5px' }, { strokeWidth: '1.5px' }], {
      duration: PULSE_MS,
      delay: path.classList.contains('edge-balance') ? 120 : 0,
      easing: 'ease-out',
    });
  }
}

function isFresh(
  entryId: string,
  before: ReadonlyMap<string, ProbeCell>,
  after: ReadonlyMap<string, ProbeCell>,
): boolean {
  const newest = after.get(entryId)?.samples.at(-1)?.at;
  return newest !== undefined && newest !== before.get(entryId)?.samples.at(-1)?.at;
}
