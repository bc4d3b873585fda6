import { isSwarmscopeError } from '../common/errors';
import type { Engine } from '../docker/engine';
import { changedPaths, isSameJson, reapply } from '../spec/reapply';
import type { ConnectedSwarm } from './commandContext';
import { readAfterLoss } from './readAfterLoss';

/** An object of a swarm as it was read: its spec is sent back whole, with the version. */
interface Versioned {
  readonly version: number;
  readonly spec: object;
}

/** A spec on its way to the engine, with the version that it goes over. */
type Sending<S extends Versioned> = Pick<S, 'version' | 'spec'>;

/** A change of one object, and how its kind is read and sent. */
export interface ObjectChange<S extends Versioned, R> {
  readonly name: string;
  /** The object that the change began with. */
  readonly base: S;
  readonly wanted: S['spec'];
  /** Somebody else may change the object again and again; so often we follow. */
  readonly attempts: number;
  /** Whether the change must not be carried over to what others made of the object. */
  readonly isFixed?: (now: S) => boolean;
  readonly send: (state: Sending<S>) => Promise<R>;
  readonly read: (engine: Engine) => Promise<S>;
  /** Gives what a change whose answer was lost came to, from the object as it is now. */
  readonly afterLoss: (
    now: S,
    sent: Sending<S>,
    /** Whether all that the change touched is as it was asked for. */
    isThere: boolean,
  ) => 'done' | Error | undefined;
}

/** What became of a change; the answer is undefined when it was lost. */
export type ObjectOutcome<S extends Versioned, R> =
  | { readonly kind: 'done'; readonly answer: R | undefined }
  /** Somebody else changed the same fields meanwhile: nothing was sent. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[]; readonly now: S };

/**
 * Changes an object of the swarm. When somebody else changed it since `base`, the change is carried over
 * to what it is now, if the fields it touches are still as they were. Nothing is sent twice.
 * @throws SwarmscopeError the refusal; what `afterLoss` gives when the answer was lost;
 *   'change-unknown' when nobody can tell.
 */
export async function changeObject<S extends Versioned, R>(
  swarm: ConnectedSwarm,
  change: ObjectChange<S, R>,
): Promise<ObjectOutcome<S, R>> {
  const { base, wanted, attempts, isFixed } = change;
  let sent: Sending<S> = { version: base.version, spec: wanted };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { kind: 'done', answer: await change.send(sent) };
    } catch (error) {
      if (!isSwarmscopeError(error, 'out-of-sequence') || attempt === attempts) {
        return await afterLoss(swarm, change, sent, error);
      }
    }
    const now = await change.read(swarm.engine);
    if (isFixed?.(now) === true) {
      return { kind: 'conflict', paths: changedPaths(base.spec, now.spec), now };
    }
    const carried = reapply<S['spec']>(base.spec, wanted, now.spec);
    if (carried.kind === 'conflict') {
      return { kind: 'conflict', paths: carried.paths, now };
    }
    sent = { version: now.version, spec: carried.value };
  }
}

/** Looks what became of an update whose answer was lost; nothing is sent again. */
async function afterLoss<S extends Versioned, R>(
  swarm: ConnectedSwarm,
  change: ObjectChange<S, R>,
  sent: Sending<S>,
  thrown: unknown,
): Promise<ObjectOutcome<S, R>> {
  const { now, unknown } = await readAfterLoss(swarm, change.name, thrown, change.read);
  // The engine leaves out what is empty: only what the change touched can be compared.
  const carried = reapply<S['spec']>(change.base.spec, sent.spec, now.spec);
  const isThere = carried.kind === 'applied' && isSameJson(carried.value, now.spec);
  const outcome = change.afterLoss(now, sent, isThere) ?? unknown;
  if (outcome === 'done') {
    return { kind: 'done', answer: undefined };
  }
  throw outcome;
}
