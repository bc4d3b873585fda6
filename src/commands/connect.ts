import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { toSwarmscopeError, type ErrorCode } from '../common/errors';
import { errorLine } from '../common/errorText';
import { toPlainLine } from '../common/text';
import { targetOf } from '../docker/connectionTarget';
import { expandTls } from '../docker/ownConnections';
import { formatTarget, isEngineAddress, parseAddress } from '../docker/parseAddress';
import type { ConnectionEntry } from '../docker/target';
import { connectionOf, swarmChoice } from './chooseSwarm';
import type { CommandContext } from './commandContext';
import { pickConnection } from './connectionPicker';
import { into, runSteps, type Step } from './multiStep';
import { showError } from './showError';
import { NO_FILES, tlsOf, tlsSteps, type TlsAnswers } from './tlsSteps';
import { accept, refuse, type Verdict } from './validation/verdict';
import { singleFrame } from './vscodeQuickUi';

/** The view says all there is to say about these. */
const EXPLAINED_BY_VIEW: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'worker',
  'not-in-swarm',
  'swarm-locked',
]);

/**
 * Offers every way to reach a swarm manager and opens the chosen one beside those that are open. A
 * caller may name one of them by its id, `{ connection: 'setting:lab' }`; it cannot bring an address
 * of its own.
 */
export async function connect(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Connect to Swarm Manager');
  const found = await context.findConnections();
  const named = found.find(({ id }) => id === namedConnection(argument));
  if (named !== undefined) {
    await connectTo(context, named);
    return;
  }
  const answer = await pickConnection(context, title, found);
  if (answer.kind !== 'value') {
    return;
  }
  const entry =
    answer.value.kind === 'entry'
      ? answer.value.entry
      : await askAddress(context, title, new Set(found.map(({ name }) => name)));
  if (entry !== undefined) {
    await connectTo(context, entry);
  }
}

/** Connects by an address, and files of TLS, that the person confirms or changes first. */
export async function connectByAddress(
  context: CommandContext,
  title: string,
  suggested: TlsAnswers,
): Promise<void> {
  const found = await context.findConnections();
  const taken = new Set(found.map(({ name }) => name));
  const entry = await askAddress(context, title, taken, suggested);
  if (entry !== undefined) {
    await connectTo(context, entry);
  }
}

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

function namedConnection(argument: unknown): unknown {
  return typeof argument === 'object' && argument !== null && 'connection' in argument
    ? argument.connection
    : undefined;
}

interface AddressAnswers extends TlsAnswers {
  /** Empty: not to be saved. */
  readonly name: string;
}

/** Asks for an address, and for a name under which it goes into the person's settings. */
async function askAddress(
  context: CommandContext,
  title: string,
  taken: ReadonlySet<string>,
  suggested: TlsAnswers = { address: '', ...NO_FILES },
): Promise<ConnectionEntry | undefined> {
  const answers = await runSteps(context.ui, {
    title,
    steps: addressSteps(taken),
    initial: { ...suggested, name: '' },
  });
  if (answers === undefined) {
    return undefined;
  }
  const { name } = answers;
  const typed = tlsOf(answers);
  const address = formatTarget(targetOf({ ...answers, ...(typed && { tls: typed }) }));
  const tls = typed === undefined ? {} : { tls: expandTls(typed, homedir()) };
  if (name === '') {
    return {
      id: `entered:${address}`,
      name: shortName(address),
      source: 'entered',
      address,
      ...tls,
    };
  }
  await context.saveConnection({ name, address, ...(typed === undefined ? {} : { tls: typed }) });
  return { id: `setting:${name}`, name, source: 'setting', address, ...tls };
}

function addressSteps(taken: ReadonlySet<string>): readonly Step<AddressAnswers>[] {
  return [
    {
      ask: async (answers, frame, ui) =>
        into(
          answers,
          'address',
          await ui.input(frame, {
            prompt: l10n.t('Address of the Docker Engine'),
            placeholder: 'tcp://10.0.0.11:2375',
            value: answers.address,
            check: checkAddress,
          }),
        ),
    },
    ...tlsSteps<AddressAnswers>(),
    {
      ask: async (answers, frame, ui) =>
        into(
          answers,
          'name',
          await ui.input(frame, {
            prompt: l10n.t(
              'Name to save it under in your settings; leave it empty to connect without saving',
            ),
            placeholder: shortName(answers.address),
            value: answers.name,
            check: (text) => checkName(text, taken),
          }),
        ),
    },
  ];
}

function checkAddress(text: string): Verdict<string> {
  try {
    return accept(formatTarget(parseAddress(text)));
  } catch (error) {
    return refuse(errorLine(toSwarmscopeError(error)));
  }
}

function checkName(text: string, taken: ReadonlySet<string>): Verdict<string> {
  const name = text.trim();
  if (name.length > 60 || /\p{Cc}/u.test(name)) {
    return refuse(l10n.t('Use at most 60 characters.'));
  }
  return taken.has(name)
    ? refuse(l10n.t('There is a connection "{0}" already. Choose another name.', name))
    : accept(name);
}

function shortName(address: string): string {
  return address.replace(/^[a-z]+:\/\//, '');
}
