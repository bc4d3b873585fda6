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
