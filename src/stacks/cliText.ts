/** The only place that reads what the docker CLI prints for people. */

/** True for a line that says nothing of what went wrong: the hint on `--detach` (docker CLI 26+). */
export function isHint(line: string): boolean {
  return line.includes('--detach=false');
}

/** Whether the help for `docker stack config` is that command's, not the one of `docker stack`. */
export function knowsStackConfig(help: string): boolean {
  return /^Usage:\s+docker stack config\b/m.test(help);
}
