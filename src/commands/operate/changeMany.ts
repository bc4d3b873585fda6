import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import pLimit from 'p-limit';
import { toSwarmscopeError, type SwarmscopeError } from '../../common/errors';
import { errorLine } from '../../common/errorText';
import { toPlainLine } from '../../common/text';
import type { ObjectReference } from '../../model/objectReference';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from '../commandContext';
import { showError, tellNotDone } from '../showError';

/** Objects that are changed at once: a manager takes one write after the other in any case. */
const AT_ONCE = 4;
/** Failures that a notification names; the log has all. */
const FAILURES_SHOWN = 4;

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
  const limit = pLimit(AT_ONCE);
  const failures: { readonly object: ObjectReference; readonly error: SwarmscopeError }[] = [];
  const done: ObjectReference[] = [];
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: doing },
    async () =>
      await limit.map([...objects], async (object) => {
        try {
          await change(swarm, object);
          done.push(object);
        } catch (error) {
          failures.push({ object, error: toSwarmscopeError(error) });
        }
      }),
  );
  swarm.store.expectChange();
  void swarm.store.refresh('after-command');
  tellFailures(context, objects.length, failures, name);
  return done;
}

function tellFailures(
  context: CommandContext,
  count: number,
  failures: readonly { readonly object: ObjectReference; readonly error: SwarmscopeError }[],
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
  const lines = failures.map(({ object, error }) => {
    context.logger.error(`${object.kind} ${object.name}: ${error.code}: ${error.message}`);
    return `${toPlainLine(object.name, 80)}: ${errorLine(error, { swarm, object: object.name })}`;
  });
  const shown = lines.slice(0, FAILURES_SHOWN);
  const more = lines.length - shown.length;
  tellNotDone(
    context,
    [
      l10n.t('{0} of {1} were not changed.', failures.length, count),
      ...shown,
      ...(more > 0 ? [l10n.t('And {0} more.', more)] : []),
    ].join(' '),
  );
}
