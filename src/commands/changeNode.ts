import { isSwarmscopeError, SwarmscopeError } from '../common/errors';
import type { NodeBody } from '../docker/bodies';
import type { NodeSpecState } from '../docker/engine';
import { isSameJson, reapply } from '../spec/reapply';
import type { ConnectedSwarm } from './commandContext';
import { readAfterLoss } from './readAfterLoss';

/** A change of one node: the spec that it began with, and the one that is wanted. */
export interface NodeChange {
  readonly id: string;
  readonly name: string;
  readonly base: NodeSpecState;
  readonly wanted: NodeBody;
}

/** What became of a change. */
export type NodeOutcome =
  | { readonly kind: 'done' }
  /** Somebody else changed the same fields meanwhile: nothing was sent. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[]; readonly now: NodeSpecState };

/** The swarm itself writes to its nodes again and again, with every heartbeat that tells something new. */
const ATTEMPTS = 8;

/**
 * Changes a node's availability, role or labels. When somebody else changed it since `base`, the change
 * is carried over to what it is now, if the fields it touches are still as they were.
 * @throws SwarmscopeError the refusal; 'not-changed' when the answer was lost and the node is as before;
 *   'change-unknown' when nobody can tell.
 */
export async function changeNode(swarm: ConnectedSwarm, change: NodeChange): Promise<NodeOutcome> {
  const { id, base } = change;
  let { version } = base;
  let spec = change.wanted;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await swarm.engine.updateNode(id, { version, spec });
      return { kind: 'done' };
    } catch (error) {
      if (!isSwarmscopeError(error, 'out-of-sequence') || attempt === ATTEMPTS) {
        return await afterLoss(swarm, change, spec, error);
      }
    }
    const now = await swarm.engine.nodeSpec(id);
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
  { id, name, base }: NodeChange,
  sent: NodeBody,
  thrown: unknown,
): Promise<NodeOutcome> {
  const { now, unknown } = await readAfterLoss(swarm, name, thrown, (engine) =>
    engine.nodeSpec(id),
  );
  const carried = reapply(base.spec, sent, now.spec);
  if (carried.kind === 'applied' && isSameJson(carried.value, now.spec)) {
    return { kind: 'done' };
  }
  // The version says nothing: the swarm writes to its nodes by itself.
  throw isSameJson(base.spec, now.spec)
    ? new SwarmscopeError('not-changed', { name, address: swarm.engine.address })
    : unknown;
}
