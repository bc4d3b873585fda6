import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { endGroup } from '../common/endGroup';
import { AgentDuplex } from './agentDuplex';
import type { SshEnding } from './sshText';

/** The ssh program to run for one connection. */
export interface SshStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** What an output begins with that is what was wanted: its end is no failure. */
  readonly greeting: string;
  /** Says why ssh ended before the engine answered; must not have started when `spawnError` is there. */
  readonly explain: (ending: SshEnding, spawnError?: NodeJS.ErrnoException) => SshVerdict;
}

/** Why a connection failed, and whether it is certain that no request reached the engine. */
export interface SshVerdict {
  readonly error: Error;
  readonly neverReached: boolean;
}

/** The end of stderr that is kept, in characters: the reason stands there, banners come before. */
const STDERR_LIMIT = 8_000;
const STDOUT_LIMIT = 2_000;
/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE_MS = 2_000;
/** Milliseconds that a program which ssh left behind may hold on to its output after its end. */
const CLOSE_MS = 1_000;

/**
 * One connection to an engine: stdin and stdout of an ssh that runs `docker system dial-stdio`, or
 * another command. ssh does not tell when its session is up, so what is written goes to it at once and
 * may reach the engine at any time. Hence 'connect' is emitted with the first byte of an answer, or at the latest
 * when the connection ends for a reason that does not rule out that something was sent: a request is
 * rather looked for once too often than sent twice.
 */
export class SshConnection extends AgentDuplex {
  private readonly child: ChildProcessWithoutNullStreams;
  private stderr = '';
  /** What came before anything that an engine says. */
  private head = '';
  private spawnError: NodeJS.ErrnoException | undefined;
  private isReached = false;
  private hasWritten = false;
  private hasExited = false;
  private isOver = false;
  private closeTimer: NodeJS.Timeout | undefined;

  constructor(private readonly start: SshStart) {
    super({ allowHalfOpen: false });
    this.child = spawn(start.program, [...start.args], {
      env: start.env,
      stdio: 'pipe',
      windowsHide: true,
      // A session of its own: no terminal to ask at, and what ssh starts (jump hosts) ends with it.
      detached: process.platform !== 'win32',
    });
    this.follow(this.child);
  }

  /** True until ssh has ended. */
  get isRunning(): boolean {
    return !this.hasExited;
  }

  /** Ends ssh before its session is up: nothing was sent. */
  refuse(error: Error): void {
    this.isOver = true;
    this.destroy(error);
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.hasWritten = true;
    // A write to an ssh that has ended fails (EPIPE); why it ended is told when it has closed.
    this.child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.child.stdin.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.isOver && this.hasWritten) {
      this.reach();
    }
    this.isOver = true;
    this.endChild();
    done(error);
  }

  private follow({ stdin, stdout, stderr }: ChildProcessWithoutNullStreams): void {
    const ignore = (): void => undefined;
    stdin.on('error', ignore);
    stdout.on('error', ignore);
    stderr.on('error', ignore);
    stdout.on('data', (chunk: Buffer) => this.receive(chunk));
    stderr.setEncoding('utf8');
    stderr.on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_LIMIT);
    });
    this.child.on('error', (error) => {
      this.spawnError ??= error;
      if (this.child.pid === undefined) {
        this.finish(null);
      }
    });
    this.child.on('exit', (exitCode) => {
      this.hasExited = true;
      this.closeTimer = setTimeout(() => this.finish(exitCode), CLOSE_MS);
    });
    this.child.on('close', (exitCode) => this.finish(exitCode));
  }

  private receive(chunk: Buffer): void {
    this.head = (this.head + chunk.toString('latin1')).slice(0, STDOUT_LIMIT);
    this.reach();
    if (!this.isOver && !this.push(chunk)) {
      this.child.stdout.pause();
    }
  }

  /** Notes that a request may have reached the engine. */
  private reach(): void {
    if (!this.isReached) {
      this.isReached = true;
      this.emit('connect');
    }
  }

  /** Everything that ssh wrote is here. */
  private finish(exitCode: number | null): void {
    clearTimeout(this.closeTimer);
    this.hasExited = true;
    if (this.isOver) {
      return;
    }
    this.isOver = true;
    if (this.head.startsWith(this.start.greeting) || (exitCode === 0 && this.head === '')) {
      this.reach();
      this.push(null);
      return;
    }
    const ending = { stderr: this.stderr, stdout: this.head, exitCode };
    const { error, neverReached } = this.start.explain(ending, this.spawnError);
    if (!neverReached) {
      this.reach();
    }
    this.destroy(error);
  }

  private endChild(): void {
    const { child } = this;
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    if (this.hasExited || child.pid === undefined) {
      return;
    }
    endGroup(child, GRACE_MS);
  }
}
