/**
 * Makes foreign text one capped line: control characters and line breaks become spaces, and
 * `[text](target)` falls apart, which VS Code's notifications would make a link, to a command too.
 */
export function toPlainLine(text: string, limit = 300): string {
  const plain = text
    .slice(0, limit * 4)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]+/gu, ' ')
    .replaceAll('](', '] (')
    .trim();
  return plain.length <= limit ? plain : `${plain.slice(0, limit - 1)}…`;
}
