import { SwarmscopeError, toSwarmscopeError } from '../common/errors';
import type { Created, Engine } from '../docker/engine';
import type { SwarmSnapshot } from '../model/snapshot';
import type { SwarmStore } from '../store/swarmStore';
import type { ConnectedSwarm } from './commandContext';
import { stateWhere } from './stateWhere';

/** What became of a create whose answer was lost. */
export type LostOutcome =
  | { readonly kind: 'created'; readonly id: string }
  /** The swarm answers and has no such object. */
  | { readonly kind: 'absent' }
  /** The swarm does not answer. */
  | { readonly kind: 'unknown' };

/** So long the swarm may take to answer again, through whatever manager, in milliseconds. */
const ANSWER_MS = 20_000;
/** What was accepted shows in the lists within this time, in milliseconds. */
const SHOWN_MS = 2_000;

/**
 * Looks what became of a create whose answer was lost, once the swarm answers again; another manager
 * may answer for the one that went away. `idOf` finds the object, which was not there before. Nothing
 * is sent again.
 */
export async function outcomeAfterLoss(
  store: SwarmStore,
  idOf: (snapshot: SwarmSnapshot) => string | undefined,
): Promise<LostOutcome> {
  const expectation = store.expectChange(ANSWER_MS + SHOWN_MS);
  const idNow = (): string | undefined =>
    store.state.phase === 'connected' ? idOf(store.state.snapshot) : undefined;
  try {
    // A dying manager may not have been missed yet: only a look that begins now counts.
    await store.refresh('after-command');
    const answers = await stateWhere(
      store,
      (state) => state.phase === 'connected' && state.lost === undefined,
      ANSWER_MS,
    );
    if (!answers) {
      return { kind: 'unknown' };
    }
    await stateWhere(store, () => idNow() !== undefined, SHOWN_MS);
    const id = idNow();
    return id === undefined ? { kind: 'absent' } : { kind: 'created', id };
  } finally {
    expectation.dispose();
  }
}

/** The id of the object of that name that was not there before. */
export function newIdOf(
  rows: ReadonlyMap<string, { readonly id: string; readonly name: string }>,
  name: string,
  before: ReadonlySet<string>,
): string | undefined {
  return [...rows.values()].find((row) => row.name === name && !before.has(row.id))?.id;
}

/**
 * Runs a create once. When its answer is lost, looks what became of it, through whatever manager.
 * @throws SwarmscopeError the refusal; 'not-created' when the swarm knows nothing of it, so that it
 *   may be tried again; 'outcome-unknown' when nobody can tell.
 */
export async function createOnce(
  { store, engine, snapshot }: ConnectedSwarm,
  name: string,
  rowsOf: (snapshot: SwarmSnapshot) => Parameters<typeof newIdOf>[0],
  create: (engine: Engine) => Promise<Created>,
): Promise<Created> {
  const before = new Set(rowsOf(snapshot).keys());
  try {
    return await create(engine);
  } catch (thrown) {
    const error = outcomeOf(thrown, name);
    if (error.code !== 'outcome-unknown') {
      throw error;
    }
    const outcome = await outcomeAfterLoss(store, (now) => newIdOf(rowsOf(now), name, before));
    if (outcome.kind === 'created') {
      return { id: outcome.id, warnings: [], foundAfterLoss: true };
    }
    const details = { ...error.details, address: engine.address };
    throw outcome.kind === 'absent' ? new SwarmscopeError('not-created', details) : error;
  }
}

/** A failed create; one that a disconnect cut off may have been carried out all the same. */
function outcomeOf(thrown: unknown, name: string): SwarmscopeError {
  const error = toSwarmscopeError(thrown);
  return error.code === 'cancelled'
    ? new SwarmscopeError('outcome-unknown', { name }, { cause: error })
    : error;
}
