import type { CommandContext, ConnectedSwarm } from './commandContext';
import { presentSwarm } from './presentSwarm';
import { tellNotDone } from './showError';

/** The swarm of an act as it is now; tells why when an object of it cannot be changed now. */
export function stillThere(
  context: CommandContext,
  swarm: ConnectedSwarm,
  { name }: { readonly name: string },
): ConnectedSwarm | undefined {
  const present = presentSwarm(context, swarm, name);
  if (present.swarm === undefined) {
    tellNotDone(context, present.why);
  }
  return present.swarm;
}
