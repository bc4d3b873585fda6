import { execa } from 'execa';

/** How a program ended. */
export interface CommandResult {
  /** 127 when the program could not be started. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs programs; set-up goes through it, so that tests can stand in for the machine. */
export interface CommandRunner {
  run(program: string, args: readonly string[]): Promise<CommandResult>;
}

/** The machine itself: messages in English, nothing asked. */
export class SystemRunner implements CommandRunner {
  async run(program: string, args: readonly string[]): Promise<CommandResult> {
    const result = await execa(program, args, {
      reject: false,
      stdin: 'ignore',
      env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
    return {
      exitCode: result.exitCode ?? 127,
      stdout: result.stdout,
      stderr: result.stderr === '' ? (result.originalMessage ?? '') : result.stderr,
    };
  }
}
