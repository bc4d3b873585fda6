import type { ContextToken } from '../contributions';
import type { SwarmState } from '../store/swarmState';
import { swarmMarks } from './swarmMarks';
import { swarmNode, type TreeOptions } from './swarmNode';
import type { TreeNode } from './treeNode';

/** Tokens that offer an act that changes the swarm; rows of a read-only connection lack them. */
const CHANGING: ReadonlySet<ContextToken> = new Set<ContextToken>([
  'changeable',
  'removable',
  'updatable',
  'scalable',
  'rollable',
  'attached',
  'steerable',
  'promotable',
  'demotable',
  'deployTarget',
  'newNetwork',
  'newService',
]);

/**
 * The whole tree: a root per open connection. Empty when there is none, and when the only one is not
 * connected, so that the view shows its welcome content.
 */
export function buildTree(
  states: readonly SwarmState[],
  options: TreeOptions,
): readonly TreeNode[] {
  const open = states.filter((state) => state.phase !== 'disconnected');
  if (open.every((state) => state.phase !== 'connected') && open.length < 2) {
    return [];
  }
  const marks = swarmMarks(open.map(({ connection }) => connection));
  return open.map((state) => {
    const { connection } = state;
    const mark = marks.get(connection.id);
    const root = belongingTo(
      swarmNode(state, options),
      connection.id,
      connection.readOnly === true ? (token) => !CHANGING.has(token) : () => true,
    );
    return mark === undefined ? root : { ...root, mark };
  });
}

/** A row and all below it, told whose they are and what may be done with them. */
function belongingTo(
  node: TreeNode,
  connectionId: string,
  allows: (token: ContextToken) => boolean,
): TreeNode {
  const { children } = node;
  return {
    ...node,
    connectionId,
    tokens: node.tokens.filter(allows),
    ...(children === undefined
      ? {}
      : { children: () => children().map((child) => belongingTo(child, connectionId, allows)) }),
  };
}
