import type { SecretAsker } from '../docker/secrets';
import type { SecretPrompt, SecretPromptParts } from './secretPrompt';

/** A {@link SecretPrompt} that is loaded with the first question. */
export class LateSecrets {
  private prompt: Promise<SecretPrompt> | undefined;

  constructor(private readonly parts: SecretPromptParts) {}

  /** Answers what the person told before, and asks nobody. */
  readonly quiet: SecretAsker = {
    ask: async (question, signal) => (await this.load()).quiet.ask(question, signal),
  };

  /** Puts what one opening of a connection asks to the person. */
  askerFor(connection: string): SecretAsker {
    let asker: SecretAsker | undefined;
    const load = async (): Promise<SecretAsker> =>
      (asker ??= (await this.load()).askerFor(connection));
    return {
      ask: async (question, signal) => (await load()).ask(question, signal),
      confirmHostKey: async (question, signal) =>
        (await (await load()).confirmHostKey?.(question, signal)) ?? false,
      tell: (message) => void load().then((loaded) => loaded.tell?.(message)),
    };
  }

  /** Forgets everything that was given and kept; gives the number of kept secrets. */
  async forget(): Promise<number> {
    return (await this.load()).forget();
  }

  private load(): Promise<SecretPrompt> {
    this.prompt ??= import('./secretPrompt').then(
      ({ SecretPrompt: Prompt }) => new Prompt(this.parts),
    );
    return this.prompt;
  }
}
