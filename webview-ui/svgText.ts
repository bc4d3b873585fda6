/** One element of a picture: measured, in pixels, with presentation attributes alone. */
export interface SvgShape {
  readonly tag: 'path' | 'rect' | 'text';
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Of a `text` element. */
  readonly text?: string;
}

/** A picture to write down. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Colour behind everything. */
  readonly background: string;
  /** Told to screen readers. */
  readonly title: string;
  readonly shapes: readonly SvgShape[];
}

/** Longest text of one element, characters. */
const LONGEST = 300;

/**
 * The picture as an SVG 1.1 document that needs nothing else: no style sheet, no script, no font file,
 * no link and no HTML. Every text is escaped and freed of what XML 1.0 does not allow.
 */
export function writeSvg({ width, height, background, title, shapes }: Picture): string {
  const size = `width="${number(width)}" height="${number(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${number(width)} ${number(height)}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    writeShape({ tag: 'rect', attributes: { width, height, fill: background } }),
    ...shapes.map(writeShape),
    '</svg>\n',
  ].join('\n');
}

function writeShape({ tag, attributes, text }: SvgShape): string {
  const written = Object.entries(attributes)
    .map(
      ([name, value]) =>
        ` ${name}="${typeof value === 'number' ? number(value) : escapeXml(value, 100_000)}"`,
    )
    .join('');
  return text === undefined
    ? `<${tag}${written}/>`
    : `<${tag}${written}>${escapeXml(text)}</${tag}>`;
}

/** At most two decimals; 0 for what is no number. */
function number(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : '0';
}

function escapeXml(text: string, limit = LONGEST): string {
  return (
    text
      .slice(0, limit)
      // Control, formatting and private signs, and halves of pairs.
      .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
  );
}
