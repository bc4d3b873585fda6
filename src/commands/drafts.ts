/** The part of `vscode.SecretStorage` that is used. */
export interface DraftStorage {
  get(key: string): Thenable<string | undefined>;
  store(key: string, value: string): Thenable<void>;
  delete(key: string): Thenable<void>;
}

/** Key of the list of all keys: the storage cannot be asked for them. */
const INDEX = 'swarmscope.drafts';

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
    const key = keyOf(form, connectionId);
    return this.inTurn(async () => {
      // First what was typed: a window may be gone a moment later.
      await this.storage.store(key, text);
      await this.index((keys) => [...keys.filter((other) => other !== key), key]);
    });
  }

  clear(form: string, connectionId: string): Promise<void> {
    const key = keyOf(form, connectionId);
    return this.inTurn(async () => {
      // A form that is opened and left clears what was never there: no write for that.
      if ((await this.storage.get(key)) !== undefined) {
        await this.storage.delete(key);
      }
      await this.index((keys) => keys.filter((other) => other !== key));
    });
  }

  /** Deletes all drafts, of every form and connection; gives their number. */
  async forget(): Promise<number> {
    let count = 0;
    await this.inTurn(async () => {
      const keys = await this.keys();
      await Promise.all(keys.map((key) => this.storage.delete(key)));
      await this.storage.delete(INDEX);
      count = keys.length;
    });
    return count;
  }

  private async keys(): Promise<readonly string[]> {
    try {
      const known: unknown = JSON.parse((await this.storage.get(INDEX)) ?? '[]');
      return Array.isArray(known) ? known.filter((key) => typeof key === 'string') : [];
    } catch {
      return [];
    }
  }

  private async index(change: (keys: readonly string[]) => readonly string[]): Promise<void> {
    const before = await this.keys();
    const after = change(before);
    if (after.join('\n') === before.join('\n')) {
      return;
    }
    await (after.length === 0
      ? this.storage.delete(INDEX)
      : this.storage.store(INDEX, JSON.stringify(after)));
  }

  /** A storage that fails costs the draft, not the form. */
  private async inTurn(write: () => Promise<void>): Promise<void> {
    this.last = this.last.then(write).then(undefined, () => undefined);
    await this.last;
  }
}

/** Whether a draft was kept with the cluster id of another swarm; one without any counts as of this one. */
export function isOfAnotherSwarm(kept: unknown, cluster: string | undefined): boolean {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'cluster' in kept &&
    typeof kept.cluster === 'string' &&
    kept.cluster !== cluster
  );
}

function keyOf(form: string, connectionId: string): string {
  return `swarmscope.draft:${form}:${connectionId}`;
}
