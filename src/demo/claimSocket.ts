import { once } from 'node:events';
import { chmodSync, closeSync, openSync, rmSync, statSync } from 'node:fs';
import * as net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which a lock was left behind by a process that died. */
const STALE_LOCK_MS = 5_000;

/**
 * Listens at `path` unless a live server is there already: resolves to false then. A socket that
 * nobody answers at is removed; two processes that start at once take turns.
 */
export async function claimSocket(server: net.Server, path: string): Promise<boolean> {
  if (path.startsWith('\\\\')) {
    return await tryListen(server, path);
  }
  const release = await takeLock(`${path}.lock`);
  try {
    if (await isAnswered(path)) {
      return false;
    }
    rmSync(path, { force: true });
    const listening = await tryListen(server, path);
    if (listening) {
      chmodSync(path, 0o600);
    }
    return listening;
  } finally {
    release();
  }
}

async function tryListen(server: net.Server, path: string): Promise<boolean> {
  server.listen(path);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      return false;
    }
    throw error;
  }
}

async function isAnswered(path: string): Promise<boolean> {
  const socket = net.connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function takeLock(lock: string): Promise<() => void> {
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx', 0o600));
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
    }
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > STALE_LOCK_MS) {
      rmSync(lock, { force: true });
    }
    await sleep(50);
  }
}
