/** One readable path segment: everything but letters, digits, "." "_" "-" as `~hh` per UTF-8 byte. */
export function encodeSegment(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      return /[\w.-]/.test(sign) ? sign : `~${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** Reads a segment of {@link encodeSegment}. */
export function decodeSegment(segment: string): string {
  const bytes = segment.match(/~[0-9a-f]{2}|[^~]/g) ?? [];
  return Buffer.from(
    bytes.map((part) =>
      part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0),
    ),
  ).toString('utf8');
}

/** Most connections come from the settings: of their ids the name alone is shown. */
const SETTING = 'setting:';
/** Marks an id without a source, which no name of {@link SETTING} begins with. */
const WHOLE = '~~';

/** A connection's id (`<source>:<name>`) as a segment: `lab` for `setting:lab`, all of it for others. */
export function connectionSegment(id: string): string {
  const name = id.startsWith(SETTING) ? id.slice(SETTING.length) : '';
  // A path may lose segments of dots.
  return !/^\.*$/.test(name) && !name.includes(':')
    ? encodeSegment(name)
    : `${id.includes(':') ? '' : WHOLE}${encodeSegment(id)}`;
}

/** Reads a segment of {@link connectionSegment}, and of addresses from before it, which have all of the id. */
export function connectionOfSegment(segment: string): string {
  if (segment.startsWith(WHOLE)) {
    return decodeSegment(segment.slice(WHOLE.length));
  }
  const text = decodeSegment(segment);
  return text.includes(':') ? text : `${SETTING}${text}`;
}
