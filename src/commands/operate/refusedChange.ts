import type { SwarmscopeError } from '../../common/errors';
import type { ErrorContext } from '../../common/errorText';
import type { ObjectReference } from '../../model/objectReference';
import type { SwarmSnapshot } from '../../model/snapshot';
import type { ConnectedSwarm } from '../commandContext';

/** What a change of a service that came to nothing is about. */
interface RefusedChange {
  /** The object that the error's sentence names. */
  readonly about: ErrorContext;
  /** Whether asking again makes no sense. */
  readonly isOver: boolean;
}

/** What is missing need not be the service: a network that it was to join may be gone. */
export function refusedChange(
  error: SwarmscopeError,
  { name }: ObjectReference,
  { connection, snapshot }: Pick<ConnectedSwarm, 'connection' | 'snapshot'>,
): RefusedChange {
  const missing = missingBeside(error, snapshot);
  return {
    about: { swarm: connection.name, object: missing ?? name },
    isOver:
      error.code === 'change-unknown' || (error.code === 'not-found' && missing === undefined),
  };
}

/** The name of what a refusal misses, its id where the swarm's picture has none; not of a service. */
function missingBeside(
  { code, details: { kind, id = '' } }: SwarmscopeError,
  { networks }: SwarmSnapshot,
): string | undefined {
  if (code !== 'not-found' || kind === undefined || kind === 'service') {
    return undefined;
  }
  return (kind === 'network' ? networks.get(String(id))?.name : undefined) ?? String(id);
}
