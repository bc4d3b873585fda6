/** The only place that reads what the docker CLI prints for people. */

/** True for a line that says nothing of what went wrong: the hint on `--detach` (docker CLI 26+). */
export function isHint(line: string): boolean {
  return line.includes('--detach=false');
}

/**
 * A line of the CLI without values of variables, which it repeats where it cannot read them: `invalid
 * interpolation format for services.web.environment.KEY: "value"`, `unexpected character … in variable
 * name near "…"` (docker CLI 20.10 to 28).
 */
export function withoutValues(line: string): string {
  const start = line.search(/["'`]/);
  if (start < 0 || !/interpolation|variable|environment|env_file|env file/i.test(line)) {
    return line;
  }
  const quote = line.charAt(start);
  // A value may hold quotes of its own, and an open one reaches to the end.
  const isClosed = line.split(quote).length % 2 === 1;
  const rest = isClosed ? line.slice(line.lastIndexOf(quote) + 1) : '';
  return `${line.slice(0, start)}"***"${rest}`;
}

/** Whether the help for `docker stack config` is that command's, not the one of `docker stack`. */
export function knowsStackConfig(help: string): boolean {
  return /^Usage:\s+docker stack config\b/m.test(help);
}
