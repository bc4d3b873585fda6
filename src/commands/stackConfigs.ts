import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import pLimit from 'p-limit';
import type { Logger } from '../common/logger';
import { knowsStackConfig } from '../stacks/cliText';
import { cliEnvironment, configArguments } from '../stacks/dockerCli';
import { runCli } from '../stacks/runCli';

/** What `docker stack config` made of a file. */
export type StackConfig =
  | { readonly kind: 'output'; readonly text: string }
  /** `tail`: the CLI's own words. */
  | { readonly kind: 'refused'; readonly tail: string }
  | { readonly kind: 'old-cli' }
  | { readonly kind: 'no-cli'; readonly reason: string }
  | { readonly kind: 'cancelled' };

/** A file may name pipes and dead network shares; so long the CLI may take, in milliseconds. */
const PATIENCE_MS = 20_000;

interface Looked {
  readonly abort: AbortController;
  readonly done: Promise<StackConfig>;
  result?: StackConfig;
}

/**
 * What the CLI makes of compose files as they are on disk, asked once per file until it is forgotten:
 * when it was saved. One process at a time.
 */
export class StackConfigs {
  private readonly looked = new Map<string, Looked>();
  private readonly limit = pLimit(1);

  constructor(
    private readonly parts: { readonly program: () => string; readonly logger: Logger },
  ) {}

  /** What is known of a file. */
  known(file: string): StackConfig | undefined {
    return this.looked.get(file)?.result;
  }

  /** Asks the CLI, unless it was asked; calls `then` when its answer is there. */
  look(file: string): Promise<StackConfig> {
    const before = this.looked.get(file);
    if (before !== undefined) {
      return before.done;
    }
    const abort = new AbortController();
    const done = this.limit(() => this.ask(file, abort.signal));
    const looked: Looked = { abort, done };
    this.looked.set(file, looked);
    void done.then((result) => {
      looked.result = result;
    });
    return done;
  }

  /** The file has changed: what was learned does not hold, and a process for it is ended. */
  forget(file: string): void {
    this.looked.get(file)?.abort.abort();
    this.looked.delete(file);
  }

  /** Forgets all of them. */
  clear(): void {
    for (const file of this.looked.keys()) {
      this.forget(file);
    }
  }

  private async ask(file: string, forgotten: AbortSignal): Promise<StackConfig> {
    const { logger } = this.parts;
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    const signal = AbortSignal.any([forgotten, timeout]);
    const end = await this.run(configArguments(file), signal);
    if (end.kind === 'cancelled') {
      return timeout.aborted
        ? { kind: 'refused', tail: l10n.t('no answer within {0} s', PATIENCE_MS / 1_000) }
        : end;
    }
    if (end.kind === 'missing') {
      return { kind: 'no-cli', reason: end.reason };
    }
    if (end.code === 0 && end.stdout.includes('services:')) {
      return { kind: 'output', text: end.stdout };
    }
    // A CLI without the command shows the help of `docker stack`.
    const help = await this.run(['stack', 'config', '--help'], signal);
    if (help.kind === 'ended' && !knowsStackConfig(help.stdout)) {
      return { kind: 'old-cli' };
    }
    // Its words are for the person who asks, not for the log: they repeat parts of the file.
    logger.warn(`docker stack config: code ${end.code}`);
    return { kind: 'refused', tail: end.tail };
  }

  private run(args: readonly string[], signal: AbortSignal): ReturnType<typeof runCli> {
    return runCli({
      program: this.parts.program(),
      args,
      env: cliEnvironment(process.env, {}),
      cwd: homedir(),
      signal,
    });
  }
}
