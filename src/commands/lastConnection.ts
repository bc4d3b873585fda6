import * as v from 'valibot';
import type { ConnectionEntry } from '../docker/target';

/** The part of `vscode.Memento` that is used. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'swarmscope.lastConnection';

const schema = v.object({
  id: v.string(),
  name: v.string(),
  source: v.picklist(['environment', 'context', 'socket', 'setting', 'entered', 'demo']),
  address: v.string(),
});

/** Remembers which connection to bring back on the next start. */
export class LastConnection {
  constructor(private readonly memory: Memory) {}

  /** The connection of the last session; undefined when the person disconnected. */
  get(): ConnectionEntry | undefined {
    const result = v.safeParse(schema, this.memory.get(KEY));
    return result.success ? result.output : undefined;
  }

  async remember(entry: ConnectionEntry | undefined): Promise<void> {
    await this.memory.update(KEY, entry);
  }
}
