/** One secret that a connection needs from the person. */
export interface SecretQuestion {
  /** `ssh-prompt` is anything else that ssh asks for, such as a one-time code: never kept. */
  readonly kind: 'ssh-passphrase' | 'ssh-password' | 'ssh-prompt' | 'tls-passphrase';
  /**
   * What the secret is for, cleaned: path of the key, `user@host`, or the words of a prompt. Also the
   * key it is kept under.
   */
  readonly subject: string;
  /** True when the last answer was refused. */
  readonly again: boolean;
}

/** A host that ssh reaches for the first time, by what it shows of itself. */
export interface HostKeyQuestion {
  /** Host name or address as ssh writes it, with the port when it is not 22. */
  readonly host: string;
  /** `ED25519`, `ECDSA`, `RSA`. */
  readonly keyType: string;
  /** `SHA256:…`. */
  readonly fingerprint: string;
}

/**
 * Asks the person for secrets, once for every connection that is made: whoever implements it
 * remembers. A connection that must not disturb anybody (a look at a connection
 * that was not chosen) is opened without one and fails with 'secret-needed' instead.
 */
export interface SecretAsker {
  /** The secret, from the person or from where the person had it kept; undefined when they gave up. */
  ask(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined>;
  /** True when the person says that this is the right host; refused where it is omitted. */
  confirmHostKey?(question: HostKeyQuestion, signal: AbortSignal): Promise<boolean>;
  /** Shows what ssh wants done outside VS Code, such as touching a security key. */
  tell?(message: string): void;
}
