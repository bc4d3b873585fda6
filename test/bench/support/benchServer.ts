import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** How long the server says that one request took, in milliseconds since its connection came. */
export interface Served {
  /** Path that was asked for. */
  readonly path: string;
  /** When the connection was taken, in milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** The first byte of the answer went out. */
  readonly firstByte: number;
  /** The last byte of the answer went out. */
  readonly total: number;
}

/** An HTTP server in a process of its own, which keeps times of what it answered. */
export class BenchServer {
  private constructor(
    private readonly child: ChildProcess,
    /** Listens on every address of the loopback. */
    readonly port: number,
  ) {}

  /** `delayMs` pass before the first byte of an answer, as many again before its last. */
  static async start(delayMs: number): Promise<BenchServer> {
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const script = fileURLToPath(new URL('./serve.ts', import.meta.url));
    const child = fork(script, [String(delayMs)], { execArgv: ['--import', tsx] });
    const [port] = (await once(child, 'message')) as [number];
    return new BenchServer(child, port);
  }

  /** What was answered since this was asked last. */
  async served(): Promise<readonly Served[]> {
    this.child.send('served');
    const [served] = (await once(this.child, 'message')) as [readonly Served[]];
    return served;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}
