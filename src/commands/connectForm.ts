/*
 * Entry of the bundle with the form for connections, which is loaded when the first one is chosen or
 * entered.
 */
import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import { toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { targetOf } from '../docker/connectionTarget';
import { expandTls } from '../docker/ownConnections';
import { formatTarget, parseAddress } from '../docker/parseAddress';
import type { ConnectionEntry } from '../docker/target';
import type { CommandContext } from './commandContext';
import { connectTo } from './connect';
import { pickConnection } from './connectionPicker';
import { into, runSteps, type Step } from './multiStep';
import { NO_FILES, tlsOf, tlsSteps, type TlsAnswers } from './tlsSteps';
import { accept, refuse, type Verdict } from './validation/verdict';

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
