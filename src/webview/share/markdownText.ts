import { toPlainLine } from '../../common/text';

/**
 * Foreign text as a code span (CommonMark 6.1), in which nothing is Markdown, HTML, a link or a mention.
 * Never put it into a table: there `|` would end the cell.
 */
export function codeSpan(text: string, limit = 200): string {
  const plain = toPlainLine(text, limit);
  if (plain === '') {
    return '–';
  }
  const fence = '`'.repeat(longestRun(plain) + 1);
  // One blank on each side is no part of the span; a backtick at the edge would be lost without it.
  const room = /^`|`$/.test(plain) ? ' ' : '';
  return `${fence}${room}${plain}${room}${fence}`;
}

/** Text as a fenced code block that no line in it can end. */
export function codeBlock(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
