import type { DraftStorage } from '../../src/commands/drafts';

/** A secret storage in memory. */
export class MemoryStorage implements DraftStorage {
  readonly texts = new Map<string, string>();

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.texts.get(key));
  }

  async store(key: string, value: string): Promise<void> {
    await Promise.resolve();
    this.texts.set(key, value);
  }

  async delete(key: string): Promise<void> {
    await Promise.resolve();
    this.texts.delete(key);
  }
}
