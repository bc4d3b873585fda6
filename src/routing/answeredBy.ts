import { isIP } from 'node:net';
import { groupBy } from '../common/groupBy';
import type { AnswererRule } from '../shared/httpAsk';
import type { PortRoute, RouteBackend } from '../shared/routingView';
import { compileLinear } from './linearPattern';

/** What of an answer may name a task. */
interface AnswerText {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** So much of a body is looked at, in characters: the name of who answers stands at its beginning. */
const LOOKED_AT = 8_192;
/** Headers that tell of the client or of the way, never of who answered. */
const NOT_TELLING: ReadonlySet<string> = new Set(['date', 'etag', 'last-modified', 'location']);

/** Finds the task that an answer names; undefined when it names none, or several. */
export type FindAnswerer = (answer: AnswerText) => string | undefined;

/**
 * Prepares to find the task behind an answer by its container id (the host name that a program in it
 * sees), its name or id, or its address. The surest kind of name that fits one task alone decides. A
 * person's rule says where in the answer the name stands, and nothing else is looked at then; a node's
 * host name will do there as well, where one task runs on it.
 */
export function answererOf({
  backends,
  probe,
}: Pick<PortRoute, 'backends'> & Partial<Pick<PortRoute, 'probe'>>): FindAnswerer {
  const rule = probe?.kind === 'http' ? probe.ask.answeredBy : undefined;
  const textOf = rule === undefined ? everything : readerOf(rule);
  const byContainer = taskIndex(backends, ({ containerId = '' }) =>
    containerId.length < CONTAINER_DIGITS ? [] : [containerId.slice(0, CONTAINER_DIGITS)],
  );
  // A service with `--hostname "{{.Task.Name}}"` or `{{.Task.ID}}` prints these.
  const byName = taskIndex(backends, ({ taskName, taskId }) => [taskName, taskId]);
  const byAddress = taskIndex(backends, ({ addresses }) =>
    addresses.filter((address) => isIP(address) === 4),
  );
  const byNode = rule === undefined ? new Map<string, string>() : aloneOnNode(backends);
  return (answer) => {
    const words = new Set(
      textOf(answer)
        .toLowerCase()
        .match(/[a-z0-9][a-z0-9_.-]*/g),
    );
    return (
      named(byContainer, containersIn(words)) ??
      named(byName, words) ??
      named(byAddress, words) ??
      named(byNode, words)
    )?.taskId;
  };
}

const CONTAINER_DIGITS = 12;

function everything({ headers, body }: AnswerText): string {
  return [
    ...headers.flatMap(([name, value]) => (NOT_TELLING.has(name.toLowerCase()) ? [] : [value])),
    body.slice(0, LOOKED_AT),
  ].join('\n');
}

/** What of an answer a person's rule looks at. */
function readerOf(rule: AnswererRule): (answer: AnswerText) => string {
  if (rule.kind === 'header') {
    const wanted = rule.name.toLowerCase();
    return ({ headers }) =>
      headers
        .filter(([name]) => name.toLowerCase() === wanted)
        .map(([, value]) => value)
        .join('\n');
  }
  const pattern = compileLinear(rule.source);
  return ({ body }) => pattern?.find(body.slice(0, LOOKED_AT)) ?? '';
}

/** Some services print the name of the node (`--hostname "{{.Node.Hostname}}"`): it tells of a task alone there. */
function aloneOnNode(backends: readonly RouteBackend[]): ReadonlyMap<string, string> {
  const byNode = groupBy(
    backends.filter(({ active, hostname }) => active && hostname !== ''),
    ({ nodeId = '' }) => nodeId,
  );
  return taskIndex(
    [...byNode.values()].flatMap((tasks) => (tasks.length === 1 ? tasks : [])),
    ({ hostname }) => [hostname],
  );
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
