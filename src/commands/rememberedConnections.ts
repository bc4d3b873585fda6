import * as v from 'valibot';
import { definedOnly } from '../common/definedOnly';
import { REMEMBERED_CONNECTIONS as KEY } from '../contributions';
import type { ConnectionEntry } from '../docker/target';

/** The part of `vscode.Memento` that is used. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** What is kept of a connection: enough to find it again, or to open one that was typed. */
const schema = v.object({
  id: v.string(),
  name: v.string(),
  source: v.picklist(['environment', 'context', 'socket', 'setting', 'entered', 'demo']),
  address: v.string(),
  tls: v.optional(
    v.object({
      ca: v.optional(v.string()),
      cert: v.optional(v.string()),
      key: v.optional(v.string()),
      serverName: v.optional(v.string()),
      verify: v.boolean(),
    }),
  ),
  swarmId: v.optional(v.string()),
});

/** Remembers which connections are open, for the next start. */
export class RememberedConnections {
  constructor(private readonly memory: Memory) {}

  /** The connections that were open, in their order; without those that the person left. */
  get(): readonly ConnectionEntry[] {
    const value = this.memory.get(KEY);
    const rows: readonly unknown[] = Array.isArray(value) ? value : [];
    return rows.flatMap((row) => {
      const result = v.safeParse(schema, row);
      return result.success ? [withoutUndefined(result.output)] : [];
    });
  }

  async add(entry: ConnectionEntry): Promise<void> {
    const others = this.get().filter(({ id }) => id !== entry.id);
    await this.memory.update(KEY, [...others, kept(entry)]);
  }

  /** Keeps which swarm was seen behind a connection, if that is remembered at all. */
  async noteSwarm(id: string, swarmId: string): Promise<void> {
    const rows = this.get();
    if (rows.some((row) => row.id === id && row.swarmId !== swarmId)) {
      await this.memory.update(
        KEY,
        rows.map((row) => (row.id === id ? { ...row, swarmId } : row)),
      );
    }
  }

  async remove(id: string): Promise<void> {
    await this.memory.update(
      KEY,
      this.get().filter((entry) => entry.id !== id),
    );
  }
}

function kept({ id, name, source, address, tls, swarmId }: ConnectionEntry): ConnectionEntry {
  // The paths of TLS files stand elsewhere for what is found, but nowhere for what was typed.
  const typed = source === 'entered' ? tls : undefined;
  return definedOnly({ id, name, source, address, tls: typed, swarmId });
}

function withoutUndefined({ tls, ...row }: v.InferOutput<typeof schema>): ConnectionEntry {
  return definedOnly({ ...row, tls: tls === undefined ? undefined : definedOnly(tls) });
}
