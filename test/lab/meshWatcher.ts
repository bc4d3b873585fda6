import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LabState, readState } from './labState';
import { NodeMesh } from './mesh';

/** Pause between two looks at an engine, in milliseconds: short while something changes. */
const pace = { busy: 150, idle: 500, busyLooks: 10 };

/** Keeps the mesh stand-in of one lab in step; `node --import tsx meshWatcher.ts NAME`. */
async function main(name: string | undefined): Promise<void> {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.once('SIGINT', () => stop.abort());
  const state = name === undefined ? undefined : readState(name);
  if (state === undefined) throw new Error(`There is no lab named ${String(name)}.`);
  const ended = watchForRemoval(state, stop);
  const nodes = state.nodes.filter((node) => node.role !== 'lone');
  const managers = nodes.filter((node) => node.role === 'manager');
  const logFile = path.join(state.folder, 'mesh.log');
  await Promise.all(
    nodes.map(async (node) => {
      const log = (line: string): void =>
        appendFileSync(
          logFile,
          `${node.name}: ${line}
`,
        );
      await follow(new NodeMesh(node, managers), log, stop.signal);
    }),
  );
  await ended;
}

/** Looks at one node's engine again and again until asked to stop. */
async function follow(
  mesh: NodeMesh,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let busyLooks = 0;
  let lastProblem = '';
  while (!signal.aborted) {
    try {
      const changed = await mesh.refresh();
      busyLooks = changed ? pace.busyLooks : Math.max(0, busyLooks - 1);
      lastProblem = '';
    } catch (error) {
      // An engine that is down or starting keeps the rules it has, as the kernel would.
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== lastProblem) log(problem);
      lastProblem = problem;
    }
    await pause(busyLooks > 0 ? pace.busy : pace.idle, signal);
  }
}

/** Ends this process when the lab's folder is gone without it having been told. */
async function watchForRemoval(state: LabState, stop: AbortController): Promise<void> {
  while (!stop.signal.aborted) {
    if (readState(state.name) === undefined) stop.abort();
    await pause(2_000, stop.signal);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

void main(process.argv[2]);
