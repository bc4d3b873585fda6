import { toPlainLine } from '../../common/text';
import { titleFor } from '../chooseSwarm';
import type { CommandContext, ConnectedSwarm } from '../commandContext';

/** The title of a question about one object: `Scale: web`, with the swarm where there are several. */
export function titleOf(
  context: CommandContext,
  title: string,
  { swarm, name }: { readonly swarm: ConnectedSwarm; readonly name: string },
): string {
  return titleFor(context, `${title}: ${toPlainLine(name, 80)}`, swarm);
}
