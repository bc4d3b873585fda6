/** The part of `vscode.SecretStorage` that is used. */
export interface DraftStorage {
  get(key: string): Thenable<string | undefined>;
  store(key: string, value: string): Thenable<void>;
  delete(key: string): Thenable<void>;
}

/**
 * What people have entered into forms and not sent yet. It may hold passwords, so it lives in VS Code's
 * secret storage and outlives the window.
 */
export class Drafts {
  /** Writes follow each other, so that the last one stays. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly storage: DraftStorage) {}

  /** What was saved last; undefined when there is nothing, or nothing readable. */
  async load(form: string, connectionId: string): Promise<unknown> {
    await this.last;
    try {
      return JSON.parse((await this.storage.get(keyOf(form, connectionId))) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Keeps a JSON value in place of the one before. */
  save(form: string, connectionId: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    return this.inTurn(() => this.storage.store(keyOf(form, connectionId), text));
  }

  clear(form: string, connectionId: string): Promise<void> {
    return this.inTurn(() => this.storage.delete(keyOf(form, connectionId)));
  }

  /** A storage that fails costs the draft, not the form. */
  private async inTurn(write: () => Thenable<void>): Promise<void> {
    this.last = this.last.then(write).then(undefined, () => undefined);
    await this.last;
  }
}

function keyOf(form: string, connectionId: string): string {
  return `swarmscope.draft:${form}:${connectionId}`;
}
