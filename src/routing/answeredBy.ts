import { isIP } from 'node:net';
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

/** Finds the task that an answer names; undefined when it names none. */
export type FindAnswerer = (answer: AnswerText) => string | undefined;

/**
 * Finds the task behind an answer by its container id (the host name that a program in it sees), its
 * name, or its address. The surest kind of name that fits one task alone decides. A person's rule says
 * where in the answer the name stands, and nothing else is looked at then; a node's host name will do
 * there as well, where one task runs on it.
 */
export function answererOf({
  backends,
  probe,
}: Pick<PortRoute, 'backends'> & Partial<Pick<PortRoute, 'probe'>>): FindAnswerer {
  const rule = probe?.kind === 'http' ? probe.ask.answeredBy : undefined;
  const textOf = rule === undefined ? everything : readerOf(rule);
  const ways = rule === undefined ? WAYS : [...WAYS, isOnNode];
  return (answer) => {
    const words = new Set(
      textOf(answer)
        .toLowerCase()
        .match(/[a-z0-9][a-z0-9_.-]*/g) ?? [],
    );
    for (const isNamed of ways) {
      const named = backends.filter((backend) => isNamed(backend, words, backends));
      if (named.length > 0) {
        return named.length === 1 ? named[0]?.taskId : undefined;
      }
    }
    return undefined;
  };
}

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

type Way = (
  backend: RouteBackend,
  words: ReadonlySet<string>,
  backends: readonly RouteBackend[],
) => boolean;

/** Ways to name a task, the surest first. */
const WAYS: readonly Way[] = [
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

/** Some services print the name of the node (`--hostname "{{.Node.Hostname}}"`). */
const isOnNode: Way = ({ active, hostname, nodeId }, words, backends) =>
  active &&
  hostname !== '' &&
  words.has(hostname.toLowerCase()) &&
  backends.filter((other) => other.active && other.nodeId === nodeId).length === 1;
