import * as l10n from '@vscode/l10n';

import { hideCredentials } from '../src/shared/hideCredentials';
import { ShapeReader } from './measureShapes';
import { selectedRoute, type PageModel } from './state';
import { writeSvg, type SvgShape } from './svgText';
import { formatPorts } from './wording';

const MARGIN = 16;
/** Room for two lines above the map. */
const CAPTION = 52;
/** Characters of a line of it at most. */
const LONGEST_CAPTION = 250;

/** Between the headings and the first row at most. */
const GAP = 24;

/** The map as it is drawn now, as an SVG document of its own; empty where no map is drawn. */
export function readMap(root: ParentNode, model: PageModel): string {
  const map = root.querySelector('svg.map');
  const route = selectedRoute(model);
  if (map === null || route === undefined || model.unavailable !== undefined) {
    return '';
  }
  // A light that runs along a line would be a thicker line.
  for (const animation of map.getAnimations({ subtree: true })) {
    animation.finish();
  }
  const frame = map.getBoundingClientRect();
  const { width } = frame;
  const headings = [...map.children].filter((one) => one.querySelector('.map-heading') !== null);
  const others = [...map.children].filter((one) => !headings.includes(one));
  const { height, unseen } = rowsOf(map, frame);
  const ports = formatPorts(route);
  const swarm = hideCredentials(model.routing?.swarmName ?? '');
  const title = `${route.serviceName} ${ports} · ${swarm}`;
  const facts = [
    new Date().toISOString(),
    ...(model.probes === undefined
      ? []
      : [`${model.probes.engine} · ${l10n.t('Probing from {0}', model.probes.vantage)}`]),
  ];
  const body = getComputedStyle(document.body);
  const caption = (text: string, y: number, size: number, weight: number): SvgShape => ({
    tag: 'text',
    attributes: {
      x: MARGIN,
      y,
      fill: body.color,
      'font-family': body.fontFamily,
      'font-size': `${size}px`,
      'font-weight': weight,
    },
    text: shorten(text, `${weight} ${size}px ${body.fontFamily}`, width),
  });
  return writeSvg({
    width: width + 2 * MARGIN,
    height: height + CAPTION + MARGIN,
    background: body.backgroundColor,
    title,
    shapes: [
      caption(title, 24, 15, 600),
      caption(facts.join(' · '), 42, 12, 400),
      ...new ShapeReader(frame, { x: MARGIN, y: CAPTION }).read(headings),
      ...new ShapeReader(frame, { x: MARGIN, y: CAPTION - unseen }).read(others),
    ],
  });
}

/** Only rows in sight are drawn: how high they are, and how much is left out above them, in pixels. */
function rowsOf(
  map: Element,
  frame: DOMRect,
): { readonly height: number; readonly unseen: number } {
  const cards = [...map.querySelectorAll('.client, .node, .task')].map((card) =>
    card.getBoundingClientRect(),
  );
  const headings = [...map.querySelectorAll('.map-heading')].map((one) =>
    one.getBoundingClientRect(),
  );
  const top = Math.min(...cards.map((card) => card.top));
  const bottom = Math.max(...cards.map((card) => card.bottom));
  const unseen = Math.max(0, top - Math.max(...headings.map((one) => one.bottom)) - GAP);
  return { height: bottom - frame.top - unseen, unseen };
}

/** As much of a text as there is room for in a font (CSS shorthand), with a mark where it ends early. */
function shorten(text: string, font: string, room: number): string {
  const canvas = document.createElement('canvas').getContext('2d');
  if (canvas === null) {
    return '';
  }
  canvas.font = font;
  const fits = (shown: string): boolean => canvas.measureText(shown).width <= room;
  let shown = text.slice(0, LONGEST_CAPTION);
  if (shown === text && fits(text)) {
    return text;
  }
  while (shown !== '' && !fits(`${shown}…`)) {
    shown = shown.slice(0, -1);
  }
  return `${shown}…`;
}

/** Calls back in the frame that many frames from now. */
export function afterFrames(count: number, act: () => void): void {
  requestAnimationFrame(() => (count <= 1 ? act() : afterFrames(count - 1, act)));
}
