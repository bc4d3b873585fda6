import type { TooltipLines } from './row';

/** Text that Markdown shows as it is: nothing of it becomes a link, picture, icon, HTML or format. */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      // Every ASCII punctuation character may be escaped (CommonMark 2.4).
      .replaceAll(/[!-/:-@[-`{-~]/g, (sign) => (sign === '&' ? '&amp;' : `\\${sign}`))
      // A bare address would become a link; the dot of "www." is escaped above, the scheme's colon too.
      .trim()
  );
}

/** Markdown of tooltip lines, one paragraph line each, every value escaped. */
export function tooltipMarkdown(lines: TooltipLines): string {
  return lines
    .map(({ name, value }) =>
      name === undefined
        ? escapeMarkdown(value)
        : `**${escapeMarkdown(name)}:** ${escapeMarkdown(value)}`,
    )
    .join('  \n');
}
