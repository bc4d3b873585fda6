import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ErrorCode } from '../common/errors';
import { toPlainLine } from '../common/text';
import { isEngineAddress } from '../docker/parseAddress';
import type { ConnectionEntry } from '../docker/target';
import { connectionOf, swarmChoice } from './chooseSwarm';
import type { CommandContext } from './commandContext';
import { showError } from './showError';
import { singleFrame } from './vscodeQuickUi';

/** The view says all there is to say about these. */
const EXPLAINED_BY_VIEW: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'worker',
  'not-in-swarm',
  'swarm-locked',
]);

/**
 * Opens one connection and remembers it for the next start; the view shows what becomes of it. One
 * that never led to a swarm gives way to it.
 */
export async function connectTo(context: CommandContext, chosen: ConnectionEntry): Promise<void> {
  const entry = withMemory(context, chosen);
  for (const { connectionId, store } of context.swarms.open) {
    const { state } = store;
    if (connectionId !== entry.id && state.phase === 'failed' && isNew(state.connection)) {
      await leave(context, connectionId);
    }
  }
  if (isReadable(entry)) {
    await context.remembered.add(entry);
  }
  await context.swarms.connect(entry);
  const state = context.swarms.find(entry.id)?.state;
  if (
    state?.phase === 'failed' &&
    (context.swarms.open.length > 1 || !EXPLAINED_BY_VIEW.has(state.error.code))
  ) {
    showError(context, state.error, { swarm: entry.name });
  }
}

/**
 * Opens the connections of the last session, as they are defined now. Resolves when they are being
 * connected to.
 */
export async function restoreConnections(context: CommandContext): Promise<void> {
  const remembered = context.remembered.get();
  await Promise.all(remembered.map((known) => connectAgain(context, known)));
}

/**
 * Connects once more; what stands in settings, contexts or the environment may have changed. What it
 * gives resolves when the connection has become something or other.
 */
async function connectAgain(
  context: CommandContext,
  known: ConnectionEntry,
): Promise<{ readonly settled: Promise<void> } | undefined> {
  const { swarms } = context;
  const before = swarms.find(known.id)?.state;
  const entry =
    known.source === 'entered' || known.source === 'demo'
      ? known
      : (await context.findConnections()).find(({ id }) => id === known.id);
  if (swarms.find(known.id)?.state !== before) {
    // The person did something with it while it was looked up.
    return undefined;
  }
  if (entry !== undefined) {
    return { settled: swarms.connect(withMemory(context, entry)) };
  }
  swarms.close(known.id);
  await context.remembered.remove(known.id);
  void vscode.window.showWarningMessage(
    toPlainLine(
      l10n.t('"{0}" is not among your connections any more. Choose another one.', known.name),
    ),
  );
  return undefined;
}

/** Leaves the connection of a row, the only one, or the one that the person picks. */
export async function disconnect(context: CommandContext, argument?: unknown): Promise<void> {
  const { open } = context.swarms;
  const named = connectionOf(argument);
  let id = named ?? (open.length === 1 ? open[0]?.connectionId : undefined);
  if (id === undefined && open.length > 1) {
    const answer = await context.ui.pick(singleFrame(l10n.t('Disconnect')), {
      placeholder: l10n.t('Which swarm?'),
      choices: open.map((swarm) => swarmChoice(swarm)),
    });
    id = answer.kind === 'value' ? answer.value.connectionId : undefined;
  }
  if (id !== undefined) {
    await leave(context, id);
  }
}

async function leave({ swarms, remembered }: CommandContext, id: string): Promise<void> {
  swarms.close(id);
  await remembered.remove(id);
}

/** The connection with what is remembered of the swarm behind it. */
function withMemory({ remembered }: CommandContext, entry: ConnectionEntry): ConnectionEntry {
  const swarmId = remembered.get().find(({ id }) => id === entry.id)?.swarmId;
  return swarmId === undefined ? entry : { ...entry, swarmId };
}

/** True while no swarm was ever seen behind the connection. */
function isNew({ swarmId }: ConnectionEntry): boolean {
  return swarmId === undefined;
}

/** Connects failed connections again and looks anew at the others; at one where a row names it. */
export async function retry(context: CommandContext, argument?: unknown): Promise<void> {
  const named = connectionOf(argument);
  const wanted = context.swarms.open.filter(
    ({ connectionId }) => named === undefined || connectionId === named,
  );
  await Promise.all(
    wanted.map(async ({ store }) => {
      if (store.state.phase === 'failed') {
        await (
          await connectAgain(context, store.state.connection)
        )?.settled;
      } else {
        await store.refresh('manual');
      }
    }),
  );
}

/** What cannot be read is not worth remembering, and may hold a password. */
function isReadable({ source, address }: ConnectionEntry): boolean {
  return source === 'demo' || isEngineAddress(address);
}
