import * as l10n from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { toPlainLine } from '../common/text';
import type { HostKeyQuestion, SecretAsker, SecretQuestion } from '../docker/secrets';
import { into, runSteps, type Step } from './multiStep';
import type { QuickUi } from './quickUi';
import { accept, refuse } from './validation/verdict';

/** The part of `vscode.SecretStorage` that is used. */
export interface SecretKeeper {
  get(key: string): Thenable<string | undefined>;
  store(key: string, value: string): Thenable<void>;
  delete(key: string): Thenable<void>;
}

/** What the questions are asked with. */
export interface SecretPromptParts {
  readonly ui: QuickUi;
  /** Where secrets are kept that the person wants kept. */
  readonly keeper: SecretKeeper;
  /** Asks whether a host is the right one. */
  readonly confirmHost: (connection: string, question: HostKeyQuestion) => Promise<boolean>;
  readonly tell: (message: string) => void;
}

/** Key of the list of all other keys, which VS Code itself does not give. */
const INDEX = 'swarmscope.secrets';

interface Answers {
  readonly secret: string;
  readonly keep: boolean;
}

/** A question that is on the screen or waits for its turn. */
interface Pending<T> {
  readonly signal: AbortSignal;
  readonly answer: Promise<T | undefined>;
}

/**
 * Asks the person for secrets, one question at a time, and remembers the answers: in memory until the
 * window closes, so that further connections and those made anew disturb nobody, and in VS Code's
 * secret storage where the person says so. A refused answer is forgotten in both.
 */
export class SecretPrompt {
  private readonly given = new Map<string, string>();
  private readonly wantsKept = new Map<string, boolean>();
  private readonly pending = new Map<string, Pending<string>>();
  private readonly hosts = new Map<string, Pending<boolean>>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: SecretPromptParts) {}

  /** Asks for one opening of a connection, whose name the questions bear. */
  askerFor(connection: string): SecretAsker {
    /** What this opening was given last: another answer may have been found since. */
    const last = new Map<string, string>();
    return {
      ask: async (question, signal) => {
        const key = keyOf(question);
        const answer =
          question.kind === 'ssh-prompt'
            ? (await this.inTurn(signal, () => this.askPerson(connection, question, signal)))
                ?.secret
            : await this.find(connection, question, { signal, refused: last.get(key) });
        if (answer !== undefined) {
          last.set(key, answer);
        }
        return answer;
      },
      confirmHostKey: (question, signal) => this.confirmHost(connection, question, signal),
      tell: (message) => this.parts.tell(`${toPlainLine(connection)}: ${message}`),
    };
  }

  /** Knows what was given before, and asks nobody. */
  readonly quiet: SecretAsker = {
    ask: async (question) => (question.again ? undefined : await this.recall(keyOf(question))),
  };

  /** Forgets everything that was given and kept; gives the number of kept secrets. */
  async forget(): Promise<number> {
    this.given.clear();
    this.wantsKept.clear();
    const keys = await this.keptKeys();
    await Promise.all([INDEX, ...keys].map((key) => this.parts.keeper.delete(key)));
    return keys.length;
  }

  private async find(
    connection: string,
    question: SecretQuestion,
    { signal, refused }: { readonly signal: AbortSignal; readonly refused: string | undefined },
  ): Promise<string | undefined> {
    const key = keyOf(question);
    for (;;) {
      const pending = this.pending.get(key);
      if (pending !== undefined) {
        const answer = await pending.answer;
        if (answer !== undefined || signal.aborted || !pending.signal.aborted) {
          return answer;
        }
        // Whoever asked is gone, and so is the question.
        continue;
      }
      const known = await this.recall(key);
      if (known !== undefined && !(question.again && known === refused)) {
        return known;
      }
      if (this.pending.has(key)) {
        continue;
      }
      const answer = this.askAndRemember(connection, question, signal).finally(() =>
        this.pending.delete(key),
      );
      this.pending.set(key, { signal, answer });
      return await answer;
    }
  }

  private async askAndRemember(
    connection: string,
    question: SecretQuestion,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const key = keyOf(question);
    if (question.again) {
      this.given.delete(key);
      await this.unkeep(key);
    }
    const answers = await this.inTurn(signal, () => this.askPerson(connection, question, signal));
    if (answers === undefined) {
      return undefined;
    }
    this.given.set(key, answers.secret);
    this.wantsKept.set(key, answers.keep);
    if (answers.keep) {
      await this.keep(key, answers.secret);
    }
    return answers.secret;
  }

  private async askPerson(
    connection: string,
    question: SecretQuestion,
    signal: AbortSignal,
  ): Promise<Answers | undefined> {
    const key = keyOf(question);
    const keep = this.wantsKept.get(key);
    const canKeep = question.kind !== 'ssh-prompt' && !(question.again && keep !== undefined);
    return await runSteps<Answers>(this.parts.ui, {
      title: l10n.t('Sign In to "{0}"', toPlainLine(connection, 60)),
      steps: canKeep
        ? [secretStep(question, signal), keepStep(signal)]
        : [secretStep(question, signal)],
      initial: { secret: '', keep: keep ?? false },
    });
  }

  private async confirmHost(
    connection: string,
    question: HostKeyQuestion,
    signal: AbortSignal,
  ): Promise<boolean> {
    const key = `${question.host} ${question.fingerprint}`;
    for (let asked = this.hosts.get(key); asked !== undefined; asked = this.hosts.get(key)) {
      const answer = await asked.answer;
      if (answer !== undefined || signal.aborted || !asked.signal.aborted) {
        return answer === true;
      }
      // Whoever asked is gone, and so is the question.
    }
    const ask = (): Promise<boolean | undefined> =>
      orAborted(this.parts.confirmHost(connection, question), signal);
    const answer = this.inTurn(signal, ask).finally(() => this.hosts.delete(key));
    this.hosts.set(key, { signal, answer });
    return (await answer) === true;
  }

  /** VS Code shows one question at a time: another one would take its place. */
  private inTurn<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T | undefined> {
    const mine = this.turn.then(() => (signal.aborted ? undefined : ask()));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async recall(key: string): Promise<string | undefined> {
    const kept =
      this.given.get(key) ?? (await this.parts.keeper.get(key).then(undefined, () => undefined));
    return kept;
  }

  private async keep(key: string, secret: string): Promise<void> {
    try {
      await this.parts.keeper.store(key, secret);
      const keys = await this.keptKeys();
      await this.parts.keeper.store(INDEX, JSON.stringify([...new Set([...keys, key])]));
    } catch {
      this.parts.tell(l10n.t('VS Code could not keep it: its secret storage does not work here.'));
    }
  }

  private async unkeep(key: string): Promise<void> {
    try {
      await this.parts.keeper.delete(key);
      const keys = await this.keptKeys();
      if (keys.includes(key)) {
        const others = keys.filter((other) => other !== key);
        await this.parts.keeper.store(INDEX, JSON.stringify(others));
      }
    } catch {
      // What was not kept need not be deleted.
    }
  }

  private async keptKeys(): Promise<readonly string[]> {
    try {
      const keys: unknown = JSON.parse((await this.parts.keeper.get(INDEX)) ?? '[]');
      return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
    } catch {
      return [];
    }
  }
}

