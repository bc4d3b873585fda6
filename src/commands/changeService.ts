import { isSwarmscopeError, SwarmscopeError } from '../common/errors';
import type { ServiceBody } from '../docker/bodies';
import type { ServiceState } from '../docker/engine';
import { changedPaths, isSameJson, reapply } from '../spec/reapply';
import type { ConnectedSwarm } from './commandContext';
import { readAfterLoss } from './readAfterLoss';

/** A change of one service: the spec that it began with, and the one that is wanted. */
export interface ServiceChange {
  readonly id: string;
  readonly name: string;
  readonly base: ServiceState;
  readonly wanted: ServiceBody;
  /** `X-Registry-Auth`, base64url. */
  readonly registryAuth?: string;
  /** True to let the engine go back to its spec before, which is `wanted`; never carried over. */
  readonly rollback?: true;
}

/** What became of a change. */
export type ChangeOutcome =
  | { readonly kind: 'done'; readonly warnings: readonly string[] }
  /** Somebody else changed the same fields meanwhile: nothing was sent. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[]; readonly now: ServiceState };

/** Somebody else may change a service again and again; so often we follow. */
const ATTEMPTS = 4;

/**
 * Changes a service. When somebody else changed it since `base`, the change is carried over to what
 * it is now, if the fields it touches are still as they were.
 * @throws SwarmscopeError the refusal; 'not-changed' when the answer was lost and the service is as
 *   before; 'change-unknown' when nobody can tell.
 */
export async function changeService(
  swarm: ConnectedSwarm,
  change: ServiceChange,
): Promise<ChangeOutcome> {
  const { id, base, registryAuth, rollback } = change;
  let { version } = base;
  let spec = change.wanted;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const update = {
        version,
        spec,
        ...(registryAuth === undefined ? {} : { registryAuth }),
        ...(rollback === undefined ? {} : { rollback }),
      };
      return { kind: 'done', warnings: await swarm.engine.updateService(id, update) };
    } catch (error) {
      if (!isSwarmscopeError(error, 'out-of-sequence') || attempt === ATTEMPTS) {
        return await afterLoss(swarm, change, { spec, version }, error);
      }
    }
    const now = await swarm.engine.serviceState(id);
    if (rollback === true) {
      // Whoever changed it changed what it goes back to as well.
      return { kind: 'conflict', paths: changedPaths(base.spec, now.spec), now };
    }
    const carried = reapply(base.spec, change.wanted, now.spec);
    if (carried.kind === 'conflict') {
      return { kind: 'conflict', paths: carried.paths, now };
    }
    ({ version } = now);
    spec = carried.value;
  }
}

/** Looks what became of an update whose answer was lost; nothing is sent again. */
async function afterLoss(
  swarm: ConnectedSwarm,
  { id, name, base }: ServiceChange,
  sent: ServiceState,
  thrown: unknown,
): Promise<ChangeOutcome> {
  const { now, unknown } = await readAfterLoss(swarm, name, thrown, (engine) =>
    engine.serviceState(id),
  );
  // The engine leaves out what is empty: only what the change touched can be compared.
  const carried = reapply(base.spec, sent.spec, now.spec);
  if (carried.kind === 'applied' && isSameJson(carried.value, now.spec)) {
    return { kind: 'done', warnings: [] };
  }
  throw now.version === sent.version
    ? new SwarmscopeError('not-changed', { name, address: swarm.engine.address })
    : unknown;
}
