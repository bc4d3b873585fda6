import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * What the fake ssh does: runs inside it, with `host`, `engine` (path of a socket), `ask(prompt)` and
 * `relay()` at hand. `ask` runs SSH_ASKPASS as ssh does and gives what it printed, '' when refused.
 */
export type FakeSshPlay = string;

const PRELUDE = `
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const args = process.argv.slice(2);
const host = args[args.indexOf('--') + 1];
const note = (line) => fs.appendFileSync(LOG, JSON.stringify(line) + '\\n');
note({ pid: process.pid, args, batch: args.includes('BatchMode=yes'), lang: process.env.LC_ALL });
const ask = (prompt, hint) => {
  const env = { ...process.env, ...(hint === undefined ? {} : { SSH_ASKPASS_PROMPT: hint }) };
  const { status, stdout } = spawnSync(process.env.SSH_ASKPASS, [prompt], { encoding: 'utf8', env });
  const answer = status === 0 ? stdout.replace(/\\n$/, '') : '';
  note({ pid: process.pid, prompt, answer });
  return answer;
};
const fail = (text, code = 255) => { process.stderr.write(text, () => process.exit(code)); };
const relay = () => {
  const socket = net.connect(ENGINE);
  process.stdin.pipe(socket).pipe(process.stdout);
  socket.on('close', () => process.exit(0));
  return socket;
};
`;

/** One line of the fake's diary: its start, or a prompt with the answer that it got. */
export interface FakeSshNote {
  readonly pid: number;
  readonly args?: readonly string[];
  readonly batch?: boolean;
  readonly lang?: string;
  readonly prompt?: string;
  readonly answer?: string;
}

/** A program that stands in for ssh: a script in a temporary folder that plays what a test says. */
export class FakeSsh {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-fake-ssh-'));
  /** What to run in place of `ssh`. */
  readonly program = path.join(this.folder, 'ssh');
  private readonly log = path.join(this.folder, 'log');

  /** `engine` is the socket that `relay()` leads to. */
  constructor(private readonly engine: string) {
    this.play('relay();');
  }

  /** What every ssh does that is started from now on. */
  play(play: FakeSshPlay): void {
    const values = `const LOG = ${JSON.stringify(this.log)}, ENGINE = ${JSON.stringify(this.engine)};`;
    writeFileSync(this.program, `#!${process.execPath}\n${values}${PRELUDE}${play}\n`, {
      mode: 0o755,
    });
  }

  get notes(): readonly FakeSshNote[] {
    const text = existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as FakeSshNote);
  }

  /** Pids of all that were started. */
  get pids(): readonly number[] {
    return [...new Set(this.notes.map(({ pid }) => pid))];
  }

  /** Pids of those that still run. */
  get running(): readonly number[] {
    return this.pids.filter((pid) => {
      try {
        process.kill(pid, 0);
      } catch {
        return false;
      }
      // One that ended stays a zombie where nobody waits for orphans, as in some containers.
      const stat = `/proc/${pid}/stat`;
      return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
