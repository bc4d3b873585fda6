import { SwarmscopeError, type ErrorDetails } from '../common/errors';
import { AskpassServer } from './askpassServer';
import type { Dialer, DialerOptions } from './dialer';
import { formatTarget } from './parseAddress';
import { checkIn, Patience } from './sshCheckIn';
import { engineCommand, sshArguments, type SshOptions } from './sshCommand';
import { SshConnection, type SshVerdict } from './sshConnection';
import { SshQuestions } from './sshQuestions';
import { brokeSession, readSshFailure, type SshEnding, type SshFailure } from './sshText';
import type { SshTarget } from './target';

/** Milliseconds until the first connection must be there; what the person takes is not counted. */
const READY_MS = 15_000;

/** A command on the host, and what its output begins with. */
interface HostCommand {
  readonly command: string;
  readonly greeting: string;
}

/** Connects through the system's ssh to the docker command on another host. */
export class SshDialer implements Dialer {
  /** The engine behind the docker command sees a local client. */
  readonly host = 'localhost';
  readonly poolSize = 3;
  private readonly ssh: SshOptions;
  private readonly open = new Set<SshConnection>();
  private askpass: AskpassServer | undefined;
  /** A connection that has proved itself and that no request has used yet. */
  private spare: SshConnection | undefined;
  private disposed = false;

  constructor(
    private readonly target: SshTarget,
    private readonly options: DialerOptions,
    private readonly readyMs = READY_MS,
  ) {
    this.ssh = options.ssh ?? {};
  }

  /** Signs in, which may ask the person, and hears whether an engine is there. */
  readonly prepare = async (signal: AbortSignal): Promise<void> => {
    const cancelled = new SwarmscopeError('cancelled', this.where);
    if (signal.aborted || this.disposed) {
      throw cancelled;
    }
    let connection: SshConnection | undefined;
    const patience = new Patience(this.readyMs, () => {
      const details = { ...this.where, seconds: this.readyMs / 1000 };
      connection?.destroy(new SwarmscopeError('timed-out', details));
    });
    const abort = (): void => void connection?.destroy(cancelled);
    signal.addEventListener('abort', abort, { once: true });
    try {
      connection = this.start(patience);
      await checkIn(connection, this.names);
    } finally {
      signal.removeEventListener('abort', abort);
      patience.dispose();
    }
    this.spare = connection;
  };

  connect(): SshConnection {
    const { spare } = this;
    this.spare = undefined;
    if (spare?.isRunning === true && !spare.destroyed) {
      setImmediate(() => spare.emit('connect'));
      return spare;
    }
    return this.start();
  }

  /**
   * Runs a command on the host, once: its stdin and stdout. Fails as a connection does, where `greeting`
   * is not what comes first or not in time; throws once disposed. `command` is what a shell there reads: no data in it.
   */
  run(host: HostCommand): SshConnection {
    if (this.disposed) {
      throw new SwarmscopeError('cancelled', this.where);
    }
    const patience = new Patience(this.readyMs, () => {
      const details = { ...this.where, seconds: this.readyMs / 1000 };
      connection.destroy(new SwarmscopeError('timed-out', details));
    });
    const connection = this.start(patience, host);
    connection.once('connect', () => patience.dispose());
    connection.once('close', () => patience.dispose());
    return connection;
  }

  dispose(): void {
    this.disposed = true;
    for (const connection of this.open) {
      connection.destroy(new SwarmscopeError('cancelled', this.where));
    }
    this.askpass?.dispose();
    this.askpass = undefined;
  }

  private get where(): ErrorDetails {
    return { address: formatTarget(this.target) };
  }

  private get names(): ErrorDetails {
    const { user, host, port } = this.target;
    const name = user === undefined ? host : `${user}@${host}`;
    return {
      ...this.where,
      host,
      ...(user === undefined ? {} : { user }),
      // What a person types after `ssh`.
      target: port === undefined ? name : `-p ${port} ${name}`,
    };
  }

  private start(
    patience?: Patience,
    { command, greeting }: HostCommand = {
      command: engineCommand(this.target),
      greeting: 'HTTP/',
    },
  ): SshConnection {
    const { logger, secrets } = this.options;
    const questions = new SshQuestions({
      host: this.target.host,
      secrets,
      patience,
      onRefused: (error) =>
        connection.refuse(new SwarmscopeError(error.code, { ...this.names, ...error.details })),
      log: (line) => logger.info(line),
    });
    const ticket = this.askpassServer()?.admit(questions.answer);
    const connection: SshConnection = new SshConnection({
      program: this.program,
      args: sshArguments(this.target, this.ssh, ticket !== undefined, command),
      greeting,
      // English, so that sshText.ts can read it.
      env: { ...process.env, LANG: 'C', LC_ALL: 'C', ...ticket?.env },
      explain: (ending, spawnError) => this.explain(ending, spawnError, questions),
    });
    this.own(connection, () => ticket?.dispose());
    return connection;
  }

  private own(connection: SshConnection, onClose: () => void): void {
    this.open.add(connection);
    // Whoever uses the connection has a listener of its own; a spare one has none.
    connection.on('error', () => undefined);
    connection.once('close', () => {
      this.open.delete(connection);
      onClose();
    });
    if (this.disposed) {
      connection.destroy(new SwarmscopeError('cancelled', this.where));
    }
  }

  /** Where ssh asks; undefined where it must not. */
  private askpassServer(): AskpassServer | undefined {
    const { askpassScript } = this.ssh;
    // A server chooses words of its prompts, and cmd.exe, which would run the script, obeys some.
    if (askpassScript === undefined || process.platform === 'win32' || this.disposed) {
      return undefined;
    }
    this.askpass ??= new AskpassServer(askpassScript, ({ message }) =>
      this.options.logger.warn(`The socket for the questions of ssh failed: ${message}`),
    );
    return this.askpass;
  }

  private get program(): string {
    return this.ssh.program ?? 'ssh';
  }

  private explain(
    ending: SshEnding,
    spawnError: NodeJS.ErrnoException | undefined,
    { lockedKey }: SshQuestions,
  ): SshVerdict {
    if (spawnError !== undefined) {
      const details = { ...this.where, program: this.program };
      const error = new SwarmscopeError('ssh-missing', details, { cause: spawnError });
      return { error, neverReached: true };
    }
    const failure = readSshFailure(ending, this.target.host);
    const { code, details }: SshFailure =
      failure.code === 'ssh-denied' && lockedKey !== undefined
        ? { code: 'ssh-key', details: { path: lockedKey, reason: 'passphrase' } }
        : failure;
    const error = new SwarmscopeError(code, { ...this.names, ...details });
    // What is known by name happened before the docker command had the engine's ear, unless the same
    // words came from elsewhere (a banner) or the session broke after it was up.
    return { error, neverReached: code !== 'ssh-failed' && !brokeSession(ending) };
  }
}
