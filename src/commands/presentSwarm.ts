import * as l10n from '@vscode/l10n';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from './commandContext';
import { refusal } from './refusal';

/** The swarm of an act as it is now, or why it cannot be changed now. */
export type PresentSwarm =
  | { readonly swarm: ConnectedSwarm; readonly why?: never }
  | { readonly swarm?: never; readonly why: string };

/**
 * The very swarm that an act on an object began with, as it is now: questions stay open for long, and
 * meanwhile its manager, its permissions or the connection's definition may have become others.
 */
export function presentSwarm(
  context: Pick<CommandContext, 'swarms'>,
  chosen: ConnectedSwarm,
  object: string,
): PresentSwarm {
  const swarm = sameSwarm(context, chosen);
  if (swarm === undefined) {
    const { name } = chosen.connection;
    return { why: l10n.t('"{0}" is not connected any more; "{1}" was not changed.', name, object) };
  }
  const why = refusal(swarm, { toChange: true });
  return why === undefined ? { swarm } : { why };
}
