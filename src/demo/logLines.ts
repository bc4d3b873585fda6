import { hasEnded } from './scheduler';
import type { DemoTask } from './swarmTypes';

/** One line that a simulated program wrote. */
export interface LogLine {
  /** Nanoseconds since the epoch. */
  readonly stamp: bigint;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Nanoseconds between two lines of a program that serves. */
const PERIOD = 4_000_000_000n;
/** Periodic lines that are remembered, as a rotated log file would. */
const REMEMBERED = 50n;
const MILLISECOND = 1_000_000n;

/**
 * What `task` wrote after `from` and up to `to`, oldest first. Worked out from the time alone, so that
 * nothing runs while nobody reads.
 */
export function linesOf(task: DemoTask, from: bigint, to: bigint): LogLine[] {
  const started = task.startedAt;
  if (started === undefined) {
    return [];
  }
  const end = hasEnded(task) && task.statusAt < to ? task.statusAt : to;
  const program = programOf(task.template.ContainerSpec.Image);
  const lines = program.start.map((line, index) => ({
    ...line,
    stamp: started + BigInt(index) * 3n * MILLISECOND,
  }));
  // A job ends before it would have anything to tell again.
  const last = task.jobIteration === undefined ? (end - started) / PERIOD : 0n;
  for (let turn = last > REMEMBERED ? last - REMEMBERED : 1n; turn <= last; turn += 1n) {
    lines.push({ ...program.turn(Number(turn)), stamp: started + turn * PERIOD });
  }
  if (hasEnded(task)) {
    lines.push({ ...lastWords(task), stamp: task.statusAt });
  }
  return lines.filter(({ stamp }) => stamp > from && stamp <= end);
}

type Line = Omit<LogLine, 'stamp'>;

interface Program {
  readonly start: readonly Line[];
  readonly turn: (turn: number) => Line;
}

const out = (text: string): Line => ({ stream: 'stdout', text });
const err = (text: string): Line => ({ stream: 'stderr', text });
const PATHS: readonly string[] = ['/', '/health', '/items', '/items/42', '/favicon.ico'];

const WEB: Program = {
  start: [
    out('/docker-entrypoint.sh: Configuration complete; ready for start up'),
    err('[notice] 1#1: start worker processes'),
  ],
  turn: (turn) => {
    const path = PATHS[turn % PATHS.length] ?? '/';
    return path === '/favicon.ico'
      ? err(
          `[error] 29#29: *${turn} open() "/usr/share/nginx/html${path}" failed (2: No such file)`,
        )
      : out(`10.0.0.${2 + (turn % 3)} - - "GET ${path} HTTP/1.1" 200 615 "-" "curl/8.14.1"`);
  },
};

const DATABASE: Program = {
  start: [
    out('PostgreSQL init process complete; ready for start up.'),
    err('LOG:  listening on IPv4 address "0.0.0.0", port 5432'),
    err('LOG:  database system is ready to accept connections'),
  ],
  turn: (turn) => err(`LOG:  checkpoint complete: wrote ${1 + ((turn * 7) % 40)} buffers`),
};

const OTHER: Program = {
  start: [out('Starting'), err('Listening on port 80'), out('Ready')],
  turn: (turn) =>
    turn % 5 === 0
      ? err(`warning: request ${turn} took ${250 + (turn % 7) * 40} ms`)
      : out(`request ${turn} answered in ${2 + (turn % 7)} ms`),
};

function programOf(image: string): Program {
  if (/(?:^|\/)(?:postgres|mysql|mariadb)\b/.test(image)) {
    return DATABASE;
  }
  return /(?:^|\/)(?:nginx|httpd|caddy|traefik)\b/.test(image) ? WEB : OTHER;
}

function lastWords(task: DemoTask): Line {
  return task.state === 'complete' ? out('Done') : err('Stopping: received SIGTERM');
}
