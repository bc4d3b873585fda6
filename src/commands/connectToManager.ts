import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import { formatTarget, parseAddress } from '../docker/parseAddress';
import type { ConnectionEntry } from '../docker/target';
import type { KnownManager } from '../store/failOver';
import { knownManagers, remoteManagers } from '../store/knownManagers';
import type { SwarmState } from '../store/swarmState';
import { brokenSwarm } from './brokenSwarm';
import type { CommandContext } from './commandContext';
import { connectTo } from './connect';
import { connectByAddress } from './connectForm';
import { filesOf } from './tlsSteps';
import { eachOf, LOOKS_AT_ONCE } from './eachOf';
import { withoutIcons, type QuickChoice } from './quickUi';
import { singleFrame } from './vscodeQuickUi';

type Known = Extract<SwarmState, { phase: 'failed' | 'connected' }>;

/** Offers the managers that a worker, or a manager that cannot go on, knows of. */
export async function connectToManager(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Connect to One of Its Managers');
  const start = await brokenSwarm(context, argument, title, undefined);
  const state = start?.store.state;
  if (state === undefined || state.phase === 'disconnected' || state.phase === 'connecting') {
    return;
  }
  const managers = managersOf(state).filter(({ nodeId }) => nodeId !== ownNodeId(state));
  if (managers.length === 0) {
    void vscode.window.showInformationMessage(
      l10n.t('"{0}" does not know any manager.', toPlainLine(state.connection.name)),
    );
    return;
  }
  const chosen = await pickManager(context, title, state.connection, managers);
  if (chosen === undefined) {
    return;
  }
  if (chosen.entry === undefined) {
    const address = addressLike(state.connection, chosen.manager.address);
    await connectByAddress(context, title, { address, ...filesOf(state.connection.tls) });
  } else {
    await connectTo(context, chosen.entry);
  }
}

function managersOf(state: Known) {
  if (state.phase === 'connected') {
    return knownManagers(state.snapshot);
  }
  return state.info === undefined ? [] : remoteManagers(state.info);
}

function ownNodeId(state: Known): string {
  const info = state.phase === 'connected' ? state.snapshot.info : state.info;
  return info?.swarm.nodeId ?? '';
}

interface ManagerChoice {
  readonly manager: KnownManager;
  /** A connection that leads to it. */
  readonly entry: ConnectionEntry | undefined;
}

/** Which manager; those that one of the person's connections leads to are found while it is shown. */
async function pickManager(
  context: CommandContext,
  title: string,
  connection: ConnectionEntry,
  managers: readonly KnownManager[],
): Promise<ManagerChoice | undefined> {
  const found = await context.findConnections();
  const leads = new Map<string, ConnectionEntry>();
  const rows = managers.map((manager) => ({ manager }));
  const choices = (): QuickChoice<(typeof rows)[number]>[] =>
    rows.map((row) => managerChoice(row, leads.get(row.manager.nodeId), connection));
  const answer = await context.ui.pick(singleFrame(title), {
    placeholder: l10n.t('Choose a manager of the swarm of "{0}"', toPlainLine(connection.name)),
    choices: choices(),
    updates: (show) => {
      const looks = new AbortController();
      const look = async (entry: ConnectionEntry): Promise<void> => {
        const standing = await context.lookAt(entry, looks.signal);
        if (standing.kind === 'manager' && !looks.signal.aborted) {
          leads.set(standing.nodeId, entry);
          show(choices());
        }
      };
      void eachOf(
        found.filter(({ id }) => id !== connection.id),
        LOOKS_AT_ONCE,
        look,
      );
      return { dispose: () => looks.abort() };
    },
  });
  return answer.kind === 'value'
    ? { manager: answer.value.manager, entry: leads.get(answer.value.manager.nodeId) }
    : undefined;
}

function managerChoice<T extends { readonly manager: KnownManager }>(
  row: T,
  entry: ConnectionEntry | undefined,
  connection: ConnectionEntry,
): QuickChoice<T> {
  const { hostname, address } = row.manager;
  return {
    label: `$(server) ${withoutIcons(hostname === '' ? address : `${hostname} (${address})`)}`,
    description:
      entry === undefined
        ? withoutIcons(
            l10n.t('by an address that you confirm: {0}', addressLike(connection, address)),
          )
        : withoutIcons(l10n.t('by your connection "{0}"', entry.name)),
    value: row,
  };
}

/** The address of a connection with another host; a socket has no such form, so ssh is suggested. */
function addressLike(connection: ConnectionEntry, host: string): string {
  const target = parseAddress(connection.address);
  return target.kind === 'tcp' || target.kind === 'ssh'
    ? formatTarget({ ...target, host })
    : formatTarget({ kind: 'ssh', host });
}
