import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { shellCommand } from '../common/shellQuote';
import { toPlainLine } from '../common/text';
import { COMMANDS } from '../contributions';
import type { Created } from '../docker/engine';
import type { ObjectReference } from '../model/objectReference';
import { likelyReason } from '../spec/likelyReason';
import { networkCreateArguments } from '../spec/networkCommand';
import type { NetworkDraft } from '../spec/networkDraft';
import { networkSurroundings } from '../spec/networkSurroundings';
import type { SwarmState } from '../store/swarmState';
import type { CommandContext, ConnectedSwarm } from './commandContext';
import { stateWhere } from './stateWhere';

/** A network without driver and subnet after this time was never allocated (normal: some ms). */
const ALLOCATION_MS = 4_000;

/** Verifies that the swarm allocated a new network, and tells of it; or why it probably did not. */
export async function tellCreated(
  context: CommandContext,
  { store, connection }: ConnectedSwarm,
  draft: NetworkDraft,
  created: Created,
): Promise<void> {
  store.expectChange(ALLOCATION_MS);
  await store.refresh('after-command');
  if (draft.configOnly === true) {
    await tellConfiguration(draft, store.state);
    return;
  }
  const allocatedIn = (state: SwarmState): boolean | undefined =>
    state.phase === 'connected' && state.lost === undefined
      ? state.snapshot.networks.get(created.id)?.allocated
      : undefined;
  await stateWhere(store, (state) => allocatedIn(state) === true, ALLOCATION_MS);
  const { state } = store;
  // Who is not connected any more, or has not seen the network, knows nothing against it.
  const reason =
    allocatedIn(state) === false && state.phase === 'connected'
      ? likelyReason(draft, networkSurroundings(state.snapshot, created.id))
      : undefined;
  const object: ObjectReference = { kind: 'network', id: created.id, name: draft.name };
  const inspect = l10n.t('Inspect');
  const deploy = l10n.t('Deploy Service…');
  const chosen =
    reason === undefined
      ? await vscode.window.showInformationMessage(
          l10n.t('Created the {0} network "{1}".', draft.driver ?? 'overlay', draft.name),
          deploy,
          inspect,
        )
      : await vscode.window.showWarningMessage(
          toPlainLine(
            l10n.t(
              '"{0}" was created, but the swarm never allocated it. {1} Remove it and create it anew.',
              draft.name,
              reason,
            ),
            1_000,
          ),
          inspect,
        );
  if (chosen === inspect) {
    await context.openDocument(connection.id, object);
  } else if (chosen === deploy) {
    await vscode.commands.executeCommand(COMMANDS.deployService, {
      connectionId: connection.id,
      object,
    });
  }
}

/** A configuration is on one node; the others need the same. */
async function tellConfiguration(draft: NetworkDraft, state: SwarmState): Promise<void> {
  const snapshot = state.phase === 'connected' ? state.snapshot : undefined;
  const others = [...(snapshot?.nodes.values() ?? [])]
    .filter(({ id }) => id !== snapshot?.info.swarm.nodeId)
    .map(({ hostname }) => hostname);
  const copy = l10n.t('Copy Command');
  const chosen = await vscode.window.showInformationMessage(
    toPlainLine(
      others.length === 0
        ? l10n.t('Made the configuration "{0}" on the connected node.', draft.name)
        : l10n.t(
            'Made the configuration "{0}" on the connected node only. Run its command on {1} too.',
            draft.name,
            others.join(', '),
          ),
      1_000,
    ),
    copy,
  );
  if (chosen === copy) {
    await vscode.env.clipboard.writeText(
      shellCommand(['docker', ...networkCreateArguments(draft)]),
    );
  }
}
