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
import { showError } from '../showError';
import { stillThere } from '../stillThere';
import { singleFrame } from '../vscodeQuickUi';
import { ActDraft } from './actDraft';
import { blastLines, listed } from './blastText';
import { carryRows, readRowsChange, type CarriedRows, type RowsChange } from './carryRows';
import { tellConflict } from './conflict';
import { askRows } from './editRows';
import { isLabel, labelCommand, labelKind, readLabel, type Labels } from './labelList';
import { tellNodes } from './nodeChange';
import { titleOf } from './titleOf';

type LabelsChange = RowsChange<Labels[number]>;

interface Asked {
  readonly base: NodeSpecState;
  readonly draft: ActDraft;
  readonly kept?: LabelsChange;
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
  const draft = await ActDraft.open(context, swarm, 'labels', node.id);
  const restored = readRowsChange(draft.answers, isLabel);
  let again: Partial<Asked> = restored === undefined ? {} : { kept: restored };
  for (;;) {
    const now = stillThere(context, swarm, node);
    if (now === undefined) {
      return;
    }
    const base = again.base ?? (await now.engine.nodeSpec(node.id));
    const answer = await askLabels(context, now, node, { ...again, base, draft });
    if (answer.kind !== 'value') {
      return;
    }
    const kept = { before: rowsOf(base), after: answer.value };
    const labels: TextMap = Object.fromEntries(answer.value);
    if (isSameJson(labels, base.spec.Labels ?? {})) {
      await draft.clear();
      return;
    }
    const command = labelCommand(base.spec.Labels ?? {}, labels, node);
    if (!(await isWanted(context, now, node, { title, labels, command }))) {
      again = { kept, base };
      continue;
    }
    const wanted = { ...base.spec, Labels: labels };
    const sent = await send(context, now, node, { base, wanted, command });
    if (sent.kind === 'done') {
      await draft.clear();
    }
    if (sent.kind !== 'again') {
      return;
    }
    again = { kept, problem: sent.problem };
  }
}

function rowsOf({ spec }: NodeSpecState): Labels {
  return Object.entries(spec.Labels ?? {});
}

/** Asks for the whole list; a change that came to nothing is on the list as others made it meanwhile. */
async function askLabels(
  context: CommandContext,
  swarm: ConnectedSwarm,
  node: ObjectReference,
  { base, draft, kept, problem }: Asked,
): Promise<Answer<Labels>> {
  const before = base.spec.Labels ?? {};
  const now = rowsOf(base);
  const carried: CarriedRows<Labels[number]> =
    kept === undefined ? { rows: now, conflicts: [] } : carryRows(kept, now, labelKind);
  const isSame = (rows: Labels): boolean => isSameJson(Object.fromEntries(rows), before);
  return await askRows<Labels[number]>(
    draft.ui,
    singleFrame(titleOf(context, l10n.t('Edit Labels'), { swarm, name: node.name })),
    {
      rows: carried.rows,
      ...(problem === undefined ? {} : { problem }),
      conflicts: carried.conflicts,
      ...(isSame(carried.rows) ? {} : { anew: now }),
      placeholder: l10n.t('Labels of node "{0}": choose one to change or remove it', node.name),
      none: l10n.t('Node "{0}" has no labels yet', node.name),
      addLabel: l10n.t('Add a label…'),
      doneLabel: l10n.t('Set These Labels'),
      icon: 'tag',
      label: labelKind.text,
      prompt: l10n.t('Label as name=value'),
      example: 'zone=a',
      read: readLabel,
      command: (rows) =>
        isSame(rows) ? undefined : labelCommand(before, Object.fromEntries(rows), node),
      changed: (after) => draft.keep(isSame(after) ? undefined : { before: now, after }),
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

/** How sending the labels ended: done, to be asked again, or over. */
type Sent =
  | { readonly kind: 'done' }
  | { readonly kind: 'over' }
  | { readonly kind: 'again'; readonly problem: string };

async function send(
  context: CommandContext,
  chosen: ConnectedSwarm,
  { id, name }: ObjectReference,
  { base, wanted, command }: { base: NodeSpecState; wanted: NodeBody; command: string },
): Promise<Sent> {
  const swarm = stillThere(context, chosen, { name });
  if (swarm === undefined) {
    return { kind: 'over' };
  }
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
      const problem = await tellConflict({ name, paths, now: now.spec, wanted });
      return problem === undefined ? { kind: 'over' } : { kind: 'again', problem };
    }
    void tellNodes(l10n.t('The labels of node "{0}" are set.', name), command);
    return { kind: 'done' };
  } catch (thrown) {
    const error = toSwarmscopeError(thrown);
    showError(context, error, about);
    return error.code === 'not-found' || error.code === 'change-unknown'
      ? { kind: 'over' }
      : { kind: 'again', problem: errorLine(error, about) };
  } finally {
    swarm.store.expectChange();
    void swarm.store.refresh('after-command');
  }
}
