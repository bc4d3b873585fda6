import type { MatrixView } from './matrixState';

/** A scroll of less than this changes nothing that is drawn, in pixels. */
const STEP = 80;

/** What can be seen of the matrix; also keeps the focus clear of its headers when it scrolls. */
export function measureMatrix(root: HTMLElement): MatrixView | undefined {
  const frame = root.querySelector<HTMLElement>('.matrix-frame');
  if (frame === null) {
    return undefined;
  }
  const head = frame.querySelector<HTMLElement>('thead');
  const corner = frame.querySelector<HTMLElement>('.corner');
  frame.style.scrollPaddingTop = `${head?.offsetHeight ?? 0}px`;
  frame.style.scrollPaddingLeft = `${corner?.offsetWidth ?? 0}px`;
  const step = (pixels: number): number => Math.floor(Math.max(0, pixels) / STEP) * STEP;
  return {
    top: step(frame.scrollTop),
    left: step(frame.scrollLeft),
    width: frame.clientWidth,
    height: frame.clientHeight,
  };
}
