import { errorLine } from '../common/errorText';
import { toSwarmscopeError } from '../common/errors';
import type { ConnectionEntry } from '../docker/target';
import type { CommandContext } from './commandContext';

/**
 * Lets open connections follow what now stands in the settings, in docker's contexts and in the
 * environment: another way in is connected to, another name or mark only shown. One that is defined
 * no more stays open. Never rejects.
 */
export async function followDefinitions(
  context: Pick<CommandContext, 'swarms' | 'findConnections' | 'logger'>,
): Promise<void> {
  const { swarms, logger } = context;
  try {
    const found = await context.findConnections();
    for (const { connectionId, store } of swarms.open) {
      const { state } = store;
      const now = found.find(({ id }) => id === connectionId);
      if (now === undefined || state.phase === 'disconnected') {
        continue;
      }
      const { swarmId } = state.connection;
      const entry = swarmId === undefined ? now : { ...now, swarmId };
      if (wayIn(entry) !== wayIn(state.connection)) {
        logger.info(`The definition of ${connectionId} changed: connecting anew`);
        void swarms.connect(entry);
      } else if (marks(entry) !== marks(state.connection)) {
        store.relabel(entry);
      }
    }
  } catch (error) {
    logger.warn(`Connections could not be looked up: ${errorLine(toSwarmscopeError(error))}`);
  }
}

function wayIn({ address, tls, apiVersion }: ConnectionEntry): string {
  const { ca, cert, key, serverName, verify } = tls ?? {};
  return JSON.stringify([address, ca, cert, key, serverName, verify, apiVersion]);
}

function marks(entry: ConnectionEntry): string {
  const { name, readOnly, production, color, managers } = entry;
  return JSON.stringify([name, readOnly, production, color, managers]);
}
