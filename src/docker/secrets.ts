/** One secret that a connection needs from the person. */
export interface SecretQuestion {
  readonly kind: 'ssh-passphrase' | 'ssh-password' | 'tls-passphrase';
  /** What the secret is for, cleaned: path of the key, or `user@host`. Also the key it is kept under. */
  readonly subject: string;
  /** True when the last answer was refused. */
  readonly again: boolean;
}

/**
 * Asks the person for secrets. A connection that must not disturb anybody (a look at a connection
 * that was not chosen) is opened without one and fails with 'secret-needed' instead.
 */
export interface SecretAsker {
  /** The secret, from the person or from where the person had it kept; undefined when they gave up. */
  ask(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined>;
}