/** A dialog cannot be taken back; one that nobody waits for any more must not hold up the next. */
function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(undefined);
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function keyOf({ kind, subject }: SecretQuestion): string {
  return `swarmscope.secret.${kind}:${subject}`;
}

function secretStep(question: SecretQuestion, signal: AbortSignal): Step<Answers> {
  return {
    ask: async (answers, frame, ui) =>
      into(
        answers,
        'secret',
        await ui.input(frame, {
          prompt: promptOf(question),
          value: '',
          password: true,
          signal,
          check: (text) => (text === '' ? refuse(l10n.t('Enter it.')) : accept(text)),
          ...(question.again ? { problem: l10n.t('That was not right. Enter it again.') } : {}),
        }),
      ),
  };
}

function keepStep(signal: AbortSignal): Step<Answers> {
  return {
    ask: async (answers, frame, ui) =>
      into(
        answers,
        'keep',
        await ui.pick(frame, {
          placeholder: l10n.t('For how long is it to be remembered?'),
          signal,
          active: answers.keep,
          choices: [
            { label: l10n.t('Until this window closes'), value: false },
            {
              label: l10n.t('Keep it in VS Code’s secret storage'),
              detail: l10n.t('"Forget Kept Secrets" deletes it.'),
              value: true,
            },
          ],
        }),
      ),
  };
}

function promptOf({ kind, subject }: SecretQuestion): string {
  switch (kind) {
    case 'ssh-passphrase':
    case 'tls-passphrase':
      return l10n.t('Passphrase of the key {0}', subject);
    case 'ssh-password':
      return l10n.t('Password of {0}', subject);
    case 'ssh-prompt':
      return l10n.t('ssh asks: {0}', subject);
    default:
      return assertNever(kind);
  }
}
