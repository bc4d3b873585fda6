import { hideCredentials } from '../src/shared/hideCredentials';
import { ICON_PATHS } from './iconPaths';
import type { SvgShape } from './svgText';

/** Shapes of SVG that the map draws itself, with the attributes that make their form. */
const DRAWN: Readonly<Record<string, readonly string[]>> = {
  path: ['d'],
  rect: ['x', 'y', 'width', 'height', 'rx'],
};
const ICON_SIZE = 16;

/** A corner and its extent, pixels from the picture's own corner. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Reads what a drawn element looks like, HTML in it included, as plain shapes with colours and sizes
 * resolved. Measures the page as it is; changes nothing.
 */
export class ShapeReader {
  private readonly shapes: SvgShape[] = [];
  private readonly canvas = document.createElement('canvas').getContext('2d');

  /** `shift` is where `origin`, a corner on the page, lies in the picture. */
  constructor(
    private readonly origin: { readonly left: number; readonly top: number },
    private readonly shift: { readonly x: number; readonly y: number },
  ) {}

  read(elements: Iterable<Element>): readonly SvgShape[] {
    for (const element of elements) {
      this.visit(element, 1);
    }
    return this.shapes;
  }

  private visit(element: Element, outerOpacity: number): void {
    const style = getComputedStyle(element);
    const opacity = outerOpacity * Number(style.opacity);
    if (style.display === 'none' || style.visibility === 'hidden' || opacity === 0) {
      return;
    }
    // What is for screen readers alone is told by the title.
    if (element.classList.contains('hidden')) {
      return;
    }
    const form = DRAWN[element.localName];
    if (form !== undefined && element instanceof SVGGraphicsElement) {
      this.addDrawn(element, form, style, opacity);
      return;
    }
    if (element instanceof HTMLElement) {
      if (element.classList.contains('icon')) {
        this.addIcon(element, style, opacity);
        return;
      }
      this.addBox(element, style, opacity);
    }
    for (const child of element.childNodes) {
      if (child instanceof Element) {
        this.visit(child, opacity);
      } else if (child instanceof Text && element instanceof HTMLElement) {
        this.addText(child, element, style, opacity);
      }
    }
  }

