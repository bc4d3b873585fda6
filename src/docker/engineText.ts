import { SwarmscopeError, type ErrorCode, type ErrorDetails } from '../common/errors';
import { toLine } from './records/fields';

/** A refusal of the engine and the request it answers. */
export interface EngineAnswer {
  /** HTTP status. */
  readonly status: number;
  /** `message` of the JSON body, or the body's text. */
  readonly message: string;
  /** The same without secrets, which is kept; `message` itself when omitted. */
  readonly shown?: string;
  readonly request: {
    readonly method: 'GET' | 'POST' | 'DELETE';
    /** Path without version and query, `/networks/create`. */
    readonly path: string;
  };
}

interface Rule {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  /** Names of the pattern's groups in `details` are the groups' names; `also` adds fixed ones. */
  readonly also?: ErrorDetails;
}

/** Longest message that is kept, in characters. */
const MESSAGE_LIMIT = 1000;

/**
 * Texts that mean something of their own, whatever the status. The first that matches counts.
 * Sources: Engine 20.10 to 28.5 as seen, moby daemon/cluster/{cluster,errors}.go, swarmkit
 * controlapi/{service,network}.go.
 */
const RULES: readonly Rule[] = [
  { pattern: /HTTP request to an HTTPS server/i, code: 'tls-required' },
  {
    pattern:
      /client version (?<ours>[\d.]+) is too new\. Maximum supported API version is (?<engine>[\d.]+\d)/i,
    code: 'api-too-old',
  },
  {
    pattern:
      /client version (?<ours>[\d.]+) is too old\. Minimum supported API version is (?<engine>[\d.]+\d)/i,
    code: 'api-too-new',
  },
  { pattern: /Worker nodes can't be used to view or modify cluster state/i, code: 'worker' },
  { pattern: /Cannot create a multi-host network from a worker node/i, code: 'worker' },
  { pattern: /Swarm is encrypted and needs to be unlocked/i, code: 'swarm-locked' },
  { pattern: /Swarm certificates have expired/i, code: 'certificates-expired' },
  { pattern: /trouble connecting to the cluster|swarm does not have a leader/i, code: 'no-quorum' },
  // What needs the leader ends so after 20 s, for some 40 s after a quorum was lost (seen on 20.10).
  { pattern: /^context deadline exceeded$/i, code: 'no-quorum' },
  {
    pattern: /This node is not a swarm manager|This node is not part of a swarm/i,
    code: 'not-in-swarm',
  },
  {
    // moby daemon/cluster/listen_addr.go
    pattern:
      /multiple addresses on (?:interface \S+|different interfaces) \((?<addresses>[^)]*)\)/i,
    code: 'address-ambiguous',
  },
  {
    pattern: /could not be unlocked: invalid key|invalid (?:unlock )?key provided/i,
    code: 'wrong-key',
  },
  { pattern: /update out of sequence/i, code: 'out-of-sequence' },
  {
    pattern: /network with name (?<name>\S+) already exists/i,
    code: 'name-taken',
    also: { kind: 'network' },
  },
  {
    pattern: /name conflicts with an existing object: (?<kind>\w+) (?<name>\S+) already exists/i,
    code: 'name-taken',
  },
  {
    pattern: /^(?<kind>secret|config) (?<name>\S+) already exists/i,
    code: 'name-taken',
  },
  {
    pattern: /port '(?<port>\d+)(?:\/\w+)?' is already in use by service '(?<service>[^']*)'/i,
    code: 'port-taken',
  },
  { pattern: /is in use by (?<byKind>service|task) (?<by>\w+)/i, code: 'in-use' },
  {
    pattern: /cannot be removed because service (?<by>\w+) depends on it/i,
    code: 'in-use',
    also: { byKind: 'service' },
  },
  { pattern: /has active endpoints/i, code: 'in-use', also: { byKind: 'container' } },
  {
    pattern: /^(?<kind>network|service|node|task|secret|config) (?<id>\S+) not found/i,
    code: 'not-found',
  },
];

/**
 * Says what a refusal means; the only place that reads engine texts. `details.message` is the
 * engine's own sentence without swarmkit's prefix.
 */
export function classifyEngineAnswer(answer: EngineAnswer): SwarmscopeError {
  const sentence = stripRpcPrefix(toLine(answer.message, MESSAGE_LIMIT));
  const message = stripRpcPrefix(toLine(answer.shown ?? answer.message, MESSAGE_LIMIT));
  for (const rule of RULES) {
    const match = rule.pattern.exec(sentence);
    if (match !== null) {
      const details = { ...rule.also, ...toDetails(match.groups), message };
      return new SwarmscopeError(rule.code, details);
    }
  }
  return new SwarmscopeError(codeOfStatus(answer), { message, status: answer.status });
}

/** Strips swarmkit's `rpc error: code = X desc = `, wherever it stands. */
export function stripRpcPrefix(message: string): string {
  return message.replaceAll(/rpc error: code = \w+ desc = /g, '');
}

function codeOfStatus({ status, request }: EngineAnswer): ErrorCode {
  if (status === 401 || status === 403) {
    return 'forbidden';
  }
  if (status === 404) {
    return 'not-found';
  }
  if (status === 409) {
    return isCreate(request) ? 'name-taken' : 'in-use';
  }
  if (status >= 400 && status < 500) {
    return 'invalid';
  }
  // The engine says "not implemented" of options it does not know.
  if (status === 501) {
    return 'invalid';
  }
  return status >= 500 ? 'engine-failed' : 'not-an-engine';
}

function isCreate(request: EngineAnswer['request']): boolean {
  return request.method === 'POST' && request.path.endsWith('/create');
}

function toDetails(groups: Record<string, string> | undefined): ErrorDetails {
  return Object.fromEntries(
    Object.entries(groups ?? {}).map(([name, value]) => [name, toDetail(name, value)]),
  );
}

function toDetail(name: string, value: string): string | number {
  switch (name) {
    case 'port':
      return Number(value);
    case 'addresses':
      // `10.0.0.1 on eth0 and 10.0.0.2 on eth1`
      return (value.match(/[\d.]{7,}|[\da-f:]*:[\da-f:]+/gi) ?? []).join(' ');
    default:
      return value;
  }
}

/** Why a task does not run, as far as the engine's text tells. */
export type TaskProblem =
  | 'image-missing'
  | 'no-suitable-node'
  | 'port-in-use'
  | 'addresses-exhausted'
  | 'network-overlap'
  | 'unhealthy'
  | 'exited'
  | 'other';

const TASK_PROBLEMS: readonly (readonly [RegExp, TaskProblem])[] = [
  [
    /no such image|pull access denied|manifest unknown|not found: manifest|repository does not exist/i,
    'image-missing',
  ],
  [/host-mode port already in use|address already in use/i, 'port-in-use'],
  [/no suitable node/i, 'no-suitable-node'],
  [/ip addresses may be exhausted|No available addresses/i, 'addresses-exhausted'],
  [/pool overlaps/i, 'network-overlap'],
  [/unhealthy container/i, 'unhealthy'],
  [/non-zero exit|executable file not found/i, 'exited'],
];

/** Reads a task's `Status.Err` (texts of Engine 20.10 to 28.5). */
export function classifyTaskError(text: string): TaskProblem {
  return TASK_PROBLEMS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}
