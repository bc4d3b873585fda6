import type { PortRoute } from '../shared/routingView';

/**
 * The task behind an answer, found by its container id, which is the host name that a program in it
 * sees. Undefined when the answer names none, or more than one.
 */
export function findAnswerer(
  route: Pick<PortRoute, 'backends'>,
  firstLine: string,
): string | undefined {
  const words = new Set(firstLine.toLowerCase().match(/[a-z0-9][a-z0-9_.-]*/g) ?? []);
  const named = route.backends.filter(
    ({ containerId, taskName }) =>
      (containerId !== undefined && hasContainer(words, containerId)) ||
      // A service with `--hostname "{{.Task.Name}}"` prints this.
      words.has(taskName.toLowerCase()),
  );
  return named.length === 1 ? named[0]?.taskId : undefined;
}

/** Matches the 12 digits as a word of their own, or as the start of the full id of 64. */
function hasContainer(words: ReadonlySet<string>, containerId: string): boolean {
  if (containerId.length < 12) {
    return false;
  }
  const short = containerId.slice(0, 12).toLowerCase();
  return [...words].some((word) =>
    word
      .split(/[._-]/)
      .some((part) => part === short || (part.length === 64 && part.startsWith(short))),
  );
}
