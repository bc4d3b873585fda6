import { SwarmscopeError } from '../common/errors';
import type { ServiceBody } from '../docker/bodies';
import type { ServiceState } from '../docker/engine';
import { isSameJson } from '../spec/reapply';
import { changeObject } from './changeObject';
import type { ConnectedSwarm } from './commandContext';

/** A change of one service: the spec that it began with, and the one that is wanted. */
export interface ServiceChange {
  readonly id: string;
  readonly name: string;
  readonly base: ServiceState;
  readonly wanted: ServiceBody;
  /** `X-Registry-Auth`, base64url; without it the tasks keep the login that the service has. */
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
  { id, name, base, wanted, registryAuth, rollback }: ServiceChange,
): Promise<ChangeOutcome> {
  const outcome = await changeObject<ServiceState, readonly string[]>(swarm, {
    name,
    base,
    wanted,
    attempts: ATTEMPTS,
    isFixed: (now) =>
      // Whoever changed it changed what it goes back to as well.
      rollback === true ||
      // A login is for the registry of the image that was asked for, and for no other.
      (registryAuth !== undefined &&
        ![base.spec, wanted].some((spec) => isSameImage(spec, now.spec))),
    read: (engine) => engine.serviceState(id),
    send: ({ version, spec }) =>
      swarm.engine.updateService(id, {
        version,
        spec,
        ...(registryAuth === undefined ? {} : { registryAuth }),
        ...(rollback === undefined ? {} : { rollback }),
      }),
    afterLoss: (now, sent, isThere) => {
      const isUntouched = now.version === sent.version;
      // A login is not to be read back, and a version that rose may be the work of others.
      const isOnlyLogin = registryAuth !== undefined && isSameJson(base.spec, wanted);
      if (isThere && !isOnlyLogin) {
        return 'done';
      }
      return isUntouched
        ? new SwarmscopeError('not-changed', { name, address: swarm.engine.address })
        : undefined;
    },
  });
  return outcome.kind === 'done' ? { kind: 'done', warnings: outcome.answer ?? [] } : outcome;
}

function isSameImage(one: ServiceBody, other: ServiceBody): boolean {
  return one.TaskTemplate?.ContainerSpec?.Image === other.TaskTemplate?.ContainerSpec?.Image;
}
