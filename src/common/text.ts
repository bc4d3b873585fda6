/** Replaces control characters and line breaks of foreign text by spaces and caps its length. */
export function toPlainLine(text: string, limit = 300): string {
  const plain = text
    .slice(0, limit * 4)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]+/gu, ' ')
    .trim();
  return plain.length <= limit ? plain : `${plain.slice(0, limit - 1)}…`;
}
