/**
 * Quotes one argument for a shell; plain words stay as they are. What holds control characters, which
 * a terminal could obey while they are pasted, is written with escapes that bash, zsh and ksh know.
 */
export function shellQuote(argument: string): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) {
    return argument;
  }
  if (/(?![\n\t])\p{Cc}/u.test(argument)) {
    return `$'${escapeBytes(argument)}'`;
  }
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

function escapeBytes(argument: string): string {
  return argument.replaceAll(/[\p{Cc}'\\]/gu, (sign) =>
    [...Buffer.from(sign, 'utf8')]
      .map((byte) => String.raw`\x${byte.toString(16).padStart(2, '0')}`)
      .join(''),
  );
}

/** Joins arguments to one command line for a POSIX shell. */
export function shellCommand(argumentsList: readonly string[]): string {
  return argumentsList.map(shellQuote).join(' ');
}
