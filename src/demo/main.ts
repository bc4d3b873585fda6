import { lstatSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '../common/clock';
import { ApiServer } from './apiServer';
import { claimSocket } from './claimSocket';
import { DemoSwarm } from './demoSwarm';
import { Leases } from './leases';

/** Reads a whole number between `low` and `high` from the command line. */
function readCount(text: string, low: number, high: number): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < low || count > high) {
    throw new Error(`"${text}" is not between ${low} and ${high}`);
  }
  return count;
}

/** Serves the simulated swarm at `--socket` until nobody holds a lease any more. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      socket: { type: 'string' },
      speed: { type: 'string', default: '1' },
      nodes: { type: 'string', default: '4' },
      services: { type: 'string', default: '0' },
      tasks: { type: 'string', default: '3' },
    },
  });
  const socket = values.socket;
  if (socket === undefined) {
    throw new Error('--socket is missing');
  }
  const leases = new Leases(systemClock, () => process.exit(0));
  const swarm = new DemoSwarm({
    clock: systemClock,
    speed: readCount(values.speed, 1, 1_000),
    nodes: readCount(values.nodes, 1, 200),
    services: readCount(values.services, 0, 1_000),
    tasks: readCount(values.tasks, 0, 50),
    onDidChangeAddresses: () => leases.tell(swarm.listeners.addresses()),
  });
  await swarm.listeners.settled();
  const { server } = new ApiServer(swarm, (response) =>
    leases.open(response, swarm.listeners.addresses()),
  );
  if (!(await claimSocket(server, socket))) {
    process.stdout.write('taken\n', () => process.exit(0));
    return;
  }
  leases.start();
  watchParent(leases);
  if (process.platform !== 'win32') {
    watchSocket(socket);
  }
  process.stdout.write('ready\n');
}

/** Ends at once when the starter dies before it holds a lease; its end of standard input closes. */
function watchParent(leases: Leases): void {
  process.stdin.on('error', () => undefined);
  process.stdin.on('close', () => leases.parentGone());
  process.stdin.resume();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => undefined);
  }
}

/** Ends when the socket was removed or replaced: nobody could find this process any more. */
function watchSocket(socket: string): void {
  const own = lstatSync(socket).ino;
  process.on('exit', () => {
    if (lstatSync(socket, { throwIfNoEntry: false })?.ino === own) {
      rmSync(socket, { force: true });
    }
  });
  setInterval(() => {
    if (lstatSync(socket, { throwIfNoEntry: false })?.ino !== own) {
      process.exit(0);
    }
  }, 2_000).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () =>
    process.exit(1),
  );
});
