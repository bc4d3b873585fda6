import { isSwarmscopeError, SwarmscopeError, toSwarmscopeError } from '../common/errors';
import type { Engine } from '../docker/engine';
import type { ConnectedSwarm } from './commandContext';
import { stateWhere } from './stateWhere';

/** So long the swarm may take to answer again, through whatever manager, in milliseconds. */
const ANSWER_MS = 20_000;

/**
 * Reads an object once the swarm answers again, after a change of it failed with `thrown`; gives the
 * error for when the object does not tell what became of the change. Nothing is sent again.
 * @throws SwarmscopeError the refusal itself when no answer was lost; 'change-unknown' when the object
 *   cannot be read.
 */
export async function readAfterLoss<T>(
  { store }: ConnectedSwarm,
  name: string,
  thrown: unknown,
  read: (engine: Engine) => Promise<T>,
): Promise<{ readonly now: T; readonly unknown: SwarmscopeError }> {
  const error = toSwarmscopeError(thrown);
  const isLost =
    error.code === 'cancelled' ||
    (isSwarmscopeError(error, 'connection-lost', 'timed-out') && error.details['sent'] === 1);
  if (!isLost) {
    throw error;
  }
  const unknown = new SwarmscopeError('change-unknown', { name }, { cause: error });
  const expectation = store.expectChange(ANSWER_MS);
  try {
    await store.refresh('after-command');
    await stateWhere(
      store,
      (state) => state.phase === 'connected' && state.lost === undefined,
      ANSWER_MS,
    );
    const { engine } = store;
    const now = engine === undefined ? undefined : await read(engine).catch(() => undefined);
    if (now === undefined) {
      throw unknown;
    }
    return { now, unknown };
  } finally {
    expectation.dispose();
  }
}
