import { shellCommand } from '../common/shellQuote';
import type { SshTarget } from './target';

/** How the system's ssh is used; a person's settings. */
export interface SshOptions {
  /** The program; `ssh` when omitted. */
  readonly program?: string;
  /** Configuration file in place of the person's and the system's (`ssh -F`). */
  readonly configFile?: string;
  /**
   * Path of the built `askpassMain.ts`. Without it, and on Windows, ssh never asks anything
   * (`BatchMode`), and so cannot say what it would have needed.
   */
  readonly askpassScript?: string;
}

/** A person may mistype a passphrase or password. */
export const MOST_TRIES = 3;

/** ssh tells itself that a host is silent, before the deadline of a call strikes. */
const CONNECT_SECONDS = 8;

/** What leads to the engine behind `target`. A shell there reads it, whichever that is: only quotes. */
export function engineCommand({ socketPath }: SshTarget): string {
  return shellCommand([
    'docker',
    ...(socketPath === undefined ? [] : ['--host', `unix://${socketPath}`]),
    'system',
    'dial-stdio',
  ]);
}

/**
 * The arguments of ssh for one connection to `target` that runs `command` there. Everything else (keys,
 * agent, known hosts, jump hosts) is up to the person's ssh configuration, except what would get in the
 * way.
 */
export function sshArguments(
  target: SshTarget,
  options: SshOptions,
  mayAsk: boolean,
  command: string,
): string[] {
  const settings = [
    `ConnectTimeout=${CONNECT_SECONDS}`,
    // A dead peer ends the event stream, as TCP keep-alive does elsewhere.
    'ServerAliveInterval=15',
    'ServerAliveCountMax=3',
    // QUIET would hide why it failed.
    'LogLevel=INFO',
    // Ending a master would end the person's own sessions that run over it; one that is there is used.
    'ControlMaster=no',
    'ClearAllForwardings=yes',
    'RemoteCommand=none',
    ...(mayAsk ? [`NumberOfPasswordPrompts=${MOST_TRIES}`] : ['BatchMode=yes']),
  ];
  return withTarget(target, options, command, [
    ...['-T', '-a', '-x'],
    ...settings.flatMap((setting) => ['-o', setting]),
  ]);
}

/** The command line by which a person runs `command` on the host of `target`, for a POSIX shell. */
export function sshCommandLine(target: SshTarget, options: SshOptions, command: string): string {
  return shellCommand([options.program ?? 'ssh', ...withTarget(target, options, command, [])]);
}

function withTarget(
  { user, host, port }: SshTarget,
  { configFile }: SshOptions,
  command: string,
  flags: readonly string[],
): string[] {
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...flags,
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    '--',
    host,
    command,
  ];
}
