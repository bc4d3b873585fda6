import { setTimeout as delay } from 'node:timers/promises';
import { tasksOf } from '../../../src/commands/logs/tasksOf';
import type { ConnectedSwarm } from '../../../src/commands/commandContext';
import { systemClock } from '../../../src/common/clock';
import type { Engine } from '../../../src/docker/engine';
import { DEFAULT_LOG_OPTIONS } from '../../../src/logs/logAddress';
import { LogFollower } from '../../../src/logs/logFollower';

/** What came of following. */
export interface Followed {
  /** What the document reads. */
  readonly logs: readonly string[];
  /** Milliseconds of each other call meanwhile. */
  readonly calls: readonly number[];
  /** Events of networks that came meanwhile. */
  readonly heard: number;
}

/** The line that every task shown has to reach. */
const LAST = 40;
const PATIENCE_MS = 60_000;

/**
 * Follows the logs of a service as its document does, with an event stream beside it, while the same
 * connection is asked for other things, a network is made and removed.
 */
export async function followLogs(engine: Engine, name: string): Promise<Followed> {
  const service = (await engine.services()).find((found) => found.name === name);
  const address = {
    connectionId: '',
    kind: 'service',
    id: service?.id ?? '',
    name,
    options: DEFAULT_LOG_OPTIONS,
  } as const;
  const swarm = { engine, snapshot: { tasks: new Map() } } as unknown as ConnectedSwarm;
  const stop = new AbortController();
  const logs: string[] = [];
  const newest = new Map<string, number>();
  const follower = new LogFollower(
    {
      look: async (signal) => await tasksOf(address, swarm, signal),
      open: (id, wanted, signal) => engine.logs({ kind: 'task', id }, wanted, signal),
      show: (entries) => {
        for (const entry of entries) {
          logs.push(entry.kind === 'note' ? `(${entry.tone}) ${entry.text}` : entryText(entry));
          if (entry.kind === 'line') {
            newest.set(entry.task, Number(/^line (\d+)$/.exec(entry.text)?.[1] ?? 0));
          }
        }
      },
    },
    { follow: true, stderrOnly: false },
    systemClock,
  );
  // The stream has a session of its own, which may be there after the first network: hence since when.
  const heard = listen(engine, (await engine.info()).time, stop.signal);
  const following = follower.run(stop.signal);
  const calls: number[] = [];
  const time = async (call: () => Promise<unknown>): Promise<void> => {
    const started = Date.now();
    await call();
    calls.push(Date.now() - started);
  };
  const until = Date.now() + PATIENCE_MS;
  const isDone = (): boolean =>
    newest.size > 0 && [...newest.values()].every((line) => line >= LAST);
  for (let count = 0; !isDone() && Date.now() < until; count += 1) {
    await time(async () => await Promise.all([engine.info(), engine.nodes(), engine.services()]));
    await time(async () => {
      const { id } = await engine.createNetwork({ Name: `meanwhile-${count}`, Driver: 'overlay' });
      await engine.removeNetwork(id);
    });
    await delay(500);
  }
  // What is told of the last network may still be under way.
  const late = Date.now() + 15_000;
  while (heard.count < calls.length && Date.now() < late) {
    await delay(50);
  }
  stop.abort();
  await Promise.all([following, heard.ended]);
  return { logs, calls, heard: heard.count };
}

function entryText({ task, text }: { readonly task: string; readonly text: string }): string {
  return `${task}: ${text}`;
}

/** What the event stream has told until now. */
interface Heard {
  readonly count: number;
  readonly ended: Promise<void>;
}

/** Counts what the event stream tells of networks until aborted. */
function listen(engine: Engine, since: string | undefined, signal: AbortSignal): Heard {
  let count = 0;
  const ended = (async () => {
    for await (const { type } of engine.events(since, signal)) {
      count += type === 'network' ? 1 : 0;
    }
  })();
  return {
    get count() {
      return count;
    },
    ended,
  };
}
