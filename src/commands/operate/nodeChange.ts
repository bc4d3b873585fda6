import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { SwarmscopeError } from '../../common/errors';
import { toPlainLine } from '../../common/text';
import type { NodeBody } from '../../docker/bodies';
import type { ObjectReference } from '../../model/objectReference';
import { isSameJson } from '../../spec/reapply';
import { changeNode } from '../changeNode';
import type { CommandContext } from '../commandContext';
import { copyCommand, copyCommandLabel } from '../vscodeQuickUi';
import { changeMany } from './changeMany';
import type { FollowedEnd } from './drainEnd';
import { listText } from './listText';
import type { Selection } from './selection';

/** Longest text of a notification, in characters. */
const TEXT_LIMIT = 900;
/** Of which the names of the nodes take so many where something follows. */
const DONE_LIMIT = 300;

/** One change of all selected nodes that depends on nothing but the node. */
export interface NodesChange {
  readonly apply: (spec: NodeBody) => NodeBody;
  /** Shown while it goes on. */
  readonly doing: string;
  /** Tells what was done; the nodes come as a list of names. */
  readonly done: (names: string) => string;
  /** Waits for what follows from it. */
  readonly follow?: (changed: readonly ObjectReference[]) => Promise<FollowedEnd>;
  /** The docker command that does the same. */
  readonly command: string;
}

/** Changes nodes, some at a time, and tells what was done and what was not. */
export async function changeNodes(
  context: CommandContext,
  { swarm, objects }: Selection,
  { apply, doing, done, follow, command }: NodesChange,
): Promise<void> {
  const changed = await changeMany(context, swarm, {
    objects,
    doing,
    change: async (now, { id, name }) => {
      const base = await now.engine.nodeSpec(id);
      const wanted = apply(base.spec);
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
    void tellNodes(
      text === '' ? what : `${toPlainLine(what, DONE_LIMIT)} ${text}`,
      command,
      isWell,
    );
  }
}

/** Tells what was done to nodes, and warns where it did not end well; offers the docker command. */
export async function tellNodes(text: string, command: string, isWell = true): Promise<void> {
  const copy = copyCommandLabel();
  const line = toPlainLine(text, TEXT_LIMIT);
  const chosen = isWell
    ? await vscode.window.showInformationMessage(line, copy)
    : await vscode.window.showWarningMessage(line, copy);
  if (chosen === copy) {
    await copyCommand(command);
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
