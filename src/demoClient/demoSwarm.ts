import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Disposable } from '../common/disposable';
import type { Event } from '../common/emitter';
import { SwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import { toPlainLine } from '../common/text';
import { DemoLease } from './demoLease';
import { findDemoPlace } from './demoPlace';

/** What the demo swarm is started with. */
export interface DemoSwarmOptions {
  /** Path of `dist/demoSwarm.js`. */
  readonly script: string;
  /** The editor's own runtime, with `ELECTRON_RUN_AS_NODE=1`. */
  readonly runtime: { readonly command: string; readonly env: Readonly<Record<string, string>> };
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** More arguments of the process, for tests. */
  readonly args?: readonly string[];
}

/** A demo swarm this window holds a lease on. */
export interface DemoSwarm extends Disposable {
  /** Engine address, `unix:///…` or `npipe:////./pipe/…`. */
  readonly address: string;
  /** Entries in the form of `swarmscope.nodeAddresses`. */
  addresses(): Readonly<Record<string, string>>;
  readonly onDidChangeAddresses: Event<void>;
  /** Fires when the process has ended though the lease was held. */
  readonly onDidEnd: Event<void>;
}

const TRIES = 5;
const START_MS = 10_000;

/**
 * Takes a lease on this user's demo swarm, starting the process when none runs.
 * @throws SwarmscopeError 'engine-failed' when it cannot be started, 'socket-denied', 'cancelled'.
 */
export async function startDemoSwarm(options: DemoSwarmOptions): Promise<DemoSwarm> {
  const { socket, address } = findDemoPlace();
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const lease = await DemoLease.take(socket, options.signal);
    if (lease !== undefined) {
      options.logger.info(`Demo swarm at ${address}`);
      return {
        address,
        addresses: () => lease.addresses,
        onDidChangeAddresses: lease.onDidChangeAddresses,
        onDidEnd: lease.onDidEnd,
        dispose: () => lease.dispose(),
      };
    }
    // Whether this process serves or another one was faster, somebody answers now.
    await launch(socket, options);
  }
  throw new SwarmscopeError('engine-failed', { message: 'The demo swarm does not answer' });
}

async function launch(socket: string, options: DemoSwarmOptions): Promise<void> {
  const { script, runtime, logger, signal, args = [] } = options;
  const child = spawn(runtime.command, [script, '--socket', socket, ...args], {
    env: { ...process.env, ...runtime.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Other windows may hold leases: a Ctrl-C meant for this one does not end it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  logger.debug(`Started the demo swarm's process ${child.pid ?? '(none)'}`);
  try {
    await untilReady(child, signal);
  } catch (error) {
    child.kill();
    throw error;
  } finally {
    child.on('error', () => undefined);
    letGo(child);
  }
}

async function untilReady(child: ChildProcess, signal: AbortSignal): Promise<void> {
  let said = '';
  child.stderr?.on('data', (part: Buffer) => {
    said = (said + part.toString('utf8')).slice(0, 2_000);
  });
  const timeout = AbortSignal.timeout(START_MS);
  const either = AbortSignal.any([signal, timeout]);
  const stop = new AbortController();
  const any = AbortSignal.any([either, stop.signal]);
  try {
    const ready = child.stdout === null ? never() : once(child.stdout, 'data', { signal: any });
    const ended = once(child, 'close', { signal: any }).then(() => {
      throw new SwarmscopeError('engine-failed', {
        message: toPlainLine(said) || 'The demo swarm ended at once',
      });
    });
    await Promise.race([ready, ended]);
  } catch (error) {
    if (signal.aborted) {
      throw new SwarmscopeError('cancelled');
    }
    if (error instanceof SwarmscopeError) {
      throw error;
    }
    const message = timeout.aborted ? 'The demo swarm does not start' : String(error);
    throw new SwarmscopeError('engine-failed', { message }, { cause: error });
  } finally {
    stop.abort();
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Keeps neither this process nor its own ends of the pipes waiting for the child. */
function letGo(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  const input = child.stdin as unknown as { unref?: () => void } | null;
  input?.unref?.();
  child.stdin?.on('error', () => undefined);
  child.unref();
}
