import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { SwarmscopeError } from '../../common/errors';
import { toPlainLine } from '../../common/text';
import type { NodeBody } from '../../docker/bodies';
import type { ObjectReference } from '../../model/objectReference';
import { isSameJson } from '../../spec/reapply';
import { changeNode } from '../changeNode';
import type { CommandContext, ConnectedSwarm } from '../commandContext';
import { copyCommand, copyCommandLabel } from '../vscodeQuickUi';
import { changeMany } from './changeMany';
import type { FollowedEnd } from './drainEnd';
import { listText } from './listText';

/** Longest text of a notification, in characters. */
const TEXT_LIMIT = 900;
/** Of which the names of the nodes take so many where something follows. */
const DONE_LIMIT = 300;

/** What undoes a change of nodes. */
export interface WayBack {
  readonly label: string;
  readonly take: (changed: readonly ObjectReference[]) => Promise<void>;
}

/** One change of all selected nodes that depends on nothing but the node. */
export interface NodesChange {
  readonly apply: (spec: NodeBody, node: ObjectReference) => NodeBody;
  /** Shown while it goes on. */
  readonly doing: string;
  /** Tells what was done; the nodes come as a list of names. */
  readonly done: (names: string) => string;
  /** Waits for what follows from it. */
  readonly follow?: (changed: readonly ObjectReference[]) => Promise<FollowedEnd>;
  /** Offered where what followed did not end well. */
  readonly wayBack?: WayBack;
  /** The docker command that does the same. */
  readonly command: string;
}

/** Changes nodes, some at a time, and tells what was done and what was not. */
export async function changeNodes(
  context: CommandContext,
  {
    swarm,
    objects,
  }: { readonly swarm: ConnectedSwarm; readonly objects: readonly ObjectReference[] },
  { apply, doing, done, follow, wayBack, command }: NodesChange,
): Promise<void> {
  const changed = await changeMany(context, swarm, {
    objects,
    doing,
    change: async (now, node) => {
      const { id, name } = node;
      const base = await now.engine.nodeSpec(id);
      const wanted = apply(base.spec, node);
      if (isSameJson(wanted, base.spec)) {
        return;
      }
      const outcome = await changeNode(now, { id, name, base, wanted });
      if (outcome.kind === 'conflict') {
        throw new SwarmscopeError('out-of-sequence', { name });
      }
    },
  });
  if (changed !== undefined && changed.length > 0) {
    const { text = '', isWell = true } = (await follow?.(changed)) ?? {};
    const what = done(listText(changed.map(({ name }) => name)));
    const line = text === '' ? what : `${toPlainLine(what, DONE_LIMIT)} ${text}`;
    void (isWell ? tellNodes(line, command) : warnOfNodes(line, command, changed, wayBack));
  }
}

/** Tells what was done to nodes; offers the docker command. */
export async function tellNodes(text: string, command: string): Promise<void> {
  const copy = copyCommandLabel();
  const line = toPlainLine(text, TEXT_LIMIT);
  if ((await vscode.window.showInformationMessage(line, copy)) === copy) {
    await copyCommand(command);
  }
}

/** Tells of a change of nodes that did not end well, and offers what undoes it. */
async function warnOfNodes(
  text: string,
  command: string,
  changed: readonly ObjectReference[],
  wayBack: WayBack | undefined,
): Promise<void> {
  const copy = copyCommandLabel();
  const offered = [...(wayBack === undefined ? [] : [wayBack.label]), copy];
  const chosen = await vscode.window.showWarningMessage(toPlainLine(text, TEXT_LIMIT), ...offered);
  if (chosen === copy) {
    await copyCommand(command);
  } else if (chosen !== undefined) {
    await wayBack?.take(changed);
  }
}

/** Names of objects on a command line. */
export function namesOf(objects: readonly ObjectReference[]): readonly string[] {
  return objects.map(({ name }) => name);
}

/** What a question about nodes calls them: `node "a"` or `3 nodes`. */
export function nodesText(objects: readonly ObjectReference[]): string {
  const [first] = objects;
  return objects.length === 1 && first !== undefined
    ? l10n.t('node "{0}"', toPlainLine(first.name, 80))
    : l10n.t('{0} nodes', objects.length);
}
