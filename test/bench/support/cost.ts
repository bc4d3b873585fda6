import { readFileSync } from 'node:fs';

/** What something took, in milliseconds. */
export interface Cost {
  readonly wall: number;
  /** Of this process and of the children that ended meanwhile. */
  readonly cpu: number;
}

/** `getconf CLK_TCK` is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** Processor time of all ended children and theirs, in milliseconds: cutime and cstime of proc(5). */
function childrenCpu(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

/** Runs `work` to its end and says what it cost. */
export async function costOf(work: () => Promise<void>): Promise<Cost> {
  const before = { wall: performance.now(), own: process.cpuUsage(), children: childrenCpu() };
  await work();
  const { user, system } = process.cpuUsage(before.own);
  return {
    wall: performance.now() - before.wall,
    cpu: (user + system) / 1000 + childrenCpu() - before.children,
  };
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  const high = sorted[sorted.length >> 1] ?? Number.NaN;
  return (low + high) / 2;
}
