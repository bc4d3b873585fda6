import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ObjectReference } from '../../model/objectReference';
import { chooseSwarm, connectionOf } from '../chooseSwarm';
import type { CommandContext, ConnectedSwarm } from '../commandContext';
import { objectFromArgument, objectOrPick, type ObjectQuestion } from '../pickObject';

/** The objects that an act is about, all of one swarm; at least one. */
export interface Selection {
  readonly swarm: ConnectedSwarm;
  readonly objects: readonly [ObjectReference, ...ObjectReference[]];
}

/**
 * The rows that are selected in the tree when the act was chosen on one of them, else the argument's
 * object, else the one that the person picks.
 */
export async function selectedObjects(
  context: CommandContext,
  argument: unknown,
  selection: unknown,
  question: ObjectQuestion,
): Promise<Selection | undefined> {
  const rows: readonly unknown[] = Array.isArray(selection) ? selection : [];
  if (rows.length < 2 || !rows.includes(argument)) {
    const chosen = await objectOrPick(context, argument, question);
    return chosen === undefined ? undefined : { swarm: chosen.swarm, objects: [chosen.object] };
  }
  if (new Set(rows.map(connectionOf)).size > 1) {
    void vscode.window.showErrorMessage(
      l10n.t('The selected rows are of several swarms. Select rows of one swarm only.'),
    );
    return undefined;
  }
  const swarm = await chooseSwarm(context, argument, question);
  if (swarm === undefined) {
    return undefined;
  }
  const [first, ...rest] = distinct(rows, question);
  if (first === undefined) {
    void vscode.window.showErrorMessage(
      l10n.t('"{0}" can be done with none of the selected rows.', question.title),
    );
    return undefined;
  }
  return { swarm, objects: [first, ...rest] };
}

/** By name: a tree gives its selection in any order. A service below several networks is meant once. */
function distinct(rows: readonly unknown[], { kinds }: ObjectQuestion): readonly ObjectReference[] {
  const objects = rows.flatMap((row) => objectFromArgument(row) ?? []);
  return [...new Map(objects.map((object) => [object.id, object])).values()]
    .filter(({ kind }) => kinds.includes(kind))
    .toSorted((left, right) => left.name.localeCompare(right.name, 'en', { numeric: true }));
}
