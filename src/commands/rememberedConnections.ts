import * as v from 'valibot';
import type { ConnectionEntry } from '../docker/target';

/** The part of `vscode.Memento` that is used. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'swarmscope.openConnections';

/** What is kept of a connection: enough to find it again, or to open one that was typed. */
const schema = v.object({
  id: v.string(),
  name: v.string(),
  source: v.picklist(['environment', 'context', 'socket', 'setting', 'entered', 'demo']),
  address: v.string(),
});

/** Remembers which connections are open, for the next start. */
export class RememberedConnections {
  constructor(private readonly memory: Memory) {}

  /** The connections that were open, in their order; without those that the person left. */
  get(): readonly ConnectionEntry[] {
    const kept = this.memory.get(KEY);
    const rows: readonly unknown[] = Array.isArray(kept) ? kept : [];
    return rows.flatMap((row) => {
      const result = v.safeParse(schema, row);
      return result.success ? [result.output] : [];
    });
  }

  async add({ id, name, source, address }: ConnectionEntry): Promise<void> {
    const others = this.get().filter((entry) => entry.id !== id);
    await this.memory.update(KEY, [...others, { id, name, source, address }]);
  }

  async remove(id: string): Promise<void> {
    await this.memory.update(
      KEY,
      this.get().filter((entry) => entry.id !== id),
    );
  }
}
