import type { ContextToken } from '../contributions';
import type { ObjectReference } from '../model/objectReference';

/** Colours that mark a swarm. */
export type SwarmMark = 'blue' | 'green' | 'orange' | 'purple' | 'red' | 'yellow';

/** State colours a row's icon may take; mapped to theme colours in one place. */
export type TreeTone = 'neutral' | 'good' | 'busy' | 'warning' | 'bad' | 'muted';

/** One row of the tree as plain data; built by pure functions, drawn by `toTreeItem`. */
export interface TreeNode {
  /** Connection id + object id, nothing volatile; stable across refreshes. */
  readonly id: string;
  readonly label: string;
  /** Key facts beside the label. */
  readonly description: string;
  /** Codicon id and tone. */
  readonly icon: { readonly id: string; readonly tone: TreeTone };
  readonly tokens: readonly ContextToken[];
  /** The whole row in words for a screen reader (a tooltip would replace the label otherwise). */
  readonly accessibleLabel: string;
  /** Lines of the tooltip, built only when it is shown; values are escaped by the drawer. */
  readonly tooltip?: () => readonly { readonly name?: string; readonly value: string }[];
  /** Builds the rows below when they are first shown; absent when there are none. */
  readonly children?: () => readonly TreeNode[];
  readonly expanded?: boolean;
  readonly object?: ObjectReference;
  /** The connection whose swarm the row is part of; commands are told by it which swarm is meant. */
  readonly connectionId?: string;
  /** Colour that tells one swarm from another. */
  readonly mark?: SwarmMark;
}
