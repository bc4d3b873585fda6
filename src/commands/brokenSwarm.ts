import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { FailedState } from '../contributions';
import type { Engine } from '../docker/engine';
import type { ConnectionEntry } from '../docker/target';
import type { OpenSwarm } from '../store/swarms';
import type { SwarmState } from '../store/swarmState';
import { failedStateOf } from '../store/failedState';
import { VIEWS } from '../contributions';
import { connectionOf, refusedAsReadOnly, swarmChoice } from './chooseSwarm';
import type { CommandContext } from './commandContext';
import { singleFrame } from './vscodeQuickUi';

/**
 * The connection that the argument names, the only one, or the picked one, that does not work in the
 * way of `wanted`; in any way in which its engine still told of itself when omitted. Tells why there
 * is none.
 */
export async function brokenSwarm(
  context: CommandContext,
  argument: unknown,
  title: string,
  wanted: FailedState | undefined,
): Promise<OpenSwarm | undefined> {
  const named = connectionOf(argument);
  const fitting = context.swarms.open.filter(
    ({ connectionId, store }) =>
      (named === undefined || connectionId === named) && isBroken(store.state, wanted),
  );
  if (fitting.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('{0}: no open connection needs it.', title));
    return undefined;
  }
  const answer =
    fitting.length === 1
      ? undefined
      : await context.ui.pick(singleFrame(title), {
          placeholder: l10n.t('Which connection?'),
          choices: fitting.map((swarm) => swarmChoice(swarm)),
        });
  const swarm =
    answer === undefined ? fitting[0] : answer.kind === 'value' ? answer.value : undefined;
  if (swarm !== undefined && wanted !== undefined && refusedAsReadOnly(context, swarm)) {
    return undefined;
  }
  return swarm;
}

function isBroken(state: SwarmState, wanted: FailedState | undefined): boolean {
  if (state.phase === 'failed') {
    const is = failedStateOf(state.error.code);
    return wanted === undefined ? state.info !== undefined : is === wanted;
  }
  return wanted === undefined && state.phase === 'connected' && state.lost !== undefined;
}

/** Opens the engine of a connection for one act, shown as under way in the view. */
export async function atEngine(
  context: CommandContext,
  connection: ConnectionEntry,
  act: (engine: Engine) => Promise<void>,
): Promise<void> {
  const engine = await context.openEngine(connection, new AbortController().signal);
  try {
    await vscode.window.withProgress({ location: { viewId: VIEWS.swarm } }, () => act(engine));
  } finally {
    engine.dispose();
  }
}
