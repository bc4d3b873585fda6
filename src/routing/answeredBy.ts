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

/** Finds the task behind an answer; undefined when it names none, or several. */
export type FindAnswerer = (answer: AnswerText) => string | undefined;

/**
 * Prepares to find the tasks of a port in headers and bodies: by container id (the host name that a
 * program in it sees), by name or id, or by address. The surest kind of name that fits one task alone
 * decides.
 */
export function answererAmong({ backends }: Pick<PortRoute, 'backends'>): FindAnswerer {
  const byContainer = taskIndex(backends, ({ containerId = '' }) =>
    containerId.length < CONTAINER_DIGITS ? [] : [containerId.slice(0, CONTAINER_DIGITS)],
  );
  // A service with `--hostname "{{.Task.Name}}"` or `{{.Task.ID}}` prints these.
  const byName = taskIndex(backends, ({ taskName, taskId }) => [taskName, taskId]);
  const byAddress = taskIndex(backends, ({ addresses }) =>
    addresses.filter((address) => isIP(address) === 4),
  );
  return (answer) => {
    const words = wordsOf(answer);
    return (
      named(byContainer, containersIn(words)) ??
      named(byName, words) ??
      named(byAddress, words)
    )?.taskId;
  };
}

const CONTAINER_DIGITS = 12;

/** The words of an answer that may name a task, in lower case. */
function wordsOf({ headers, body }: AnswerText): ReadonlySet<string> {
  const text = [
    ...headers.flatMap(([name, value]) => (NOT_TELLING.has(name.toLowerCase()) ? [] : [value])),
    body.slice(0, LOOKED_AT),
  ].join('\n');
  return new Set(text.toLowerCase().match(/[a-z0-9][a-z0-9_.-]*/g));
}

/** Short container ids: the 12 digits as a word of their own, or as the start of the full id of 64. */
function* containersIn(words: Iterable<string>): Generator<string> {
  for (const word of words) {
    for (const part of word.split(/[._-]/)) {
      if (part.length === CONTAINER_DIGITS || part.length === 64) {
        yield part.slice(0, CONTAINER_DIGITS);
      }
    }
  }
}

function taskIndex(
  backends: readonly RouteBackend[],
  namesOf: (backend: RouteBackend) => readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    backends.flatMap((backend) =>
      namesOf(backend).map((name) => [name.toLowerCase(), backend.taskId] as const),
    ),
  );
}

/** The one task that is named; without an id when several are, undefined when none is. */
function named(
  index: ReadonlyMap<string, string>,
  names: Iterable<string>,
): { readonly taskId?: string } | undefined {
  const found = new Set<string>();
  for (const name of names) {
    const taskId = index.get(name);
    if (taskId !== undefined) {
      found.add(taskId);
    }
  }
  const [taskId] = found;
  return taskId === undefined ? undefined : found.size === 1 ? { taskId } : {};
}
