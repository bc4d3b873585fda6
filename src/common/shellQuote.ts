/** Quotes one argument for a POSIX shell; plain words stay as they are. */
export function shellQuote(argument: string): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) {
    return argument;
  }
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

/** Joins arguments to one command line for a POSIX shell. */
export function shellCommand(argumentsList: readonly string[]): string {
  return argumentsList.map(shellQuote).join(' ');
}
