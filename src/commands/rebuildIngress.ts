import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { SwarmscopeError } from '../common/errors';
import { toPlainLine } from '../common/text';
import type { Engine } from '../docker/engine';
import { unverifiedNodes } from '../spec/ingressPeers';
import { connected, type CommandContext, type ConnectedSwarm } from './commandContext';
import { confirmed } from './confirm';
import { pauseBetween, untilJoined } from './joinIngress';

/** Nodes join a new ingress network within some seconds (seen: 1 to 3 s on 20.10 and 28.5). */
const JOINED_MS = 45_000;
/** Allocation takes some milliseconds. */
const ALLOCATED_MS = 4_000;
/** The engine lets go of a network some moments after it was asked. */
const REMOVED_MS = 10_000;

/** Removes the present ingress network after a confirmation; there may be none. */
export async function removeIngress(
  context: CommandContext,
  swarm: ConnectedSwarm,
): Promise<'none' | 'removed' | 'kept'> {
  const present = [...swarm.snapshot.networks.values()].find(({ ingress }) => ingress);
  if (present === undefined) {
    return 'none';
  }
  const agreed = await confirmed(context, swarm, {
    title: l10n.t('Rebuild Ingress'),
    question: l10n.t(
      'Rebuild the ingress network "{0}" of "{1}"?',
      present.name,
      swarm.connection.name,
    ),
    consequence: l10n.t(
      'It is removed and made anew. Until every node has joined the new one, published ports do not answer everywhere; a node that does not join needs a restart of Docker.',
    ),
    word: present.name,
  });
  if (!agreed) {
    return 'kept';
  }
  const now = connected(swarm.store);
  if (now === undefined) {
    throw new SwarmscopeError('connection-lost', { address: swarm.engine.address });
  }
  await now.engine.removeNetwork(present.id);
  const gone = async (): Promise<boolean> =>
    !(await now.engine.networks()).some(({ id }) => id === present.id);
  await until(gone, REMOVED_MS);
  return 'removed';
}

/** Tells which nodes take part in a new ingress network, as every connected engine of the swarm sees it. */
export async function verifyIngress(
  context: CommandContext,
  start: ConnectedSwarm,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  start.store.expectChange(JOINED_MS);
  const missing = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Waiting for every node to join "{0}"…', name),
    },
    async () => {
      const { engine } = connected(start.store) ?? start;
      const isAllocated = async (): Promise<boolean> =>
        (await engine.networks()).some((network) => network.id === id && network.driver !== '');
      await until(isAllocated, ALLOCATED_MS);
      return await waitForNodes(context, start, id);
    },
  );
  await start.store.refresh('after-command');
  if (missing.length === 0) {
    void vscode.window.showInformationMessage(
      l10n.t('"{0}" is the ingress network now; every node takes part.', name),
    );
    return;
  }
  void vscode.window.showWarningMessage(
    toPlainLine(
      l10n.t(
        '"{0}" is the ingress network now, but these nodes could not be verified: {1}. If their published ports do not answer, restart Docker there and create the services anew.',
        name,
        missing.join(', '),
      ),
      1_000,
    ),
  );
}

/** Hostnames of the nodes that have not joined in time. */
async function waitForNodes(
  context: CommandContext,
  start: ConnectedSwarm,
  id: string,
): Promise<readonly string[]> {
  const now = (): ConnectedSwarm => connected(start.store) ?? start;
  const missing = await untilJoined([...now().snapshot.nodes.keys()], {
    engine: () => now().engine,
    limitMs: JOINED_MS,
    missing: async () => {
      const views = await Promise.all(
        enginesOf(context, start).map(async ({ nodeId, engine }) => ({
          nodeId,
          network: await engine.networkDetail(id).catch(() => undefined),
        })),
      );
      return unverifiedNodes([...now().snapshot.nodes.values()], views).map((node) => node.id);
    },
  });
  const { nodes } = now().snapshot;
  return missing.map((nodeId) => nodes.get(nodeId)?.hostname ?? nodeId).toSorted();
}

/** Every open connection that leads to this swarm, this one first. */
function enginesOf(
  { swarms }: Pick<CommandContext, 'swarms'>,
  start: ConnectedSwarm,
): readonly { readonly engine: Engine; readonly nodeId: string }[] {
  const swarmId = start.snapshot.info.swarm.cluster?.id;
  return swarms.open
    .flatMap(({ store }) => connected(store) ?? [])
    .filter(
      ({ connection, snapshot }) =>
        connection.id === start.connection.id ||
        (swarmId !== undefined && snapshot.info.swarm.cluster?.id === swarmId),
    )
    .map(({ engine, snapshot }) => ({ engine, nodeId: snapshot.info.swarm.nodeId }));
}

/** Looks again and again; a look that fails counts as "not yet". */
async function until(holds: () => Promise<boolean>, limit: number): Promise<void> {
  const end = Date.now() + limit;
  while (!(await holds().catch(() => false)) && Date.now() < end) {
    await pauseBetween();
  }
}
