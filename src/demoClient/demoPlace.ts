import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { SwarmscopeError } from '../common/errors';

/** Where this user's demo swarm is found. */
export interface DemoPlace {
  /** Path of the socket or name of the pipe. */
  readonly socket: string;
  /** The same as an engine address. */
  readonly address: string;
}

/**
 * Finds the one place of this user's demo swarm, making its private folder when it is not there.
 * @throws SwarmscopeError 'socket-denied' when the folder belongs to or is open to somebody else.
 */
export function findDemoPlace(env: NodeJS.ProcessEnv = process.env): DemoPlace {
  const { username, uid } = userInfo();
  if (process.platform === 'win32') {
    const user = createHash('sha256').update(username).digest('hex').slice(0, 16);
    const pipe = `swarmscope-demo-${user}`;
    return { socket: `\\\\.\\pipe\\${pipe}`, address: `npipe:////./pipe/${pipe}` };
  }
  const runtime = env['XDG_RUNTIME_DIR'];
  const folder =
    runtime !== undefined && path.isAbsolute(runtime) && isFolder(runtime)
      ? path.join(runtime, 'swarmscope')
      : path.join(tmpdir(), `swarmscope-${uid}`);
  makePrivate(folder, uid);
  const socket = path.join(folder, 'demo.sock');
  return { socket, address: `unix://${socket}` };
}

function isFolder(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

function makePrivate(folder: string, uid: number): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new SwarmscopeError('socket-denied', { address: folder }, { cause: error });
    }
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new SwarmscopeError(
      'socket-denied',
      { address: folder },
      { message: `${folder} is not a private folder of this user` },
    );
  }
}
