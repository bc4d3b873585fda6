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
import { listText } from './listText';
import type { Selection } from './selection';

/** One change of all selected nodes that depends on nothing but the node. */
export interface NodesChange {
  readonly apply: (spec: NodeBody) => NodeBody;
  /** Shown while it goes on. */
  readonly doing: string;
  /** Tells what was done; the nodes come as a list of names. */
  readonly done: (names: string) => string;
  /** Waits for what follows from it, and gives words on that; empty when there is nothing to say. */
  readonly follow?: (changed: readonly ObjectReference[]) => Promise<string>;
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
    const words = (await follow?.(changed)) ?? '';
    void tellNodes(`${done(listText(changed.map(({ name }) => name)))} ${words}`, command);
  }
}

/** Tells what was done to nodes; offers the docker command. */
export async function tellNodes(text: string, command: string): Promise<void> {
  const copy = copyCommandLabel();
  const chosen = await vscode.window.showInformationMessage(toPlainLine(text, 600), copy);
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
