import type { SecretKeeper } from './secretPrompt';

/**
 * What people entered into forms that they left, one draft for each form and connection. Kept in VS
 * Code's secret storage, since values may be secret. Whoever loads one must check it.
 */
export class Drafts {
  constructor(private readonly keeper: SecretKeeper) {}

  /** The draft as it was saved; undefined when there is none that can be read. */
  async load(form: string, connectionId: string): Promise<unknown> {
    try {
      return JSON.parse((await this.keeper.get(keyOf(form, connectionId))) ?? '') as unknown;
    } catch {
      return undefined;
    }
  }

  /** Keeps a value that JSON can hold in place of what was kept; never rejects. */
  async save(form: string, connectionId: string, value: unknown): Promise<void> {
    try {
      await this.keeper.store(keyOf(form, connectionId), JSON.stringify(value));
    } catch {
      // A form works without its draft.
    }
  }

  /** Forgets the draft; never rejects. */
  async clear(form: string, connectionId: string): Promise<void> {
    try {
      await this.keeper.delete(keyOf(form, connectionId));
    } catch {
      // What was not kept need not be deleted.
    }
  }
}

function keyOf(form: string, connectionId: string): string {
  return `swarmscope.draft.${form}:${connectionId}`;
}
