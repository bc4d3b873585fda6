import * as l10n from '@vscode/l10n';
import type { ErrorCode, SwarmscopeError } from './errors';
import { apiTooNew, apiTooOld, socketDenied, socketMissing } from './reachErrorText';
import { SSH_SENTENCES } from './sshErrorText';
import { toPlainLine } from './text';
import { TLS_SENTENCES } from './tlsErrorText';

/** What a person reads about a failure; every part is one or two plain sentences. */
export interface ErrorDescription {
  readonly title: string;
  /** The cause, as far as it is known. */
  readonly detail: string;
  /** What to do next. */
  readonly nextStep: string;
}

/** What the failure happened to, where the caller knows. */
export interface ErrorContext {
  /** Name of the connection. */
  readonly swarm?: string;
  /** Name of the network, service, node or task. */
  readonly object?: string;
}

/** The sentences for one failure: the only place that words errors for people. */
export function describeError(
  error: SwarmscopeError,
  context: ErrorContext = {},
): ErrorDescription {
  return SENTENCES[error.code](new Facts(error, context));
}

/** The description as one line, for rows and notifications. */
export function errorLine(error: SwarmscopeError, context: ErrorContext = {}): string {
  const { title, detail, nextStep } = describeError(error, context);
  return [title, detail, nextStep].filter((part) => part !== '').join(' ');
}

/** What the sentences are made of, each part harmless text. */
export class Facts {
  constructor(
    private readonly error: SwarmscopeError,
    private readonly context: ErrorContext,
  ) {}

  /** A detail as harmless text, or '' when it is not known. */
  detail(name: string): string {
    const value = this.error.details[name];
    return value === undefined ? '' : toPlainLine(String(value));
  }

  get where(): string {
    return this.detail('address') || toPlainLine(this.context.swarm ?? '') || l10n.t('the engine');
  }

  get object(): string {
    return toPlainLine(this.context.object ?? '') || this.detail('name');
  }

  get engineSaid(): string {
    const message = this.detail('message');
    return message === '' ? '' : l10n.t('The engine says: {0}', endSentence(message));
  }
}

