import { SwarmscopeError } from '../common/errors';
import { toPlainLine } from '../common/text';
import type { AskpassHandler } from './askpassServer';
import type { HostKeyQuestion, SecretAsker, SecretQuestion } from './secrets';
import type { Patience } from './sshCheckIn';
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
export function answerSshPrompts(options: SshQuestionsOptions): AskpassHandler {
  const asked = new Set<string>();
  return async ({ text, hint }, signal) => {
    if (hint === 'none') {
      options.log(`ssh wants: ${toPlainLine(text)}`);
      options.secrets?.tell?.(toPlainLine(text));
      await aborted(signal);
      return undefined;
    }
    const prompt = readSshPrompt(text, options.host);
    switch (prompt.kind) {
      case 'other-choice':
        return 'no';
      case 'host-key':
        return await whileAsking(options, () => confirmHost(prompt.question, options, signal));
      default: {
        const question = { ...prompt.question, again: asked.has(text) };
        asked.add(text);
        return await whileAsking(options, () => askSecret(question, options, signal));
      }
    }
  };
}

async function confirmHost(
  question: HostKeyQuestion,
  { secrets, onRefused }: SshQuestionsOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  if ((await secrets?.confirmHostKey?.(question, signal)) === true) {
    return 'yes';
  }
  if (!signal.aborted) {
    onRefused(new SwarmscopeError('ssh-host-unknown', { ...question }));
  }
  return undefined;
}

async function askSecret(
  question: SecretQuestion,
  { secrets, onRefused }: SshQuestionsOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await secrets?.ask(question, signal);
  if (answer === undefined && !signal.aborted) {
    const { kind, subject } = question;
    // An ssh that gets no answer would go on with an empty password: a failed login there.
    onRefused(new SwarmscopeError('secret-needed', { kind, subject }));
  }
  return answer;
}

async function whileAsking<T>(
  { patience }: SshQuestionsOptions,
  ask: () => Promise<T>,
): Promise<T> {
  patience?.pause();
  try {
    return await ask();
  } finally {
    patience?.resume();
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
