import { assertNever } from '../common/assertNever';
import { SwarmscopeError } from '../common/errors';
import { toPlainLine } from '../common/text';
import type { AskpassHandler } from './askpassServer';
import type { HostKeyQuestion, SecretAsker, SecretQuestion } from './secrets';
import type { Patience } from './sshCheckIn';
import { MOST_TRIES } from './sshCommand';
import { readSshPrompt } from './sshText';

/** Whom the prompts of one ssh are put to, and who is told of it. */
export interface SshQuestionsOptions {
  /** Of the address, for prompts that name no host. */
  readonly host: string;
  readonly secrets: SecretAsker | undefined;
  /** Stands still while somebody is asked. */
  readonly patience: Pick<Patience, 'pause' | 'resume'> | undefined;
  /** Called when a prompt is left without an answer, without which the connection cannot be made. */
  readonly onRefused: (error: SwarmscopeError) => void;
  readonly log: (line: string) => void;
}

/** Answers the prompts of one ssh program. One that stays without an answer ends the connection. */
export class SshQuestions {
  private readonly timesAsked = new Map<string, number>();
  private readonly lockedKeys = new Set<string>();

  constructor(private readonly options: SshQuestionsOptions) {}

  /** Path of a key that no passphrase opened, which ssh does not tell: it is only denied in the end. */
  get lockedKey(): string | undefined {
    return [...this.lockedKeys].at(-1);
  }

  readonly answer: AskpassHandler = async ({ text, hint }, signal) => {
    if (hint === 'none') {
      await this.show(toPlainLine(text), signal);
      return undefined;
    }
    const prompt = readSshPrompt(text, this.options.host);
    switch (prompt.kind) {
      case 'other-choice':
        return 'no';
      case 'host-key':
        return await this.whileAsking(() => this.confirmHost(prompt.question, signal));
      case 'secret': {
        const before = this.timesAsked.get(text) ?? 0;
        this.timesAsked.set(text, before + 1);
        const { kind, subject } = prompt.question;
        if (kind === 'ssh-passphrase' && before === MOST_TRIES - 1) {
          this.lockedKeys.add(subject);
        }
        return await this.whileAsking(() =>
          this.askSecret({ kind, subject, again: before > 0 }, signal),
        );
      }
      default:
        return assertNever(prompt);
    }
  };

  private async show(message: string, signal: AbortSignal): Promise<void> {
    this.options.log(`ssh wants: ${message}`);
    this.options.secrets?.tell?.(message);
    // Its end tells ssh nothing, but an early one would be logged as a failure.
    await aborted(signal);
  }

  private async confirmHost(
    question: HostKeyQuestion,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if ((await this.options.secrets?.confirmHostKey?.(question, signal)) === true) {
      return 'yes';
    }
    if (!signal.aborted) {
      this.options.onRefused(new SwarmscopeError('ssh-host-unknown', { ...question }));
    }
    return undefined;
  }

  private async askSecret(
    question: SecretQuestion,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const answer = await this.options.secrets?.ask(question, signal);
    if (answer === undefined && !signal.aborted) {
      const { kind, subject } = question;
      // An ssh that gets no answer would go on with an empty password: a failed login there.
      this.options.onRefused(new SwarmscopeError('secret-needed', { kind, subject }));
    }
    return answer;
  }

  private async whileAsking<T>(ask: () => Promise<T>): Promise<T> {
    const { patience } = this.options;
    patience?.pause();
    try {
      return await ask();
    } finally {
      patience?.resume();
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