/** One entry per code: a forgotten one does not compile. */
const SENTENCES: Readonly<Record<ErrorCode, (of: Facts) => ErrorDescription>> = {
  ...TLS_SENTENCES,
  ...SSH_SENTENCES,
  'address-invalid': (of) => ({
    title: l10n.t('"{0}" is not an engine address.', of.detail('address')),
    detail: addressProblem(of.detail('reason')),
    nextStep: l10n.t(
      'Write unix:///path, npipe:////./pipe/name, tcp://host:port, https://host or ssh://user@host.',
    ),
  }),
  'address-unsupported': (of) => ({
    title: l10n.t('{0} cannot be used yet.', of.detail('address')),
    detail: l10n.t(
      'This version connects over unix sockets, named pipes, tcp and ssh, not over {0}.',
      of.detail('scheme'),
    ),
    nextStep: l10n.t('Use the address of its socket, such as unix:///var/run/docker.sock.'),
  }),
  'socket-missing': socketMissing,
  'socket-denied': socketDenied,
  'connection-refused': (of) => ({
    title: l10n.t('{0} refuses the connection.', of.where),
    detail: l10n.t('Nothing listens at this address.'),
    nextStep: l10n.t('Check the port, and that the engine listens on it.'),
  }),
  'host-unknown': (of) => ({
    title: l10n.t('The host of {0} is not known.', of.where),
    detail: l10n.t('Its name could not be looked up.'),
    nextStep: l10n.t('Check the spelling, or use an IP address.'),
  }),
  'timed-out': (of) => ({
    title: l10n.t('{0} does not answer.', of.where),
    detail: l10n.t('No answer came within the time allowed.'),
    nextStep: l10n.t('Check that the machine is up and that no firewall is in between.'),
  }),
  'connection-lost': (of) => ({
    title: l10n.t('The connection to {0} broke.', of.where),
    detail: l10n.t('The engine went away while it answered.'),
    nextStep: l10n.t('Refresh to see what became of the request.'),
  }),
  'not-an-engine': (of) => ({
    title: l10n.t('{0} is not a Docker Engine.', of.where),
    detail: l10n.t('Something else answered at this address.'),
    nextStep: l10n.t('Check host and port.'),
  }),
  'tls-required': (of) => ({
    title: l10n.t('{0} wants TLS.', of.where),
    detail: l10n.t('The engine accepts encrypted connections only.'),
    nextStep: l10n.t(
      'Use https:// in the address, or give its entry in swarmscope.connections "tls" with the files.',
    ),
  }),
  'secret-needed': (of) => ({
    title: l10n.t('{0} needs a secret from you.', of.where),
    detail: neededSecret(of.detail('kind'), of.detail('subject')),
    nextStep: l10n.t('Connect to it, and enter what is asked for.'),
  }),
  'api-too-old': apiTooOld,
  'api-too-new': apiTooNew,
  'read-only': (of) => ({
    title: l10n.t('"{0}" is marked read-only.', of.object),
    detail: l10n.t('Nothing is changed through this connection.'),
    nextStep: l10n.t('Take "readOnly" out of its entry in the setting swarmscope.connections.'),
  }),
  cancelled: () => ({ title: l10n.t('Cancelled.'), detail: '', nextStep: '' }),
  'not-in-swarm': () => ({
    title: l10n.t('The engine is not part of a swarm.'),
    detail: l10n.t('It runs, but swarm mode is off.'),
    nextStep: l10n.t('Run "docker swarm init" there, or connect to a manager.'),
  }),
  worker: () => ({
    title: l10n.t('This engine is a worker.'),
    detail: l10n.t('Only a manager can list and change services, nodes and tasks.'),
    nextStep: l10n.t('Connect to a manager, or run "docker node promote" for this node on one.'),
  }),
  'swarm-locked': () => ({
    title: l10n.t('The swarm is locked.'),
    detail: l10n.t('The manager was restarted with autolock on.'),
    nextStep: l10n.t('Run "docker swarm unlock" on it.'),
  }),
  'swarm-pending': () => ({
    title: l10n.t('The engine is still joining its swarm.'),
    detail: '',
    nextStep: l10n.t('Try again in a moment.'),
  }),
  'swarm-error': (of) => ({
    title: l10n.t('The engine cannot take part in its swarm.'),
    detail: of.engineSaid,
    nextStep: l10n.t('Look at the log of the Docker daemon.'),
  }),
  'no-quorum': (of) => ({
    title: l10n.t('The swarm has no leader.'),
    detail:
      of.detail('reason') === 'silent'
        ? l10n.t('The engine answers, but nothing that needs the swarm’s leader does.')
        : l10n.t('More than half of its managers must be reachable to each other.'),
    nextStep: l10n.t('Bring the missing managers back; running tasks go on meanwhile.'),
  }),
  electing: () => ({
    title: l10n.t('The swarm is electing a leader.'),
    detail: l10n.t('The manager that led it went away; the others choose a new one.'),
    nextStep: l10n.t('Wait some seconds.'),
  }),
  'certificates-expired': (of) => ({
    title: l10n.t('The swarm’s certificates have expired.'),
    detail: '',
    nextStep: l10n.t('Check the clock of {0}, then let the node rejoin the swarm.', of.where),
  }),
  'address-ambiguous': (of) => ({
    title: l10n.t('{0} has several addresses.', of.where),
    detail: l10n.t('The engine cannot tell at which of them the other nodes will reach it.'),
    nextStep: l10n.t('Choose one of {0}.', of.detail('addresses')),
  }),
  'wrong-key': () => ({
    title: l10n.t('The key does not unlock this swarm.'),
    detail: '',
    nextStep: l10n.t('Ask another manager with "docker swarm unlock-key".'),
  }),
  'name-taken': (of) => ({
    title: l10n.t('The name "{0}" is taken.', of.object),
    detail: of.engineSaid,
    nextStep: l10n.t('Choose another name.'),
  }),
  'port-taken': (of) => ({
    title: l10n.t('Port {0} is taken.', of.detail('port')),
    detail: l10n.t('The service "{0}" publishes it already.', of.detail('service')),
    nextStep: l10n.t('Publish another port.'),
  }),
  'in-use': (of) => ({
    title: l10n.t('"{0}" is in use.', of.object),
    detail: l10n.t('It is used by {0}.', of.detail('by') || l10n.t('something else')),
    nextStep: l10n.t('Remove or detach what uses it first.'),
  }),
  'not-found': (of) => ({
    title: l10n.t('"{0}" does not exist any more.', of.object || of.detail('id')),
    detail: '',
    nextStep: l10n.t('Refresh to see the present state.'),
  }),
  invalid: (of) => ({
    title: l10n.t('The engine does not accept this.'),
    detail: of.engineSaid,
    nextStep: l10n.t('Change what it names and try again.'),
  }),
  'out-of-sequence': (of) => ({
    title: l10n.t('"{0}" was changed by someone else meanwhile.', of.object),
    detail: '',
    nextStep: l10n.t('Look at its present state and try again.'),
  }),
  forbidden: (of) => ({
    title: l10n.t('The engine does not allow this.'),
    detail: of.engineSaid,
    nextStep: '',
  }),
  'engine-failed': (of) => ({
    title: l10n.t('The engine could not do this.'),
    detail: of.engineSaid,
    nextStep: l10n.t('Try again; the log has the exact request.'),
  }),
  internal: (of) => ({
    title: l10n.t('Something went wrong in Swarmscope itself.'),
    detail: endSentence(of.detail('message')),
    nextStep: l10n.t('Please report this, with the log.'),
  }),
  'not-created': (of) => ({
    title: l10n.t('"{0}" was not created.', of.object),
    detail: l10n.t('The connection to {0} broke, and the swarm knows nothing of it.', of.where),
    nextStep: l10n.t('Try again: everything you entered is still there.'),
  }),
  'outcome-unknown': (of) => ({
    title: l10n.t('It is not known whether "{0}" was created.', of.object),
    detail: l10n.t('The answer was lost, and it could not be looked up.'),
    nextStep: l10n.t('Refresh and look for it before you try again.'),
  }),
  'not-changed': (of) => ({
    title: l10n.t('"{0}" was not changed.', of.object),
    detail: l10n.t('The connection to {0} broke, and "{1}" is as it was.', of.where, of.object),
    nextStep: l10n.t('Try again.'),
  }),
  'change-unknown': (of) => ({
    title: l10n.t('It is not known whether "{0}" was changed.', of.object),
    detail: l10n.t('The answer was lost, and it could not be looked up.'),
    nextStep: l10n.t('Refresh and look at its present state before you try again.'),
  }),
  'unexpected-answer': (of) => ({
    title: l10n.t('The engine’s answer makes no sense.'),
    detail: l10n.t('Unexpected: {0}', of.detail('path')),
    nextStep: l10n.t('Please report this, with the log.'),
  }),
};

function endSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function neededSecret(kind: string, subject: string): string {
  switch (kind) {
    case 'ssh-passphrase':
    case 'tls-passphrase':
      return l10n.t('The key {0} is protected by a passphrase.', subject);
    case 'ssh-password':
      return l10n.t('{0} asks for a password.', subject);
    case 'ssh-prompt':
      return l10n.t('ssh asks: {0}', subject);
    default:
      return '';
  }
}

function addressProblem(reason: string): string {
  switch (reason) {
    case 'empty':
      return l10n.t('It is empty.');
    case 'characters':
      return l10n.t('It contains a space or a control character.');
    case 'path':
      return l10n.t('The path of the socket or pipe is missing or not absolute.');
    case 'host':
      return l10n.t('The host is missing or not a name or IP address.');
    case 'port':
      return l10n.t('The port is not a number from 1 to 65535.');
    case 'user':
      return l10n.t('The user name has a character that is not allowed here.');
    case 'credentials':
      return l10n.t('A password cannot be part of it, nor a user name except after ssh://.');
    case 'extra':
      return l10n.t('There is something after the port.');
    case 'scheme':
      return l10n.t('The part before :// is not known.');
    default:
      return '';
  }
}