  private addDrawn(
    element: SVGGraphicsElement,
    form: readonly string[],
    style: CSSStyleDeclaration,
    opacity: number,
  ): void {
    const matrix = element.getScreenCTM();
    if (matrix === null) {
      return;
    }
    const x = matrix.e - this.origin.left + this.shift.x;
    const y = matrix.f - this.origin.top + this.shift.y;
    const own = form.flatMap((name) => {
      const value = element.getAttribute(name);
      return value === null ? [] : [[name, value] as const];
    });
    this.shapes.push({
      tag: element.localName === 'path' ? 'path' : 'rect',
      attributes: {
        ...Object.fromEntries(own),
        transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})`,
        fill: style.fill,
        ...stroke(style.stroke, Number.parseFloat(style.strokeWidth), style.strokeDasharray),
        ...faded(opacity),
      },
    });
  }

  private addIcon(element: HTMLElement, style: CSSStyleDeclaration, opacity: number): void {
    const name = [...element.classList].find((one) => one.startsWith('icon-'))?.slice(5) ?? '';
    const path = ICON_PATHS[name];
    if (path === undefined) {
      return;
    }
    const { x, y, width, height } = this.place(element.getBoundingClientRect());
    const scale = Math.min(width, height) / ICON_SIZE;
    this.shapes.push({
      tag: 'path',
      attributes: {
        d: path,
        transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(3)})`,
        fill: 'none',
        ...stroke(style.color, 1.3, 'none'),
        ...faded(opacity),
      },
    });
  }

  /** Background and border; a border that is thicker at the left gets a bar there. */
  private addBox(element: HTMLElement, style: CSSStyleDeclaration, opacity: number): void {
    const { x, y, width, height } = this.place(element.getBoundingClientRect());
    const border = style.borderTopStyle === 'none' ? 0 : Number.parseFloat(style.borderTopWidth);
    const left = style.borderLeftStyle === 'none' ? 0 : Number.parseFloat(style.borderLeftWidth);
    if (width === 0 || (isClear(style.backgroundColor) && border === 0 && left === 0)) {
      return;
    }
    const dashes = style.borderTopStyle === 'dashed' ? '4 3' : 'none';
    this.shapes.push({
      tag: 'rect',
      attributes: {
        x: x + border / 2,
        y: y + border / 2,
        width: Math.max(0, width - border),
        height: Math.max(0, height - border),
        rx: Math.min(Number.parseFloat(style.borderTopRightRadius) || 0, height / 2),
        fill: isClear(style.backgroundColor) ? 'none' : style.backgroundColor,
        ...stroke(border === 0 ? 'none' : style.borderTopColor, border, dashes),
        ...faded(opacity),
      },
    });
    if (left > border) {
      this.shapes.push({
        tag: 'rect',
        attributes: { x, y, width: left, height, rx: 2, fill: style.borderLeftColor },
      });
    }
  }

  private addText(
    node: Text,
    parent: HTMLElement,
    style: CSSStyleDeclaration,
    opacity: number,
  ): void {
    const content = node.data;
    const start = content.length - content.trimStart().length;
    const end = content.trimEnd().length;
    if (start >= end || this.canvas === null) {
      return;
    }
    this.canvas.font = style.font;
    const range = document.createRange();
    const right = clipOf(parent);
    const widthTo = (to: number): number => {
      range.setStart(node, start);
      range.setEnd(node, to);
      return range.getBoundingClientRect().right;
    };
    let shown = end;
    let mark = '';
    if (widthTo(end) > right + 0.5) {
      mark = '…';
      const room = right - this.canvas.measureText(mark).width;
      shown = longestFit(start, end, (to) => widthTo(to) <= room);
    }
    widthTo(shown);
    const box = range.getBoundingClientRect();
    if (shown === start || box.left >= right) {
      return;
    }
    const { x, y } = this.place(box);
    this.shapes.push({
      tag: 'text',
      attributes: {
        x,
        y: y + this.canvas.measureText('x').fontBoundingBoxAscent,
        fill: style.color,
        'font-family': style.fontFamily,
        'font-size': style.fontSize,
        ...(style.fontWeight === '400' ? {} : { 'font-weight': style.fontWeight }),
        ...faded(opacity),
      },
      text: `${withoutCredentials(content, start, shown, end).replaceAll(/\s+/g, ' ')}${mark}`,
    });
  }

  private place(box: DOMRect): Place {
    return {
      x: box.left - this.origin.left + this.shift.x,
      y: box.top - this.origin.top + this.shift.y,
      width: box.width,
      height: box.height,
    };
  }
}

/** What is shown of a text; of one with credentials what is left without them, no longer than that. */
function withoutCredentials(content: string, start: number, shown: number, end: number): string {
  const safe = hideCredentials(content.slice(start, end));
  return safe.slice(0, shown - start);
}

/** Where text in an element is cut off at the right. */
function clipOf(element: HTMLElement): number {
  let right = Number.POSITIVE_INFINITY;
  for (let one: Element | null = element; one instanceof HTMLElement; one = one.parentElement) {
    if (getComputedStyle(one).overflowX === 'hidden') {
      right = Math.min(right, one.getBoundingClientRect().right);
    }
  }
  return right;
}

/** Largest number from `start` to `end` that fits, where fitting ends once. */
function longestFit(start: number, end: number, fits: (to: number) => boolean): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

function stroke(colour: string, width: number, dashes: string): Record<string, string | number> {
  return colour === 'none'
    ? {}
    : {
        stroke: colour,
        'stroke-width': width,
        ...(dashes === 'none' ? {} : { 'stroke-dasharray': dashes }),
      };
}

function faded(opacity: number): Record<string, number> {
  return opacity === 1 ? {} : { opacity };
}

function isClear(colour: string): boolean {
  return colour === 'transparent' || /^rgba\(.*, 0\)$/.test(colour);
}
