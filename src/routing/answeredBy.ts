import { isIP } from 'node:net';
import type { PortRoute, RouteBackend } from '../shared/routingView';

/** What of an answer may name a task. */
interface AnswerText {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** So much of a body is looked at, in characters: the name of who answers stands at its beginning. */
const LOOKED_AT = 8_192;
/** Headers that tell of the client or of the way, never of who answered. */
const NOT_TELLING: ReadonlySet<string> = new Set(['date', 'etag', 'last-modified', 'location']);

/**
 * The task behind an answer, found in headers and body by its container id (the host name that a
 * program in it sees), its name, or its address. The surest kind of name that fits one task alone
 * decides; undefined when none does.
 */
export function findAnswerer(
  { backends }: Pick<PortRoute, 'backends'>,
  { headers, body }: AnswerText,
): string | undefined {
  const text = [
    ...headers.flatMap(([name, value]) => (NOT_TELLING.has(name.toLowerCase()) ? [] : [value])),
    body.slice(0, LOOKED_AT),
  ].join('\n');
  const words = new Set(text.toLowerCase().match(/[a-z0-9][a-z0-9_.-]*/g) ?? []);
  for (const isNamed of WAYS) {
    const named = backends.filter((backend) => isNamed(backend, words));
    if (named.length > 0) {
      return named.length === 1 ? named[0]?.taskId : undefined;
    }
  }
  return undefined;
}

/** Ways to name a task, the surest first. */
const WAYS: readonly ((backend: RouteBackend, words: ReadonlySet<string>) => boolean)[] = [
  ({ containerId }, words) => containerId !== undefined && hasContainer(words, containerId),
  // A service with `--hostname "{{.Task.Name}}"` or `{{.Task.ID}}` prints these.
  ({ taskName, taskId }, words) => words.has(taskName.toLowerCase()) || words.has(taskId),
  ({ addresses }, words) => addresses.some((address) => isIP(address) === 4 && words.has(address)),
];

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
