import { shellCommand } from '../../common/shellQuote';
import type { ObjectReference } from '../../model/objectReference';

/** `docker service update …` of a service, for a POSIX shell. */
export function updateCommand(flags: readonly string[], { name }: ObjectReference): string {
  return shellCommand(['docker', 'service', 'update', ...flags, name]);
}
