import { SwarmscopeError } from '../common/errors';
import type { NodeBody } from '../docker/bodies';
import type { NodeSpecState } from '../docker/engine';
import { isSameJson } from '../spec/reapply';
import { changeObject } from './changeObject';
import type { ConnectedSwarm } from './commandContext';

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
export async function changeNode(
  swarm: ConnectedSwarm,
  { id, name, base, wanted }: NodeChange,
): Promise<NodeOutcome> {
  const outcome = await changeObject<NodeSpecState, void>(swarm, {
    name,
    base,
    wanted,
    attempts: ATTEMPTS,
    read: (engine) => engine.nodeSpec(id),
    send: (state) => swarm.engine.updateNode(id, state),
    afterLoss: (now, _sent, isThere) => {
      if (isThere) {
        return 'done';
      }
      // The version says nothing: the swarm writes to its nodes by itself.
      return isSameJson(base.spec, now.spec)
        ? new SwarmscopeError('not-changed', { name, address: swarm.engine.address })
        : undefined;
    },
  });
  return outcome.kind === 'done' ? { kind: 'done' } : outcome;
}
