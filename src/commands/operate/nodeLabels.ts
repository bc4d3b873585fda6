import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toSwarmscopeError } from '../../common/errors';
import { errorLine } from '../../common/errorText';
import { toPlainLine } from '../../common/text';
import type { NodeBody, TextMap } from '../../docker/bodies';
import type { NodeSpecState } from '../../docker/engine';
import type { ObjectReference } from '../../model/objectReference';
import { radiusOfNodes } from '../../routing/blastRadius';
import { isSameJson } from '../../spec/reapply';
import { changeNode } from '../changeNode';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from '../commandContext';
import { confirmed } from '../confirm';
import { objectOrPick } from '../pickObject';
import type { Answer } from '../quickUi';
import { showError, tellNotDone } from '../showError';
import { singleFrame } from '../vscodeQuickUi';
import { blastLines, listed } from './blastText';
import { tellConflict } from './conflict';
import { askRows } from './editRows';
import { labelCommand, readLabel, type Labels } from './labelList';
import { tellNodes } from './nodeChange';
import { titleOf } from './titleOf';

interface Asked {
  readonly base: NodeSpecState;
  readonly kept?: Labels;
  readonly problem?: string;
}

/** Lets the person add, change and remove a node's labels, after saying which tasks that drives off. */
export async function editNodeLabels(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Edit Labels');
  const chosen = await objectOrPick(context, argument, { title, toChange: true, kinds: ['node'] });
  if (chosen === undefined) {
    return;
  }
  const { object: node, swarm } = chosen;
  let again: Partial<Asked> = {};
  for (;;) {
    const now = sameSwarm(context, swarm);
    if (now === undefined) {
      const where = swarm.connection.name;
      tellNotDone(
        context,
        l10n.t('"{0}" is not connected any more; "{1}" was not changed.', where, node.name),
      );
      return;
    }
    const base = again.base ?? (await now.engine.nodeSpec(node.id));
    const answer = await askLabels(context, now, node, { ...again, base });
    if (answer.kind !== 'value') {
      return;
    }
    const kept = answer.value;
    const labels: TextMap = Object.fromEntries(kept);
    if (isSameJson(labels, base.spec.Labels ?? {})) {
      return;
    }
    const command = labelCommand(base.spec.Labels ?? {}, labels, node);
    if (!(await isWanted(context, now, node, { title, labels, command }))) {
      again = { kept, base };
      continue;
    }
    const wanted = { ...base.spec, Labels: labels };
    const problem = await send(context, now, node, { base, wanted, command });
    if (problem === undefined) {
      return;
    }
    again = { kept, problem };
  }
}

async function askLabels(
  context: CommandContext,
  swarm: ConnectedSwarm,
  node: ObjectReference,
  { base, kept, problem }: Asked,
): Promise<Answer<Labels>> {
  const before = base.spec.Labels ?? {};
  return await askRows<Labels[number]>(
    context.ui,
    singleFrame(titleOf(context, l10n.t('Edit Labels'), { swarm, name: node.name })),
    {
      rows: kept ?? Object.entries(before),
      ...(problem === undefined ? {} : { problem }),
      placeholder: l10n.t('Labels of node "{0}": choose one to change or remove it', node.name),
      none: l10n.t('Node "{0}" has no labels yet', node.name),
      addLabel: l10n.t('Add a label…'),
      doneLabel: l10n.t('Set These Labels'),
      icon: 'tag',
      label: ([name, value]) => `${name}=${value}`,
      prompt: l10n.t('Label as name=value'),
      example: 'zone=a',
      read: readLabel,
      command: (rows) => {
        const labels = Object.fromEntries(rows);
        return isSameJson(labels, before) ? undefined : labelCommand(before, labels, node);
      },
    },
  );
}

/** Asks first when tasks have to leave the node because of its labels. */
async function isWanted(
  context: CommandContext,
  swarm: ConnectedSwarm,
  { id, name }: ObjectReference,
  { title, labels, command }: { title: string; labels: TextMap; command: string },
): Promise<boolean> {
  const { snapshot, connection } = sameSwarm(context, swarm) ?? swarm;
  const node = snapshot.nodes.get(id);
  const lines =
    node === undefined ? [] : blastLines(radiusOfNodes(snapshot, [{ ...node, labels }]));
  return (
    lines.length === 0 ||
    (await confirmed(context, swarm, {
      title,
      question: l10n.t('Change the labels of node "{0}" of "{1}"?', name, connection.name),
      consequence: listed([l10n.t('Services are placed by labels that change.'), ...lines]),
      word: name,
      command,
    }))
  );
}

/** Sends the labels; gives why the question comes back, undefined when it is over. */
async function send(
  context: CommandContext,
  swarm: ConnectedSwarm,
  { id, name }: ObjectReference,
  { base, wanted, command }: { base: NodeSpecState; wanted: NodeBody; command: string },
): Promise<string | undefined> {
  const about = { swarm: swarm.connection.name, object: name };
  try {
    const outcome = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: l10n.t('Changing "{0}"…', toPlainLine(name)),
      },
      async () => await changeNode(swarm, { id, name, base, wanted }),
    );
    if (outcome.kind === 'conflict') {
      const { paths, now } = outcome;
      return await tellConflict({ name, paths, now: now.spec, wanted });
    }
    void tellNodes(l10n.t('The labels of node "{0}" are set.', name), command);
    return undefined;
  } catch (thrown) {
    const error = toSwarmscopeError(thrown);
    showError(context, error, about);
    return error.code === 'not-found' || error.code === 'change-unknown'
      ? undefined
      : errorLine(error, about);
  } finally {
    swarm.store.expectChange();
    void swarm.store.refresh('after-command');
  }
}
