import type { ObjectKind } from '../docker/engine';

/** Names one object of the connected swarm; what a tree row hands to a command. */
export interface ObjectReference {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly name: string;
}
