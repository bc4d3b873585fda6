import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ObjectReference } from '../../model/objectReference';
import { refusal } from '../refusal';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from '../commandContext';
import { showError, tellNotDone } from '../showError';
import { changeEach, failuresText, type Failure } from './changeEach';

/** How one act on several objects is carried out and told. */
export interface ManyChanges {
  readonly objects: readonly ObjectReference[];
  /** Shown while it goes on. */
  readonly doing: string;
  readonly change: (swarm: ConnectedSwarm, object: ObjectReference) => Promise<void>;
}

/**
 * Carries one act out on several objects, some at a time, and tells each failure by its object. Gives
 * those that it was done to; undefined when the swarm is not connected any more.
 */
export async function changeMany(
  context: CommandContext,
  chosen: ConnectedSwarm,
  { objects, doing, change }: ManyChanges,
): Promise<readonly ObjectReference[] | undefined> {
  const { name } = chosen.connection;
  const swarm = sameSwarm(context, chosen);
  if (swarm === undefined) {
    tellNotDone(context, l10n.t('"{0}" is not connected any more; nothing was changed.', name));
    return undefined;
  }
  const why = refusal(swarm, { toChange: true });
  if (why !== undefined) {
    tellNotDone(context, why);
    return undefined;
  }
  const { done, failures } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: doing },
    async () => await changeEach(objects, async (object) => await change(swarm, object)),
  );
  swarm.store.expectChange();
  void swarm.store.refresh('after-command');
  tellFailures(context, failures, objects.length, name);
  return done;
}

function tellFailures(
  context: CommandContext,
  failures: readonly Failure[],
  count: number,
  swarm: string,
): void {
  const [only] = failures;
  if (only === undefined) {
    return;
  }
  if (count === 1) {
    showError(context, only.error, { swarm, object: only.object.name });
    return;
  }
  for (const { object, error } of failures) {
    context.logger.error(`${object.kind} ${object.name}: ${error.code}: ${error.message}`);
  }
  tellNotDone(context, failuresText(failures, count, swarm));
}
