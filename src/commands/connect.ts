import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toSwarmscopeError, type ErrorCode } from '../common/errors';
import { errorLine } from '../common/errorText';
import { toPlainLine } from '../common/text';
import { formatTarget, parseAddress, shownAddress } from '../docker/parseAddress';
import type { ConnectionEntry, ConnectionSource } from '../docker/target';
import type { CommandContext } from './commandContext';
import type { QuickChoice } from './quickUi';
import { showError } from './showError';
import { accept, refuse, type Verdict } from './validation/verdict';
import { singleFrame } from './vscodeQuickUi';

/** The demo swarm as a connection; its real address is known once its process runs. */
export const demoEntry: ConnectionEntry = {
  id: 'demo:demo',
  name: 'demo swarm',
  source: 'demo',
  address: 'demo',
};

/** The view says all there is to say about these. */
const EXPLAINED_BY_VIEW: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'worker',
  'not-in-swarm',
  'swarm-locked',
]);

type Choice =
  { readonly kind: 'entry'; readonly entry: ConnectionEntry } | { readonly kind: 'enter' };

/**
 * Offers every way to reach a swarm manager and connects to the chosen one. A caller may name one of
 * them by its id, `{ connection: 'setting:lab' }`; it cannot bring an address of its own.
 */
export async function connect(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Connect to Swarm Manager');
  const found = await context.findConnections();
  const named = found.find(({ id }) => id === connectionOf(argument));
  if (named !== undefined) {
    await connectTo(context, named);
    return;
  }
  const { state } = context.store;
  const current = state.phase === 'disconnected' ? undefined : state.connection.id;
  const answer = await context.ui.pick<Choice>(singleFrame(title), {
    placeholder: l10n.t('Choose how to reach a manager of the swarm'),
    choices: [
      ...found.map((entry) => entryChoice(entry, entry.id === current)),
      {
        label: `$(edit) ${l10n.t('Enter an address…')}`,
        group: l10n.t('Other'),
        value: { kind: 'enter' },
      },
      {
        label: `$(beaker) ${l10n.t('Start the demo swarm')}`,
        description: l10n.t('simulated on this machine'),
        group: l10n.t('Other'),
        value: { kind: 'entry', entry: demoEntry },
      },
    ],
  });
  if (answer.kind !== 'value') {
    return;
  }
  const entry =
    answer.value.kind === 'entry' ? answer.value.entry : await askAddress(context, title);
  if (entry !== undefined) {
    await connectTo(context, entry);
  }
}

/** Connects to one entry and remembers it for the next start; the view shows what becomes of it. */
export async function connectTo(context: CommandContext, entry: ConnectionEntry): Promise<void> {
  if (isReadable(entry)) {
    await context.lastConnection.remember(entry);
  }
  await context.store.connect(entry);
  const { state } = context.store;
  if (state.phase === 'failed' && !EXPLAINED_BY_VIEW.has(state.error.code)) {
    showError(context, state.error, { swarm: entry.name });
  }
}

/** Connects to the connection of the last session, as it is defined now. */
export async function restoreConnection(context: CommandContext): Promise<void> {
  const last = context.lastConnection.get();
  if (last !== undefined) {
    await connectAgain(context, last);
  }
}

/** Connects once more; what stands in settings, contexts or the environment may have changed. */
export async function connectAgain(context: CommandContext, known: ConnectionEntry): Promise<void> {
  const before = context.store.state;
  const entry =
    known.source === 'entered' || known.source === 'demo'
      ? known
      : (await context.findConnections()).find(({ id }) => id === known.id);
  if (context.store.state !== before) {
    // The person has chosen another one while it was looked up.
    return;
  }
  if (entry !== undefined) {
    await context.store.connect(entry);
    return;
  }
  context.store.disconnect();
  await context.lastConnection.remember(undefined);
  void vscode.window.showWarningMessage(
    toPlainLine(
      l10n.t('"{0}" is not among your connections any more. Choose another one.', known.name),
    ),
  );
}

/** What cannot be read is not worth remembering, and may hold a password. */
function isReadable({ source, address }: ConnectionEntry): boolean {
  try {
    return source === 'demo' || parseAddress(address) !== undefined;
  } catch {
    return false;
  }
}

function connectionOf(argument: unknown): unknown {
  return typeof argument === 'object' && argument !== null && 'connection' in argument
    ? argument.connection
    : undefined;
}

async function askAddress(
  context: CommandContext,
  title: string,
): Promise<ConnectionEntry | undefined> {
  const answer = await context.ui.input(singleFrame(title), {
    prompt: l10n.t('Address of the Docker Engine'),
    placeholder: 'tcp://10.0.0.11:2375',
    value: '',
    check: checkAddress,
  });
  if (answer.kind !== 'value') {
    return undefined;
  }
  const address = answer.value;
  return { id: `entered:${address}`, name: shortName(address), source: 'entered', address };
}

function checkAddress(text: string): Verdict<string> {
  try {
    return accept(formatTarget(parseAddress(text)));
  } catch (error) {
    return refuse(errorLine(toSwarmscopeError(error)));
  }
}

function shortName(address: string): string {
  return address.replace(/^[a-z]+:\/\//, '');
}

const SOURCE_ICON: Readonly<Record<ConnectionSource, string>> = {
  environment: 'terminal',
  context: 'layers',
  socket: 'vm',
  setting: 'settings-gear',
  entered: 'edit',
  demo: 'beaker',
};

function entryChoice(entry: ConnectionEntry, isCurrent: boolean): QuickChoice<Choice> {
  return {
    label: `$(${SOURCE_ICON[entry.source]}) ${entry.name.replaceAll('$(', String.raw`\$(`)}`,
    description: isCurrent
      ? l10n.t('{0} (current)', shownAddress(entry.address))
      : shownAddress(entry.address),
    group: sourceName(entry.source),
    value: { kind: 'entry', entry },
  };
}

function sourceName(source: ConnectionSource): string {
  switch (source) {
    case 'environment':
      return l10n.t('Environment (DOCKER_HOST)');
    case 'context':
      return l10n.t('Docker contexts');
    case 'socket':
      return l10n.t('This machine');
    case 'setting':
      return l10n.t('Your settings');
    case 'entered':
      return l10n.t('Entered');
    case 'demo':
      return l10n.t('Other');
  }
}
