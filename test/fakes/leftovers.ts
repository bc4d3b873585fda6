import { setTimeout as pause } from 'node:timers/promises';

/** Kinds of what a process may leave behind, as Node.js names them. */
const COUNTED = [
  'TCPSocketWrap',
  'PipeWrap',
  'TLSWrap',
  'ProcessWrap',
  'Timeout',
  'TCPConnectWrap',
  'PipeConnectWrap',
  'GetAddrInfoReqWrap',
];

/** Open sockets, timers and child processes of this thread, by kind. */
export function countResources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (COUNTED.includes(kind)) {
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  }
  return counts;
}

/** Waits until no more is open than `before`; gives what is too many when that does not happen. */
export async function leftBehind(
  before: Readonly<Record<string, number>>,
  withinMs = 2_000,
): Promise<Readonly<Record<string, number>>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const extra = Object.entries(countResources())
      .map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const)
      .filter(([, count]) => count > 0);
    if (extra.length === 0 || Date.now() > end) {
      return Object.fromEntries(extra);
    }
    await pause(20);
  }
}
