import * as v from 'valibot';
import type { Memory } from './rememberedConnections';

/** Where a compose file was deployed last, and as what. */
export interface StackPlace {
  readonly stack: string;
  readonly connectionId: string;
}

const KEY = 'swarmscope.stacks';
const MOST_FILES = 200;
const schema = v.record(v.string(), v.object({ stack: v.string(), connectionId: v.string() }));

/** Remembers for each compose file of the workspace where it was deployed last. */
export class StackMemory {
  constructor(private readonly memory: Memory) {}

  /** Where the file with this address was deployed. */
  find(file: string): StackPlace | undefined {
    return this.all()[file];
  }

  /** Keeps it, as the newest. */
  async keep(file: string, place: StackPlace): Promise<void> {
    const others = Object.entries(this.all()).filter(([name]) => name !== file);
    const rows = [...others, [file, place] as const].slice(-MOST_FILES);
    await this.memory.update(KEY, Object.fromEntries(rows));
  }

  private all(): Readonly<Record<string, StackPlace>> {
    const result = v.safeParse(schema, this.memory.get(KEY) ?? {});
    return result.success ? result.output : {};
  }
}
